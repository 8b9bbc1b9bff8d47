/// How an attempt ended, as the adapter read it.
package enum AttemptOutcome: Sendable, Equatable {
    case success(TokenUsage, RateHints?)
    case failure(ProviderFailure, RateHints?)
}
