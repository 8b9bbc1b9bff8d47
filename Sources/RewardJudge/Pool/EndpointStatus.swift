/// How one endpoint does, for people and metrics.
package struct EndpointStatus: Sendable, Equatable {
    package var inFlightCount: Int
    package var concurrencyLimit: Int
    /// Attempts that were begun, and those of them that ended without an answer.
    package var attemptCount: Int
    package var failureCount: Int
    package var breaker: Breaker.State
    package var suspension: Suspension.State
    /// The moving mean; nil where nothing was measured of late.
    package var latencyNanoseconds: UInt64?
    /// Until when the endpoint asked to be left alone; in the past when it did not.
    package var heldUntilNanoseconds: UInt64
    package var spentToday: DailyBudget.Amount
    package var reserved: DailyBudget.Amount
}
