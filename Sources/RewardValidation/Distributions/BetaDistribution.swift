import Foundation

/// The beta distribution: the regularized incomplete beta function and its inverse.
package enum BetaDistribution {
    /// Terms of the continued fraction: it takes about `sqrt(max(a, b))` of them.
    private static let termCountMax = 100_000
    private static let accuracy = 1e-16

    /// `I_x(a, b)`, P(X <= x) for X ~ Beta(a, b), with a, b > 0: the continued fraction 8.17.22 of the NIST Digital Library of
    /// Mathematical Functions, evaluated by Lentz's method as modified by Thompson and Barnett (1986), on the side of
    /// `(a + 1) / (a + b + 2)` where it settles fast. About 13 digits for a, b below 1,000.
    package static func cumulative(_ x: Double, _ a: Double, _ b: Double) -> Double {
        precondition(a > 0 && b > 0, "the beta distribution has positive parameters")
        guard x > 0 else { return 0 }
        guard x < 1 else { return 1 }
        let logFront = a * log(x) + b * log1p(-x) - logBeta(a, b)
        if x < (a + 1) / (a + b + 2) { return min(1, exp(logFront) * fraction(x, a, b) / a) }
        return max(0, 1 - exp(logFront) * fraction(1 - x, b, a) / b)
    }

    /// The x with `I_x(a, b) = probability`, found by halving: the two ends meet within one unit in the last place.
    package static func quantile(_ probability: Double, _ a: Double, _ b: Double) -> Double {
        precondition((0...1).contains(probability), "a probability is from 0 to 1")
        var low = 0.0
        var high = 1.0
        while true {
            let middle = (low + high) / 2
            guard middle > low, middle < high else { return middle }
            if cumulative(middle, a, b) < probability { low = middle } else { high = middle }
            // Below this nothing that is reported differs.
            if high < 1e-300 { return high }
        }
    }

    private static func logBeta(_ a: Double, _ b: Double) -> Double {
        logGamma(a) + logGamma(b) - logGamma(a + b)
    }

    /// Of positive arguments, where the sign that comes along is always plus.
    package static func logGamma(_ x: Double) -> Double {
        var sign: Int32 = 0
        return lgamma_r(x, &sign)
    }

    private static func fraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
        let tiny = 1e-300
        var c = 1.0
        var d = 1 / nonzero(1 - (a + b) * x / (a + 1), tiny)
        var value = d
        for term in 1...termCountMax {
            let m = Double(term)
            let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
            d = 1 / nonzero(1 + even * d, tiny)
            c = nonzero(1 + even / c, tiny)
            value *= d * c
            let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
            d = 1 / nonzero(1 + odd * d, tiny)
            c = nonzero(1 + odd / c, tiny)
            let step = d * c
            value *= step
            if abs(step - 1) <= accuracy { break }
        }
        return value
    }

    private static func nonzero(_ value: Double, _ tiny: Double) -> Double {
        abs(value) < tiny ? tiny : value
    }
}
