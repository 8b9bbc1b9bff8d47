/// The codes of an error reply: the one list of them. `[code, name, message, details]` on the wire.
package enum ErrorCode: Int, CaseIterable, Sendable, BitwiseCopyable {
    case badFrame = 1
    case unknownMethod = 2
    case badRequest = 3
    case unknownReward = 4
    case tooLarge = 5
    case overloaded = 6
    case shuttingDown = 7
    case reloadFailed = 8
    case deadline = 9
    case internalError = 10
    case forbidden = 11

    /// The number on the wire.
    package var number: Int { @_noAllocation get { rawValue } }

    package var name: StaticString {
        @_noAllocation get {
            switch self {
            case .badFrame: "bad_frame"
            case .unknownMethod: "unknown_method"
            case .badRequest: "bad_request"
            case .unknownReward: "unknown_reward"
            case .tooLarge: "too_large"
            case .overloaded: "overloaded"
            case .shuttingDown: "shutting_down"
            case .reloadFailed: "reload_failed"
            case .deadline: "deadline"
            case .internalError: "internal"
            case .forbidden: "forbidden"
            }
        }
    }
}
