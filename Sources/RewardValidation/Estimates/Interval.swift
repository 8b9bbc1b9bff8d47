/// Where a figure lies with a given confidence.
package struct Interval: Sendable, Hashable {
    package var low: Double
    package var high: Double
    /// From 0 to 1, usually 0.95.
    package var level: Double
    package var method: Method

    package enum Method: String, Sendable, CaseIterable {
        case wilson
        case clopperPearson = "clopper_pearson"
        /// Normal, by the standard error of the figure's formula.
        case asymptotic
        /// Normal on the scale `atanh`.
        case fisherZ = "fisher_z"
        /// By quantiles of the F distribution.
        case fRatio = "f_ratio"
        case percentileBootstrap = "percentile_bootstrap"
        /// Bias-corrected and accelerated.
        case acceleratedBootstrap = "bca_bootstrap"
    }

    package init(low: Double, high: Double, level: Double, method: Method) {
        self.low = low
        self.high = high
        self.level = level
        self.method = method
    }

    package var width: Double { high - low }

    package func contains(_ value: Double) -> Bool { (low...max(low, high)).contains(value) }

    /// Whether the figure is above zero, or below, at this confidence.
    package var excludesZero: Bool { low > 0 || high < 0 }
}
