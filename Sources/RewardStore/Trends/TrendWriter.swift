import GRDB
import RewardKernel

/// Adds up the rows of one transaction, so that a few rows of the trends are touched for thousands of the audit log.
struct TrendWriter {
    private struct Place: Hashable {
        /// Since 1970.
        var minute: Int64
        var plan: Int64
    }

    private struct Cell {
        var position: Int64
        var status: UInt8
        var count: Int64 = 0
        var sum = 0.0
        var squares = 0.0
        var microseconds: Int64 = 0
    }

    private var indices: [Place: Int] = [:]
    private var groups: [(place: Place, cells: [Cell])] = []
    /// Most rows have the place of the row before.
    private var current = -1

    mutating func forget() {
        indices.removeAll(keepingCapacity: true)
        groups.removeAll(keepingCapacity: true)
        current = -1
    }

    /// Says which rollout the next `add`s are of.
    mutating func begin(wallClockMicroseconds: Int64, plan: Int64) {
        let place = Place(minute: wallClockMicroseconds / TrendSchema.microsecondsPerMinute, plan: plan)
        if current >= 0, groups[current].place == place { return }
        if let known = indices[place] {
            current = known
            return
        }
        current = groups.count
        indices[place] = current
        groups.append((place, []))
    }

    mutating func add(position: Int64, status: UInt8, value: Double, microseconds: Int64 = 0) {
        // A value that is no score says nothing; what a reward without one became is known by its status.
        let counts = position == TrendSchema.wholePosition || status == Status.scored.code
        let value = counts ? value : 0
        let known = groups[current].cells.firstIndex { $0.position == position && $0.status == status }
        let index = known ?? groups[current].cells.count
        if known == nil { groups[current].cells.append(Cell(position: position, status: status)) }
        groups[current].cells[index].count += 1
        groups[current].cells[index].sum += value
        groups[current].cells[index].squares += value * value
        groups[current].cells[index].microseconds &+= microseconds
    }

    /// Adds everything to the tables.
    mutating func write(_ database: Database) throws {
        let statement = try database.cachedStatement(sql: Self.sql)
        for (place, cells) in groups {
            for unit in TrendSchema.units {
                for cell in cells {
                    try statement.execute(arguments: [
                        unit, place.minute / unit * unit, place.plan, cell.position, Int64(cell.status), cell.count,
                        cell.sum, cell.squares, cell.microseconds,
                    ])
                }
            }
        }
        forget()
    }

    private static let sql = """
        INSERT INTO trends (unit, start, plan, position, status, count, sum, squares, timing_us)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET count = count + excluded.count, sum = sum + excluded.sum,
            squares = squares + excluded.squares, timing_us = timing_us + excluded.timing_us
        """
}
