/// Fisher's F distribution.
package enum FDistribution {
    /// P(F >= x): `I_{d2/(d2+d1 x)}(d2/2, d1/2)` (Abramowitz and Stegun 26.6.2).
    package static func upperTail(_ x: Double, _ d1: Double, _ d2: Double) -> Double {
        precondition(d1 > 0 && d2 > 0, "degrees of freedom are positive")
        guard x > 0 else { return 1 }
        guard x.isFinite else { return 0 }
        return BetaDistribution.cumulative(d2 / (d2 + d1 * x), d2 / 2, d1 / 2)
    }

    /// The x with P(F <= x) = `probability`, through the beta quantile of the smaller tail, which keeps its digits.
    package static func quantile(_ probability: Double, _ d1: Double, _ d2: Double) -> Double {
        precondition(d1 > 0 && d2 > 0, "degrees of freedom are positive")
        if probability <= 0.5 {
            let share = BetaDistribution.quantile(probability, d1 / 2, d2 / 2)
            return d2 * share / (d1 * (1 - share))
        }
        let share = BetaDistribution.quantile(1 - probability, d2 / 2, d1 / 2)
        return share > 0 ? d2 * (1 - share) / (d1 * share) : .infinity
    }
}
