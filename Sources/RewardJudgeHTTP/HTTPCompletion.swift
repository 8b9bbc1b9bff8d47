package import RewardJudge

/// A transfer that has ended.
package struct HTTPCompletion: Sendable, Equatable {
    /// The one it was started with.
    package var identifier: UInt64
    package var outcome: Outcome

    package init(identifier: UInt64, _ outcome: Outcome) {
        self.identifier = identifier
        self.outcome = outcome
    }

    package enum Outcome: Sendable, Equatable {
        /// An answer of HTTP, whatever its status.
        case response(HTTPResponse)
        case failure(TransportFailure)
    }
}
