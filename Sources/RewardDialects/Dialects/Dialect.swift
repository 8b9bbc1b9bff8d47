import RewardKernel
import RewardReport

/// A trainer's request for rewards: what it asks to be scored, and how it is answered. Nothing in here knows of HTTP.
package protocol Dialect: Sendable {
    /// Reads the JSON of a request.
    init(_ body: JSONValue) throws(DialectError)

    /// Whether it is told what every component found.
    static var wantsRationales: Bool { get }

    /// In the order of the request; may be none.
    var rollouts: [RolloutRecord] { get }

    /// The JSON of the reply.
    /// - Parameter scored: One for each of `rollouts`, in their order.
    func reply(to scored: [ScoredRollout]) -> JSONValue
}

extension Dialect {
    package static var wantsRationales: Bool { false }
}
