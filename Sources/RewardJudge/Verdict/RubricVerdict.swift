/// What a judge found of every criterion it was asked about.
package struct RubricVerdict: Sendable, Hashable {
    /// In the order of the questions.
    package var findings: [CriterionFinding]

    package init(findings: [CriterionFinding]) {
        self.findings = findings
    }

    /// The verdicts of a rubric's calls as one: of `per_criterion`, or of parts asked again.
    package init(joining parts: [RubricVerdict]) {
        findings = parts.flatMap(\.findings)
    }
}
