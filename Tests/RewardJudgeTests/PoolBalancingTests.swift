import RewardJudge
import Testing

/// Where calls go, and how fast: balancing, limits, budgets, hedges.
@Suite struct PoolBalancingTests {
    @Test func fasterAndHeavierEndpointsGetMore() {
        let endpoints = [EndpointLimits(), EndpointLimits()]
        let route = JudgeRoute([.init(endpoint: 0, weight: 1), .init(endpoint: 1, weight: 3)])
        var fixture = PoolFixture(
            endpoints: endpoints.map { _ in EndpointLimits(concurrencyStart: 64, concurrencyMax: 64) },
            judges: [route])
        var counts = [0, 0]
        for identifier in 0..<32 as Range<UInt64> {
            fixture.submit(identifier)
            for started in fixture.started { counts[started.endpoint] += 1 }
        }
        #expect(counts == [8, 24])
    }

    @Test func prefixGoesWhereItWentLastUnlessThatIsTwiceAsLoaded() {
        let wide = EndpointLimits(concurrencyStart: 64, concurrencyMax: 64)
        var fixture = PoolFixture(endpoints: [wide, wide, wide])
        fixture.submit(1, prefix: 77)
        let first = fixture.started.first?.endpoint
        fixture.succeed(fixture.started.first?.attempt)
        for identifier in 2..<30 as Range<UInt64> {
            fixture.submit(identifier, prefix: 77)
            #expect(fixture.started.first?.endpoint == first)
            fixture.wait(0.01)
            fixture.succeed(fixture.started.first?.attempt)
        }
        var places: Set<Int> = []
        for identifier in 30..<60 as Range<UInt64> {
            fixture.submit(identifier, prefix: 77)
            places.formUnion(fixture.started.map(\.endpoint))
        }
        #expect(places.count == 3)
    }

    @Test func requestsPerMinuteSpreadCallsOverTime() {
        var fixture = PoolFixture(endpoints: [EndpointLimits(requestsPerMinute: 60)])
        var startedCount = 0
        for identifier in 0..<100 as Range<UInt64> {
            fixture.submit(identifier, within: 59)
            startedCount += fixture.started.count
            for started in fixture.started { fixture.succeed(started.attempt) }
        }
        #expect(startedCount == 7)
        let before = fixture.now
        fixture.advanceToTimer()
        #expect(fixture.started.count == 1)
        #expect(fixture.now == before + PoolFixture.second)
    }

    @Test func tokensAreSettledFromUsage() {
        var fixture = PoolFixture(endpoints: [EndpointLimits(tokensPerMinute: 6_000)])
        fixture.submit(1, tokens: 1_000)
        let attempt = fixture.started.first?.attempt
        fixture.submit(2, tokens: 10)
        #expect(fixture.started.isEmpty)
        fixture.succeed(attempt, tokens: 100)
        #expect(fixture.started.map(\.call) == [2])
    }

    @Test func nothingRemainingHoldsTheEndpointUntilItsReset() {
        var fixture = PoolFixture()
        fixture.submit(1)
        let hints = RateHints(requests: .init(limit: 10, remaining: 0, resetNanoseconds: 3 * PoolFixture.second))
        fixture.succeed(fixture.started.first?.attempt, hints: hints)
        fixture.submit(2)
        #expect(fixture.started.isEmpty)
        let before = fixture.now
        fixture.advanceToTimer()
        #expect(fixture.now == before + 3 * PoolFixture.second)
        #expect(fixture.started.map(\.call) == [2])
        let unknown = RateHints(
            requests: .init(remaining: -1, resetNanoseconds: 3 * PoolFixture.second),
            tokens: .init(limit: 0, remaining: 0))
        fixture.succeed(fixture.started.first?.attempt, hints: unknown)
        fixture.submit(3)
        #expect(fixture.started.map(\.call) == [3])
    }

    @Test func refusalsOfAllThatIsUnderWayHalveConcurrency() {
        var fixture = PoolFixture()
        var attempts: [AttemptIdentifier] = []
        for identifier in 0..<8 as Range<UInt64> {
            fixture.submit(identifier)
            attempts += fixture.started.map(\.attempt)
        }
        fixture.wait(1)
        for attempt in attempts { fixture.fail(attempt, .overloaded) }
        #expect(fixture.pool.status(ofEndpoint: 0).concurrencyLimit == 4)
        #expect(fixture.pool.statistics.overloadedCount == 8)
    }

    @Test func openBreakerSendsCallsElsewhereAndLooksLater() {
        var fixture = PoolFixture(endpoints: [EndpointLimits(), EndpointLimits()])
        var identifier: UInt64 = 0
        for _ in 0..<40 {
            identifier += 1
            fixture.submit(identifier)
            guard let started = fixture.started.first else { continue }
            if started.endpoint == 0 {
                fixture.fail(started.attempt, .authentication)
            } else {
                fixture.wait(0.01)
                fixture.succeed(started.attempt)
            }
        }
        #expect(fixture.pool.statistics.breakerOpeningCount == 1)
        #expect(fixture.pool.statistics.failedCount == 5)
        #expect(fixture.pool.status(ofEndpoint: 0).breaker != .closed)
        fixture.wait(6)
        var looks = 0
        for _ in 0..<10 {
            identifier += 1
            fixture.submit(identifier)
            looks += fixture.started.filter { $0.endpoint == 0 }.count
        }
        #expect(looks == 1)
    }

    @Test func callsWaitForAnOpenBreaker() {
        var fixture = PoolFixture()
        for identifier in 0..<20 as Range<UInt64> {
            fixture.submit(identifier)
            fixture.fail(fixture.started.first?.attempt, .malformedReply)
        }
        #expect(fixture.pool.statistics.breakerOpeningCount == 1)
        fixture.submit(100)
        fixture.submit(101)
        #expect(fixture.actions.isEmpty)
        fixture.advanceToTimer()
        #expect(fixture.started.map(\.call) == [100])
        fixture.succeed(fixture.started.first?.attempt)
        #expect(fixture.started.map(\.call) == [101])
    }

    @Test func accountWithoutCreditIsLeftAloneAndCallsDoNotWaitForIt() {
        var fixture = PoolFixture()
        fixture.submit(1)
        let first = fixture.started.first?.attempt
        for _ in 0..<8 { fixture.submit(2 + UInt64(fixture.pool.statistics.callCount)) }
        fixture.fail(first, .billing)
        // The one that waited is told at once; those under way may still be answered.
        #expect(fixture.pool.statistics.suspendedCount == 1)
        fixture.cancelAll(.cancelled)
        fixture.submit(100)
        #expect(fixture.outcome(of: 100) == .failed(.suspended))
        fixture.wait(60)
        fixture.submit(101)
        let look = fixture.started.first?.attempt
        #expect(look != nil)
        fixture.submit(102)
        #expect(fixture.outcome(of: 102) == .failed(.suspended))
        // Whoever looked was cancelled: the next one looks.
        fixture.cancel(101)
        fixture.submit(104)
        let secondLook = fixture.started.first?.attempt
        #expect(secondLook != nil && secondLook != look)
        fixture.succeed(secondLook)
        fixture.submit(103)
        #expect(fixture.started.count == 1)
    }

    @Test func dayWithoutBudgetRefusesUntilTheNext() {
        let limits = EndpointLimits(costNanosPerDay: 250_000, prices: TokenPrices(inputNanos: 1_000))
        var fixture = PoolFixture(endpoints: [limits])
        fixture.submit(1)
        let first = fixture.started.first?.attempt
        fixture.submit(2)
        let second = fixture.started.first?.attempt
        fixture.submit(3)
        let third = fixture.started.first?.attempt
        fixture.submit(4)
        // The three under way may cost 300,000: the fourth waits for what they really do.
        #expect(fixture.actions.isEmpty)
        fixture.succeed(first, tokens: 10)
        #expect(fixture.started.map(\.call) == [4])
        fixture.succeed(fixture.started.first?.attempt, tokens: 100)
        fixture.succeed(second, tokens: 100)
        fixture.succeed(third, tokens: 100)
        #expect(fixture.pool.statistics.costNanos == 310_000)
        fixture.submit(5)
        #expect(fixture.outcome(of: 5) == .failed(.budget))
        fixture.wait(24 * 3_600)
        fixture.submit(6)
        #expect(fixture.started.map(\.call) == [6])
    }

    @Test func whatAnEndpointClaimsOfItsUsageCannotOverflow() {
        let limits = EndpointLimits(
            tokensPerMinute: 1, tokensPerDay: .max, costNanosPerDay: .max,
            prices: TokenPrices(inputNanos: .max, cachedInputNanos: .max, outputNanos: .max))
        var fixture = PoolFixture(endpoints: [limits])
        fixture.submit(1, tokens: .max)
        fixture.end(
            fixture.started.first?.attempt,
            .success(TokenUsage(inputCount: .max, outputCount: .max, cachedInputCount: .min), nil))
        fixture.wait(100)
        fixture.submit(2, tokens: .min)
        fixture.end(
            fixture.started.first?.attempt,
            .success(TokenUsage(inputCount: .min, outputCount: .min, cachedInputCount: .max), nil))
        #expect(fixture.pool.statistics.answeredCount == 2)
        #expect(fixture.pool.heldCount == 0)
    }

    @Test func slowAttemptIsDoubledAndTheFasterOneCounts() {
        var fixture = Self.hedging()
        fixture.submit(1_000)
        let first = fixture.started.first
        fixture.advance(by: 0.6)
        let second = fixture.started.first
        #expect(second?.call == 1_000)
        #expect(second?.endpoint != first?.endpoint)
        fixture.succeed(second?.attempt)
        #expect(fixture.actions.count == 2)
        if let first { #expect(fixture.actions.first == .abort(attempt: first.attempt)) }
        #expect(fixture.pool.statistics.hedgeCount == 1)
        #expect(fixture.pool.statistics.hedgeWonCount == 1)
        #expect(fixture.pool.heldCount == 0)
    }

    @Test func callFailsOnlyWhenBothOfItsAttemptsDid() {
        var fixture = Self.hedging()
        fixture.submit(1_000)
        let first = fixture.started.first
        fixture.advance(by: 0.6)
        let second = fixture.started.first
        fixture.fail(second?.attempt, .rateLimited, retryAfter: 1_000)
        #expect(fixture.actions.isEmpty)
        fixture.succeed(first?.attempt)
        #expect(fixture.outcome(of: 1_000) != nil)
        #expect(fixture.pool.statistics.hedgeWonCount == 0)
    }

    @Test func misconfiguredEndpointOfAHedgeDoesNotEndTheCall() {
        var fixture = Self.hedging()
        fixture.submit(1_000)
        let first = fixture.started.first
        fixture.advance(by: 0.6)
        fixture.fail(fixture.started.first?.attempt, .authentication)
        #expect(fixture.actions.isEmpty)
        fixture.succeed(first?.attempt)
        #expect(fixture.outcome(of: 1_000) == first.map { .answered(by: $0.attempt, endpoint: $0.endpoint) })
    }

    @Test func hedgesStayWithinTheirShareAndAreOffByDefault() {
        var fixture = Self.hedging()
        // 200 calls came in the last ten seconds.
        for identifier in 1_000..<1_030 as Range<UInt64> { fixture.submit(identifier) }
        fixture.advance(by: 0.6)
        #expect(fixture.pool.statistics.hedgeCount == 11)
        var other = Self.hedging(nil)
        other.submit(1_000)
        other.advance(by: 10)
        #expect(other.actions.isEmpty)
    }

    /// Two endpoints that have answered 200 calls within 10 ms each.
    private static func hedging(_ hedging: HedgeSettings? = HedgeSettings()) -> PoolFixture {
        let wide = EndpointLimits(concurrencyStart: 64, concurrencyMax: 64)
        var fixture = PoolFixture(endpoints: [wide, wide], settings: PoolSettings(hedging: hedging))
        for identifier in 0..<200 as Range<UInt64> {
            fixture.submit(identifier)
            fixture.wait(0.01)
            fixture.succeed(fixture.started.first?.attempt)
        }
        return fixture
    }
}
