import RewardJudge

/// A pool with a hand on its clock.
struct PoolFixture {
    var pool: JudgePool
    /// What the last event made the pool do.
    private(set) var actions: [PoolAction] = []
    /// Seconds of the pool's clock.
    private(set) var seconds: Double = 1_000

    static let second: UInt64 = 1_000_000_000

    init(
        endpoints: [EndpointLimits] = [EndpointLimits()], judges: [JudgeRoute]? = nil,
        settings: PoolSettings = PoolSettings(), seed: UInt64 = 1
    ) {
        let everyEndpoint = JudgeRoute(endpoints.indices.map { JudgeRoute.Member(endpoint: $0) })
        pool = JudgePool(endpoints: endpoints, judges: judges ?? [everyEndpoint], settings: settings, seed: seed)
    }

    var now: UInt64 { UInt64((seconds * 1e9).rounded()) }

    /// Moves the clock without telling the pool.
    mutating func wait(_ duration: Double) {
        seconds += duration
    }

    /// Moves the clock to the pool's next timer and tells it.
    mutating func advanceToTimer() {
        guard let timer = pool.nextTimerNanoseconds else { return }
        seconds = Double(timer) / 1e9
        advance()
    }

    mutating func advance(by duration: Double = 0) {
        seconds += duration
        actions = []
        pool.advance(to: now, &actions)
    }

    mutating func submit(
        _ identifier: UInt64, judge: Int = 0, within duration: Double = 60, tokens: Int = 100, prefix: UInt64 = 0,
        isProbe: Bool = false
    ) {
        actions = []
        let call = PooledCall(
            identifier: identifier, judge: judge, prefixHash: prefix, estimatedTokenCount: tokens,
            deadlineNanoseconds: now + UInt64(duration * 1e9), isProbe: isProbe)
        pool.submit(call, now: now, &actions)
    }

    mutating func end(_ attempt: AttemptIdentifier?, _ outcome: AttemptOutcome) {
        actions = []
        guard let attempt else { return }
        pool.attemptEnded(attempt, outcome, now: now, &actions)
    }

    mutating func succeed(_ attempt: AttemptIdentifier?, tokens: Int = 100, hints: RateHints? = nil) {
        end(attempt, .success(TokenUsage(inputCount: tokens), hints))
    }

    mutating func fail(
        _ attempt: AttemptIdentifier?, _ kind: ProviderFailure.Kind, retryAfter: Double? = nil, bodyHash: UInt64 = 0
    ) {
        end(attempt, .failure(Self.failure(kind, retryAfter: retryAfter, bodyHash: bodyHash), nil))
    }

    static func failure(
        _ kind: ProviderFailure.Kind, retryAfter: Double? = nil, bodyHash: UInt64 = 0
    ) -> ProviderFailure {
        ProviderFailure(
            kind, message: "", retryAfterNanoseconds: retryAfter.map { UInt64($0 * 1e9) }, bodyHash: bodyHash)
    }

    mutating func cancel(_ identifier: UInt64) {
        actions = []
        pool.cancel(identifier, now: now, &actions)
    }

    mutating func cancelAll(_ reason: JudgePool.CancelReason) {
        actions = []
        pool.cancelAll(reason, now: now, &actions)
    }

    /// The attempts that the last event began.
    var started: [Started] {
        actions.compactMap { action in
            switch action {
            case .start(let attempt, let call, let endpoint, let timeout):
                Started(attempt: attempt, call: call, endpoint: endpoint, timeout: Double(timeout) / 1e9)
            case .abort, .recovered, .finish: nil
            }
        }
    }

    struct Started {
        var attempt: AttemptIdentifier
        var call: UInt64
        var endpoint: Int
        var timeout: Double
    }

    /// How the last event ended a call; nil when it did not.
    func outcome(of identifier: UInt64) -> PoolOutcome? {
        for action in actions {
            switch action {
            case .finish(identifier, let outcome): return outcome
            case .start, .abort, .recovered, .finish: continue
            }
        }
        return nil
    }
}
