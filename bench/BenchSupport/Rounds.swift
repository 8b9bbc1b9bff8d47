/// What the rounds of one measurement gave.
package struct Rounds: Sendable {
    package private(set) var values: [Double] = []

    package init(_ values: [Double] = []) {
        self.values = values
    }

    package mutating func add(_ value: Double) {
        values.append(value)
    }

    /// The value at `share` (0...1) of the sorted values, linearly interpolated between neighbours; nan without values.
    package func quantile(_ share: Double) -> Double {
        guard !values.isEmpty else { return .nan }
        let sorted = values.sorted()
        let position = share * Double(sorted.count - 1)
        let below = Int(position.rounded(.down))
        let above = min(below + 1, sorted.count - 1)
        return sorted[below] + (sorted[above] - sorted[below]) * (position - Double(below))
    }

    package var median: Double { quantile(0.5) }
    package var least: Double { values.min() ?? .nan }

    /// The distance between the quartiles as a share of the median: how much rounds differ, without the odd bad one. 0 when
    /// they do not differ, a median of 0 included.
    package var spread: Double {
        let distance = quantile(0.75) - quantile(0.25)
        return distance == 0 ? 0 : distance / median
    }

    /// Round by round, this value over the other's. Both stand in the same order of the same interleaved run, so what
    /// slows the machine for a while slows both sides of a quotient.
    package func ratios(to floor: Rounds) -> Rounds {
        precondition(values.count == floor.values.count, "interleaved measurements have the same number of rounds")
        return Rounds(zip(values, floor.values).map { $0 / $1 })
    }
}
