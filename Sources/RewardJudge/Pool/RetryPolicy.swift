/// When a call that failed is made again: exponential backoff with full jitter, unless the provider names its own wait.
///
/// With the values here, and `u` the random unit:
///
/// | attempt that failed | no hint | hint up to 60 s | hint above 60 s |
/// |---|---|---|---|
/// | 1 | `u` · 0.5 s | as hinted | give up |
/// | 2 | `u` · 1 s | as hinted | give up |
/// | 3 | give up | give up | give up |
///
/// Without the limit of attempts the ceiling goes on 2 s, 4 s, 8 s, 8 s. Whether the wait still fits the deadline is
/// the caller's to decide.
package struct RetryPolicy: Sendable, Equatable {
    /// Attempts of one call, the first included; at least 1.
    package var attemptCountMax = 3
    /// Attempts where a model failed behind the endpoint: another one seldom does better than the second.
    package var modelErrorAttemptCountMax = 2
    /// The ceiling of the first wait.
    package var delayNanoseconds: UInt64 = 500_000_000
    /// The ceiling that doubling ends at.
    package var delayMaxNanoseconds: UInt64 = 8_000_000_000
    /// The longest wait a provider can ask for; who asks for more is not waited for at all.
    package var retryAfterMaxNanoseconds: UInt64 = 60_000_000_000

    package init() {}

    /// How long to wait before the next attempt, in nanoseconds; nil when there is to be none.
    ///
    /// - Parameters:
    ///   - attempt: which attempt failed, counted from 1.
    ///   - randomUnit: from 0 to 1; what lies outside counts as the nearer end.
    package func delay(attempt: Int, failure: ProviderFailure, randomUnit: Double) -> UInt64? {
        guard failure.mayPass, attempt < attemptCountMax else { return nil }
        if failure.kind == .modelError && attempt >= modelErrorAttemptCountMax { return nil }
        if let hint = failure.retryAfterNanoseconds, hint > 0 {
            return hint <= retryAfterMaxNanoseconds ? hint : nil
        }
        let unit = randomUnit >= 0 ? min(randomUnit, 1) : 0
        return UInt64(unit * Double(ceiling(ofAttempt: attempt)))
    }

    /// The longest wait after `attempt`, in nanoseconds.
    package func ceiling(ofAttempt attempt: Int) -> UInt64 {
        // Doubling stops long before it could overflow.
        var ceiling = min(delayNanoseconds, delayMaxNanoseconds)
        var step = 1
        while step < attempt && ceiling < delayMaxNanoseconds {
            let doubled = ceiling.multipliedReportingOverflow(by: 2)
            ceiling = doubled.overflow ? delayMaxNanoseconds : min(max(doubled.partialValue, 1), delayMaxNanoseconds)
            step += 1
        }
        return ceiling
    }
}
