/// What is drawn when rows are resampled: prompt groups as wholes, for rollouts of one prompt are no independent witnesses.
package struct ResamplingUnits: Sendable, Hashable {
    /// The rows of each unit, in the order in which units first appear.
    package let rows: [[Int]]
    package let rowCount: Int

    /// Every row for itself.
    package init(rowCount: Int) {
        rows = (0..<rowCount).map { [$0] }
        self.rowCount = rowCount
    }

    /// - Parameter groups: The group of each row; a row without one is its own.
    package init<Group: Hashable>(groups: [Group?]) {
        var rows: [[Int]] = []
        var places: [Group: Int] = [:]
        for (row, group) in groups.enumerated() {
            if let group, let place = places[group] {
                rows[place].append(row)
            } else {
                if let group { places[group] = rows.count }
                rows.append([row])
            }
        }
        self.rows = rows
        rowCount = groups.count
    }

    package var count: Int { rows.count }

    /// The rows of some units, one after the other.
    package func rows(of units: [Int]) -> [Int] {
        units.flatMap { rows[$0] }
    }
}
