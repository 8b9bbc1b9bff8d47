import RewardJudge
import Testing

/// The queue: order, deadlines, limits, the end.
@Suite struct JudgePoolTests {
    private let narrow = EndpointLimits(concurrencyStart: 1, concurrencyMax: 1)

    @Test func callIsStartedAnsweredAndForgotten() {
        var fixture = PoolFixture()
        fixture.submit(7)
        let started = fixture.started
        #expect(started.map(\.call) == [7])
        #expect(fixture.pool.statistics.inFlightCount == 1)
        fixture.wait(1)
        fixture.succeed(started.first?.attempt)
        #expect(fixture.actions == started.map { .finish(call: 7, .answered(by: $0.attempt, endpoint: 0)) })
        #expect(fixture.pool.heldCount == 0)
        #expect(fixture.pool.nextTimerNanoseconds == nil)
        #expect(fixture.pool.statistics.usage.inputCount == 100)
    }

    @Test func callThatExpiresInTheQueueIsFinishedAtThatInstant() {
        var fixture = PoolFixture(endpoints: [narrow])
        fixture.submit(1)
        fixture.submit(2, within: 3)
        #expect(fixture.started.isEmpty)
        let deadline = fixture.now + 3 * PoolFixture.second
        #expect(fixture.pool.nextTimerNanoseconds == deadline)
        fixture.advance(by: 2.9)
        #expect(fixture.actions.isEmpty)
        fixture.advanceToTimer()
        #expect(fixture.now == deadline)
        #expect(fixture.outcome(of: 2) == .failed(.deadline))
    }

    @Test func attemptUnderWayIsAbortedAtTheDeadlineBeforeItsCallIsFinished() {
        var fixture = PoolFixture()
        fixture.submit(1, within: 5)
        let attempt = fixture.started.first?.attempt
        fixture.advanceToTimer()
        #expect(
            fixture.actions == attempt.map { [.abort(attempt: $0), .finish(call: 1, .failed(.deadline))] })
        fixture.succeed(attempt)
        #expect(fixture.actions.isEmpty)
        #expect(fixture.pool.heldCount == 0)
    }

    @Test func answerAtTheDeadlineIsTooLateButItsTokensCount() {
        var fixture = PoolFixture()
        fixture.submit(1, within: 5)
        let attempt = fixture.started.first?.attempt
        fixture.wait(5)
        fixture.succeed(attempt)
        #expect(fixture.actions == [.finish(call: 1, .failed(.deadline))])
        #expect(fixture.pool.statistics.usage.inputCount == 100)
    }

    @Test func earliestDeadlineStartsFirstAndProbesBeforeAll() {
        var fixture = PoolFixture(endpoints: [narrow])
        fixture.submit(1)
        var attempt = fixture.started.first?.attempt
        fixture.submit(2, within: 50)
        fixture.submit(3, within: 40)
        fixture.submit(4, within: 50)
        fixture.submit(5, within: 55, isProbe: true)
        var order: [UInt64] = []
        for _ in 0..<4 {
            fixture.succeed(attempt)
            order += fixture.started.map(\.call)
            attempt = fixture.started.first?.attempt
        }
        #expect(order == [5, 3, 2, 4])
    }

    @Test func judgesThatShareAnEndpointAreServedByDeadlineToo() {
        let both = [JudgeRoute([.init(endpoint: 0)]), JudgeRoute([.init(endpoint: 0)])]
        var fixture = PoolFixture(endpoints: [narrow], judges: both)
        fixture.submit(1)
        let attempt = fixture.started.first?.attempt
        fixture.submit(2, judge: 0, within: 50)
        fixture.submit(3, judge: 1, within: 40)
        fixture.succeed(attempt)
        #expect(fixture.started.map(\.call) == [3])
    }

    @Test func callOfABusyJudgeDoesNotHoldUpAnother() {
        let apart = [JudgeRoute([.init(endpoint: 0)]), JudgeRoute([.init(endpoint: 1)])]
        var fixture = PoolFixture(endpoints: [narrow, narrow], judges: apart)
        fixture.submit(1, judge: 0)
        fixture.submit(2, judge: 0, within: 10)
        fixture.submit(3, judge: 1, within: 50)
        #expect(fixture.started.map(\.call) == [3])
    }

    @Test func fullQueueRefusesAtOnce() {
        var fixture = PoolFixture(endpoints: [narrow], settings: PoolSettings(queuedCallCountMax: 2))
        for identifier in 1...3 as ClosedRange<UInt64> { fixture.submit(identifier) }
        fixture.submit(4)
        #expect(fixture.actions == [.finish(call: 4, .failed(.queueFull))])
        fixture.cancel(2)
        #expect(fixture.outcome(of: 2) == .failed(.cancelled))
        fixture.submit(5)
        #expect(fixture.actions.isEmpty)
    }

    @Test func queuesOfAllJudgesTogetherAreLimitedToo() {
        let both = [JudgeRoute([.init(endpoint: 0)]), JudgeRoute([.init(endpoint: 0)])]
        var fixture = PoolFixture(
            endpoints: [narrow], judges: both, settings: PoolSettings(queuedCallCountTotalMax: 2))
        for identifier in 1...3 as ClosedRange<UInt64> { fixture.submit(identifier, judge: Int(identifier % 2)) }
        fixture.submit(4)
        #expect(fixture.outcome(of: 4) == .failed(.queueFull))
    }

    @Test func callThatIsOverWhenItComesIsNotStarted() {
        var fixture = PoolFixture()
        fixture.submit(1, within: 0)
        #expect(fixture.actions == [.finish(call: 1, .failed(.deadline))])
    }

    @Test func cancellingFreesThePlaceForTheNext() {
        var fixture = PoolFixture(endpoints: [narrow])
        fixture.submit(1)
        let attempt = fixture.started.first?.attempt
        fixture.submit(2)
        fixture.cancel(1)
        #expect(fixture.actions.prefix(1) == (attempt.map { [.abort(attempt: $0)] } ?? []))
        #expect(fixture.outcome(of: 1) == .failed(.cancelled))
        #expect(fixture.started.map(\.call) == [2])
        fixture.cancel(99)
        #expect(fixture.actions.isEmpty)
    }

    @Test func shutdownFinishesEverythingAndTakesNothingMore() {
        var fixture = PoolFixture(endpoints: [narrow])
        for identifier in 1...3 as ClosedRange<UInt64> { fixture.submit(identifier) }
        fixture.cancelAll(.shuttingDown)
        for identifier in 1...3 as ClosedRange<UInt64> {
            #expect(fixture.outcome(of: identifier) == .failed(.shuttingDown))
        }
        #expect(fixture.pool.heldCount == 0)
        fixture.submit(4)
        #expect(fixture.actions == [.finish(call: 4, .failed(.shuttingDown))])
    }

    @Test func firstAttemptsHaveTheWarmUpTimeoutAndNoneGoesPastTheDeadline() {
        var fixture = PoolFixture()
        fixture.submit(1, within: 100)
        #expect(fixture.started.map(\.timeout) == [60])
        let first = fixture.started.first?.attempt
        fixture.submit(2, within: 45)
        #expect(fixture.started.map(\.timeout) == [45])
        fixture.fail(fixture.started.first?.attempt, .transport)
        fixture.submit(5, within: 100)
        #expect(fixture.started.map(\.timeout) == [60])
        fixture.succeed(first)
        fixture.submit(3, within: 100)
        #expect(fixture.started.map(\.timeout) == [30])
        fixture.submit(4, within: 10)
        #expect(fixture.started.map(\.timeout) == [10])
    }

    @Test func callWithLessTimeLeftThanAnAnswerTakesMakesWayForOthers() {
        var fixture = PoolFixture(endpoints: [narrow])
        fixture.submit(1)
        var attempt = fixture.started.first?.attempt
        fixture.wait(2)
        fixture.succeed(attempt)
        fixture.submit(2)
        attempt = fixture.started.first?.attempt
        fixture.submit(3, within: 3)
        fixture.submit(4, within: 30)
        fixture.wait(1.5)
        fixture.succeed(attempt)
        #expect(fixture.outcome(of: 3) == .failed(.deadline))
        #expect(fixture.started.map(\.call) == [4])
        // With nobody behind it, a call is tried however little time it has.
        attempt = fixture.started.first?.attempt
        fixture.submit(5, within: 0.5)
        fixture.succeed(attempt)
        #expect(fixture.started.map(\.call) == [5])
    }

    @Test func callsWithLittleTimeStillFillTheFreePlaces() {
        var fixture = PoolFixture()
        fixture.submit(0)
        fixture.wait(5)
        let hints = RateHints(requests: .init(remaining: 0, resetNanoseconds: PoolFixture.second))
        fixture.succeed(fixture.started.first?.attempt, hints: hints)
        for identifier in 1...20 as ClosedRange<UInt64> { fixture.submit(identifier, within: 8) }
        fixture.advanceToTimer()
        #expect(fixture.started.map(\.call) == Array(13...20))
    }

    @Test func clockThatGoesBackChangesNothing() {
        var fixture = PoolFixture()
        fixture.submit(1, within: 5)
        fixture.advance(by: 4)
        fixture.advance(by: -3)
        fixture.submit(2, within: 2)
        #expect(fixture.outcome(of: 2) == .failed(.deadline))
    }
}
