import RewardJudge
import Testing

/// What becomes of a call whose attempt failed.
@Suite struct PoolRetryTests {
    private let two = [EndpointLimits(), EndpointLimits()]

    @Test func anotherEndpointIsTriedAtOnceAndTheSameOneAfterAWait() {
        var fixture = PoolFixture(endpoints: two)
        fixture.submit(1)
        let first = fixture.started
        fixture.fail(first.first?.attempt, .serverError)
        let second = fixture.started
        #expect(second.map(\.endpoint) == first.map { 1 - $0.endpoint })
        fixture.fail(second.first?.attempt, .transport)
        #expect(fixture.actions.isEmpty)
        let timer = fixture.pool.nextTimerNanoseconds ?? 0
        #expect(timer > fixture.now && timer <= fixture.now + PoolFixture.second)
        fixture.advanceToTimer()
        #expect(fixture.started.count == 1)
        fixture.fail(fixture.started.first?.attempt, .timeout)
        #expect(fixture.outcome(of: 1) == .failed(.retriesExhausted(PoolFixture.failure(.timeout))))
        #expect(fixture.pool.statistics.retryCount(after: .serverError) == 1)
        #expect(fixture.pool.statistics.retryCount(after: .transport) == 1)
        #expect(fixture.pool.statistics.retryCount == 2)
        #expect(fixture.pool.heldCount == 0)
    }

    @Test(arguments: [
        ProviderFailure.Kind.billing, .authentication, .forbidden, .notFound, .badRequest, .contextTooLong,
        .contentFilter, .malformedReply,
    ])
    func failureThatWouldComeAgainEndsTheCall(kind: ProviderFailure.Kind) {
        var fixture = PoolFixture(endpoints: two)
        fixture.submit(1)
        fixture.fail(fixture.started.first?.attempt, kind)
        #expect(fixture.actions == [.finish(call: 1, .failed(.permanent(PoolFixture.failure(kind))))])
    }

    @Test func modelErrorIsTriedOnceMoreOnly() {
        var fixture = PoolFixture(endpoints: two)
        fixture.submit(1)
        fixture.fail(fixture.started.first?.attempt, .modelError)
        fixture.fail(fixture.started.first?.attempt, .modelError)
        #expect(fixture.outcome(of: 1) == .failed(.retriesExhausted(PoolFixture.failure(.modelError))))
    }

    @Test func serverErrorThatComesBackTheSameIsPermanent() {
        var fixture = PoolFixture(endpoints: two)
        fixture.submit(1)
        fixture.fail(fixture.started.first?.attempt, .serverError, bodyHash: 5)
        fixture.fail(fixture.started.first?.attempt, .serverError, bodyHash: 5)
        #expect(
            fixture.outcome(of: 1) == .failed(.permanent(PoolFixture.failure(.serverError, bodyHash: 5))))
        fixture.submit(2)
        fixture.fail(fixture.started.first?.attempt, .serverError, bodyHash: 5)
        fixture.fail(fixture.started.first?.attempt, .serverError, bodyHash: 6)
        #expect(fixture.outcome(of: 2) == nil)
    }

    @Test func waitThatTheEndpointAsksForIsKept() {
        var fixture = PoolFixture()
        fixture.submit(1)
        fixture.fail(fixture.started.first?.attempt, .rateLimited, retryAfter: 7)
        let due = fixture.now + 7 * PoolFixture.second
        #expect(fixture.pool.nextTimerNanoseconds == due)
        // Nothing else goes there either.
        fixture.submit(2)
        #expect(fixture.started.isEmpty)
        fixture.advance(by: 6.9)
        #expect(fixture.started.isEmpty)
        fixture.advanceToTimer()
        #expect(fixture.now == due)
        #expect(fixture.started.map(\.call) == [1, 2])
    }

    @Test func waitPastTheDeadlineOrAMinuteIsNotWaitedFor() {
        var fixture = PoolFixture()
        fixture.submit(1, within: 5)
        fixture.fail(fixture.started.first?.attempt, .rateLimited, retryAfter: 5)
        #expect(
            fixture.outcome(of: 1)
                == .failed(.retriesExhausted(PoolFixture.failure(.rateLimited, retryAfter: 5))))
        var other = PoolFixture()
        other.submit(1, within: 1_000)
        other.fail(other.started.first?.attempt, .rateLimited, retryAfter: 61)
        #expect(
            other.outcome(of: 1)
                == .failed(.retriesExhausted(PoolFixture.failure(.rateLimited, retryAfter: 61))))
        // No endpoint is left alone for longer than a minute by its own word.
        other.submit(2, within: 1_000)
        #expect(other.pool.nextTimerNanoseconds == other.now + 60 * PoolFixture.second)
    }

    @Test func waitOfOneEndpointDoesNotKeepACallFromAnother() {
        var fixture = PoolFixture(endpoints: two)
        fixture.submit(1)
        let first = fixture.started
        fixture.fail(first.first?.attempt, .rateLimited, retryAfter: 1_000)
        #expect(fixture.started.map(\.endpoint) == first.map { 1 - $0.endpoint })
    }

    @Test func rateLimitWithoutAWaitRestsTheEndpointForTheLongestBackoff() {
        var fixture = PoolFixture()
        for wait in [0.5, 1, 2, 4, 8, 8] {
            fixture.submit(1)
            fixture.fail(fixture.started.first?.attempt, .rateLimited, retryAfter: wait == 2 ? 0 : nil)
            fixture.cancel(1)
            fixture.submit(2)
            #expect(fixture.pool.nextTimerNanoseconds == fixture.now + UInt64(wait * 1e9))
            fixture.cancel(2)
            fixture.wait(wait)
        }
    }

    @Test func probeIsTriedOnce() {
        var fixture = PoolFixture(endpoints: two)
        fixture.submit(1, isProbe: true)
        fixture.fail(fixture.started.first?.attempt, .serverError)
        #expect(fixture.outcome(of: 1) == .failed(.retriesExhausted(PoolFixture.failure(.serverError))))
    }

    @Test func retriesStayWithinTheirShareOfCalls() {
        var settings = PoolSettings()
        settings.retryCountMin = 3
        let wide = EndpointLimits(concurrencyStart: 200, concurrencyMax: 200)
        var fixture = PoolFixture(endpoints: [wide], settings: settings)
        var attempts: [AttemptIdentifier] = []
        for identifier in 0..<20 as Range<UInt64> {
            fixture.submit(identifier)
            attempts += fixture.started.map(\.attempt)
        }
        for attempt in attempts.prefix(15) { fixture.fail(attempt, .serverError) }
        // A fifth of 20.
        #expect(fixture.pool.statistics.queuedCount == 4)
        #expect(fixture.pool.statistics.retryRefusedCount == 11)
    }

    @Test func smallTrafficMayRetry() {
        var fixture = PoolFixture(endpoints: two)
        fixture.submit(1)
        fixture.fail(fixture.started.first?.attempt, .serverError)
        #expect(fixture.started.count == 1)
    }

    @Test func sharesThatAreNoNumbersRefuseEveryRetry() {
        let settings = PoolSettings(
            queuedCallCountMax: .min, attemptCountMax: 3, timeoutNanoseconds: 0, warmUpTimeoutNanoseconds: 0,
            retryShare: .nan, retryCountMin: .min, hedging: HedgeSettings(share: .nan))
        var fixture = PoolFixture(endpoints: two, settings: settings)
        fixture.submit(1)
        #expect(fixture.outcome(of: 1) == .failed(.queueFull))
        var other = settings
        other.queuedCallCountMax = 10
        fixture = PoolFixture(endpoints: two, settings: other)
        fixture.submit(1)
        fixture.fail(fixture.started.first?.attempt, .serverError)
        #expect(fixture.pool.statistics.retryRefusedCount == 1)
    }

    @Test func waitingRetryEndsWithItsDeadline() {
        var fixture = PoolFixture()
        fixture.submit(1, within: 8)
        fixture.fail(fixture.started.first?.attempt, .rateLimited, retryAfter: 6)
        fixture.cancel(1)
        #expect(fixture.outcome(of: 1) == .failed(.cancelled))
        #expect(fixture.pool.heldCount == 0)
        #expect(fixture.pool.nextTimerNanoseconds == nil)
    }
}
