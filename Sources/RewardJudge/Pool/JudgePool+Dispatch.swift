extension JudgePool {
    /// What an endpoint can do for a call, as sets of endpoints.
    struct Openings {
        /// Something may begin now.
        var now: UInt64 = 0
        /// Now, or after a wait that calls take upon themselves.
        var ever: UInt64 = 0
        /// The day's budget is spent.
        var spent: UInt64 = 0
    }

    /// Begins as many of the calls that are ready as endpoints have room for, and refuses those for which none ever will have.
    mutating func dispatch(_ actions: inout [PoolAction]) {
        guard !ready.isEmpty else { return }
        var openings = Openings()
        for index in endpoints.indices { look(at: index, &openings) }
        while let (judge, slot) = firstReady(openings.now) {
            let open = judges[judge].mask & openings.now
            let endpoint = choose(slot, among: open)
            ready.remove(slot)
            if isTooLate(slot, endpoint: endpoint, among: open) {
                finish(slot, .failed(.deadline), &actions)
            } else {
                start(slot, endpoint: endpoint, isHedge: false, &actions)
                look(at: endpoint, &openings)
            }
        }
        for judge in judges.indices where judges[judge].mask & openings.ever == 0 {
            let failure: PoolFailure = judges[judge].mask & ~openings.spent == 0 ? .budget : .suspended
            while let first = ready.first(judge) {
                finish(first.slot, .failed(failure), &actions)
            }
        }
    }

    private func look(at index: Int, _ openings: inout Openings) {
        let bit: UInt64 = 1 << UInt64(index)
        openings.now &= ~bit
        openings.ever &= ~bit
        openings.spent &= ~bit
        switch endpoints[index].availability(now: now) {
        case .now:
            openings.now |= bit
            openings.ever |= bit
        case .at, .afterAttempt: openings.ever |= bit
        case .spent: openings.spent |= bit
        case .suspended: break
        }
    }

    /// The first of all calls that are ready and have an endpoint open.
    private func firstReady(_ open: UInt64) -> (judge: Int, slot: Int)? {
        var best: (judge: Int, slot: Int)?
        var bestKey = (instant: UInt64.max, number: UInt64.max)
        for index in judges.indices where judges[index].mask & open != 0 {
            guard let first = ready.first(index), (first.instant, first.number) < bestKey else { continue }
            bestKey = (first.instant, first.number)
            best = (index, first.slot)
        }
        return best
    }

    /// Whether a call would likely only spend what another that waits could use: it has less time left than twice what the
    /// endpoint usually takes, and there are more calls than places. At once that time, half of the calls begun under
    /// overload were seen to end unanswered.
    private func isTooLate(_ slot: Int, endpoint: Int, among open: UInt64) -> Bool {
        let call = calls[slot].call
        guard !call.isProbe, let usual = endpoints[endpoint].latency.meanNanoseconds(now: now),
            Double(call.deadlineNanoseconds - now) < 2 * usual
        else { return false }
        var placeCount = 0
        for index in endpoints.indices where open & 1 << UInt64(index) != 0 {
            placeCount += endpoints[index].concurrency.count - endpoints[index].inFlightCount
        }
        return ready.count(call.judge) >= placeCount
    }

    /// The endpoint of a non-empty set that a call goes to: one that has not failed it, if there is any; of two picked at
    /// random the less loaded (Mitzenmacher, "The Power of Two Choices", 2001); but the one that has the call's prefix in its
    /// cache, unless that is twice as loaded.
    mutating func choose(_ slot: Int, among open: UInt64) -> Int {
        let record = calls[slot]
        let untried = open & ~record.triedMask
        let candidates = untried != 0 ? untried : open
        let count = candidates.nonzeroBitCount
        precondition(count > 0, "an endpoint is chosen from some")
        guard count > 1 else { return candidates.trailingZeroBitCount }
        let judge = record.call.judge
        let firstIndex = random.index(below: count)
        var secondIndex = random.index(below: count - 1)
        if secondIndex >= firstIndex { secondIndex += 1 }
        let first = Self.member(firstIndex, of: candidates)
        let second = Self.member(secondIndex, of: candidates)
        let unmeasured = fastestMean(judge: judge) ?? 1e9
        let firstLoad = load(first, judge: judge, unmeasured: unmeasured)
        let secondLoad = load(second, judge: judge, unmeasured: unmeasured)
        let winner = secondLoad < firstLoad ? second : first
        if let known = prefixes.endpoint(of: record.call.prefixHash), candidates & 1 << UInt64(known) != 0,
            load(known, judge: judge, unmeasured: unmeasured) <= 2 * min(firstLoad, secondLoad)
        {
            return known
        }
        return winner
    }

    /// The latency of a judge's fastest endpoint. One that was not measured counts as fast as that, so that it is tried.
    private func fastestMean(judge: Int) -> Double? {
        var fastest: Double?
        for index in endpoints.indices where judges[judge].mask & 1 << UInt64(index) != 0 {
            guard let mean = endpoints[index].latency.meanNanoseconds(now: now) else { continue }
            fastest = min(fastest ?? mean, mean)
        }
        return fastest
    }

    /// How long a call would take there, roughly: `(in flight + 1) * latency / weight`. Below a millisecond latency tells
    /// nothing of how endpoints differ.
    private func load(_ endpoint: Int, judge: Int, unmeasured: Double) -> Double {
        let latency = endpoints[endpoint].latency.meanNanoseconds(now: now) ?? unmeasured
        return Double(endpoints[endpoint].inFlightCount + 1) * max(1e6, latency) / judges[judge].weights[endpoint]
    }

    private static func member(_ index: Int, of set: UInt64) -> Int {
        var rest = set
        for _ in 0..<index { rest &= rest - 1 }
        return rest.trailingZeroBitCount
    }

    /// Begins an attempt at an endpoint that is available.
    mutating func start(_ slot: Int, endpoint: Int, isHedge: Bool, _ actions: inout [PoolAction]) {
        let call = calls[slot].call
        let timeout = timeoutNanoseconds(of: call, endpoint: endpoint)
        let terms = endpoints[endpoint].start(tokenCount: call.estimatedTokenCount, now: now)
        let identifier = attempts.insert(
            callSlot: slot, endpoint: endpoint, startedAt: now, isHedge: isHedge, terms: terms)
        let former = calls[slot].attemptCount
        counts.attemptCount += 1
        if former == 0 {
            judges[call.judge].retries.add(all: 1, some: 0, now: now)
            judges[call.judge].hedges.add(all: 1, some: 0, now: now)
        } else if isHedge {
            counts.hedgeCount += 1
        } else if let kind = calls[slot].lastFailure {
            counts.countRetry(after: kind)
        }
        calls[slot].phase = .running
        calls[slot].attemptCount = former + 1
        calls[slot].triedMask |= 1 << UInt64(endpoint)
        if isHedge {
            calls[slot].hedge = identifier
        } else {
            calls[slot].running = identifier
        }
        prefixes.record(call.prefixHash, endpoint: endpoint)
        actions.append(
            .start(attempt: identifier, call: call.identifier, endpoint: endpoint, timeoutNanoseconds: timeout))
        if !isHedge, former == 0 { scheduleHedge(slot, endpoint: endpoint) }
    }

    /// How long an attempt may take, never past its call's deadline.
    func timeoutNanoseconds(of call: PooledCall, endpoint: Int) -> UInt64 {
        let usual =
            endpoints[endpoint].isWarm ? settings.timeoutNanoseconds : settings.warmUpTimeoutNanoseconds
        return min(usual, call.deadlineNanoseconds - now)
    }
}
