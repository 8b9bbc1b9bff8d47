/// What a provider's headers say of asking again.
struct RetryHints: Sendable, Equatable {
    /// Nanoseconds to wait; nil when nothing is said that can be read, or a time that has passed.
    var retryAfterNanoseconds: UInt64?
    /// `x-should-retry`, when it is `true` or `false`.
    var shouldRetry: Bool?

    /// `retry-after-ms` goes before `retry-after`, which is a number of seconds or an HTTP date.
    ///
    /// - Parameter wallClockSeconds: seconds since 1970.
    init(headers: HTTPFields, wallClockSeconds: Int64) {
        switch headers["x-should-retry"] {
        case "true": shouldRetry = true
        case "false": shouldRetry = false
        default: shouldRetry = nil
        }
        if let text = headers["retry-after-ms"],
            let wait = HeaderTime.nanoseconds(decimal: text, scale: 1_000_000)
        {
            retryAfterNanoseconds = wait
        } else if let text = headers["retry-after"] {
            retryAfterNanoseconds = RetryHints.wait(text, wallClockSeconds: wallClockSeconds)
        }
    }

    private static func wait(_ text: String, wallClockSeconds: Int64) -> UInt64? {
        if let wait = HeaderTime.nanoseconds(decimal: text) { return wait }
        guard let time = HeaderTime.secondsSince1970(httpDate: text) else { return nil }
        let wait = time.subtractingReportingOverflow(wallClockSeconds)
        guard !wait.overflow, wait.partialValue > 0 else { return nil }
        return HeaderTime.nanoseconds(decimal: String(wait.partialValue))
    }
}
