/// When a second attempt is sent after a slow first one, the faster of the two counting. Off unless configured: it costs
/// tokens, and helps only where an endpoint's slowest answers are far from its usual ones.
package struct HedgeSettings: Sendable, Equatable {
    /// The second attempt waits for the 95th percentile of the endpoint's latency, and at least this long.
    package var delayNanosecondsMin: UInt64
    /// Hedges against calls, over ten seconds.
    package var share: Double

    package init(delayNanosecondsMin: UInt64 = 500_000_000, share: Double = 0.05) {
        self.delayNanosecondsMin = delayNanosecondsMin
        self.share = share
    }
}
