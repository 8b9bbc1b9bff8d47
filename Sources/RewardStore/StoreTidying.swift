import GRDB

/// Keeps the audit log within its age and the database within its size, a step at a time so that rows need not wait.
enum StoreTidying {
    /// Rows after which the size is looked at.
    static let rowCountStep = 4_096
    /// Rows that one step deletes: more than are written between two steps, or the size would outrun it.
    private static let deletedRowCountMax: Int64 = 2 * 4_096

    /// Rollouts that were drawn for people to review stay: what people have said of them would be worth nothing without them.
    private static let reviewed = "SELECT rollout FROM review_items"
    private static let isExpendable = "id NOT IN (\(reviewed))"
    private static let firstSQL = "SELECT id FROM rollouts WHERE \(isExpendable) ORDER BY id LIMIT 1"

    struct Outcome {
        var deletedRowCount = 0
        /// Of the database, without what is free in it.
        var byteCount = 0
        var isDone = true
    }

    static func step(_ database: Database, _ settings: StoreSettings) throws -> Outcome {
        var outcome = Outcome()
        var last: Int64?
        if let seconds = settings.retentionSeconds {
            let oldest = WallClock.microseconds - Int64(seconds) * 1_000_000
            last = try Int64.fetchOne(
                database, sql: "SELECT id FROM rollouts WHERE at < ? ORDER BY at DESC LIMIT 1", arguments: [oldest])
        }
        outcome.byteCount = try usedByteCount(database)
        guard let first = try Int64.fetchOne(database, sql: firstSQL) else { return outcome }
        if let byteCountMax = settings.byteCountMax, outcome.byteCount > byteCountMax,
            let newest = try Int64.fetchOne(database, sql: "SELECT max(id) FROM rollouts")
        {
            // A twentieth below the limit, so that not every look finds a little too much.
            let excess = outcome.byteCount - byteCountMax + byteCountMax / 20
            let share = Double(excess) / Double(outcome.byteCount)
            last = max(last ?? 0, first + Int64(Double(newest - first) * share))
        }
        guard let last, first <= last else { return outcome }
        let end = min(last, first + deletedRowCountMax - 1)
        try database.inTransaction(.immediate) {
            try database.execute(
                sql: "DELETE FROM rollouts WHERE id BETWEEN ? AND ? AND \(isExpendable)", arguments: [first, end])
            outcome.deletedRowCount = database.changesCount
            try database.execute(
                sql: "DELETE FROM components WHERE id >= ? AND id < ? AND id >> 5 NOT IN (\(reviewed))",
                arguments: [first << StoreSchema.positionBitCount, (end + 1) << StoreSchema.positionBitCount])
            return .commit
        }
        outcome.byteCount = try usedByteCount(database)
        outcome.isDone = false
        return outcome
    }

    static func usedByteCount(_ database: Database) throws -> Int {
        let pages = try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0
        let free = try Int.fetchOne(database, sql: "PRAGMA freelist_count") ?? 0
        return (pages - free) * (try Int.fetchOne(database, sql: "PRAGMA page_size") ?? 0)
    }
}
