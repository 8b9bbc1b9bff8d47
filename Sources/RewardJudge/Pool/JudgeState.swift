/// What the pool keeps for one judge.
struct JudgeState: Sendable {
    /// The endpoints of its route, a bit each.
    let mask: UInt64
    /// By endpoint; 0 for those it has not.
    let weights: [Double]
    /// Calls that wait for a retry.
    var waitingCount = 0
    /// Calls of the last ten seconds, and the retries that were granted.
    var retries = WindowTally(windowNanoseconds: 10_000_000_000)
    /// The same calls, and the hedges.
    var hedges = WindowTally(windowNanoseconds: 10_000_000_000)

    init(route: JudgeRoute, endpointCount: Int) {
        var mask: UInt64 = 0
        var weights = Array(repeating: 0.0, count: endpointCount)
        for member in route.members {
            precondition(member.endpoint < endpointCount, "a judge's endpoint is one of the pool's")
            precondition(mask & 1 << UInt64(member.endpoint) == 0, "an endpoint is in a judge's route once")
            precondition(member.weight > 0 && member.weight.isFinite, "a weight is above 0")
            mask |= 1 << UInt64(member.endpoint)
            weights[member.endpoint] = member.weight
        }
        precondition(mask != 0, "a judge has an endpoint")
        self.mask = mask
        self.weights = weights
    }
}
