/// Cohen's kappa: how far two raters agree beyond what chance alone would give, from -1 to 1.
///
/// `kappa = 1 - sum(v o) / sum(v e)` with `o` the observed shares of the table, `e` those that independent raters of the same
/// totals would have, and `v` the cost of a disagreement: 1 off the diagonal, or growing with the distance of the classes
/// (scikit-learn `cohen_kappa_score`). The standard error is that of Fleiss, Cohen and Everitt (1969), as in statsmodels
/// `cohens_kappa`; it is asymptotic, and too small for few items.
package struct CohenKappa: Sendable, Hashable {
    /// By the distance of the classes in their order: 1 for each disagreement, the distance, or its square.
    package enum Weights: String, Sendable, CaseIterable {
        case none, linear, quadratic
    }

    /// Undefined where both raters put everything into the same one class. 0 where only one of them did.
    package let value: Estimate<Double>
    package let standardError: Estimate<Double>
    /// Under the hypothesis that they agree by chance only.
    package let nullStandardError: Estimate<Double>

    package init<Category>(_ table: ConfusionTable<Category>, weights: Weights = .none) {
        let fit = Estimate { () throws(Undefined) in try CohenKappa.fit(table.counts, weights) }
        value = fit.map(\.kappa)
        standardError = fit.map { max(0, $0.variance).squareRoot() }
        nullStandardError = fit.map { max(0, $0.nullVariance).squareRoot() }
    }

    package init<Category: Hashable & Comparable & Sendable>(
        _ first: [Category], _ second: [Category], weights: Weights = .none
    ) {
        self.init(ConfusionTable(first, second), weights: weights)
    }

    /// Normal, and not cut to -1...1, as statsmodels gives it.
    package func interval(level: Double = 0.95) -> Estimate<Interval> {
        value.flatMap { kappa in
            standardError.map { error in
                let reach = NormalDistribution.reach(level: level) * error
                return Interval(low: kappa - reach, high: kappa + reach, level: level, method: .asymptotic)
            }
        }
    }

    /// The value alone, for two classes and for counts that need not be whole, as those of weighted items.
    ///
    /// - Parameters:
    ///   - both: Items that both put into the positive class; `neither` those that neither did.
    ///   - onlyFirst: Items that the first alone did.
    package static func value(
        both: Double, onlyFirst: Double, onlySecond: Double, neither: Double
    ) -> Estimate<Double> {
        let total = both + onlyFirst + onlySecond + neither
        guard total > 0 else { return .undefined(.tooFew(needed: 1, found: 0)) }
        let first = (both + onlyFirst) / total
        let second = (both + onlySecond) / total
        let expectedCost = first * (1 - second) + second * (1 - first)
        guard expectedCost > 0 else { return .undefined(.oneClass) }
        return .value(1 - (onlyFirst + onlySecond) / total / expectedCost)
    }

    private struct Fit {
        var kappa: Double
        var variance: Double
        var nullVariance: Double
    }

    private static func fit(_ counts: [[Int]], _ weights: Weights) throws(Undefined) -> Fit {
        let total = counts.reduce(0) { $0 + $1.reduce(0, +) }
        guard total > 0 else { throw .tooFew(needed: 1, found: 0) }
        let places = counts.indices
        let shares = counts.map { $0.map { Double($0) / Double(total) } }
        let rows = shares.map { $0.reduce(0, +) }
        let columns = places.map { column in shares.reduce(0) { $0 + $1[column] } }
        // The reward of an agreement: 1 on the diagonal.
        let credit = places.map { row in places.map { 1 - cost(row, $0, places.count, weights) } }
        var expectedCost = 0.0
        var observedCost = 0.0
        for row in places {
            for column in places {
                expectedCost += (1 - credit[row][column]) * rows[row] * columns[column]
                observedCost += (1 - credit[row][column]) * shares[row][column]
            }
        }
        guard expectedCost > 0 else { throw .oneClass }
        let kappa = 1 - observedCost / expectedCost
        let expected = 1 - expectedCost
        let byRow = places.map { row in places.reduce(0) { $0 + columns[$1] * credit[row][$1] } }
        let byColumn = places.map { column in places.reduce(0) { $0 + rows[$1] * credit[$1][column] } }
        var spread = 0.0
        var nullSpread = 0.0
        for row in places {
            for column in places {
                let mean = byRow[row] + byColumn[column]
                let deviation = credit[row][column] - mean * (1 - kappa)
                spread += shares[row][column] * deviation * deviation
                let nullDeviation = credit[row][column] - mean
                nullSpread += rows[row] * columns[column] * nullDeviation * nullDeviation
            }
        }
        let centre = kappa - expected * (1 - kappa)
        let scale = expectedCost * expectedCost * Double(total)
        return Fit(
            kappa: kappa, variance: (spread - centre * centre) / scale,
            nullVariance: (nullSpread - expected * expected) / scale)
    }

    private static func cost(_ row: Int, _ column: Int, _ count: Int, _ weights: Weights) -> Double {
        let distance = Double(abs(row - column)) / Double(max(1, count - 1))
        switch weights {
        case .none: return row == column ? 0 : 1
        case .linear: return distance
        case .quadratic: return distance * distance
        }
    }
}
