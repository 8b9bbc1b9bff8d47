import Foundation
import RewardJudge
import RewardStore
import RewardWire
import Testing

/// Verdicts that outlive the process.
@Suite struct VerdictStoreTests {
    private static var now: Int64 { Int64(Date().timeIntervalSince1970 * 1e6) }

    private static func verdict(_ number: UInt64, age seconds: Int64 = 0) -> KeptVerdict {
        KeptVerdict(
            key: CacheKey(number, 2, 3, 4),
            verdicts: [
                ParsedVerdict(
                    verdict: .criteria(
                        RubricVerdict(findings: [CriterionFinding(name: "helps", judgement: .met, reason: "\(number)")])
                    ),
                    step: .wholeText)
            ], wallClockMicroseconds: now - seconds * 1_000_000)
    }

    /// Verdicts of every kind, with numbers and texts that are easily spoilt.
    private static let kinds: [Verdict] = [
        .criteria(
            RubricVerdict(findings: [
                CriterionFinding(
                    name: "a", judgement: .met, reason: "quoted \"so\"\n\u{0}\u{1F600}", probability: 0.1 + 0.2),
                CriterionFinding(name: "", judgement: .cannotAssess, reason: ""),
                CriterionFinding(name: "c", judgement: .unmet, probability: 1),
            ])),
        .scale(ScaleVerdict(value: 4, reason: "well")), .scale(ScaleVerdict(value: 1e-300)),
        .preference(PreferenceVerdict(choice: .second, reason: "shorter")),
        .preference(PreferenceVerdict(choice: .tie)),
        .group(
            GroupVerdict(entries: [
                .init(identifier: "1", score: 1.0 / 3, reason: "r"), .init(identifier: "2", score: 0),
            ])),
    ]

    @Test func everyKindOfVerdictComesBackAsItWas() throws {
        let folder = try StoreFolder()
        let kept = KeptVerdict(
            key: CacheKey(.max, 0, 1, 1 << 63),
            verdicts: Self.kinds.enumerated().map { ParsedVerdict(verdict: $1, step: LadderStep.allCases[$0]) },
            wallClockMicroseconds: Self.now)
        let store = try RewardStore(StoreSettings(path: folder.file))
        store.keep(kept)
        store.close()
        #expect(store.count(.verdictsWritten) == 1)
        #expect(try RewardStore(StoreSettings(path: folder.file)).load(CacheLimits()) == [kept])
    }

    @Test func latestVerdictsAreLoadedOldestFirst() throws {
        let folder = try StoreFolder()
        let store = try RewardStore(StoreSettings(path: folder.file))
        for number in (1...5 as ClosedRange<UInt64>) { store.keep(Self.verdict(number, age: Int64(number))) }
        // The same question again replaces what was known.
        store.keep(Self.verdict(5))
        let loaded = store.load(CacheLimits(entryCountMax: 3))
        #expect(loaded.map(\.key) == [2, 1, 5].map { CacheKey($0, 2, 3, 4) })
        #expect(store.count(.verdictsLoaded) == 3)
    }

    @Test func oldVerdictsAreNeitherLoadedNorKept() throws {
        let folder = try StoreFolder()
        var store = try RewardStore(StoreSettings(path: folder.file))
        store.keep(Self.verdict(1, age: 100))
        store.keep(Self.verdict(2, age: 10))
        let limits = CacheLimits(lifeNanoseconds: 60_000_000_000)
        #expect(store.load(limits).map(\.key) == [CacheKey(2, 2, 3, 4)])
        store.close()
        // The first look of the next process comes after it has been told the limits.
        store = try RewardStore(StoreSettings(path: folder.file))
        _ = store.load(limits)
        store.tidy()
        #expect(try folder.query("SELECT count(*) FROM verdicts", as: Int.self) == [1])
    }

    @Test func whatWasNotWrittenByUsIsPassedOver() throws {
        let folder = try StoreFolder()
        var store = try RewardStore(StoreSettings(path: folder.file))
        store.keep(Self.verdict(1))
        store.close()
        for answers in [
            "''", "'[]'", "'{\"step\": 1}'", "x'FF00'", "'[{\"step\": \"whole_text\", \"value\": \"4\"}]'", "7",
        ] {
            try folder.execute(
                "INSERT INTO verdicts (key, at, answers) VALUES (randomblob(32), \(Self.now), \(answers))")
        }
        try folder.execute("INSERT INTO verdicts (key, at, answers) VALUES ('short', 'then', '[]')")
        store = try RewardStore(StoreSettings(path: folder.file))
        #expect(store.load(CacheLimits()).map(\.key) == [CacheKey(1, 2, 3, 4)])
    }

    @Test func storeThatCannotWriteGoesOn() throws {
        let folder = try StoreFolder()
        let log = StoreNoticeLog()
        let store = try RewardStore(StoreSettings(path: folder.file)) { log.append($0) }
        try folder.execute("ALTER TABLE verdicts RENAME TO elsewhere")
        store.keep(Self.verdict(1))
        store.flush()
        #expect(store.load(CacheLimits()).isEmpty)
        #expect(store.count(.failures) >= 1 && store.count(.verdictsDropped) == 1)
        #expect(log.notices.first?.message.contains("no such table") == true)
        try folder.execute("ALTER TABLE elsewhere RENAME TO verdicts")
        store.keep(Self.verdict(2))
        store.flush()
        #expect(store.load(CacheLimits()).map(\.key) == [CacheKey(2, 2, 3, 4)])
    }
}
