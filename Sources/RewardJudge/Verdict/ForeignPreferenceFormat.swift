/// How published judges name the better of two texts: for replaying their recorded replies, and for judges that were
/// trained to answer so.
package enum ForeignPreferenceFormat: String, Sendable, CaseIterable {
    /// `[[A]]`, `[[B]]`, `[[C]]` for a tie (MT-Bench, FastChat llm_judge).
    case mtBench
    /// `[[A>>B]]`, `[[A>B]]`, `[[A=B]]` and so on (Arena-Hard, JudgeBench).
    case arenaHard
    /// `[RESULT] A`, the last one (Prometheus 2).
    case prometheus
    /// "Output (a) is better." anywhere (LLMBar with a chain of thought).
    case llmBarStatement
    /// A line that begins with "Output (a)" (LLMBar without one).
    case llmBarLine
    /// `1`, `2` or `Tie`, and nothing else (PandaLM).
    case pandaLM

    package func parse(_ text: String) throws(VerdictFault) -> PreferenceVerdict.Choice {
        guard text.utf8.count <= JudgementLimits.replyByteCountMax else { throw .tooLong }
        let text = ReplyText(text).trimmed
        guard !text.bytes.isEmpty else { throw .empty }
        switch self {
        case .mtBench: return try Self.unique(text.doubleBracketMarks.filter { ["A", "B", "C"].contains($0) })
        case .arenaHard:
            return try Self.unique(
                text.doubleBracketMarks.filter { $0.utf8.count > 1 && Self.choice(ofMark: $0) != nil })
        case .prometheus:
            guard let start = text.lastIndex(of: "[RESULT]") else { throw .unparsable("no [RESULT]") }
            let name = ReplyText(text.bytes[(start + 8)...]).trimmed.string
            guard let choice = Self.choice(ofMark: name), name != "C" else {
                throw .unparsable("[RESULT] is neither A nor B")
            }
            return choice
        case .llmBarStatement: return try Self.llmBar(text) { Self.states($0, in: text) }
        case .llmBarLine: return try Self.llmBar(text) { Self.begins($0, in: text) }
        case .pandaLM:
            switch text.string {
            case "1": return .first
            case "2": return .second
            case "Tie", "tie": return .tie
            default: throw .unparsable("neither 1, 2 nor Tie")
            }
        }
    }

    /// The choice that a mark between double brackets stands for.
    static func choice(ofMark mark: String) -> PreferenceVerdict.Choice? {
        switch mark {
        case "A", "A>B", "A>>B", "B<A", "B<<A": .first
        case "B", "B>A", "B>>A", "A<B", "A<<B": .second
        case "C", "A=B", "B=A": .tie
        default: nil
        }
    }

    /// Different marks are no verdict, even when they mean the same winner: the judge has changed its mind.
    private static func unique(_ marks: [String]) throws(VerdictFault) -> PreferenceVerdict.Choice {
        guard let first = marks.first, let choice = choice(ofMark: first) else { throw .unparsable("no mark") }
        guard marks.allSatisfy({ $0 == first }) else { throw .contradiction }
        return choice
    }

    /// As upstream reads it: (a) is looked for first and wins when both are there, so that its figures come out.
    private static func llmBar(
        _ text: ReplyText, _ names: (String) -> Bool
    ) throws(VerdictFault) -> PreferenceVerdict.Choice {
        if names("Output (a)") { return .first }
        if names("Output (b)") { return .second }
        throw .unparsable("neither output is named")
    }

    /// With one more character behind, as upstream's pattern ends in a full stop that matches any.
    private static func states(_ name: String, in text: ReplyText) -> Bool {
        let statement = "\(name) is better"
        var index = 0
        while let start = text.firstIndex(of: statement, from: index) {
            index = start + statement.utf8.count
            if index < text.bytes.count, text.bytes[index] != 0x0A { return true }
        }
        return false
    }

    private static func begins(_ name: String, in text: ReplyText) -> Bool {
        text.has(name, at: 0) || text.firstIndex(of: "\n\(name)") != nil || text.firstIndex(of: "\n \(name)") != nil
    }
}
