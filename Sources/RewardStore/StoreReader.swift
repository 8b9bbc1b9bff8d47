import Foundation
import GRDB
import RewardKernel

/// Reads a store, also one that a sidecar is writing to.
package struct StoreReader {
    package let path: String
    let queue: DatabaseQueue

    package init(path: String) throws(StoreError) {
        self.path = path
        queue = try DatabaseFile.openForReading(path)
    }

    /// What a store holds.
    package struct Summary: Sendable {
        /// Of the database's file, and of what has not been moved into it yet.
        package var fileByteCount = 0
        package var rolloutCount = 0
        package var verdictCount = 0
        package var labelCount = 0
        /// When the first and the last rollout were scored, in microseconds since 1970; nil without rollouts.
        package var span: ClosedRange<Int64>?
        package var rewards: [Reward] = []

        package struct Reward: Sendable {
            package var name: String
            package var configurationHash: String
            package var rolloutCount: Int
            package var scoredCount: Int
            /// Of those that were scored; nil when none was.
            package var meanReward: Double?
        }
    }

    package func summary() throws(StoreError) -> Summary {
        try DatabaseFile.translating(path) {
            try queue.read { database in
                var summary = Summary()
                for name in [path, path + "-wal"] {
                    let size = try? FileManager.default.attributesOfItem(atPath: name)[.size] as? Int
                    summary.fileByteCount += size ?? 0
                }
                summary.verdictCount = try Int.fetchOne(database, sql: "SELECT count(*) FROM verdicts") ?? 0
                summary.labelCount = try Int.fetchOne(database, sql: "SELECT count(*) FROM labels") ?? 0
                if let first = try Int64.fetchOne(database, sql: "SELECT min(at) FROM rollouts"),
                    let last = try Int64.fetchOne(database, sql: "SELECT max(at) FROM rollouts")
                {
                    summary.span = first...last
                }
                summary.rewards = try Row.fetchAll(database, sql: Self.rewardSQL).map { row in
                    Summary.Reward(
                        name: row[0], configurationHash: row[1], rolloutCount: row[2], scoredCount: row[3],
                        meanReward: row[4])
                }
                summary.rolloutCount = summary.rewards.reduce(0) { $0 + $1.rolloutCount }
                return summary
            }
        }
    }

    /// Answered by the index over plan, status and reward alone.
    private static let rewardSQL = """
        SELECT plans.reward, plans.configuration_hash, count(rollouts.id), coalesce(sum(rollouts.status = 0), 0),
            avg(CASE WHEN rollouts.status = 0 THEN rollouts.reward END)
        FROM plans LEFT JOIN rollouts ON rollouts.plan = plans.id
        GROUP BY plans.id ORDER BY plans.reward, plans.id
        """

    /// Which rollouts to export.
    package struct Filter: Sendable, Equatable {
        /// The name of a reward; nil for all.
        package var reward: String?
        /// Microseconds since 1970.
        package var since: Int64?
        package var status: StatusFilter = .all

        package enum StatusFilter: String, Sendable, CaseIterable {
            case all, scored, neutral, refused
            /// Whatever has no score of its own.
            case failed
        }

        package init(reward: String? = nil, since: Int64? = nil, status: StatusFilter = .all) {
            self.reward = reward
            self.since = since
            self.status = status
        }

        var condition: (sql: String, arguments: StatementArguments) {
            var terms: [String] = []
            var arguments: StatementArguments = []
            if let reward {
                terms.append("plan IN (SELECT id FROM plans WHERE reward = ?)")
                arguments += [reward]
            }
            if let since {
                terms.append("at >= ?")
                arguments += [since]
            }
            switch status {
            case .all: break
            case .scored: terms.append("status < 16")
            case .neutral: terms.append("status BETWEEN 16 AND 31")
            case .refused: terms.append("status >= 32")
            case .failed: terms.append("status >= 16")
            }
            return (terms.isEmpty ? "" : "WHERE " + terms.joined(separator: " AND "), arguments)
        }
    }

    package func count(_ filter: Filter) throws(StoreError) -> Int {
        try DatabaseFile.translating(path) {
            try queue.read { database in
                let condition = filter.condition
                return try Int.fetchOne(
                    database, sql: "SELECT count(*) FROM rollouts \(condition.sql)", arguments: condition.arguments)
                    ?? 0
            }
        }
    }

    /// Calls `body` with each rollout in the order in which they were written, as one JSON object.
    package func export(_ filter: Filter, _ body: (JSONValue) throws -> Void) throws {
        try queue.read { database in
            let names = try Self.componentNames(database)
            let components = try database.makeStatement(
                sql: "SELECT id, score, status, judge, verdict, rationale FROM components WHERE id BETWEEN ? AND ?")
            let labels = try database.makeStatement(sql: ExportedRollout.labelSQL)
            let condition = filter.condition
            let rows = try Row.fetchCursor(
                database,
                sql: """
                    SELECT rollouts.*, plans.reward AS reward_name, plans.configuration_hash
                    FROM rollouts JOIN plans ON plans.id = rollouts.plan \(condition.sql) ORDER BY rollouts.id
                    """, arguments: condition.arguments)
            while let row = try rows.next() {
                let first = (row["id"] as Int64) << StoreSchema.positionBitCount
                let cells = try Row.fetchAll(
                    components, arguments: [first, first + (1 << StoreSchema.positionBitCount) - 1])
                let said = try Row.fetchAll(labels, arguments: [row["id"] as Int64])
                try body(ExportedRollout.json(row, components: cells, names: names[row["plan"]] ?? [], labels: said))
            }
        }
    }

    /// By plan, in the order of their positions.
    static func componentNames(_ database: Database) throws -> [Int64: [String]] {
        var names: [Int64: [String]] = [:]
        for row in try Row.fetchAll(database, sql: "SELECT plan, name FROM plan_components ORDER BY plan, position") {
            names[row[0], default: []].append(row[1])
        }
        return names
    }
}

extension RewardStore {
    /// Gives back what is free in the file. Nobody else may have it open.
    package static func vacuum(path: String) throws(StoreError) {
        let queue = try DatabaseFile.openForCompacting(path)
        try DatabaseFile.translating(path) {
            try queue.vacuum()
            try queue.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
        }
    }
}
