/// Everything the pool knows of one endpoint.
struct EndpointState: Sendable {
    let limits: EndpointLimits
    private(set) var inFlightCount = 0
    /// Attempts that were begun, and those of them that ended without an answer.
    private(set) var attemptCount = 0
    private(set) var failureCount = 0
    private(set) var concurrency: ConcurrencyLimit
    private(set) var breaker: Breaker
    private(set) var suspension = Suspension()
    private(set) var budget: DailyBudget
    private(set) var latency = LatencyEstimate()
    /// Whether an attempt was answered, or took all the time it had: until then the endpoint may be warming up. A connection
    /// refused or a `503` may come from a server that is still loading its model.
    private(set) var isWarm = false
    private var requests: RateBucket?
    private var tokens: RateBucket?
    /// Nothing begins before this instant, because the endpoint said so.
    private(set) var heldUntil: UInt64 = 0
    /// Rate limits in a row that named no time to wait.
    private var refusalCount = 0

    enum Availability: Sendable, Equatable {
        case now
        case at(UInt64)
        /// When an attempt under way ends.
        case afterAttempt
        case suspended
        case spent
    }

    init(limits: EndpointLimits, isAlone: Bool) {
        self.limits = limits
        concurrency = ConcurrencyLimit(start: limits.concurrencyStart, max: limits.concurrencyMax)
        breaker = Breaker(isAlone: isAlone)
        budget = DailyBudget(tokenCountMax: limits.tokensPerDay, costNanosMax: limits.costNanosPerDay)
        requests = limits.requestsPerMinute.map(RateBucket.init(perMinute:))
        tokens = limits.tokensPerMinute.map(RateBucket.init(perMinute:))
    }

    /// Whether an attempt of any size may begin.
    func availability(now: UInt64) -> Availability {
        if suspension.isClosed(now: now) { return .suspended }
        switch budget.room(now: now) {
        case .none: return .spent
        case .reserved: return .afterAttempt
        case .some: break
        }
        guard inFlightCount < concurrency.count, let breakerFreeAt = breaker.freeAt else { return .afterAttempt }
        let freeAt = max(breakerFreeAt, heldUntil, requests?.freeAt ?? 0, tokens?.freeAt ?? 0)
        return freeAt <= now ? .now : .at(freeAt)
    }

    /// Begins an attempt; the endpoint must be available.
    mutating func start(tokenCount: Int, now: UInt64) -> Attempt.Terms {
        let terms = Attempt.Terms(
            tokenCount: tokenCount, costNanos: limits.prices.costMax(tokenCount: tokenCount),
            isBreakerProbe: breaker.started(), isSuspensionProbe: suspension.started())
        inFlightCount += 1
        attemptCount += 1
        requests?.take(1, now: now)
        tokens?.take(tokenCount, now: now)
        budget.reserve(terms.amount, now: now)
        return terms
    }

    /// What an attempt's end meant for the endpoint.
    struct Effect {
        var costNanos = 0
        var didOpenBreaker = false
        /// The attempt that looked whether it has recovered found that it has.
        var didCloseBreaker = false
    }

    mutating func succeeded(_ attempt: Attempt, usage: TokenUsage, now: UInt64) -> Effect {
        let tokenCount = usage.inputCount + usage.outputCount
        let cost = limits.prices.cost(of: usage)
        // A reply without usage was not for nothing: the estimate stands.
        let actual =
            tokenCount > 0
            ? DailyBudget.Amount(tokenCount: tokenCount, costNanos: cost) : attempt.terms.amount
        concurrency.succeeded(wasNeeded: inFlightCount * 2 >= concurrency.count)
        close(attempt, spent: actual, now: now)
        latency.add(nanoseconds: now - attempt.startedAt, now: now)
        isWarm = true
        if attempt.startedAt >= heldUntil { refusalCount = 0 }
        if attempt.terms.isSuspensionProbe { suspension.probeSucceeded() }
        let didOpen = breaker.ended(
            .healthy, wasProbe: attempt.terms.isBreakerProbe, startedAt: attempt.startedAt, now: now)
        return Effect(costNanos: cost, didOpenBreaker: didOpen, didCloseBreaker: didClose(attempt))
    }

    mutating func failed(_ attempt: Attempt, _ failure: ProviderFailure, now: UInt64) -> Effect {
        failureCount += 1
        let isTimeout = failure.kind == .timeout
        // After a timeout nobody knows what the endpoint did and bills; any other failure costs no tokens.
        close(attempt, spent: isTimeout ? attempt.terms.amount : DailyBudget.Amount(), now: now)
        if isTimeout {
            isWarm = true
            latency.addAtLeast(nanoseconds: now - attempt.startedAt, now: now)
        }
        switch failure.kind {
        case .rateLimited, .overloaded: refused(attempt, failure, now: now)
        case .serverError, .modelError, .timeout, .transport, .billing, .authentication, .forbidden, .notFound,
            .badRequest, .contextTooLong, .contentFilter, .malformedReply:
            break
        }
        if failure.kind == .billing {
            suspension.billingFailed(wasProbe: attempt.terms.isSuspensionProbe, now: now)
        } else if attempt.terms.isSuspensionProbe {
            suspension.probeLost(now: now)
        }
        let didOpen = breaker.ended(
            Self.sign(of: failure.kind), wasProbe: attempt.terms.isBreakerProbe, startedAt: attempt.startedAt,
            now: now)
        return Effect(didOpenBreaker: didOpen, didCloseBreaker: didClose(attempt))
    }

    /// Whether the breaker closed by an attempt that has just ended.
    private func didClose(_ attempt: Attempt) -> Bool {
        attempt.terms.isBreakerProbe && breaker.state == .closed
    }

    /// The pool let the attempt go. It says something of the endpoint only when it had run for long: four times the usual
    /// latency and a second, or half of the timeout where nothing is usual yet.
    mutating func abandoned(_ attempt: Attempt, timeoutNanoseconds: UInt64, now: UInt64) -> Effect {
        close(attempt, spent: attempt.terms.amount, now: now)
        let elapsed = now - attempt.startedAt
        let usual = latency.meanNanoseconds(now: now)
        let isTooLong = usual.map { Double(elapsed) >= max(1e9, 4 * $0) } ?? (elapsed >= timeoutNanoseconds / 2)
        latency.addAtLeast(nanoseconds: elapsed, now: now)
        if attempt.terms.isSuspensionProbe { suspension.probeLost(now: now) }
        let didOpen = breaker.ended(
            isTooLong ? .failing : .unknown, wasProbe: attempt.terms.isBreakerProbe, startedAt: attempt.startedAt,
            now: now)
        return Effect(didOpenBreaker: didOpen)
    }

    /// Takes an endpoint's word that nothing is left, for as long as any wait lasts at most.
    mutating func apply(_ hints: RateHints, now: UInt64) {
        for window in [hints.requests, hints.tokens, hints.inputTokens, hints.outputTokens] {
            guard window.remaining == 0, let reset = window.resetNanoseconds else { continue }
            heldUntil = max(heldUntil, now + min(reset, RetryPolicy.waitNanosecondsMax))
        }
    }

    private mutating func close(_ attempt: Attempt, spent actual: DailyBudget.Amount, now: UInt64) {
        precondition(inFlightCount > 0, "an attempt that ends was in flight")
        inFlightCount -= 1
        budget.settle(reserved: attempt.terms.amount, spent: actual)
        let estimate = attempt.terms.tokenCount
        if actual.tokenCount < estimate {
            tokens?.giveBack(estimate - actual.tokenCount)
        } else if actual.tokenCount > estimate {
            tokens?.take(actual.tokenCount - estimate, now: now)
        }
    }

    private mutating func refused(_ attempt: Attempt, _ failure: ProviderFailure, now: UInt64) {
        // Attempts that were under way when the last rest began tell nothing of the limit since then.
        let isNew = attempt.startedAt >= heldUntil
        if let asked = failure.retryAfterNanoseconds, asked > 0 {
            if isNew { concurrency.halve() }
            heldUntil = max(heldUntil, now + min(asked, RetryPolicy.waitNanosecondsMax))
        } else if failure.kind == .rateLimited {
            guard isNew else { return }
            concurrency.halve()
            // Without a word on how long, the endpoint rests as long as a retry would wait at most.
            refusalCount += 1
            heldUntil = now + RetryPolicy.ceiling(attempt: refusalCount)
        } else {
            concurrency.refused(isWarm: isWarm)
        }
    }

    /// A failure that lies with the call, or that comes with a wait of its own, leaves the endpoint in good health.
    private static func sign(of kind: ProviderFailure.Kind) -> Breaker.Sign {
        switch kind {
        case .serverError, .modelError, .timeout, .transport, .overloaded, .authentication, .forbidden, .notFound,
            .malformedReply:
            .failing
        case .rateLimited, .billing, .badRequest, .contextTooLong, .contentFilter: .healthy
        }
    }
}
