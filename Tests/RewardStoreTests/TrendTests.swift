import Foundation
import RewardKernel
import RewardStore
import Testing

/// Sums of the audit log by time.
@Suite struct TrendTests {
    private static let minute: Int64 = 60_000_000
    /// The beginning of this hour: rows of some days ago are kept by minute.
    private static var hour: Int64 { Int64(Date().timeIntervalSince1970) / 3_600 * 3_600 * 1_000_000 }

    private static func rollout(
        at: Int64, reward: Double = 1, status: Status = .scored, quality: Double = 1, _ qualityStatus: Status = .scored
    ) -> PlayedRollout {
        PlayedRollout(
            at: at, reward: reward, status: status.code,
            components: [
                .init(name: "length", score: 0.5),
                .init(name: "quality", score: quality, status: qualityStatus.code, judge: "local (m)"),
            ])
    }

    private func withStore(_ body: (RewardStore, StoreFolder) throws -> Void) throws {
        let folder = try StoreFolder()
        let store = try RewardStore(StoreSettings(path: folder.file, ringCount: 1))
        defer { store.close() }
        try body(store, folder)
    }

    @Test func sumsAreThoseOfTheRows() throws {
        try withStore { store, folder in
            let start = Self.hour - 10 * Self.minute
            store.play([
                Self.rollout(at: start, reward: 0.25, quality: 0),
                Self.rollout(at: start + 5, reward: 0.75, quality: 1),
                Self.rollout(at: start + Self.minute, reward: 0.5, status: .nothingScored, quality: 99, .timeout),
            ])
            store.play([Self.rollout(at: start + 2 * Self.minute, reward: 1)], reward: "other")
            // A later transaction adds to the same minute.
            store.play([Self.rollout(at: start + 6, reward: 0.5, quality: 0.5)])
            let reader = try TrendReader(path: folder.file)
            let rewards = try reader.rewards(within: start...(start + 3 * Self.minute))
            #expect(rewards.map(\.reward) == ["other", "r"])
            let whole = try #require(rewards.last?.whole)
            #expect(whole.steps.map(\.start) == [start, start + Self.minute])
            #expect(whole.steps[0].sums.counts == [0: 3] && whole.steps[0].sums.mean == 0.5)
            #expect(whole.steps[1].sums.mean == nil && whole.steps[1].sums.count == 1)
            #expect(whole.total.count(where: \.isMissing) == 1 && whole.total.count == 4)
            let deviation = try #require(whole.total.standardDeviation)
            #expect(abs(deviation - (0.125 / 3).squareRoot()) < 1e-12)
            let components = rewards[1].components
            #expect(components.map(\.component) == ["length", "quality"])
            #expect(components[1].total.mean == 0.5)
            #expect(components[1].total.counts == [0: 3, Status.timeout.code: 1])
        }
    }

    @Test func longTimesAreInFewSteps() throws {
        try withStore { store, folder in
            let start = Self.hour - 60 * 24 * 10 * Self.minute
            store.play((0..<240).map { Self.rollout(at: start + Int64($0) * 60 * Self.minute, reward: Double($0 % 2)) })
            let reader = try TrendReader(path: folder.file)
            let span = try #require(try reader.span())
            #expect(span == start...(start + 240 * 60 * Self.minute))
            for count in [1, 7, 60, 1_000] {
                let trend = try #require(try reader.rewards(within: span, stepCountMax: count).first?.whole)
                #expect(trend.steps.count <= count + 1 && trend.total.count == 240, "\(count) steps")
                #expect(trend.total.mean == 0.5)
            }
        }
    }

    /// A transaction that fails adds nothing twice and nothing that is not there.
    @Test func lostRowsAreInNoSum() throws {
        try withStore { store, folder in
            store.play([Self.rollout(at: Self.hour)])
            try folder.execute("ALTER TABLE components RENAME TO elsewhere")
            store.play([Self.rollout(at: Self.hour), Self.rollout(at: Self.hour)])
            try folder.execute("ALTER TABLE elsewhere RENAME TO components")
            store.play([Self.rollout(at: Self.hour)])
            let trend = try TrendReader(path: folder.file).rewards(within: Self.hour...Self.hour).first
            #expect(trend?.whole.total.count == 2)
            #expect(trend?.components.map(\.total.count) == [2, 2])
        }
    }

    @Test func sumsOutliveTheRowsButNotForEver() throws {
        let folder = try StoreFolder()
        var settings = StoreSettings(path: folder.file, ringCount: 1)
        settings.retentionSeconds = 3_600
        let store = try RewardStore(settings)
        defer { store.close() }
        let day = 24 * 60 * Self.minute
        store.play([1, 5, 399, 402].map { Self.rollout(at: Self.hour - $0 * day) })
        store.tidy()
        #expect(try folder.query("SELECT count(*) FROM rollouts", as: Int.self) == [0])
        let count = "SELECT count(*) FROM trends WHERE position = -1 AND unit ="
        #expect(try folder.query("\(count) 1", as: Int.self) == [1])
        #expect(try folder.query("\(count) 60", as: Int.self) == [3])
    }

    @Test func storeWithoutTrendsGetsThoseOfItsRows() throws {
        try withStore { store, folder in
            let start = Self.hour - 30 * Self.minute
            var rollouts: [PlayedRollout] = []
            for number in 0..<500 as Range<Int64> {
                let status: Status = number % 3 == 0 ? .timeout : .scored
                let reward = Double(number % 5) / 4
                rollouts.append(
                    Self.rollout(at: start + number * Self.minute / 20, reward: reward, quality: 0.25, status))
            }
            store.play(rollouts)
            let everything = """
                SELECT unit || ' ' || start || ' ' || plan || ' ' || position || ' ' || status || ' ' || count || ' '
                    || round(sum, 9) || ' ' || round(squares, 9) || ' ' || timing_us FROM trends ORDER BY 1
                """
            let written = try folder.query(everything, as: String.self)
            store.close()
            try folder.execute("DROP TABLE trends; DELETE FROM grdb_migrations WHERE identifier = 'trends'")
            _ = try ReviewStore(path: folder.file)
            #expect(try folder.query(everything, as: String.self) == written)
            #expect(written.count > 60)
        }
    }

    @Test func worstAndFailedRolloutsAreFound() throws {
        try withStore { store, folder in
            let start = Self.hour - 30 * Self.minute
            var rollouts = (0..<100).map {
                Self.rollout(at: start + Int64($0) * Self.minute / 10, reward: Double($0) / 100)
            }
            rollouts[50].status = Status.oversize.code
            rollouts[70] = Self.rollout(at: rollouts[70].at, reward: 0.5, status: .nothingScored, .timeout)
            rollouts[40].completion = String(repeating: "long ", count: 1_000)
            store.play(rollouts)
            store.play([Self.rollout(at: start, reward: -1)], reward: "other")
            let reader = try TrendReader(path: folder.file)
            #expect(try reader.lowest(since: 0, reward: "r", countMax: 3).map(\.aggregateReward) == [0, 0.01, 0.02])
            #expect(try reader.lowest(since: 0, reward: nil, countMax: 1).map(\.reward) == ["other"])
            let late = try reader.lowest(since: rollouts[40].at, reward: "r", countMax: 1)
            #expect(late.map(\.aggregateReward) == [0.4] && late[0].completion.count == 161)
            let failed = try reader.failed(since: 0, reward: nil)
            #expect(failed.map(\.key) == [71, 51])
            #expect(failed[0].reasons == ["quality: neutral(timeout)"])
            #expect(try reader.failed(since: Self.hour, reward: nil).isEmpty)
        }
    }
}
