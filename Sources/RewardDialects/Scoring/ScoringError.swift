import RewardClient

/// Why rollouts could not be scored. Never the fault of a single rollout: that one has a status.
package enum ScoringError: Error, Sendable, Equatable {
    /// No reward of that name.
    case unknownReward(String, known: [String])
    /// A grader asks a model, and the sidecar has no reward made of it.
    case unknownGrader(String)
    /// The request names no reward, and there are several.
    case noReward(known: [String])
    /// The sidecar says that the request is wrong.
    case refused(String)
    case tooLarge(String)
    /// The sidecar cannot be reached, or has too much to do: the same request may succeed later.
    case unavailable(String)
    case deadline
    /// A fault of the sidecar.
    case fault(String)

    init(_ error: ClientError) {
        switch error {
        case .cannotConnect, .connectionLost: self = .unavailable(error.message)
        case .deadline: self = .deadline
        case .badReply: self = .fault(error.message)
        case .refused(let code, _, let message):
            // The codes of docs/protocol.md.
            switch code {
            case 3: self = .refused(message)
            case 4: self = .unknownReward(message, known: [])
            case 5: self = .tooLarge(message)
            case 6, 7: self = .unavailable(error.message)
            case 9: self = .deadline
            default: self = .fault(error.message)
            }
        }
    }

    package var message: String {
        switch self {
        case .unknownReward(let name, let known):
            "no reward is called \(name)" + (known.isEmpty ? "" : "; the rewards are \(known.joined(separator: ", "))")
        case .noReward(let known):
            "name the reward, by ?reward=NAME or by --reward; the rewards are \(known.joined(separator: ", "))"
        case .unknownGrader(let message), .refused(let message), .tooLarge(let message), .unavailable(let message),
            .fault(let message):
            message
        case .deadline: "the rollouts were not scored in time"
        }
    }
}
