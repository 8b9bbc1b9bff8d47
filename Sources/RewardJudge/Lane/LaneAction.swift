/// When an event happens, on both clocks: deadlines are monotonic, signatures want the time of day.
package struct LaneInstant: Sendable, Equatable {
    package var monotonicNanoseconds: UInt64
    /// Seconds since 1970.
    package var wallClockSeconds: Int64

    package init(monotonicNanoseconds: UInt64, wallClockSeconds: Int64) {
        self.monotonicNanoseconds = monotonicNanoseconds
        self.wallClockSeconds = wallClockSeconds
    }
}

/// What the driver of the lane has to do after an event, in this order.
package enum LaneAction: Sendable {
    /// Send the request; what comes of it is told by `JudgeLane.ended`.
    case send(attempt: UInt64, HTTPRequest, timeoutNanoseconds: UInt64)
    /// Let the request go; nothing that still comes of it is wanted.
    case abort(attempt: UInt64)
    /// The work is done.
    case answer(JudgeWorkAnswer, JudgeMailbox)
    /// Find out what the endpoint can do; `JudgeLane.setCapabilities` or `probeFailed` tells.
    case probe(endpoint: Int)
    /// A verdict has entered the cache: to be kept for later processes where there is a journal.
    case keep(KeptVerdict)
    /// A second rubric has been answered: to be kept where there is an audit log.
    case shadow(ShadowVerdict)
    /// Something for the log.
    case notice(LaneNotice)
}

/// How a request of the lane ended.
package enum LaneArrival: Sendable {
    case response(HTTPResponse)
    /// There was no response: no connection, no time.
    case failure(ProviderFailure)
}
