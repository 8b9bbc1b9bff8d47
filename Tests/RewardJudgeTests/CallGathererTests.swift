import RewardJudge
import Testing

@Suite struct CallGathererTests {
    private let millisecond: UInt64 = 1_000_000

    private func call(
        _ identifier: UInt64, key: UInt64?, countMax: Int = 16, prefix: UInt64 = 0, deadline: UInt64 = 60_000_000_000
    ) -> GatheredCall {
        GatheredCall(
            identifier: identifier, batchKey: key.map { GatheredCall.BatchKey(hash: $0, countMax: countMax) },
            prefixHash: prefix, deadlineNanoseconds: deadline)
    }

    @Test func callsOfAKeyBecomeOneRequestWhenTheWindowCloses() {
        var gatherer = CallGatherer()
        var groups: [CallGroup] = []
        gatherer.add(call(1, key: 7), now: 0, &groups)
        gatherer.add(call(2, key: 8), now: millisecond, &groups)
        gatherer.add(call(3, key: 7), now: millisecond, &groups)
        #expect(groups.isEmpty)
        #expect(gatherer.nextTimerNanoseconds == 2 * millisecond)
        gatherer.advance(to: 2 * millisecond, &groups)
        #expect(groups.map(\.identifiers) == [[1, 3], [2]])
        #expect(groups.map(\.batchKey?.hash) == [7, 8])
        #expect(gatherer.statistics.savedCount == 1)
        #expect(gatherer.heldCount == 0)
        #expect(gatherer.nextTimerNanoseconds == nil)
    }

    @Test func fullGroupGoesAtOnce() {
        var gatherer = CallGatherer()
        var groups: [CallGroup] = []
        for identifier in 0..<7 as Range<UInt64> {
            gatherer.add(call(identifier, key: 7, countMax: 3), now: 0, &groups)
        }
        #expect(groups.map(\.identifiers) == [[0, 1, 2], [3, 4, 5]])
        #expect(gatherer.heldCount == 1)
    }

    @Test func callsThatGoByThemselvesFollowTheirPrefix() {
        var gatherer = CallGatherer()
        var groups: [CallGroup] = []
        for (identifier, prefix) in [(1, 5), (2, 6), (3, 0), (4, 5), (5, 0), (6, 6)] as [(UInt64, UInt64)] {
            gatherer.add(call(identifier, key: nil, prefix: prefix), now: 0, &groups)
        }
        gatherer.advance(to: 2 * millisecond, &groups)
        #expect(groups.map(\.identifiers) == [[1], [4], [2], [6], [3], [5]])
        #expect(gatherer.statistics.savedCount == 0)
    }

    @Test func deadlineInsideTheWindowLetsEverythingGo() {
        var gatherer = CallGatherer()
        var groups: [CallGroup] = []
        gatherer.add(call(1, key: 7), now: 0, &groups)
        gatherer.add(call(2, key: 7, deadline: 2 * millisecond), now: millisecond, &groups)
        #expect(groups.map(\.identifiers) == [[1, 2]])
    }

    @Test func windowOfNothingHoldsNothing() {
        var gatherer = CallGatherer(windowNanoseconds: 0)
        var groups: [CallGroup] = []
        gatherer.add(call(1, key: 7), now: 5, &groups)
        #expect(groups.map(\.identifiers) == [[1]])
        #expect(gatherer.nextTimerNanoseconds == nil)
    }

    @Test func cancelledCallIsForgotten() {
        var gatherer = CallGatherer()
        var groups: [CallGroup] = []
        gatherer.add(call(1, key: 7), now: 0, &groups)
        gatherer.add(call(2, key: 7), now: 0, &groups)
        let wasHeld = gatherer.cancel(1)
        #expect(wasHeld)
        let wasHeldAgain = gatherer.cancel(1)
        #expect(!wasHeldAgain)
        gatherer.advance(to: 2 * millisecond, &groups)
        #expect(groups.map(\.identifiers) == [[2]])
        gatherer.add(call(3, key: 7), now: 3 * millisecond, &groups)
        _ = gatherer.cancel(3)
        #expect(gatherer.nextTimerNanoseconds == nil)
    }

    /// Goal: nothing is lost, doubled, held too long or grouped with strangers. Method: random calls beside a plain account.
    @Test func everyCallGoesOnceAndInTime() {
        var generator = PoolSeed.generator("everyCallGoesOnceAndInTime")
        var gatherer = CallGatherer()
        var held: [UInt64: (call: GatheredCall, since: UInt64)] = [:]
        var now: UInt64 = 0
        for identifier in 0..<20_000 as Range<UInt64> {
            now += generator.next() % 400_000
            var groups: [CallGroup] = []
            while let timer = gatherer.nextTimerNanoseconds, timer <= now { gatherer.advance(to: timer, &groups) }
            let key = generator.unit() < 0.3 ? nil : generator.next() % 3
            let added = call(
                identifier, key: key, countMax: 5, prefix: generator.next() % 4,
                deadline: now + generator.next() % 20_000_000)
            held[identifier] = (added, now)
            gatherer.add(added, now: now, &groups)
            if generator.unit() < 0.05, let victim = held.keys.max(), gatherer.cancel(victim) { held[victim] = nil }
            for group in groups {
                #expect(!group.identifiers.isEmpty && group.identifiers.count <= (group.batchKey == nil ? 1 : 5))
                for member in group.identifiers {
                    guard let entry = held.removeValue(forKey: member) else {
                        Issue.record("call \(member) went twice or was never there")
                        return
                    }
                    #expect(entry.call.batchKey == group.batchKey)
                }
            }
            #expect(held.values.allSatisfy { now < $0.since + 2 * millisecond && now < $0.call.deadlineNanoseconds })
            #expect(gatherer.heldCount == held.count)
        }
        #expect(gatherer.statistics.savedCount > 0)
    }
}
