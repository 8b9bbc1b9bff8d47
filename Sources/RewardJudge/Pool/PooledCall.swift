/// One judge call as the pool sees it: who it is, what it may use and when it must be over. Its text stays with the driver.
package struct PooledCall: Sendable, Equatable {
    /// The driver's name for the call; no two calls of a pool have the same at the same time.
    package var identifier: UInt64
    /// Index of the judge among those the pool was made with.
    package var judge: Int
    /// Tells calls that begin with the same text, so that they meet the server that has it cached. 0 is no prefix.
    package var prefixHash: UInt64
    /// Tokens of the prompt and of the longest answer allowed: bytes / 4 + the answer's limit will do.
    package var estimatedTokenCount: Int
    /// The instant, in monotonic nanoseconds, at which the call is over whatever became of it; queueing counts.
    package var deadlineNanoseconds: UInt64
    /// Asks what an endpoint can do rather than for a verdict: it goes before other calls and is tried once.
    package var isProbe: Bool
    /// Several calls in one request: out of time, it is not sent again as it is, for a smaller one may be in time.
    package var isBatch = false

    package init(
        identifier: UInt64, judge: Int, prefixHash: UInt64 = 0, estimatedTokenCount: Int,
        deadlineNanoseconds: UInt64, isProbe: Bool = false
    ) {
        self.identifier = identifier
        self.judge = judge
        self.prefixHash = prefixHash
        self.estimatedTokenCount = estimatedTokenCount
        self.deadlineNanoseconds = deadlineNanoseconds
        self.isProbe = isProbe
    }
}
