import GRDB

/// Sums of the audit log by time, reward, component and status, so that nobody has to add up its rows: the third migration.
///
/// They are kept twice, by minute for three days and by hour for four hundred: some ten thousand rows, whatever is scored. They
/// outlive the rows of the audit log that age and size take away.
enum TrendSchema {
    /// Stands where components have their positions: for the reward itself.
    static let wholePosition: Int64 = -1
    /// Minutes of a row.
    static let units: [Int64] = [1, 60]
    private static let minuteDayCount: Int64 = 3
    private static let hourDayCount: Int64 = 400
    static let microsecondsPerMinute: Int64 = 60_000_000

    static let statements =
        [
            // `start` is minutes since 1970. `sum` and `squares` are those of the rewards, or of the scores where there is one.
            """
            CREATE TABLE trends (
                unit INTEGER NOT NULL, start INTEGER NOT NULL, plan INTEGER NOT NULL, position INTEGER NOT NULL,
                status INTEGER NOT NULL, count INTEGER NOT NULL, sum REAL NOT NULL, squares REAL NOT NULL,
                timing_us INTEGER NOT NULL, PRIMARY KEY (unit, start, plan, position, status)) WITHOUT ROWID
            """
        ]
        + units.flatMap { unit -> [String] in
            // What has been written before.
            let start = "rollouts.at / \(microsecondsPerMinute) / \(unit) * \(unit)"
            return [
                """
                INSERT INTO trends
                SELECT \(unit), \(start), plan, \(wholePosition), status, count(*), sum(reward), sum(reward * reward),
                    sum(timing_us)
                FROM rollouts GROUP BY 2, 3, 5
                """,
                """
                INSERT INTO trends
                SELECT \(unit), \(start), rollouts.plan, components.id & 31, components.status, count(*),
                    sum(iif(components.status = 0, score, 0)), sum(iif(components.status = 0, score * score, 0)), 0
                FROM components JOIN rollouts ON rollouts.id = components.id >> 5 GROUP BY 2, 3, 4, 5
                """,
            ]
        }

    /// Deletes what is too old.
    static func prune(_ database: Database) throws {
        let now = WallClock.microseconds / microsecondsPerMinute
        for (unit, dayCount) in zip(units, [minuteDayCount, hourDayCount]) {
            try database.execute(
                sql: "DELETE FROM trends WHERE unit = ? AND start < ?", arguments: [unit, now - dayCount * 1_440])
        }
    }

    /// Whether minutes are kept that long back.
    static func hasMinutes(of range: ClosedRange<Int64>) -> Bool {
        let oldest = WallClock.microseconds - minuteDayCount * 1_440 * microsecondsPerMinute
        return range.lowerBound >= oldest
    }
}
