import RewardJudge

/// A pool, endpoints and a clock without time in it: plays a plan of calls to its end and looks after every event whether the
/// pool keeps its word. It keeps its own books, so that a mistake of the pool's cannot hide itself.
struct PoolSimulation {
    private(set) var pool: JudgePool
    private var endpoints: SimulatedEndpoints
    private let limits: [EndpointLimits]
    private let routes: [JudgeRoute]
    private let settings: PoolSettings
    private var events = EventHeap<Event>()
    private var live: [UInt64: Live] = [:]
    private var attempts: [AttemptIdentifier: Running] = [:]
    /// Attempts that were aborted; of some the outcome still comes.
    private var aborted: [AttemptIdentifier] = []
    private var random: PoolRandom
    private var grants: [[UInt64]]
    private var requests: [[UInt64]]
    /// When attempts began, by endpoint.
    private var starts: [[UInt64]]
    private var usage = TokenUsage()
    private(set) var now: UInt64 = 0
    private(set) var outcomes: [UInt64: PoolOutcome] = [:]
    private(set) var submittedCount = 0
    private(set) var eventCount = 0
    /// What the pool did wrong; the first few.
    private(set) var faults: [String] = []

    enum Event {
        case submit(PooledCall)
        case end(AttemptIdentifier, AttemptOutcome)
        case cancel(UInt64)
        case cancelAll
    }

    private struct Live {
        var call: PooledCall
        var attemptCount = 0
        var running: Set<AttemptIdentifier> = []
    }

    private struct Running {
        var call: UInt64
        var endpoint: Int
    }

    init(
        endpoints: SimulatedEndpoints, limits: [EndpointLimits], routes: [JudgeRoute], settings: PoolSettings,
        seed: UInt64
    ) {
        self.endpoints = endpoints
        self.limits = limits
        self.routes = routes
        self.settings = settings
        random = PoolRandom(seed: seed)
        grants = Array(repeating: [], count: routes.count)
        requests = Array(repeating: [], count: routes.count)
        starts = Array(repeating: [], count: limits.count)
        pool = JudgePool(endpoints: limits, judges: routes, settings: settings, seed: random.next())
    }

    mutating func plan(_ event: Event, at instant: UInt64) {
        events.insert(event, at: instant)
    }

    /// Plays until nothing is left to happen.
    mutating func run() {
        while faults.isEmpty {
            let timer = pool.nextTimerNanoseconds
            guard let next = [timer, events.nextInstant].compactMap({ $0 }).min() else { break }
            var actions: [PoolAction] = []
            eventCount += 1
            if next == timer {
                // Timers first: a driver looks at them before it reads replies, or after; the end of a call must not depend on it.
                now = next
                pool.advance(to: now, &actions)
                apply(actions)
            } else {
                let (instant, event) = events.removeFirst()
                now = instant
                play(event)
            }
            check()
        }
        checkEnd()
    }

    private mutating func play(_ event: Event) {
        var actions: [PoolAction] = []
        switch event {
        case .submit(let call):
            submittedCount += 1
            live[call.identifier] = Live(call: call)
            pool.submit(call, now: now, &actions)
        case .cancel(let identifier):
            pool.cancel(identifier, now: now, &actions)
            let isFinished = actions.contains { $0 == .finish(call: identifier, .failed(.cancelled)) }
            demand(isFinished == (live[identifier] != nil), "cancelling finishes a call that is live")
        case .cancelAll: pool.cancelAll(.cancelled, now: now, &actions)
        case .end(let attempt, let outcome):
            end(attempt, outcome)
            return
        }
        apply(actions)
    }

    private mutating func end(_ attempt: AttemptIdentifier, _ outcome: AttemptOutcome) {
        var actions: [PoolAction] = []
        let before = pool.statistics
        pool.attemptEnded(attempt, outcome, now: now, &actions)
        guard let running = attempts.removeValue(forKey: attempt) else {
            // It was aborted before: nothing of it may count.
            demand(pool.statistics == before && actions.isEmpty, "the end of an aborted attempt is ignored")
            return
        }
        live[running.call]?.running.remove(attempt)
        switch outcome {
        case .success(let used, _):
            usage.inputCount += used.inputCount
            usage.outputCount += used.outputCount
            usage.cachedInputCount += used.cachedInputCount
        case .failure: noteGrant(running.call, actions)
        }
        apply(actions)
    }

    /// A call that goes on after a failure with no attempt under way was granted a retry.
    private mutating func noteGrant(_ identifier: UInt64, _ actions: [PoolAction]) {
        guard let call = live[identifier], call.running.isEmpty else { return }
        let isOver = actions.contains { action in
            switch action {
            case .finish(identifier, _): true
            case .start, .abort, .recovered, .finish: false
            }
        }
        guard !isOver else { return }
        let judge = call.call.judge
        let second: UInt64 = 1_000_000_000
        let windowStart = now / second < 9 ? 0 : (now / second - 9) * second
        let granted = grants[judge].reversed().prefix { $0 >= windowStart }.count
        let requested = requests[judge].reversed().prefix { $0 >= windowStart }.count
        demand(
            granted < max(settings.retryCountMin, Int(settings.retryShare * Double(requested))),
            "\(granted) retries of \(requested) calls had been granted, and one more was")
        grants[judge].append(now)
    }

    private mutating func apply(_ actions: [PoolAction]) {
        for action in actions {
            switch action {
            case .start(let attempt, let identifier, let endpoint, let timeout):
                start(attempt, identifier, endpoint, timeout)
            case .abort(let attempt):
                let running = attempts.removeValue(forKey: attempt)
                demand(running != nil, "what is aborted is under way")
                if let running { live[running.call]?.running.remove(attempt) }
                aborted.append(attempt)
            case .recovered(let endpoint):
                let isKnown = routes.contains { $0.members.contains { $0.endpoint == endpoint } }
                demand(isKnown, "an endpoint that recovers is a judge's")
            case .finish(let identifier, let outcome): finish(identifier, outcome)
            }
        }
    }

    private mutating func start(
        _ attempt: AttemptIdentifier, _ identifier: UInt64, _ endpoint: Int, _ timeout: UInt64
    ) {
        guard var call = live[identifier] else { return demand(false, "an attempt is of a live call") }
        demand(attempts[attempt] == nil && !aborted.contains(attempt), "an attempt's identifier is new")
        let isMember = routes[call.call.judge].members.contains { $0.endpoint == endpoint }
        demand(isMember, "an endpoint is its judge's")
        demand(timeout > 0 && now + timeout <= call.call.deadlineNanoseconds, "a timeout ends by the deadline")
        if call.attemptCount == 0 { requests[call.call.judge].append(now) }
        call.attemptCount += 1
        call.running.insert(attempt)
        demand(call.attemptCount <= settings.attemptCountMax, "attempts of a call are limited")
        demand(call.running.count <= (settings.hedging == nil ? 1 : 2), "one attempt at a time, or a hedge")
        live[identifier] = call
        attempts[attempt] = Running(call: identifier, endpoint: endpoint)
        let inFlight = attempts.values.count { $0.endpoint == endpoint }
        let status = pool.status(ofEndpoint: endpoint)
        demand(inFlight <= status.concurrencyLimit, "\(inFlight) are in flight of \(status.concurrencyLimit)")
        demand(status.concurrencyLimit <= limits[endpoint].concurrencyMax, "a limit does not pass its maximum")
        demand(status.heldUntilNanoseconds <= now, "an endpoint that asked for rest has it")
        checkRate(endpoint)
        let reply = endpoints.reply(endpoint: endpoint, tokens: call.call.estimatedTokenCount, now: now)
        if let reply, reply.afterNanoseconds < timeout {
            events.insert(.end(attempt, reply.outcome), at: now + reply.afterNanoseconds)
        } else {
            let failure = ProviderFailure(.timeout, message: "")
            events.insert(.end(attempt, .failure(failure, nil)), at: now + timeout)
        }
    }

    /// Over any minute at most 1.1 times the limit and one more begin.
    private mutating func checkRate(_ endpoint: Int) {
        starts[endpoint].append(now)
        guard let limit = limits[endpoint].requestsPerMinute else { return }
        let count = starts[endpoint].reversed().prefix { $0 + 60_000_000_000 > now }.count
        demand(count <= limit + limit / 10 + 1, "\(count) attempts began in a minute that allows \(limit)")
    }

    private mutating func finish(_ identifier: UInt64, _ outcome: PoolOutcome) {
        guard let call = live.removeValue(forKey: identifier) else {
            return demand(false, "call \(identifier) is finished once")
        }
        demand(now <= call.call.deadlineNanoseconds, "a call is finished by its deadline")
        demand(call.running.isEmpty, "no attempt of a finished call is under way")
        outcomes[identifier] = outcome
    }

    private mutating func check() {
        let statistics = pool.statistics
        demand(statistics.inFlightCount == attempts.count, "attempts in flight are those under way")
        let waitingCount = live.values.count { $0.running.isEmpty }
        demand(statistics.queuedCount == waitingCount, "calls that wait are queued")
        demand(statistics.usage == usage, "tokens are counted as they were reported")
        if let timer = pool.nextTimerNanoseconds { demand(timer > now, "a timer lies ahead") }
    }

    private mutating func checkEnd() {
        guard faults.isEmpty else { return }
        let heldCount = pool.heldCount
        demand(live.isEmpty, "every call is finished")
        demand(heldCount == 0, "\(heldCount) things are held when all is quiet")
        let counts = pool.statistics
        let ends =
            counts.answeredCount + counts.failedCount + counts.expiredCount + counts.cancelledCount
            + counts.queueFullCount + counts.suspendedCount + counts.budgetCount
        demand(ends == submittedCount && counts.callCount == submittedCount, "every call is counted once")
    }

    private mutating func demand(_ holds: Bool, _ fault: @autoclosure () -> String) {
        if !holds, faults.count < 5 { faults.append("at \(now): \(fault())") }
    }
}
