import Foundation

extension Correlation {
    /// Kendall's tau-b. The p-value is exact without ties and up to 33 items, and normal with the correction for ties beyond, as
    /// in scipy's `kendalltau`.
    package static func kendall(_ first: [Double], _ second: [Double]) -> Estimate<Correlation> {
        Estimate { () throws(Undefined) in
            try check(first, second)
            let pairs = PairCounts(first, second)
            let firstFree = Double(pairs.total - pairs.firstTied)
            let secondFree = Double(pairs.total - pairs.secondTied)
            let coefficient = Double(pairs.surplus) / firstFree.squareRoot() / secondFree.squareRoot()
            return Correlation(
                kind: .kendall, coefficient: min(1, max(-1, coefficient)), count: first.count,
                pValue: pairs.pValue(first, second))
        }
    }

    /// Stuart's tau-c (1953), which reaches 1 also where the columns have different numbers of values.
    package static func kendallTauC(_ first: [Double], _ second: [Double]) -> Estimate<Double> {
        Estimate { () throws(Undefined) in
            try check(first, second)
            let classes = Double(min(Set(first).count, Set(second).count))
            let n = Double(first.count)
            return 2 * Double(PairCounts(first, second).surplus) / (n * n * (classes - 1) / classes)
        }
    }
}

/// How the pairs of items fall, counted in n log n steps (Knight, 1966).
private struct PairCounts {
    let count: Int
    let total: Int
    let firstTied: Int
    let secondTied: Int
    /// In opposite orders in the two columns.
    let discordant: Int
    /// Concordant less discordant.
    let surplus: Int

    init(_ first: [Double], _ second: [Double]) {
        let order = first.indices.sorted {
            first[$0] != first[$1] ? first[$0] < first[$1] : second[$0] < second[$1]
        }
        count = first.count
        total = count * (count - 1) / 2
        firstTied = Self.pairs(Ranks.tieCounts(first))
        secondTied = Self.pairs(Ranks.tieCounts(second))
        var bothTied = 0
        var run = 1
        for place in order.indices.dropFirst() {
            let (one, other) = (order[place - 1], order[place])
            run = first[one] == first[other] && second[one] == second[other] ? run + 1 : 1
            bothTied += run - 1
        }
        var column = order.map { second[$0] }
        var buffer = column
        discordant = Self.inversionCount(&column, &buffer)
        surplus = total - firstTied - secondTied + bothTied - 2 * discordant
    }

    private static func pairs(_ tieCounts: [Int]) -> Int {
        tieCounts.reduce(0) { $0 + $1 * ($1 - 1) / 2 }
    }

    /// Sorts by merging runs of doubling length, counting how many places values are moved past greater ones.
    private static func inversionCount(_ values: inout [Double], _ buffer: inout [Double]) -> Int {
        var inversionCount = 0
        var width = 1
        while width < values.count {
            var start = 0
            while start < values.count {
                let middle = min(start + width, values.count)
                let end = min(start + 2 * width, values.count)
                var (left, right) = (start, middle)
                for place in start..<end {
                    if right >= end || (left < middle && values[left] <= values[right]) {
                        buffer[place] = values[left]
                        left += 1
                    } else {
                        buffer[place] = values[right]
                        right += 1
                        inversionCount += middle - left
                    }
                }
                start = end
            }
            swap(&values, &buffer)
            width *= 2
        }
        return inversionCount
    }

    func pValue(_ first: [Double], _ second: [Double]) -> Double {
        let hasTies = firstTied > 0 || secondTied > 0
        let fewest = min(discordant, total - discordant)
        if !hasTies, count <= 33 || fewest <= 1 { return exactPValue(fewest) }
        let (x, y) = (TieSums(first), TieSums(second))
        let n = Double(count)
        let m = n * (n - 1)
        // Three items at least, for with two either nothing is tied or a column is constant.
        let base = (m * (2 * n + 5) - x.spread - y.spread) / 18
        let pairs = 2 * x.pairs * y.pairs / m
        let triples = x.triples * y.triples / (9 * m * (n - 2))
        let variance = base + pairs + triples
        return NormalDistribution.twoSided(Double(surplus) / variance.squareRoot())
    }

    /// Twice the share of the orders with at most so many discordant pairs (Kendall, Rank Correlation Methods, 1970).
    private func exactPValue(_ fewest: Int) -> Double {
        if 4 * fewest >= count * (count - 1) { return 1 }
        // Shares of all orders by their number of discordant pairs: one more item has 0 to `item - 1` with those before it.
        var shares = [1.0] + [Double](repeating: 0, count: fewest)
        for item in stride(from: 2, through: count, by: 1) {
            var sum = 0.0
            var next = shares
            for discordant in shares.indices {
                sum += shares[discordant]
                if discordant >= item { sum -= shares[discordant - item] }
                next[discordant] = sum / Double(item)
            }
            shares = next
        }
        return min(1, 2 * shares.reduce(0, +))
    }
}

/// What the ties of a column take from the variance of the surplus.
private struct TieSums {
    var pairs = 0.0
    var triples = 0.0
    var spread = 0.0

    init(_ column: [Double]) {
        for count in Ranks.tieCounts(column) {
            let t = Double(count)
            pairs += t * (t - 1) / 2
            triples += t * (t - 1) * (t - 2)
            spread += t * (t - 1) * (2 * t + 5)
        }
    }
}
