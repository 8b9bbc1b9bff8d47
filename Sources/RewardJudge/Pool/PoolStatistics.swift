/// What a pool did since it was made, and what it has at hand.
package struct PoolStatistics: Sendable, Equatable {
    package var callCount = 0
    package var answeredCount = 0
    package var attemptCount = 0
    /// By the kind of failure that made them needed, in the order of `ProviderFailure.Kind.allCases`.
    package var retryCounts = Array(repeating: 0, count: ProviderFailure.Kind.allCases.count)
    /// Retries that were not made, because there had been too many of late.
    package var retryRefusedCount = 0
    package var rateLimitedCount = 0
    package var overloadedCount = 0
    package var breakerOpeningCount = 0
    package var hedgeCount = 0
    /// Hedges that were answered before the attempt they doubled.
    package var hedgeWonCount = 0
    package var cancelledCount = 0
    package var expiredCount = 0
    package var queueFullCount = 0
    package var suspendedCount = 0
    package var budgetCount = 0
    /// Calls that ended with a provider's failure.
    package var failedCount = 0
    /// As endpoints counted them.
    package var usage = TokenUsage()
    /// Of those tokens, in billionths of a currency unit.
    package var costNanos = 0
    /// Attempts under way.
    package var inFlightCount = 0
    /// Calls that wait for an endpoint or a retry.
    package var queuedCount = 0

    package init() {}

    package var retryCount: Int { retryCounts.reduce(0, +) }

    package func retryCount(after kind: ProviderFailure.Kind) -> Int { retryCounts[Self.index(kind)] }

    mutating func countRetry(after kind: ProviderFailure.Kind) {
        retryCounts[Self.index(kind)] += 1
    }

    mutating func count(_ outcome: PoolOutcome) {
        switch outcome {
        case .answered: answeredCount += 1
        case .failed(.deadline): expiredCount += 1
        case .failed(.cancelled), .failed(.shuttingDown): cancelledCount += 1
        case .failed(.queueFull): queueFullCount += 1
        case .failed(.budget): budgetCount += 1
        case .failed(.suspended): suspendedCount += 1
        case .failed(.retriesExhausted), .failed(.permanent): failedCount += 1
        }
    }

    mutating func count(_ usage: TokenUsage) {
        self.usage.inputCount += usage.inputCount
        self.usage.outputCount += usage.outputCount
        self.usage.cachedInputCount += usage.cachedInputCount
    }

    private static func index(_ kind: ProviderFailure.Kind) -> Int {
        guard let index = ProviderFailure.Kind.allCases.firstIndex(of: kind) else {
            preconditionFailure("every kind is among all of them")
        }
        return index
    }
}
