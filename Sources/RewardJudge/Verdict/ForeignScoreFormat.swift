internal import RewardKernel

/// How published judges write a rating.
package enum ForeignScoreFormat: String, Sendable, CaseIterable {
    /// `[RESULT] 4`, the last one (Prometheus 2).
    case prometheus
    /// `[[7]]` or `[[7.5]]` (MT-Bench).
    case mtBench
    /// JSON with a `score`, a number or one in quotes (WildBench).
    case wildBench
    /// A number and nothing else (LLMBar's ratings).
    case bare

    /// The rating; outside `low...high` is a fault, never cut.
    package func parse(_ text: String, low: Double, high: Double) throws(VerdictFault) -> Double {
        guard text.utf8.count <= JudgementLimits.replyByteCountMax else { throw .tooLong }
        let bytes = ReplyText(text).trimmed
        guard !bytes.bytes.isEmpty else { throw .empty }
        let value = try value(bytes)
        guard value.isFinite, low <= value, value <= high else { throw .outOfRange("\(value)") }
        return value
    }

    private func value(_ text: ReplyText) throws(VerdictFault) -> Double {
        switch self {
        case .prometheus:
            guard let value = Self.lastResult(in: text) else { throw .unparsable("no [RESULT] with a number") }
            return value
        case .mtBench:
            let marks = text.doubleBracketMarks.compactMap { Double($0) }
            guard let first = marks.first else { throw .unparsable("no [[number]]") }
            guard marks.allSatisfy({ $0 == first }) else { throw .contradiction }
            return first
        case .wildBench:
            let shape = VerdictShape.scale(low: -1_000_000, high: 1_000_000, wantsReason: true)
            let parsed = try VerdictParser(isLenient: true).parse(
                ProviderReply.Sample(content: .text(text.string), finish: .stop), as: shape)
            guard case .scale(let scale) = parsed.verdict else { throw .unparsable("no score") }
            return scale.value
        case .bare:
            guard let value = Double(text.string), value.isFinite else { throw .unparsable("not a number") }
            return value
        }
    }

    /// The number behind the last `[RESULT]`; nil when anything else stands there.
    static func lastResult(in text: ReplyText) -> Double? {
        guard let start = text.lastIndex(of: "[RESULT]") else { return nil }
        return text.number(at: text.skipWhiteSpace(from: start + 8))
    }
}
