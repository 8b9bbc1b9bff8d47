import GRDB
import RewardKernel

/// Reads what dashboards show, from sums and from indices: what it costs does not grow with the audit log.
package final class TrendReader: Sendable {
    package let path: String
    private let queue: DatabaseQueue

    package init(path: String) throws(StoreError) {
        self.path = path
        queue = try DatabaseFile.openForReading(path)
    }

    /// When the first and the last rollout of the trends were scored, to the hour, in microseconds since 1970; nil without any.
    package func span() throws(StoreError) -> ClosedRange<Int64>? {
        try read { database in
            let hour = TrendSchema.units.last ?? 60
            let row = try Row.fetchOne(
                database, sql: "SELECT min(start), max(start) FROM trends WHERE unit = ?", arguments: [hour])
            guard let row, let first: Int64 = row[0], let last: Int64 = row[1] else { return nil }
            return first * TrendSchema.microsecondsPerMinute...(last + hour) * TrendSchema.microsecondsPerMinute
        }
    }

    /// When the last rollout of the log was scored, in microseconds since 1970; nil without any.
    package func last() throws(StoreError) -> Int64? {
        try read { try Int64.fetchOne($0, sql: "SELECT max(at) FROM rollouts") }
    }

    /// Every reward that was scored within a time.
    /// - Parameter stepCountMax: Steps at most; they are whole minutes long, or whole hours where minutes are not kept.
    package func rewards(
        within range: ClosedRange<Int64>, stepCountMax: Int = 90
    ) throws(StoreError) -> [RewardTrend] {
        let first = range.lowerBound / TrendSchema.microsecondsPerMinute
        let last = range.upperBound / TrendSchema.microsecondsPerMinute
        let unit: Int64 = TrendSchema.hasMinutes(of: range) ? 1 : 60
        let stepCount = Int64(max(1, stepCountMax))
        let width = max(1, ((last - first) / unit + stepCount) / stepCount) * unit
        return try read { database in
            var names: [Int64: (reward: String, components: [String])] = [:]
            for row in try Row.fetchAll(database, sql: "SELECT id, reward FROM plans") {
                names[row[0]] = (row[1], [])
            }
            let positions = try Row.fetchAll(
                database, sql: "SELECT plan, name FROM plan_components ORDER BY plan, position")
            for row in positions { names[row[0]]?.components.append(row[1]) }
            let rows = try Row.fetchCursor(
                database,
                sql: """
                    SELECT start, plan, position, status, count, sum, squares, timing_us FROM trends
                    WHERE unit = ? AND start BETWEEN ? AND ? ORDER BY start
                    """, arguments: [unit, first / unit * unit, last])
            var gathering = TrendGathering()
            while let row = try rows.next() {
                guard let plan = names[row[1]] else { continue }
                let position: Int64 = row[2]
                let component = position < 0 ? nil : plan.components.element(Int(position)) ?? "component \(position)"
                gathering.add(plan.reward, component, start: (row[0] as Int64) / width * width, row)
            }
            return gathering.rewards(order: names.sorted { $0.key < $1.key }.map(\.value))
        }
    }

    private func read<Outcome>(_ body: (Database) throws -> Outcome) throws(StoreError) -> Outcome {
        try DatabaseFile.translating(path) { try queue.read(body) }
    }
}

// MARK: - Rollouts to look at

/// A rollout that failed, or that has a low reward, as a list shows it.
package struct RolloutExcerpt: Sendable, Equatable {
    /// Its key in the store.
    package let key: Int64
    package let at: Int64
    package let reward: String
    package let aggregateReward: Double
    package let status: String
    /// The beginning of it.
    package let completion: String
    /// Components that have no score, with their statuses; or the lowest scores where all have one.
    package let reasons: [String]
}

extension TrendReader {
    /// Characters of a completion that a list shows.
    private static let excerptCharacterCount = 160

    /// The lowest rewards among rollouts that were scored since then.
    package func lowest(since: Int64, reward: String?, countMax: Int = 10) throws(StoreError) -> [RolloutExcerpt] {
        try read { database in
            guard let first = try Self.firstKey(database, since) else { return [] }
            var found: [(reward: Double, key: Int64)] = []
            for plan in try Self.plans(database, reward) {
                let rows = try Row.fetchAll(
                    database,
                    sql: """
                        SELECT reward, id FROM rollouts INDEXED BY rollouts_by_plan
                        WHERE plan = ? AND status = 0 AND id >= ? ORDER BY reward LIMIT ?
                        """, arguments: [plan, first, countMax])
                found += rows.map { ($0[0], $0[1]) }
            }
            let keys = found.sorted { $0 < $1 }.prefix(countMax).map(\.key)
            return try keys.compactMap { try Self.excerpt(database, $0) }
        }
    }

    /// The latest rollouts that have no score of their own.
    package func failed(since: Int64, reward: String?, countMax: Int = 10) throws(StoreError) -> [RolloutExcerpt] {
        try read { database in
            guard let first = try Self.firstKey(database, since) else { return [] }
            let failures = Status.allCases.filter(\.isMissing)
            var keys: [Int64] = []
            for plan in try Self.plans(database, reward) {
                for status in failures {
                    keys += try Int64.fetchAll(
                        database,
                        sql: """
                            SELECT id FROM rollouts INDEXED BY rollouts_by_plan
                            WHERE plan = ? AND status = ? AND id >= ? ORDER BY id DESC LIMIT ?
                            """, arguments: [plan, Int64(status.code), first, countMax])
                }
            }
            return try keys.sorted(by: >).prefix(countMax).compactMap { try Self.excerpt(database, $0) }
        }
    }

    /// Keys grow with time.
    private static func firstKey(_ database: Database, _ since: Int64) throws -> Int64? {
        try Int64.fetchOne(
            database, sql: "SELECT id FROM rollouts WHERE at >= ? ORDER BY at LIMIT 1", arguments: [since])
    }

    private static func plans(_ database: Database, _ reward: String?) throws -> [Int64] {
        try Int64.fetchAll(
            database, sql: "SELECT id FROM plans WHERE reward = coalesce(?, reward)", arguments: [reward])
    }

    private static func excerpt(_ database: Database, _ key: Int64) throws -> RolloutExcerpt? {
        guard let rollout = try StoredRollout.fetch(database, key: key) else { return nil }
        let missing = rollout.components.filter { $0.score == nil && $0.status != "\(Status.gated.name)" }
        let reasons =
            missing.isEmpty
            ? rollout.components.filter { $0.score.map { $0 < 1 } ?? false }.map {
                "\($0.name) \(rounded($0.score ?? 0))"
            }
            : missing.map { "\($0.name): \($0.status)" }
        let text = rollout.completion ?? ""
        let start = text.prefix(excerptCharacterCount)
        return RolloutExcerpt(
            key: key, at: rollout.at, reward: rollout.reward, aggregateReward: rollout.aggregateReward,
            status: rollout.status, completion: start.endIndex < text.endIndex ? start + "…" : text, reasons: reasons)
    }

    private static func rounded(_ score: Double) -> Double { (score * 1_000).rounded() / 1_000 }
}

/// Gathers rows of the trends into steps.
private struct TrendGathering {
    private struct Key: Hashable {
        var reward: String
        var component: String?
    }

    private var steps: [Key: [(start: Int64, sums: Trend.Sums)]] = [:]

    /// Rows come in the order of time.
    mutating func add(_ reward: String, _ component: String?, start: Int64, _ row: Row) {
        let key = Key(reward: reward, component: component)
        var list = steps[key, default: []]
        steps[key] = nil
        if list.last?.start != start { list.append((start, Trend.Sums())) }
        list[list.count - 1].sums.add(
            UInt8(truncatingIfNeeded: row[3] as Int64), count: row[4], sum: row[5], squares: row[6],
            microseconds: row[7])
        steps[key] = list
    }

    func rewards(order: [(reward: String, components: [String])]) -> [RewardTrend] {
        var names: [String] = []
        var components: [String: [String]] = [:]
        // What the latest configuration has comes first, in its order.
        for plan in order.reversed() {
            if !names.contains(plan.reward) { names.append(plan.reward) }
            for name in plan.components where components[plan.reward]?.contains(name) != true {
                components[plan.reward, default: []].append(name)
            }
        }
        return names.sorted().compactMap { reward in
            guard let whole = trend(reward, nil) else { return nil }
            return RewardTrend(
                reward: reward, whole: whole,
                components: (components[reward] ?? []).compactMap { trend(reward, $0) })
        }
    }

    private func trend(_ reward: String, _ component: String?) -> Trend? {
        guard let list = steps[Key(reward: reward, component: component)] else { return nil }
        return Trend(
            component: component,
            steps: list.map { Trend.Step(start: $0.start * TrendSchema.microsecondsPerMinute, sums: $0.sums) })
    }
}

extension Array {
    fileprivate func element(_ index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
