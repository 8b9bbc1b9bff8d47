/// A call that the pool has not finished, with what happened to it so far.
struct CallRecord: Sendable {
    let call: PooledCall
    /// Orders calls of the same deadline by their arrival.
    let sequence: UInt64
    var phase = Phase.ready
    var attemptCount = 0
    /// The endpoints that were tried, a bit each.
    var triedMask: UInt64 = 0
    /// The attempts under way: one, or two when hedged.
    var running: AttemptIdentifier?
    var hedge: AttemptIdentifier?
    var modelErrorCount = 0
    /// Of the last server error; 0 for none.
    var serverErrorHash: UInt64 = 0
    /// What made the last attempt fail, for the count of retries.
    var lastFailure: ProviderFailure.Kind?

    enum Phase: Sendable {
        /// In its judge's queue.
        case ready
        /// Until its retry is due.
        case waiting
        case running
    }

    var isRunning: Bool { running != nil || hedge != nil }
}
