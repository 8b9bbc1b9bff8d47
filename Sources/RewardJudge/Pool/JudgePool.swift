/// Decides when and where judge calls are sent, sent again and given up: a state machine that knows identifiers and sizes, and
/// neither texts nor sockets.
///
/// Every event appends to a list what the driver has to do, in order. Every call that is submitted is finished exactly once,
/// by its deadline at the latest provided that `advance` is called when a timer is due.
///
/// **Order.** A judge's calls start by earliest deadline, those of the same deadline as they came; probes go first. An endpoint
/// that several judges share takes the call that is first over all of them. So nothing starves: a call that waits is overtaken
/// only by calls that must be over before it. Under overload that order would spend every endpoint on calls that end just
/// before their answer; so a call that has less time left than twice what the endpoint usually takes is given up with `deadline`
/// when others wait behind it.
///
/// **Failures.** See `RetryPolicy`, `Breaker`, `Suspension`, `ConcurrencyLimit`, `RateBucket` and `DailyBudget` for the rules, each
/// by itself. A call is sent again to another endpoint at once where one is free, else after a wait. Retries are granted up to
/// a share of the judge's calls of the last ten seconds.
///
/// **Cost.** An event takes O(log n) in the calls at hand, and goes over the endpoints (at most 64) and judges.
package struct JudgePool: Sendable {
    /// A set of endpoints is a word's bits.
    package static let endpointCountMax = 64

    let settings: PoolSettings
    var endpoints: [EndpointState]
    var judges: [JudgeState]
    var calls = CallTable()
    var attempts = AttemptTable()
    /// Every unfinished call, by its deadline.
    var deadlines = SlotQueues()
    /// Calls to look at before that: a retry is due, or a hedge.
    var wakes = SlotQueues()
    /// Calls that could begin, in a queue for each judge: probes first, then by deadline, then as they came.
    var ready: SlotQueues
    var prefixes = PrefixTable()
    var random: PoolRandom
    var counts = PoolStatistics()
    /// The latest instant that an event named.
    var now: UInt64 = 0
    private var sequence: UInt64 = 0
    private var isShuttingDown = false

    /// - Parameters:
    ///   - endpoints: 1 to 64.
    ///   - judges: who answers for what; a call names its judge by index. A probe of one endpoint is a judge of its own.
    ///   - seed: of everything that is left to chance: jitter, and which two endpoints are compared.
    package init(endpoints: [EndpointLimits], judges: [JudgeRoute], settings: PoolSettings, seed: UInt64) {
        precondition(
            (1...Self.endpointCountMax).contains(endpoints.count), "a pool has 1 to \(Self.endpointCountMax) endpoints")
        let alone = Set(judges.compactMap { $0.members.count == 1 ? $0.members[0].endpoint : nil })
        self.settings = settings.checked
        self.endpoints = endpoints.enumerated().map { index, limits in
            EndpointState(limits: limits.checked, isAlone: alone.contains(index))
        }
        self.judges = judges.map { JudgeState(route: $0, endpointCount: endpoints.count) }
        ready = SlotQueues(queueCount: judges.count)
        random = PoolRandom(seed: seed)
    }

    // MARK: Events

    /// Takes a call. A deadline that is over, a full queue or endpoints without credit finish it at once.
    package mutating func submit(_ call: PooledCall, now: UInt64, _ actions: inout [PoolAction]) {
        precondition(judges.indices.contains(call.judge), "a call's judge is one of the pool's")
        begin(now, &actions)
        counts.callCount += 1
        if let failure = refusal(of: call) {
            counts.count(.failed(failure))
            actions.append(.finish(call: call.identifier, .failed(failure)))
        } else {
            var call = call
            call.estimatedTokenCount = min(max(0, call.estimatedTokenCount), EndpointLimits.callTokenCountMax)
            sequence += 1
            let slot = calls.insert(CallRecord(call: call, sequence: sequence))
            deadlines.insert(slot, instant: call.deadlineNanoseconds, number: sequence)
            enqueue(slot)
        }
        dispatch(&actions)
    }

    /// Takes the end of an attempt. One that was aborted, or ended before, is ignored.
    package mutating func attemptEnded(
        _ identifier: AttemptIdentifier, _ outcome: AttemptOutcome, now: UInt64, _ actions: inout [PoolAction]
    ) {
        // The attempt ended before any timer that is due by now is looked at: what it used is counted in any case.
        self.now = max(self.now, now)
        if let attempt = attempts.remove(identifier) {
            settle(attempt, outcome, &actions)
            resolve(attempt, outcome, &actions)
        }
        begin(now, &actions)
        dispatch(&actions)
    }

    /// Finishes a call as cancelled; nothing happens when it is not at hand.
    package mutating func cancel(_ identifier: UInt64, now: UInt64, _ actions: inout [PoolAction]) {
        begin(now, &actions)
        if let slot = calls.slot(of: identifier) {
            finish(slot, .failed(.cancelled), &actions)
        }
        dispatch(&actions)
    }

    /// Why everything is given up.
    package enum CancelReason: Sendable {
        case cancelled
        /// Calls submitted later are refused, too.
        case shuttingDown
    }

    /// Finishes every call, in the order in which they came.
    package mutating func cancelAll(_ reason: CancelReason, now: UInt64, _ actions: inout [PoolAction]) {
        begin(now, &actions)
        let failure: PoolFailure
        switch reason {
        case .cancelled: failure = .cancelled
        case .shuttingDown:
            failure = .shuttingDown
            isShuttingDown = true
        }
        for slot in calls.slotsInOrder {
            finish(slot, .failed(failure), &actions)
        }
    }

    /// Does what is due by now. Called when `nextTimerNanoseconds` comes; earlier does no harm.
    package mutating func advance(to now: UInt64, _ actions: inout [PoolAction]) {
        begin(now, &actions)
        dispatch(&actions)
    }

    /// The instant at which `advance` is wanted next; nil when only an event of the driver's can change anything. Always later
    /// than the last event.
    package var nextTimerNanoseconds: UInt64? {
        var next = deadlines.first()?.instant
        func consider(_ instant: UInt64) { next = min(next ?? instant, instant) }
        if let wake = wakes.first() { consider(wake.instant) }
        let wanted = judges.indices.reduce(0) { ready.count($1) == 0 ? $0 : $0 | judges[$1].mask }
        for index in endpoints.indices where wanted & 1 << UInt64(index) != 0 {
            switch endpoints[index].availability(now: now) {
            case .at(let instant): consider(instant)
            case .now, .afterAttempt, .suspended, .spent: break
            }
        }
        return next
    }

    // MARK: What it holds

    package var statistics: PoolStatistics {
        var statistics = counts
        statistics.inFlightCount = attempts.count
        statistics.queuedCount = queuedCount
        return statistics
    }

    package func status(ofEndpoint index: Int) -> EndpointStatus {
        let endpoint = endpoints[index]
        return EndpointStatus(
            inFlightCount: endpoint.inFlightCount, concurrencyLimit: endpoint.concurrency.count,
            attemptCount: endpoint.attemptCount, failureCount: endpoint.failureCount,
            breaker: endpoint.breaker.state, suspension: endpoint.suspension.state,
            latencyNanoseconds: endpoint.latency.meanNanoseconds(now: now).map { UInt64($0) },
            heldUntilNanoseconds: endpoint.heldUntil, spentToday: endpoint.budget.spent,
            reserved: endpoint.budget.reserved)
    }

    /// Everything that is kept for calls under way, added up: 0 when the pool is quiet.
    package var heldCount: Int {
        calls.count + attempts.count + deadlines.count + wakes.count + queuedCount
            + endpoints.reduce(0) { $0 + $1.inFlightCount + $1.budget.reserved.tokenCount }
    }

    // MARK: Steps of an event

    /// Whether calls wait for an endpoint.
    var hasReadyCalls: Bool { !ready.isEmpty }

    /// Calls that wait, for an endpoint or for a retry.
    private var queuedCount: Int { judges.reduce(ready.count) { $0 + $1.waitingCount } }

    private func refusal(of call: PooledCall) -> PoolFailure? {
        if isShuttingDown { return .shuttingDown }
        if call.deadlineNanoseconds <= now { return .deadline }
        let ofItsJudge = ready.count(call.judge) + judges[call.judge].waitingCount
        return ofItsJudge >= settings.queuedCallCountMax || queuedCount >= settings.queuedCallCountTotalMax
            ? .queueFull : nil
    }

    /// Moves the time on, and does what came due on the way: deadlines first, since a call that is over needs no retry.
    private mutating func begin(_ instant: UInt64, _ actions: inout [PoolAction]) {
        now = max(now, instant)
        while let first = deadlines.first(), first.instant <= now {
            finish(first.slot, .failed(.deadline), &actions)
        }
        while let first = wakes.first(), first.instant <= now {
            wakes.remove(first.slot)
            switch calls[first.slot].phase {
            case .waiting:
                judges[calls[first.slot].call.judge].waitingCount -= 1
                enqueue(first.slot)
            case .running: hedge(first.slot, &actions)
            case .ready: preconditionFailure("a call that is ready waits for no timer")
            }
        }
    }

    /// Puts a call into its judge's queue.
    private mutating func enqueue(_ slot: Int) {
        calls[slot].phase = .ready
        let record = calls[slot]
        ready.insert(
            slot, into: record.call.judge, instant: record.call.isProbe ? 0 : record.call.deadlineNanoseconds,
            number: record.sequence)
    }
}
