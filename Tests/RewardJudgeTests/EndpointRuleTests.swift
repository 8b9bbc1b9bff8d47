import RewardJudge
import Testing

/// The rules of one endpoint, each by itself.
@Suite struct EndpointRuleTests {
    private let second: UInt64 = 1_000_000_000

    /// For calls that change what they are asked of, which the macro does not take.
    private func expect(_ holds: Bool, _ place: SourceLocation = #_sourceLocation) {
        #expect(holds, sourceLocation: place)
    }

    @Test func bucketLetsOutItsRateAndATenthAhead() {
        var bucket = RateBucket(perMinute: 60)
        var now: UInt64 = 1_000 * second
        var takenCount = 0
        for _ in 0..<60_000 {
            if bucket.freeAt <= now {
                bucket.take(1, now: now)
                takenCount += 1
            }
            now += second / 1_000
        }
        #expect((66...67).contains(takenCount))
    }

    @Test func bucketIsFreeAtTheInstantItNames() {
        var bucket = RateBucket(perMinute: 7)
        let now: UInt64 = 1_000 * second
        bucket.take(5, now: now)
        #expect(bucket.freeAt > now)
        bucket.take(1, now: bucket.freeAt)
        #expect(bucket.freeAt <= now + 60 * second)
    }

    @Test func bucketForgetsADebtWithinAMinuteAndGivesBackWhatWasNotUsed() {
        var bucket = RateBucket(perMinute: 1_000)
        bucket.take(Int.max, now: 5 * second)
        #expect(bucket.freeAt == 65 * second)
        var other = RateBucket(perMinute: 1_000)
        other.take(500, now: 100 * second)
        #expect(other.freeAt == 124 * second)
        other.giveBack(400)
        #expect(other.freeAt == 100 * second)
    }

    @Test func concurrencyGrowsByHalfInARoundUntilTheFirstRefusal() {
        var limit = ConcurrencyLimit(start: 8, max: 20)
        for _ in 0..<100 { limit.succeeded(wasNeeded: false) }
        #expect(limit.count == 8)
        for _ in 0..<8 { limit.succeeded(wasNeeded: true) }
        #expect(limit.count == 12)
        for _ in 0..<100 { limit.succeeded(wasNeeded: true) }
        #expect(limit.count == 20)
    }

    @Test func concurrencyGrowsByOneInTwentySuccessesAndFallsByOneInTwoRefusalsThereafter() {
        var limit = ConcurrencyLimit(start: 9, max: 10)
        for _ in 0..<2 { limit.refused() }
        #expect(limit.count == 8)
        for _ in 0..<19 { limit.succeeded(wasNeeded: true) }
        for _ in 0..<100 { limit.succeeded(wasNeeded: false) }
        #expect(limit.count == 8)
        limit.succeeded(wasNeeded: true)
        #expect(limit.count == 9)
        for _ in 0..<100 { limit.succeeded(wasNeeded: true) }
        #expect(limit.count == 10)
        for _ in 0..<100 { limit.refused() }
        #expect(limit.count == 1)
        for _ in 0..<20 { limit.succeeded(wasNeeded: true) }
        #expect(limit.count == 2)
    }

    @Test func concurrencyOutlastsOneRefusalInTwelveAndNotOneInTen() {
        func limit(refusedOneIn share: Int) -> Int {
            var limit = ConcurrencyLimit(start: 256, max: 256)
            for attempt in 1...10_000 {
                if attempt % share == 0 { limit.refused() } else { limit.succeeded(wasNeeded: true) }
            }
            return limit.count
        }
        #expect(limit(refusedOneIn: 12) >= 255)
        #expect(limit(refusedOneIn: 10) < 240)
    }

    @Test func concurrencyHalvesWhenAllThatWasUnderWayIsRefusedOrARestIsAskedFor() {
        var limit = ConcurrencyLimit(start: 64, max: 64)
        for _ in 0..<64 { limit.refused() }
        #expect(limit.count == 32)
        limit.halve()
        #expect(limit.count == 16)
        for _ in 0..<10 { limit.halve() }
        #expect(limit.count == 1)
    }

    @Test func endpointThatIsStillLoadingDoesNotEndTheQuickBeginning() {
        var limit = ConcurrencyLimit(start: 8, max: 64)
        for _ in 0..<8 { limit.refused(isWarm: false) }
        #expect(limit.count == 4)
        for _ in 0..<8 { limit.succeeded(wasNeeded: true) }
        #expect(limit.count == 8)
    }

    @Test func breakerOpensAfterFiveFailuresInARowAndDoublesItsWait() {
        var breaker = Breaker(isAlone: false)
        var now = 100 * second
        for count in 1...5 {
            expect(breaker.ended(.failing, wasProbe: false, startedAt: now, now: now) == (count == 5))
        }
        for wait in [5, 10, 20, 40, 60, 60] as [UInt64] {
            #expect(breaker.state == .open(until: now + wait * second))
            now += wait * second
            expect(breaker.started())
            #expect(breaker.freeAt == nil)
            expect(!breaker.started())
            expect(breaker.ended(.failing, wasProbe: true, startedAt: now, now: now))
        }
        now += 60 * second
        expect(breaker.started())
        expect(!breaker.ended(.unknown, wasProbe: true, startedAt: now, now: now))
        #expect(breaker.freeAt == now)
        expect(breaker.started())
        expect(!breaker.ended(.healthy, wasProbe: true, startedAt: now, now: now))
        #expect(breaker.state == .closed)
    }

    @Test func breakerOpensWhenMoreThanHalfOfTenFailInHalfAMinute() {
        var breaker = Breaker(isAlone: false)
        let now = 100 * second
        for index in 0..<10 {
            _ = breaker.ended(index % 2 == 0 ? .failing : .healthy, wasProbe: false, startedAt: now, now: now)
        }
        #expect(breaker.state == .closed)
        expect(breaker.ended(.failing, wasProbe: false, startedAt: now, now: now))
        // The same failures, but too far apart.
        var slow = Breaker(isAlone: false)
        for index in 0..<40 as Range<UInt64> {
            let instant = now + index * 4 * second
            _ = slow.ended(index % 3 == 0 ? .healthy : .failing, wasProbe: false, startedAt: instant, now: instant)
        }
        #expect(slow.state == .closed)
    }

    @Test func breakerOfAnOnlyEndpointStaysClosedBelowTwentyFailures() {
        var breaker = Breaker(isAlone: true)
        let now = 100 * second
        for count in 1...20 {
            expect(breaker.ended(.failing, wasProbe: false, startedAt: now, now: now) == (count == 20))
        }
    }

    @Test func failuresOfAttemptsFromBeforeARecoveryDoNotOpenTheBreakerAgain() {
        var breaker = Breaker(isAlone: false)
        let now = 100 * second
        for _ in 0..<5 { _ = breaker.ended(.failing, wasProbe: false, startedAt: now, now: now) }
        _ = breaker.started()
        _ = breaker.ended(.healthy, wasProbe: true, startedAt: now + 5 * second, now: now + 6 * second)
        for _ in 0..<20 {
            expect(!breaker.ended(.failing, wasProbe: false, startedAt: now, now: now + 7 * second))
        }
    }

    @Test func suspensionLooksAfterAMinuteAndDoublesToAQuarterOfAnHour() {
        var suspension = Suspension()
        var now = 100 * second
        suspension.billingFailed(wasProbe: false, now: now)
        suspension.billingFailed(wasProbe: false, now: now + second)
        for wait in [60, 120, 240, 480, 900, 900] as [UInt64] {
            #expect(suspension.state == .suspended(until: now + wait * second))
            #expect(suspension.isClosed(now: now + wait * second - 1))
            now += wait * second
            #expect(!suspension.isClosed(now: now))
            expect(suspension.started())
            #expect(suspension.isClosed(now: now))
            suspension.billingFailed(wasProbe: true, now: now)
        }
        now += 900 * second
        _ = suspension.started()
        suspension.probeSucceeded()
        #expect(suspension.state == .none)
    }

    @Test func latencyIsAMovingMeanThatGrowsStale() {
        var latency = LatencyEstimate()
        latency.add(nanoseconds: 100, now: second)
        latency.add(nanoseconds: 200, now: second)
        #expect(latency.meanNanoseconds(now: 2 * second) == 120)
        latency.addAtLeast(nanoseconds: 100, now: second)
        #expect(latency.meanNanoseconds(now: 2 * second) == 120)
        #expect(latency.meanNanoseconds(now: 31 * second) == nil)
        #expect(latency.percentile95Nanoseconds == nil)
        var other = LatencyEstimate()
        for value in 1...100 as ClosedRange<UInt64> { other.add(nanoseconds: value, now: second) }
        #expect((90...98).contains(other.percentile95Nanoseconds ?? 0))
    }

    @Test func tallyCountsTheLastTenSlots() {
        var tally = WindowTally(windowNanoseconds: 10 * second)
        tally.add(all: 3, some: 1, now: 0)
        tally.add(all: 1, some: 1, now: 5 * second)
        #expect(tally.totals(now: 10 * second - 1) == (4, 2))
        #expect(tally.totals(now: 10 * second) == (1, 1))
        tally.add(all: 1, some: 0, now: 10 * second)
        #expect(tally.totals(now: 14 * second) == (2, 1))
        #expect(tally.totals(now: 1_000 * second) == (0, 0))
    }

    @Test func dayOfABudgetBeginsWithTheFirstAttemptAfterTheLastOneEnded() {
        var budget = DailyBudget(tokenCountMax: 100, costNanosMax: nil)
        let amount = DailyBudget.Amount(tokenCount: 100, costNanos: 0)
        budget.reserve(amount, now: 5)
        #expect(budget.room(now: 6) == .reserved)
        budget.settle(reserved: amount, spent: amount)
        #expect(budget.room(now: 6) == .none)
        #expect(budget.room(now: 4 + DailyBudget.dayNanoseconds) == .none)
        #expect(budget.room(now: 5 + DailyBudget.dayNanoseconds) == .some)
    }
}
