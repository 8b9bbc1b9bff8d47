import Foundation

/// How far two columns of numbers go together, from -1 to 1.
package struct Correlation: Sendable, Hashable {
    package enum Kind: String, Sendable, CaseIterable {
        /// Of the values.
        case pearson
        /// Of their average ranks.
        case spearman
        /// Tau-b: concordant less discordant pairs, over those that ties leave.
        case kendall
    }

    package let kind: Kind
    package let coefficient: Double
    package let count: Int
    /// Two-sided, of no correlation at all.
    package let pValue: Double

    package init(kind: Kind, coefficient: Double, count: Int, pValue: Double) {
        self.kind = kind
        self.coefficient = coefficient
        self.count = count
        self.pValue = pValue
    }

    /// Undefined when a column is constant, has a value that is no finite number, or has fewer than two.
    package static func of(_ kind: Kind, _ first: [Double], _ second: [Double]) -> Estimate<Correlation> {
        switch kind {
        case .pearson: pearson(first, second)
        case .spearman: spearman(first, second)
        case .kendall: kendall(first, second)
        }
    }

    /// By Fisher's z, `tanh(atanh(r) -+ z s)`, with `s^2` the variance of `atanh(r)`: `1 / (n - 3)` for Pearson's (scipy
    /// `pearsonr`), `(1 + r^2 / 2) / (n - 3)` for Spearman's (Bonett and Wright, 2000), `0.437 / (n - 4)` for Kendall's (Fieller,
    /// Hartley and Pearson, 1957). Needs four items, five for Kendall's.
    package func interval(level: Double = 0.95) -> Estimate<Interval> {
        Estimate { () throws(Undefined) in
            let needed = kind == .kendall ? 5 : 4
            guard count >= needed else { throw .tooFew(needed: needed, found: count) }
            let n = Double(count)
            let variance =
                switch kind {
                case .pearson: 1 / (n - 3)
                case .spearman: (1 + coefficient * coefficient / 2) / (n - 3)
                case .kendall: 0.437 / (n - 4)
                }
            let reach = NormalDistribution.reach(level: level) * variance.squareRoot()
            // Exactly 1 has no atanh that could be moved.
            guard abs(coefficient) < 1 else {
                return Interval(low: coefficient, high: coefficient, level: level, method: .fisherZ)
            }
            let centre = atanh(coefficient)
            return Interval(
                low: tanh(centre - reach), high: tanh(centre + reach), level: level, method: .fisherZ)
        }
    }

    static func check(_ first: [Double], _ second: [Double]) throws(Undefined) {
        precondition(first.count == second.count, "columns have a value for the same items")
        guard first.count >= 2 else { throw .tooFew(needed: 2, found: first.count) }
        guard first.allSatisfy(\.isFinite), second.allSatisfy(\.isFinite) else { throw .outOfRange }
        for column in [first, second] where column.allSatisfy({ $0 == column[0] }) { throw .constant }
    }

    /// The p-value of a Pearson or Spearman coefficient, by Student's t with n - 2 degrees of freedom; 1 for two items.
    static func pValue(_ coefficient: Double, _ count: Int) -> Double {
        guard count > 2 else { return 1 }
        let degrees = Double(count - 2)
        let rest = (1 - coefficient) * (1 + coefficient)
        guard rest > 0 else { return 0 }
        return StudentDistribution.twoSided(
            coefficient * (degrees / rest).squareRoot(), degreesOfFreedom: degrees)
    }
}

extension Correlation {
    package static func pearson(_ first: [Double], _ second: [Double]) -> Estimate<Correlation> {
        Estimate { () throws(Undefined) in
            let coefficient = try pearsonCoefficient(first, second)
            return Correlation(
                kind: .pearson, coefficient: coefficient, count: first.count,
                pValue: pValue(coefficient, first.count))
        }
    }

    package static func spearman(_ first: [Double], _ second: [Double]) -> Estimate<Correlation> {
        Estimate { () throws(Undefined) in
            try check(first, second)
            let coefficient = try pearsonCoefficient(Ranks.average(first), Ranks.average(second))
            return Correlation(
                kind: .spearman, coefficient: coefficient, count: first.count,
                pValue: pValue(coefficient, first.count))
        }
    }

    /// Of deviations over their norms, so that neither large nor small values overflow.
    static func pearsonCoefficient(_ first: [Double], _ second: [Double]) throws(Undefined) -> Double {
        try check(first, second)
        let (one, other) = (try unit(first), try unit(second))
        return min(1, max(-1, zip(one, other).reduce(0) { $0 + $1.0 * $1.1 }))
    }

    private static func unit(_ column: [Double]) throws(Undefined) -> [Double] {
        // Halved first, for the difference of two large values is no number.
        let halves = column.map { $0 / 2 }
        let mean = halves.reduce(0) { $0 + $1 / Double(column.count) }
        let deviations = halves.map { $0 - mean }
        let largest = deviations.reduce(0) { max($0, abs($1)) }
        guard largest > 0 else { throw .constant }
        let scaled = deviations.map { $0 / largest }
        let norm = scaled.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return scaled.map { $0 / norm }
    }
}
