/// Krippendorff's alpha: agreement of any number of raters, of whom each may have left items out, on any scale.
///
/// `alpha = 1 - Do / De`: the observed disagreement over the one that the values would have by chance, both as sums of
/// `d(v, w)` over the coincidences of values inside items (Krippendorff, "Computing Krippendorff's Alpha-Reliability", 2011;
/// the Python package `krippendorff`).
package enum KrippendorffAlpha {
    /// How far apart two values are.
    package enum Level: String, Sendable, CaseIterable {
        /// Names: equal or not.
        case nominal
        /// An order: how many values lie between.
        case ordinal
        /// Numbers: the square of the difference.
        case interval
        /// Numbers with a zero: the square of the difference over the sum.
        case ratio
    }

    /// - Parameter ratings: One row a rater, one column an item; nil for what was not rated. Items with one rating do not count.
    package static func value(ratings: [[Double?]], level: Level) -> Estimate<Double> {
        Estimate { () throws(Undefined) in
            let itemCount = ratings.map(\.count).max() ?? 0
            let items = (0..<itemCount).map { item in
                ratings.compactMap { item < $0.count ? $0[item] : nil }
            }.filter { $0.count >= 2 }
            guard !items.isEmpty else { throw .tooFew(needed: 1, found: 0) }
            guard items.joined().allSatisfy(\.isFinite) else { throw .outOfRange }
            if level == .ratio, items.joined().contains(where: { $0 < 0 }) { throw .outOfRange }
            let values = Set(items.joined()).sorted()
            guard values.count >= 2 else { throw .oneClass }
            return alpha(items, values, level)
        }
    }

    private static func alpha(_ items: [[Double]], _ values: [Double], _ level: Level) -> Double {
        let places = Dictionary(uniqueKeysWithValues: values.enumerated().map { ($1, $0) })
        var totals = [Double](repeating: 0, count: values.count)
        for value in items.joined() { totals[places[value] ?? 0] += 1 }
        let sums = totals.reduce(into: [0.0]) { $0.append(($0.last ?? 0) + $1) }
        func distance(_ first: Int, _ second: Int) -> Double {
            let (low, high) = (min(first, second), max(first, second))
            switch level {
            case .nominal: return low == high ? 0 : 1
            case .ordinal:
                let between = sums[high + 1] - sums[low] - (totals[low] + totals[high]) / 2
                return low == high ? 0 : between * between
            case .interval: return (values[high] - values[low]) * (values[high] - values[low])
            case .ratio:
                let sum = values[high] + values[low]
                let ratio = sum == 0 ? 0 : (values[high] - values[low]) / sum
                return ratio * ratio
            }
        }
        var observed = 0.0
        for item in items {
            for (index, value) in item.enumerated() {
                for other in item[..<index] {
                    observed += 2 * distance(places[value] ?? 0, places[other] ?? 0) / Double(item.count - 1)
                }
            }
        }
        var expected = 0.0
        for first in values.indices {
            for second in 0..<first { expected += 2 * totals[first] * totals[second] * distance(first, second) }
        }
        let count = totals.reduce(0, +)
        return 1 - observed / (expected / (count - 1))
    }
}
