/// How a pool goes about its calls.
package struct PoolSettings: Sendable, Equatable {
    /// Calls of one judge that wait, for an endpoint or for a retry; the next is refused. The largest request fits, a call a
    /// rollout.
    package var queuedCallCountMax: Int
    /// Calls of all judges that wait: what bounds the pool's memory, at about 400 bytes each.
    package var queuedCallCountTotalMax: Int
    /// Attempts of one call, hedges included.
    package var attemptCountMax: Int
    /// Of one attempt.
    package var timeoutNanoseconds: UInt64
    /// Of an attempt at an endpoint that has not answered one yet: servers compile grammars and load models on their first call
    /// (26 s were measured).
    package var warmUpTimeoutNanoseconds: UInt64
    /// Retries against calls of a judge, over ten seconds: what keeps a failing endpoint from being asked three times as
    /// much as a healthy one.
    package var retryShare: Double
    /// Retries in ten seconds that are allowed whatever the share says: as many as a first burst has in flight, with room.
    package var retryCountMin: Int
    package var hedging: HedgeSettings?

    package init(
        queuedCallCountMax: Int = 65_536, queuedCallCountTotalMax: Int = 131_072, attemptCountMax: Int = 3,
        timeoutNanoseconds: UInt64 = 30_000_000_000,
        warmUpTimeoutNanoseconds: UInt64 = 60_000_000_000, retryShare: Double = 0.2, retryCountMin: Int = 10,
        hedging: HedgeSettings? = nil
    ) {
        self.queuedCallCountMax = queuedCallCountMax
        self.queuedCallCountTotalMax = queuedCallCountTotalMax
        self.attemptCountMax = attemptCountMax
        self.timeoutNanoseconds = timeoutNanoseconds
        self.warmUpTimeoutNanoseconds = warmUpTimeoutNanoseconds
        self.retryShare = retryShare
        self.retryCountMin = retryCountMin
        self.hedging = hedging
    }

    /// The same with every figure inside its limits.
    var checked: PoolSettings {
        // A share that is no number is none; written so that NaN falls to 0.
        func share(_ value: Double) -> Double { value > 0 ? min(value, 1) : 0 }
        var checked = self
        checked.queuedCallCountMax = max(0, queuedCallCountMax)
        checked.queuedCallCountTotalMax = max(0, queuedCallCountTotalMax)
        checked.attemptCountMax = max(1, attemptCountMax)
        checked.timeoutNanoseconds = max(1, timeoutNanoseconds)
        checked.warmUpTimeoutNanoseconds = max(timeoutNanoseconds, warmUpTimeoutNanoseconds)
        checked.retryShare = share(retryShare)
        checked.retryCountMin = max(0, retryCountMin)
        checked.hedging?.share = share(hedging?.share ?? 0)
        return checked
    }
}
