/// How much one judge differs from itself when it is asked the same again.
///
/// Variances are of the items' own repeats, and say which they are: `population` divides by the number of repeats (numpy's
/// default), `sample` by one less, which does not underestimate.
package struct RepeatVariance: Sendable, Hashable {
    /// Items with two repeats or more; others tell nothing.
    package let itemCount: Int
    package let repeatCount: Int
    /// Items whose repeats are all equal.
    package let stableCount: Int
    /// Pairs of repeats of one item: all of them, and the equal ones.
    package let pairCount: Int
    package let equalPairCount: Int
    /// Means over items; nil without items.
    private let populationVariances: [Double]
    private let sampleVariances: [Double]
    private let degrees: [Int]
    private let itemMeans: [Double]

    /// - Parameter repeats: One row an item: its scores, without those that failed.
    package init(_ repeats: [[Double]]) {
        let items = repeats.filter { $0.count >= 2 && $0.allSatisfy(\.isFinite) }
        itemCount = items.count
        repeatCount = items.reduce(0) { $0 + $1.count }
        stableCount = items.count { item in item.allSatisfy { $0 == item[0] } }
        pairCount = items.reduce(0) { $0 + $1.count * ($1.count - 1) / 2 }
        equalPairCount = items.reduce(0) { sum, item in
            sum
                + item.indices.reduce(0) { sum, index in
                    sum + item[..<index].count { $0 == item[index] }
                }
        }
        itemMeans = items.map { $0.reduce(0, +) / Double($0.count) }
        let squares = zip(items, itemMeans).map { item, mean in
            item.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        }
        populationVariances = zip(items, squares).map { $1 / Double($0.count) }
        sampleVariances = zip(items, squares).map { $1 / Double($0.count - 1) }
        degrees = items.map { $0.count - 1 }
    }

    /// The mean over items of `sum((x - mean)^2) / r`. For Boolean criteria that is `p (1 - p)`.
    package var meanPopulationVariance: Estimate<Double> { mean(populationVariances) }

    /// The mean over items of `sum((x - mean)^2) / (r - 1)`.
    package var meanSampleVariance: Estimate<Double> { mean(sampleVariances) }

    /// The standard deviation of a single answer around its item's mean: the root of the sample variances, pooled by their
    /// degrees of freedom.
    package var pooledDeviation: Estimate<Double> {
        let total = degrees.reduce(0, +)
        guard total > 0 else { return .undefined(.tooFew(needed: 1, found: 0)) }
        let sum = zip(sampleVariances, degrees).reduce(0) { $0 + $1.0 * Double($1.1) }
        return .value((sum / Double(total)).squareRoot())
    }

    /// Test-retest agreement: the share of pairs of repeats of one item that are equal.
    package var retestAgreement: Proportion { Proportion(equalPairCount, of: pairCount) }

    package var stableShare: Proportion { Proportion(stableCount, of: itemCount) }

    /// The variance of a single answer over the variance that it makes part of: the mean, over groups, of the sample variance of the
    /// single scores of a group. Above 0.5 most of what tells a group's completions apart is the judge's own noise.
    ///
    /// - Parameter groupVariance: Of single scores inside groups, ddof 1.
    package func noiseShare(ofGroupVariance groupVariance: Double) -> Estimate<Double> {
        guard groupVariance > 0 else { return .undefined(.constant) }
        return pooledDeviation.map { $0 * $0 / groupVariance }
    }

    private func mean(_ values: [Double]) -> Estimate<Double> {
        values.isEmpty
            ? .undefined(.tooFew(needed: 1, found: 0))
            : .value(values.reduce(0, +) / Double(values.count))
    }
}

/// Variances of a column.
package enum Variance {
    /// `sum((x - mean)^2) / (n - ddof)`. Undefined for `ddof` values or fewer.
    package static func of(_ values: [Double], ddof: Int) -> Estimate<Double> {
        precondition(ddof >= 0, "degrees of freedom are not negative")
        guard values.count > ddof else { return .undefined(.tooFew(needed: ddof + 1, found: values.count)) }
        guard values.allSatisfy(\.isFinite) else { return .undefined(.outOfRange) }
        let mean = values.reduce(0, +) / Double(values.count)
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return .value(squares / Double(values.count - ddof))
    }

    /// The mean sample variance inside groups, pooled by their degrees of freedom; groups of one have none.
    package static func within<Group: Hashable>(groups: [Group], _ values: [Double]) -> Estimate<Double> {
        precondition(groups.count == values.count, "every value has a group")
        let members = Dictionary(grouping: values.indices) { groups[$0] }.values.filter { $0.count >= 2 }
        guard !members.isEmpty else { return .undefined(.tooFew(needed: 1, found: 0)) }
        var squares = 0.0
        var degrees = 0
        for rows in members {
            let column = rows.map { values[$0] }
            let mean = column.reduce(0, +) / Double(column.count)
            squares += column.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
            degrees += column.count - 1
        }
        return .value(squares / Double(degrees))
    }
}
