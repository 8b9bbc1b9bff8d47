/// How long to wait before a call is sent again to an endpoint that failed it.
package enum RetryPolicy {
    package static let baseNanoseconds: UInt64 = 500_000_000
    package static let capNanoseconds: UInt64 = 8_000_000_000
    /// The longest wait an endpoint may ask for. A call that is told to wait longer gives up at once.
    package static let waitNanosecondsMax: UInt64 = 60_000_000_000

    /// Nanoseconds to wait after attempt `attempt` (1 is the first) failed; nil when the endpoint asks for longer than any
    /// call waits.
    ///
    /// What the endpoint asks for is what it gets; a wait of nothing asks for nothing. Else it is full jitter: a random share of `min(8 s, 0.5 s * 2^(n-1))`,
    /// which spreads the retries of a burst best (Brooker, "Exponential Backoff And Jitter", 2015).
    ///
    ///     attempt     1       2       3       4       5 and later
    ///     at most     0.5 s   1 s     2 s     4 s     8 s
    ///
    /// - Parameter randomUnit: from 0 up to 1.
    package static func delay(attempt: Int, randomUnit: Double, failure: ProviderFailure) -> UInt64? {
        if let asked = failure.retryAfterNanoseconds, asked > 0 {
            return asked <= waitNanosecondsMax ? asked : nil
        }
        return UInt64(Double(ceiling(attempt: attempt)) * min(max(0, randomUnit), 1))
    }

    /// The longest that is waited after attempt `attempt` when the endpoint asks for nothing.
    package static func ceiling(attempt: Int) -> UInt64 {
        // Four doublings reach the cap; the exponent is held so that no count overflows the shift.
        min(capNanoseconds, baseNanoseconds << UInt64(min(max(0, attempt - 1), 4)))
    }

    /// Whether a call may be sent again after this failure, so far as the failure itself tells.
    ///
    /// Credentials, credit and a reply that is no answer of the API stay as they are whatever the endpoint says of retrying.
    package static func mayRetry(_ failure: ProviderFailure) -> Bool {
        switch failure.kind {
        case .billing, .authentication, .forbidden, .malformedReply: return false
        case .rateLimited, .overloaded, .serverError, .modelError, .timeout, .transport, .notFound, .badRequest,
            .contextTooLong, .contentFilter:
            return failure.mayPass
        }
    }
}
