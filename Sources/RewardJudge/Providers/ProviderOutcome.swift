/// All that a response came to: the reply or why there is none, and what its headers said besides.
package struct ProviderOutcome: Sendable {
    package var result: Result<ProviderReply, ProviderFailure>
    package var rateHints: RateHints
    /// How far the endpoint's clock is ahead of ours, in seconds, when the response has a date. A signature that was
    /// refused may be made again with the time corrected by it, once.
    package var clockAheadSeconds: Int64?

    package init(
        result: Result<ProviderReply, ProviderFailure>, rateHints: RateHints = RateHints(),
        clockAheadSeconds: Int64? = nil
    ) {
        self.result = result
        self.rateHints = rateHints
        self.clockAheadSeconds = clockAheadSeconds
    }
}
