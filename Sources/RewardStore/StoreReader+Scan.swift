import GRDB
import RewardKernel

extension StoreReader {
    /// A rollout without its texts: what figures over a whole training run are made of.
    package struct ScannedRollout: Sendable {
        /// Microseconds since 1970.
        package let at: Int64
        /// Nil where it has no score of its own.
        package let reward: Double?
        /// The trainer's name of its group, as text.
        package let group: String?
        package let completionByteCount: Int
        package let components: [Component]

        package struct Component: Sendable {
            package let name: String
            /// Nil where it has none.
            package let score: Double?
            package let isJudged: Bool
            package let findings: [StoredFinding]
        }
    }

    /// Calls `body` with each rollout in the order in which they were written.
    package func scan(_ filter: Filter, _ body: (ScannedRollout) throws -> Void) throws {
        try queue.read { database in
            let names = try Self.componentNames(database)
            let components = try database.makeStatement(
                sql: "SELECT id, score, status, judge, verdict FROM components WHERE id BETWEEN ? AND ? ORDER BY id")
            let condition = filter.condition
            let rows = try Row.fetchCursor(
                database,
                sql: """
                    SELECT id, at, status, reward, group_id, completion_bytes, plan
                    FROM rollouts \(condition.sql) ORDER BY id
                    """, arguments: condition.arguments)
            while let row = try rows.next() {
                let first = (row[0] as Int64) << StoreSchema.positionBitCount
                let last = first + (1 << StoreSchema.positionBitCount) - 1
                let known = names[row[6]] ?? []
                let cells = try Row.fetchAll(components, arguments: [first, last])
                try body(
                    ScannedRollout(
                        at: row[1], reward: row[2] == 0 ? row[3] : nil, group: Self.name(row[4]),
                        completionByteCount: row[5], components: cells.map { Self.component($0, first, known) }))
            }
        }
    }

    private static func component(_ row: Row, _ first: Int64, _ names: [String]) -> ScannedRollout.Component {
        let position = Int((row[0] as Int64) - first)
        let judge: String? = row[3]
        let verdict: String? = row[4]
        return ScannedRollout.Component(
            name: names.indices.contains(position) ? names[position] : "component \(position)",
            score: row[2] == 0 ? row[1] : nil, isJudged: judge.map { !$0.isEmpty } ?? false,
            findings: verdict.map(StoredFinding.all) ?? [])
    }

    private static func name(_ value: DatabaseValue) -> String? {
        switch value.storage {
        case .int64(let number): String(number)
        case .string(let text): text
        default: nil
        }
    }
}
