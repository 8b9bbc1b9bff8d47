/// All that a response came to: the reply or why there is none, and what its headers said besides.
package struct ProviderOutcome: Sendable {
    package var result: Result<ProviderReply, ProviderFailure>
    package var rateHints: RateHints
    /// How far the endpoint's clock is ahead of ours, in seconds, when a failure has a date.
    package var clockAheadSeconds: Int64?

    package init(result: Result<ProviderReply, ProviderFailure>, rateHints: RateHints = RateHints()) {
        self.result = result
        self.rateHints = rateHints
    }
}
