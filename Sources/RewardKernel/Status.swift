/// What became of a component or of a rollout. One byte on the wire; the high half is the kind, the low half the reason.
///
/// A failure is never a score: only `scored` says that the value beside it is one.
package enum Status: UInt8, CaseIterable, Sendable, BitwiseCopyable {
    /// The value is a score.
    case scored = 0x00
    /// Not run, because a gate decided (components only).
    case gated = 0x01
    /// The component looked and cannot tell, a text too short for its language, say. Left out of the aggregate.
    case abstained = 0x02
    /// A judge has been asked and has not answered yet (in `partial` notifications only).
    case pending = 0x03

    // Neutral: the value could not be had; what stands in for it comes from the reward's neutral policy.
    case timeout = 0x10
    case rateLimited = 0x11
    case judgeRefused = 0x12
    case parseFailed = 0x13
    case transport = 0x14
    case budget = 0x15
    case cancelled = 0x16
    case shuttingDown = 0x17
    /// A work limit was hit (a regular expression's match limit, a similarity's size limit).
    case limitReached = 0x18
    /// No component had a score (rollouts only).
    case nothingScored = 0x19

    // Error: the rollout's own input is unusable. A rollout with one of these is refused.
    case invalidUTF8 = 0x20
    case oversize = 0x21
    case wrongType = 0x22
    /// The component needs an input that this rollout does not bring.
    case missingInput = 0x23
    /// The reference answer is not what the component can compare with.
    case badReference = 0x24

    /// The case's place among the cases, which stand in the order of their bytes: what the enumeration is in memory. The byte
    /// itself is a look-up.
    private var place: UInt8 {
        @_noAllocation @inline(__always) get { unsafe unsafeBitCast(self, to: UInt8.self) }
    }

    /// Written out because the standard one is generic, which the hot path may not call.
    @_noAllocation
    package static func == (left: Status, right: Status) -> Bool {
        left.place == right.place
    }

    /// The status of that byte; a byte that is none is our own fault.
    @_noAllocation
    package init(code: UInt8) {
        switch code {
        case 0x00: self = .scored
        case 0x01: self = .gated
        case 0x02: self = .abstained
        case 0x03: self = .pending
        case 0x10: self = .timeout
        case 0x11: self = .rateLimited
        case 0x12: self = .judgeRefused
        case 0x13: self = .parseFailed
        case 0x14: self = .transport
        case 0x15: self = .budget
        case 0x16: self = .cancelled
        case 0x17: self = .shuttingDown
        case 0x18: self = .limitReached
        case 0x19: self = .nothingScored
        case 0x20: self = .invalidUTF8
        case 0x21: self = .oversize
        case 0x22: self = .wrongType
        case 0x23: self = .missingInput
        case 0x24: self = .badReference
        default: preconditionFailure("a status byte is one of ours")
        }
    }

    /// The byte on the wire.
    package var code: UInt8 { @_noAllocation @inlinable get { rawValue } }

    package enum Kind: Sendable, BitwiseCopyable { case value, neutral, error }

    /// Whether the rollout's own input was unusable.
    package var isError: Bool { @_noAllocation get { place >= Status.invalidUTF8.place } }
    /// Whether a value was wanted and could not be had, for whatever reason.
    package var isMissing: Bool { @_noAllocation get { place >= Status.timeout.place } }

    package var kind: Kind {
        @_noAllocation get {
            if rawValue < 0x10 { return .value }
            return rawValue < 0x20 ? .neutral : .error
        }
    }

    /// The name used on the command line, in JSON and in the Python client.
    package var name: StaticString {
        @_noAllocation get {
            switch self {
            case .scored: "scored"
            case .gated: "gated"
            case .abstained: "abstained"
            case .pending: "pending"
            case .timeout: "neutral(timeout)"
            case .rateLimited: "neutral(rate_limited)"
            case .judgeRefused: "neutral(refused)"
            case .parseFailed: "neutral(parse_failed)"
            case .transport: "neutral(transport)"
            case .budget: "neutral(budget)"
            case .cancelled: "neutral(cancelled)"
            case .shuttingDown: "neutral(shutting_down)"
            case .limitReached: "neutral(limit_reached)"
            case .nothingScored: "neutral(nothing_scored)"
            case .invalidUTF8: "error(invalid_utf8)"
            case .oversize: "error(oversize)"
            case .wrongType: "error(wrong_type)"
            case .missingInput: "error(missing_input)"
            case .badReference: "error(bad_reference)"
            }
        }
    }
}
