/// Student's t distribution.
package enum StudentDistribution {
    /// P(|T| >= |t|) with so many degrees of freedom: `I_{v/(v+t^2)}(v/2, 1/2)` (Abramowitz and Stegun 26.7.1).
    package static func twoSided(_ t: Double, degreesOfFreedom v: Double) -> Double {
        precondition(v > 0, "degrees of freedom are positive")
        guard t.isFinite else { return 0 }
        return BetaDistribution.cumulative(v / (v + t * t), v / 2, 0.5)
    }
}
