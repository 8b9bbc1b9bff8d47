/// What became of a call.
package enum PoolOutcome: Sendable, Equatable {
    case answered(by: AttemptIdentifier, endpoint: Int)
    case failed(PoolFailure)
}
