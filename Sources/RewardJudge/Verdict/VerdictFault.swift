/// Why a reply is no verdict. None of these is ever a score.
package enum VerdictFault: Error, Sendable, Hashable {
    /// The reply was cut at its token limit, or its JSON ends before it is done.
    case truncated
    /// The judge would not judge, in its words.
    case refused(String)
    case contentFilter
    /// The reply ended in a way we do not know.
    case unknownFinish(String)
    case empty
    /// Longer than `JudgementLimits.replyByteCountMax`.
    case tooLong
    /// No verdict in the wanted shape; what was looked for.
    case unparsable(String)
    /// A number outside the scale, or none; as it stands in the reply.
    case outOfRange(String)
    /// No verdict for this name.
    case missing(String)
    /// Two verdicts for this name.
    case duplicate(String)
    /// A verdict for a name that was not asked about.
    case unknownName(String)
    /// Two different verdicts where one was asked for.
    case contradiction

    /// What to count it as.
    package var label: String {
        switch self {
        case .truncated: "truncated"
        case .refused: "refused"
        case .contentFilter: "content_filter"
        case .unknownFinish: "unknown_finish"
        case .empty: "empty"
        case .tooLong: "too_long"
        case .unparsable: "unparsable"
        case .outOfRange: "out_of_range"
        case .missing: "missing"
        case .duplicate: "duplicate"
        case .unknownName: "unknown_name"
        case .contradiction: "contradiction"
        }
    }

    /// Whether asking once more for nothing but JSON may help.
    package var isRepairable: Bool {
        switch self {
        case .empty, .unparsable, .outOfRange, .missing, .duplicate, .unknownName, .contradiction: true
        case .truncated, .refused, .contentFilter, .unknownFinish, .tooLong: false
        }
    }
}
