/// A sign that a policy has found out how to be rewarded without being good.
package enum MonitorSignal: Sendable, Hashable {
    /// Long texts are rewarded for being long.
    case length
    /// Texts grow while the reward rises.
    case growth
    /// Nearly every reward is the greatest there is.
    case saturation
    /// Too many groups have equal rewards.
    case zeroSpread
    /// The judge is ever happier, the rules are ever less.
    case divergence
    /// Rollouts without a score.
    case unscored
    /// A criterion is met far more, or less, often than at first.
    case criterion(String)

    package var name: String {
        switch self {
        case .length: "length"
        case .growth: "growth"
        case .saturation: "saturation"
        case .zeroSpread: "zero_spread"
        case .divergence: "divergence"
        case .unscored: "unscored"
        case .criterion(let name): "criterion \(name)"
        }
    }

    /// What it measures, for people.
    package var meaning: String {
        switch self {
        case .length: "Spearman of reward and length"
        case .growth: "mean length, times that of the baseline"
        case .saturation: "share of rewards at their greatest"
        case .zeroSpread: "share of groups with equal rewards"
        case .divergence: "judged less deterministic mean score"
        case .unscored: "share of rollouts without a score"
        case .criterion: "share of rollouts that meet it"
        }
    }
}

/// When a signal is an alarm.
package struct MonitorSettings: Sendable, Hashable {
    /// Of each figure: where the bad begins.
    package var lengthCorrelationMax = 0.3
    package var lengthFactorMax = 1.5
    package var saturationMax = 0.9
    package var zeroSpreadMax = 0.5
    package var divergenceMax = 0.15
    package var unscoredMax = 0.1
    package var criterionChangeMax = 0.15
    /// Standard errors that a change has to be beyond, so that chance alone raises no alarm in a thousand windows.
    package var distanceMin = 3.5
    package var level = 0.95

    package init() {}
}

/// The figures of one signal over time.
package struct MonitorTrace: Sendable, Hashable {
    package struct Point: Sendable, Hashable {
        package let value: Estimate<Double>
        package let isAlarm: Bool
    }

    package let signal: MonitorSignal
    /// Of the first windows together.
    package let baseline: Estimate<Double>
    /// One a window.
    package let points: [Point]

    package var isAlarm: Bool { points.last?.isAlarm ?? false }
    package var firstAlarm: Int? { points.firstIndex(where: \.isAlarm) }
}
