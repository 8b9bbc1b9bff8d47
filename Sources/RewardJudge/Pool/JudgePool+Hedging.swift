extension JudgePool {
    /// Plans the second attempt of a call whose first has just begun.
    mutating func scheduleHedge(_ slot: Int, endpoint: Int) {
        let record = calls[slot]
        guard let hedging = settings.hedging, !record.call.isProbe,
            let usual = endpoints[endpoint].latency.percentile95Nanoseconds
        else { return }
        let instant = now + max(usual, hedging.delayNanosecondsMin)
        guard instant < record.call.deadlineNanoseconds else { return }
        wakes.insert(slot, instant: instant, number: record.sequence)
    }

    /// The first attempt is slow. A second one is sent if that is in the budget, no call waits that has not even one, and
    /// an endpoint is free; where it is not so, the moment is past. A call that failed once, for want of room or otherwise, is
    /// never hedged: `retry` voids the plan.
    mutating func hedge(_ slot: Int, _ actions: inout [PoolAction]) {
        let record = calls[slot]
        guard let hedging = settings.hedging, record.running != nil, record.attemptCount < settings.attemptCountMax,
            ready.count(record.call.judge) == 0
        else { return }
        let totals = judges[record.call.judge].hedges.totals(now: now)
        guard Double(totals.some + 1) <= hedging.share * Double(totals.all) else { return }
        let open = openNow(judges[record.call.judge].mask)
        guard open != 0 else { return }
        judges[record.call.judge].hedges.add(all: 0, some: 1, now: now)
        start(slot, endpoint: choose(slot, among: open), isHedge: true, &actions)
    }

    /// Those of a set of endpoints at which something may begin now.
    func openNow(_ set: UInt64) -> UInt64 {
        var open: UInt64 = 0
        for index in endpoints.indices where set & 1 << UInt64(index) != 0 {
            if endpoints[index].availability(now: now) == .now { open |= 1 << UInt64(index) }
        }
        return open
    }
}
