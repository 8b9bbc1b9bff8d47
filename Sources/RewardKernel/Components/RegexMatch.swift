package import RewardMemory

/// Settings of `regex_match`.
package struct RegexMatchSettings: Sendable {
    /// PCRE2 syntax, close to Python's `re`; `\d`, `\w`, `\s` and `\b` know Unicode.
    package var pattern: String
    /// `isFullMatch` is the setting `match: full`; otherwise the pattern may match anywhere.
    package var options = RegexOptions()
    /// Score 1 when the pattern does not match.
    package var negate = false

    package init(pattern: String, options: RegexOptions = RegexOptions(), negate: Bool = false) {
        self.pattern = pattern
        self.options = options
        self.negate = negate
    }
}

/// `regex_match`: 1 when the pattern matches the completion, else 0; the other way round with `negate`.
///
/// A search that uses up its match limit has no score: its status is `limitReached`, with `negate` too.
package struct RegexMatchPlan: BitwiseCopyable {
    private let pattern: RegexPattern
    private let negate: Bool

    private enum Code {
        static let noMatch: UInt8 = 0
        static let matched: UInt8 = 1
    }

    // Allocates: while a plan is compiled.
    package init(_ settings: RegexMatchSettings, _ builder: PlanBuilder) throws(PlanError) {
        pattern = try RegexPattern(settings.pattern, options: settings.options, builder, key: ["pattern"])
        negate = settings.negate
    }

    @_noAllocation
    package func score(_ rollout: Rollout, _ scratch: inout RegexScratch) -> ComponentOutcome {
        switch scratch.firstMatch(of: pattern, in: rollout.completion) {
        case .limitReached:
            return ComponentOutcome(without: .limitReached)
        case .none:
            return ComponentOutcome(score: negate ? 1 : 0, finding: Finding(Code.noMatch))
        case .found(let start, let end):
            let finding = Finding(Code.matched, spanStart: start, spanCount: end &- start)
            return ComponentOutcome(score: negate ? 0 : 1, finding: finding)
        }
    }

    /// One sentence for people: whether it matched, and where.
    @_noAllocation
    package func explain(_ outcome: ComponentOutcome, into text: inout RigidBytes) {
        guard outcome.status == .scored else {
            text.append("the search was given up at its match limit")
            return
        }
        guard outcome.finding.code == Code.matched else {
            text.append(negate ? "the pattern does not match, as wanted" : "the pattern does not match")
            return
        }
        text.append(negate ? "the pattern, which must not match, matches bytes " : "the pattern matches bytes ")
        text.append(decimal: Int(outcome.finding.spanStart))
        text.append("...")
        text.append(decimal: Int(outcome.finding.spanStart) + Int(outcome.finding.spanCount))
    }
}
