/// What the driver has to do after an event, in this order.
package enum PoolAction: Sendable, Equatable {
    /// Send the call to the endpoint. The driver ends the attempt with a failure of kind `timeout` when it took longer than
    /// the timeout, which never goes past the call's deadline.
    case start(
        attempt: AttemptIdentifier, call: UInt64, endpoint: Int, timeoutNanoseconds: UInt64)
    /// Let the attempt go. Its outcome, should one still come, is ignored.
    case abort(attempt: AttemptIdentifier)
    /// The endpoint's breaker has closed: what it can do may have changed meanwhile.
    case recovered(endpoint: Int)
    /// The call is over; comes once for every call that was submitted.
    case finish(call: UInt64, PoolOutcome)
}
