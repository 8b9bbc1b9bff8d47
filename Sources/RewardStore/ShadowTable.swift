import GRDB
import RewardJudge
import RewardMemory
import RewardWire

/// What second rubrics found beside those that count.
enum ShadowTable {
    /// The latest that are kept.
    private static let rowCountMax = 100_000

    static let statements = [
        // `component` is `reward.component`; `completion` is null where texts are not kept.
        """
        CREATE TABLE shadows (
            id INTEGER PRIMARY KEY, at INTEGER NOT NULL, component TEXT NOT NULL, rubric TEXT NOT NULL, judge TEXT NOT NULL,
            score REAL NOT NULL, shadow_score REAL NOT NULL, verdict TEXT NOT NULL, rationale TEXT NOT NULL,
            completion TEXT)
        """
    ]

    static func insert(_ database: Database, _ shadow: ShadowVerdict, completion: String?) throws {
        try database.execute(
            sql: """
                INSERT INTO shadows (at, component, rubric, judge, score, shadow_score, verdict, rationale, completion)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                WallClock.microseconds, shadow.task, shadow.rubric, shadow.judge, shadow.score, shadow.shadowScore,
                try JSONWriter.text(of: VerdictText.json(of: shadow.findings)), shadow.rationale, completion,
            ])
    }

    /// Deletes what is too old, and the oldest of what is too much.
    static func prune(_ database: Database, retentionSeconds: Int?) throws {
        if let retentionSeconds {
            let oldest = WallClock.microseconds - Int64(retentionSeconds) * 1_000_000
            try database.execute(sql: "DELETE FROM shadows WHERE at < ?", arguments: [oldest])
        }
        try database.execute(
            sql: "DELETE FROM shadows WHERE id <= (SELECT max(id) FROM shadows) - ?", arguments: [rowCountMax])
    }
}

extension RewardStore {
    /// Takes what a second rubric found, from any thread, and never waits: what the store has no room for is counted and not kept.
    ///
    /// - Parameter completion: As much of it as is kept; nil for nothing.
    package func keep(_ shadow: ShadowVerdict, completion: String?) {
        let isTaken = later { database in try ShadowTable.insert(database, shadow, completion: completion) }
        if !isTaken { board[0].count(.failures, 1) }
    }
}
