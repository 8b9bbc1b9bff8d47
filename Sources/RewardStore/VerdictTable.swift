import Foundation
import GRDB
import RewardJudge
import RewardKernel

/// The verdicts of judges on disk, by the keys of the cache.
enum VerdictTable {
    /// A verdict as it lies in the table.
    struct Entry: Sendable {
        let key: Data
        let wallClockMicroseconds: Int64
        let answers: String

        /// Nil for an entry that was not written here.
        var verdict: KeptVerdict? {
            guard let key = CacheKey(digest: key), let json = try? JSONValue.make(parsing: Array(answers.utf8)),
                let verdicts = VerdictText.verdicts(from: json)
            else { return nil }
            return KeptVerdict(key: key, verdicts: verdicts, wallClockMicroseconds: wallClockMicroseconds)
        }
    }

    /// The latest that are young enough, the oldest of them first.
    static func load(_ database: Database, _ limits: CacheLimits) throws -> [Entry] {
        var entries: [Entry] = []
        let rows = try Row.fetchCursor(
            database, sql: "SELECT key, at, answers FROM verdicts WHERE at > ? ORDER BY at DESC, id DESC LIMIT ?",
            arguments: [limits.oldestMicroseconds, limits.entryCountMax])
        while let row = try rows.next() {
            // Hand-made entries may hold anything; they are no verdicts then.
            guard let key = Data.fromDatabaseValue(row[0]), let at = Int64.fromDatabaseValue(row[1]),
                let answers = String.fromDatabaseValue(row[2])
            else { continue }
            entries.append(Entry(key: key, wallClockMicroseconds: at, answers: answers))
        }
        return entries.reversed()
    }

    static func insert(_ database: Database, _ verdict: KeptVerdict) throws {
        let statement = try database.cachedStatement(
            sql: "INSERT OR REPLACE INTO verdicts (key, at, answers) VALUES (?, ?, ?)")
        try statement.execute(arguments: [
            Data(verdict.key.digest), verdict.wallClockMicroseconds,
            try JSONWriter.text(of: VerdictText.json(of: verdict.verdicts)),
        ])
    }

    /// Deletes what is too old, and the oldest of what is too much.
    static func prune(_ database: Database, _ limits: CacheLimits) throws {
        try database.execute(sql: "DELETE FROM verdicts WHERE at <= ?", arguments: [limits.oldestMicroseconds])
        let count = try Int.fetchOne(database, sql: "SELECT count(*) FROM verdicts") ?? 0
        guard count > limits.entryCountMax else { return }
        try database.execute(
            sql: "DELETE FROM verdicts WHERE id IN (SELECT id FROM verdicts ORDER BY at, id LIMIT ?)",
            arguments: [count - limits.entryCountMax])
    }
}

extension CacheLimits {
    /// What was given then or earlier is too old by now, since 1970.
    fileprivate var oldestMicroseconds: Int64 { WallClock.microseconds - Int64(clamping: lifeNanoseconds / 1_000) }
}
