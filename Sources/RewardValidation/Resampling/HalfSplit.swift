import RewardJudge

/// Two halves of the units, by chance and repeatable: what is fitted on the first is reported on the second.
package struct HalfSplit: Sendable, Hashable {
    /// Rows, in ascending order.
    package let fitting: [Int]
    package let reporting: [Int]

    /// The first half has the odd unit.
    package init(_ units: ResamplingUnits, seed: UInt64) {
        var generator = PoolRandom(seed: seed)
        let order = Array(0..<units.count).shuffled(using: &generator)
        let middle = (order.count + 1) / 2
        fitting = units.rows(of: Array(order[..<middle])).sorted()
        reporting = units.rows(of: Array(order[middle...])).sorted()
    }
}
