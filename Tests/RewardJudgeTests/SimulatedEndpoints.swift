import RewardJudge

/// Endpoints that behave as real ones were seen to: usual latencies with a long tail, failures now and then, storms of rate
/// limits with and without a wait, hangs, outages, accounts without credit; and that recover from all of it.
struct SimulatedEndpoints {
    private var behaviours: [Behaviour]
    /// When the answers under way come, by endpoint.
    private var answerInstants: [[UInt64]]
    private var random: PoolRandom

    struct Behaviour {
        /// Of a usual answer.
        var latencySeconds = 0.5
        /// Share of answers that take up to twenty times as long.
        var slowShare = 0.02
        /// Share of attempts that fail with a passing failure.
        var failureShare = 0.02
        /// Share of attempts that are refused for want of room, whatever there is.
        var refusalShare = 0.0
        /// Attempts that are worked on at once; more are refused. Nil where all are.
        var roomCount: Int?
        /// What an attempt without room gets.
        var refusal = ProviderFailure(.overloaded, message: "")
        /// What happens when, in order; between them the endpoint is well.
        var episodes: [Episode] = []
    }

    struct Episode {
        var start: UInt64
        var end: UInt64
        var trouble: Trouble
    }

    enum Trouble: CaseIterable {
        case rateLimit, rateLimitWithWait, overload, hang, refusedConnection, sameServerError, noCredit, wrongKey
        case nothingRemaining
    }

    /// What an attempt comes to and when; no end at all when it hangs.
    struct Reply {
        var afterNanoseconds: UInt64
        var outcome: AttemptOutcome
    }

    init(_ behaviours: [Behaviour], seed: UInt64) {
        self.behaviours = behaviours
        answerInstants = behaviours.map { _ in [] }
        random = PoolRandom(seed: seed)
    }

    /// Endpoints of which each has up to three episodes in the first `duration` nanoseconds.
    static func troubled(count: Int, duration: UInt64, random: inout PoolRandom) -> SimulatedEndpoints {
        let behaviours = (0..<count).map { _ in
            var behaviour = Behaviour()
            behaviour.latencySeconds = 0.02 + random.unit() * 2
            behaviour.slowShare = random.unit() * 0.1
            behaviour.failureShare = random.unit() < 0.5 ? 0 : random.unit() * 0.3
            behaviour.episodes = (0..<random.index(below: 4)).map { _ in
                let start = random.next() % duration
                let trouble = Trouble.allCases[random.index(below: Trouble.allCases.count)]
                return Episode(start: start, end: start + random.next() % (duration / 3), trouble: trouble)
            }
            return behaviour
        }
        return SimulatedEndpoints(behaviours, seed: random.next())
    }

    mutating func reply(endpoint: Int, tokens: Int, now: UInt64) -> Reply? {
        let behaviour = behaviours[endpoint]
        if let episode = behaviour.episodes.first(where: { $0.start <= now && now < $0.end }) {
            return reply(in: episode, behaviour, tokens: tokens, now: now)
        }
        answerInstants[endpoint].removeAll { $0 <= now }
        let hasRoom = behaviour.roomCount.map { answerInstants[endpoint].count < $0 } ?? true
        if !hasRoom || behaviour.refusalShare > 0 && random.unit() < behaviour.refusalShare {
            return Reply(afterNanoseconds: 5_000_000, outcome: .failure(behaviour.refusal, nil))
        }
        let isSlow = random.unit() < behaviour.slowShare
        let latency = behaviour.latencySeconds * (0.5 + random.unit()) * (isSlow ? 1 + random.unit() * 19 : 1)
        let after = UInt64(latency * 1e9)
        if behaviour.roomCount != nil { answerInstants[endpoint].append(now + after) }
        if random.unit() < behaviour.failureShare {
            return Reply(afterNanoseconds: after, outcome: .failure(passingFailure(), nil))
        }
        return Reply(afterNanoseconds: after, outcome: .success(usage(tokens), nil))
    }

    private mutating func reply(
        in episode: Episode, _ behaviour: Behaviour, tokens: Int, now: UInt64
    ) -> Reply? {
        var after = UInt64(random.unit() * 2e7)
        let outcome: AttemptOutcome
        switch episode.trouble {
        case .rateLimit: outcome = .failure(ProviderFailure(.rateLimited, message: ""), nil)
        case .rateLimitWithWait:
            let wait = random.unit() < 0.1 ? UInt64.max : UInt64(random.unit() * 10e9)
            outcome = .failure(ProviderFailure(.rateLimited, message: "", retryAfterNanoseconds: wait), nil)
        case .overload: outcome = .failure(ProviderFailure(.overloaded, message: ""), nil)
        case .hang: return nil
        case .refusedConnection: outcome = .failure(ProviderFailure(.transport, message: ""), nil)
        case .sameServerError:
            outcome = .failure(ProviderFailure(.serverError, statusCode: 500, message: "", bodyHash: 99), nil)
        case .noCredit: outcome = .failure(ProviderFailure(.billing, message: ""), nil)
        case .wrongKey: outcome = .failure(ProviderFailure(.authentication, message: ""), nil)
        case .nothingRemaining:
            after = UInt64(behaviour.latencySeconds * 1e9)
            let window = RateHints.Window(
                limit: 100, remaining: 0, resetNanoseconds: random.unit() < 0.1 ? .max : UInt64(random.unit() * 5e9))
            outcome = .success(usage(tokens), RateHints(requests: window))
        }
        return Reply(afterNanoseconds: after, outcome: outcome)
    }

    private mutating func passingFailure() -> ProviderFailure {
        let kinds: [ProviderFailure.Kind] = [
            .serverError, .modelError, .transport, .overloaded, .malformedReply, .contentFilter, .badRequest,
        ]
        return ProviderFailure(kinds[random.index(below: kinds.count)], message: "", bodyHash: random.next())
    }

    private mutating func usage(_ tokens: Int) -> TokenUsage {
        // Endpoints use less than was estimated, sometimes more, and some do not say.
        let input = random.unit() < 0.1 ? 0 : Int(Double(tokens) * random.unit() * 1.2)
        return TokenUsage(inputCount: input, outputCount: input / 4, cachedInputCount: input / 2)
    }
}
