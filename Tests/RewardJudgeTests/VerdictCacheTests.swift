import RewardJudge
import Testing

@Suite struct VerdictCacheTests {
    private typealias Cache = VerdictCache<String>

    private func key(_ number: UInt64) -> CacheKey { CacheKey(number, 0, 0, 0) }

    @Test func keyIsADigestOf32Bytes() {
        let digest = (0..<32).map { UInt8($0) }
        #expect(
            CacheKey(digest: digest)
                == CacheKey(
                    0x0001_0203_0405_0607, 0x0809_0A0B_0C0D_0E0F, 0x1011_1213_1415_1617, 0x1819_1A1B_1C1D_1E1F))
        #expect(CacheKey(digest: digest.dropLast()) == nil)
        #expect(CacheKey(digest: digest + [0]) == nil)
    }

    @Test func equalQuestionsSideBySideMakeOneCall() {
        var cache = Cache()
        #expect(cache.lookup(key(1), caller: 1, now: 0).word == "leads")
        #expect(cache.lookup(key(1), caller: 2, now: 0).word == "joins")
        #expect(cache.lookup(key(1), caller: 3, now: 0).word == "joins")
        #expect(cache.lookup(key(2), caller: 4, now: 0).word == "leads")
        let waiters = cache.fill(key(1), "yes", byteCount: 3, now: 5)
        #expect(waiters == [2, 3])
        #expect(cache.lookup(key(1), caller: 5, now: 6).word == "yes")
        let counts = cache.statistics
        #expect(counts.missCount == 2 && counts.joinCount == 2 && counts.hitCount == 1)
        #expect(counts.entryCount == 1 && counts.byteCount == 3 && counts.flightCount == 1)
    }

    @Test func restoredVerdictsAgeFromWhenTheyWereGiven() {
        var cache = Cache(limits: CacheLimits(entryCountMax: 2, lifeNanoseconds: 100))
        // Given before the machine's clock began.
        cache.restore(key(1), "old", byteCount: 3, ageNanoseconds: 100, now: 10)
        cache.restore(key(2), "two", byteCount: 3, ageNanoseconds: 90, now: 10)
        cache.restore(key(3), "three", byteCount: 5, ageNanoseconds: 20, now: 10)
        #expect(cache.statistics.restoredCount == 2 && cache.statistics.storeCount == 0)
        #expect(cache.lookup(key(1), caller: 1, now: 10).word == "leads")
        #expect(cache.lookup(key(2), caller: 2, now: 19).word == "two")
        #expect(cache.lookup(key(2), caller: 3, now: 20).word == "leads")
        #expect(cache.lookup(key(3), caller: 4, now: 89).word == "three")
        #expect(cache.lookup(key(3), caller: 5, now: 90).word == "leads")
    }

    @Test func failureIsSharedAndTheNextLeads() {
        var cache = Cache()
        _ = cache.lookup(key(1), caller: 1, now: 0)
        _ = cache.lookup(key(1), caller: 2, now: 0)
        let waiters = cache.fail(key(1))
        #expect(waiters == [2])
        #expect(cache.lookup(key(1), caller: 3, now: 0).word == "leads")
        #expect(cache.statistics.entryCount == 0)
    }

    @Test func callerThatLeavesHandsItsFlightOn() {
        var cache = Cache()
        for caller in 1...4 as ClosedRange<UInt64> { _ = cache.lookup(key(1), caller: caller, now: 0) }
        let nobody = cache.leave(key(1), caller: 2)
        #expect(nobody == nil)
        let next = cache.leave(key(1), caller: 1)
        #expect(next == 3)
        let waiters = cache.fill(key(1), "no", byteCount: 2, now: 0)
        #expect(waiters == [4])
        _ = cache.lookup(key(2), caller: 5, now: 0)
        let none = cache.leave(key(2), caller: 5)
        #expect(none == nil)
        #expect(cache.statistics.flightCount == 0)
        let stranger = cache.leave(key(9), caller: 5)
        #expect(stranger == nil)
    }

    @Test func incompleteVerdictServesThoseThatWaitAndIsNotKept() {
        var cache = Cache()
        _ = cache.lookup(key(1), caller: 1, now: 0)
        _ = cache.lookup(key(1), caller: 2, now: 0)
        let waiters = cache.fill(key(1), "half", byteCount: 4, isComplete: false, now: 0)
        #expect(waiters == [2])
        #expect(cache.lookup(key(1), caller: 3, now: 0).word == "leads")
    }

    @Test func callerThatBypassesNeitherLeadsNorJoins() {
        var cache = Cache()
        _ = cache.fill(key(1), "yes", byteCount: 3, now: 0)
        #expect(cache.lookup(key(1), caller: 1, bypasses: true, now: 0).word == "alone")
        #expect(cache.lookup(key(2), caller: 1, bypasses: true, now: 0).word == "alone")
        #expect(cache.statistics.flightCount == 0)
        #expect(cache.statistics.bypassCount == 2)
    }

    @Test func oldVerdictIsAskedForAnew() {
        var cache = Cache(limits: CacheLimits(lifeNanoseconds: 100))
        _ = cache.fill(key(1), "yes", byteCount: 3, now: 1_000)
        #expect(cache.lookup(key(1), caller: 1, now: 1_099).word == "yes")
        #expect(cache.lookup(key(1), caller: 1, now: 1_100).word == "leads")
        #expect(cache.statistics.expiryCount == 1)
        #expect(cache.statistics.byteCount == 0)
        #expect(CacheLimits().lifeNanoseconds == 604_800_000_000_000)
    }

    @Test func leastRecentlyUsedMakesRoom() {
        var cache = Cache(limits: CacheLimits(entryCountMax: 3))
        for number in 1...3 as ClosedRange<UInt64> { _ = cache.fill(key(number), "\(number)", byteCount: 1, now: 0) }
        _ = cache.lookup(key(1), caller: 1, now: 0)
        _ = cache.fill(key(4), "4", byteCount: 1, now: 0)
        #expect(cache.lookup(key(1), caller: 1, now: 0).word == "1")
        #expect(cache.lookup(key(2), caller: 1, now: 0).word == "leads")
        #expect(cache.statistics.evictionCount == 1)
    }

    @Test func bytesAreLimitedAndAGiantIsNotKept() {
        var cache = Cache(limits: CacheLimits(byteCountMax: 10))
        _ = cache.fill(key(1), "a", byteCount: 6, now: 0)
        _ = cache.fill(key(2), "b", byteCount: 11, now: 0)
        #expect(cache.statistics.entryCount == 1)
        _ = cache.fill(key(2), "b", byteCount: 5, now: 0)
        #expect(cache.statistics.entryCount == 1)
        #expect(cache.statistics.byteCount == 5)
        _ = cache.fill(key(2), "c", byteCount: 4, now: 0)
        #expect(cache.statistics.byteCount == 4)
        #expect(cache.lookup(key(2), caller: 1, now: 0).word == "c")
        var none = Cache(limits: CacheLimits(entryCountMax: 0))
        _ = none.fill(key(1), "a", byteCount: 1, now: 0)
        #expect(none.statistics.entryCount == 0)
    }

    @Test func flightsAndTheirWaitersAreLimited() {
        var cache = Cache(limits: CacheLimits(flightCountMax: 1, waiterCountMax: 1))
        #expect(cache.lookup(key(1), caller: 1, now: 0).word == "leads")
        #expect(cache.lookup(key(1), caller: 2, now: 0).word == "joins")
        #expect(cache.lookup(key(1), caller: 3, now: 0).word == "alone")
        #expect(cache.lookup(key(2), caller: 4, now: 0).word == "alone")
    }

    /// Goal: that list, table and counts agree whatever happens. Method: random steps beside a list kept in the plainest way.
    @Test func behavesAsAPlainListDoes() {
        var generator = PoolSeed.generator("behavesAsAPlainListDoes")
        var cache = Cache(limits: CacheLimits(entryCountMax: 8, byteCountMax: 40, lifeNanoseconds: 50))
        // The most recently used comes last.
        var plain: [(number: UInt64, text: String, byteCount: Int, storedAt: UInt64)] = []
        for now in 0..<20_000 as Range<UInt64> {
            let number = generator.next() % 16
            if generator.unit() < 0.5 {
                let answer = cache.lookup(key(number), caller: 1, now: now).word
                if let index = plain.firstIndex(where: { $0.number == number }), now - plain[index].storedAt < 50 {
                    #expect(answer == plain[index].text)
                    plain.append(plain.remove(at: index))
                } else {
                    plain.removeAll { $0.number == number }
                    #expect(answer == "leads")
                    _ = cache.fail(key(number))
                }
            } else {
                let byteCount = generator.index(below: 12)
                _ = cache.fill(key(number), "\(now)", byteCount: byteCount, now: now)
                plain.removeAll { $0.number == number }
                while plain.count >= 8 || plain.reduce(0, { $0 + $1.byteCount }) + byteCount > 40 {
                    plain.removeFirst()
                }
                plain.append((number, "\(now)", byteCount, now))
            }
            #expect(cache.statistics.entryCount == plain.count)
            #expect(cache.statistics.byteCount == plain.reduce(0) { $0 + $1.byteCount })
        }
    }

    @Test func manyVerdictsStayWithinTheLimits() {
        var cache = VerdictCache<Int>(limits: CacheLimits(entryCountMax: 1_000))
        for number in 0..<200_000 as Range<UInt64> {
            _ = cache.lookup(key(number), caller: number, now: number)
            _ = cache.fill(key(number), Int(number), byteCount: 8, now: number)
        }
        let counts = cache.statistics
        #expect(counts.entryCount == 1_000 && counts.byteCount == 8_000 && counts.flightCount == 0)
        #expect(counts.evictionCount == 199_000)
    }
}

extension VerdictCache.Answer where Value == String {
    /// The verdict, or what the caller has to do.
    fileprivate var word: String {
        switch self {
        case .hit(let value): value
        case .leads: "leads"
        case .joins: "joins"
        case .asksAlone: "alone"
        }
    }
}
