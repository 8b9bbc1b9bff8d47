/// Places in an order.
package enum Ranks {
    /// From 1 upwards; equal values share the mean of their places, as scipy's `rankdata` has it.
    package static func average(_ values: [Double]) -> [Double] {
        let order = values.indices.sorted { values[$0] < values[$1] }
        var ranks = [Double](repeating: 0, count: values.count)
        var start = 0
        while start < order.count {
            var end = start + 1
            while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
            for place in start..<end { ranks[order[place]] = Double(start + 1 + end) / 2 }
            start = end
        }
        return ranks
    }

    /// How many values share each of the places that are shared.
    static func tieCounts(_ values: [Double]) -> [Int] {
        let sorted = values.sorted()
        var counts: [Int] = []
        var start = 0
        while start < sorted.count {
            var end = start + 1
            while end < sorted.count, sorted[end] == sorted[start] { end += 1 }
            if end - start > 1 { counts.append(end - start) }
            start = end
        }
        return counts
    }
}
