/// What an endpoint said in a reply's headers of how much it still allows. Everything is optional and nothing is trusted:
/// the pool takes no hint as a reason to wait longer than `RetryPolicy.waitNanosecondsMax`.
package struct RateHints: Sendable, Equatable {
    package var requests: Window?
    package var tokens: Window?

    package init(requests: Window? = nil, tokens: Window? = nil) {
        self.requests = requests
        self.tokens = tokens
    }

    /// One limit of the endpoint.
    package struct Window: Sendable, Equatable {
        package var limit: Int?
        /// What is left of it. Some gateways send -1 where they do not know; it says nothing.
        package var remaining: Int?
        /// From the reply on, how long until it is full again.
        package var resetNanoseconds: UInt64?

        package init(limit: Int? = nil, remaining: Int? = nil, resetNanoseconds: UInt64? = nil) {
            self.limit = limit
            self.remaining = remaining
            self.resetNanoseconds = resetNanoseconds
        }
    }
}
