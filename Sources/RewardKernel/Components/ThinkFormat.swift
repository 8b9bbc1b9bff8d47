package import RewardMemory

/// Settings of `think_format`.
package struct ThinkFormatSettings: Sendable {
    /// The tag's name: `think` stands for `<think>` and `</think>`.
    package var tag: String = "think"

    package init(tag: String = "think") {
        self.tag = tag
    }
}

/// `think_format`: 1 when the completion opens with one block of reasoning that it also closes, else 0.
///
/// The same decision as TRL's `think_format_reward`, which is `re.match` of
///
///     ^<think>(?!.*<think>)(.*?)</think>.*$        with DOTALL and MULTILINE
///
/// Spelled out: the first bytes are `<think>`, no further `<think>` stands anywhere behind them, and some `</think>`
/// does. White space before the tag fails, as in TRL; an empty block and several `</think>` pass, as in TRL.
package struct ThinkFormatPlan: BitwiseCopyable {
    private let opening: ByteView
    private let closing: ByteView

    private enum Code {
        static let wellFormed: UInt8 = 0
        static let noOpening: UInt8 = 1
        static let secondOpening: UInt8 = 2
        static let noClosing: UInt8 = 3
    }

    // Allocates: while a plan is compiled.
    package init(_ settings: ThinkFormatSettings, _ builder: PlanBuilder) throws(PlanError) {
        guard !settings.tag.isEmpty, !settings.tag.contains(where: { $0 == "<" || $0 == ">" || $0.isWhitespace }) else {
            throw PlanError(key: ["tag"], "a tag is a name such as think, without brackets and white space")
        }
        opening = builder.storage.makeText("<\(settings.tag)>".utf8)
        closing = builder.storage.makeText("</\(settings.tag)>".utf8)
    }

    @_noAllocation
    package func score(_ rollout: Rollout) -> ComponentOutcome {
        let text = rollout.completion
        guard text.starts(with: opening) else {
            return ComponentOutcome(score: 0, finding: Finding(Code.noOpening))
        }
        // One pass over the angle brackets: a second opening tag anywhere fails, a closing one is looked for beside it.
        var end = -1
        var bracket = text.firstIndex(of: UInt8(ascii: "<"), from: opening.count)
        while bracket >= 0 {
            let rest = text.slice(bracket, text.count)
            if rest.starts(with: opening) {
                let finding = Finding(Code.secondOpening, spanStart: bracket, spanCount: opening.count)
                return ComponentOutcome(score: 0, finding: finding)
            }
            if end < 0 && rest.starts(with: closing) { end = bracket }
            bracket = text.firstIndex(of: UInt8(ascii: "<"), from: bracket &+ 1)
        }
        guard end >= 0 else {
            return ComponentOutcome(score: 0, finding: Finding(Code.noClosing))
        }
        let finding = Finding(Code.wellFormed, spanStart: 0, spanCount: end &+ closing.count)
        return ComponentOutcome(score: 1, finding: finding)
    }

    /// One sentence for people: what is right or missing.
    @_noAllocation
    package func explain(_ outcome: ComponentOutcome, into text: inout RigidBytes) {
        switch outcome.finding.code {
        case Code.noOpening:
            text.append("does not begin with ")
            text.append(opening)
        case Code.secondOpening:
            text.append("a second ")
            text.append(opening)
            text.append(" stands at byte ")
            text.append(decimal: Int(outcome.finding.spanStart))
        case Code.noClosing:
            text.append(opening)
            text.append(" is never closed")
        default:
            text.append("begins with one closed block of ")
            text.append(opening)
        }
    }
}
