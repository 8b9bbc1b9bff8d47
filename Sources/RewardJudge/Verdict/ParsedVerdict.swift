/// A verdict, and how it was found.
package struct ParsedVerdict: Sendable, Hashable {
    package var verdict: Verdict
    package var step: LadderStep

    package init(verdict: Verdict, step: LadderStep) {
        self.verdict = verdict
        self.step = step
    }
}
