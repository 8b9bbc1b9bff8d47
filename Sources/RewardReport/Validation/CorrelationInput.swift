import RewardConfig
import RewardKernel
import RewardValidation

/// A production metric beside rewards: what a correlation is made of.
package struct CorrelationInput: Sendable {
    /// Rollouts whose metric is known.
    package let rows: [ProductionCorrelation.Row]
    /// Rewards and metric over training, where both have steps or both have times.
    package let series: Series?
    /// Records of rollouts that are not among the scores, or have no score.
    package let strayCount: Int
    package let unscoredCount: Int

    package struct Series: Sendable {
        package let rewards: [(step: Int64, value: Double)]
        package let metric: [(step: Int64, value: Double)]
        /// "step", or the length of a window of time.
        package let unit: String
    }

    /// - Parameters:
    ///   - component: Whose score is looked at; nil for the reward.
    ///   - windowSeconds: How long a step of time is.
    package init(
        rollouts: [ScoredRollout], metric: MetricFile, component: String?, segment: String?, windowSeconds: Int64
    ) throws(InputFileError) {
        if let component, !rollouts.contains(where: { $0.component(component) != nil }) {
            var names: [String] = []
            for name in rollouts.lazy.flatMap(\.components).map(\.name) where !names.contains(name) {
                names.append(name)
            }
            let suggestion = NearestName.suggestion(for: component, in: names, listed: "there are")
            throw InputFileError(
                file: "--component", line: 0,
                "\(Quoting.quoted(component)) is not in the scores" + (suggestion.map { "; \($0)" } ?? ""))
        }
        func score(_ rollout: ScoredRollout) -> Double? {
            component.map { rollout.component($0)?.score } ?? rollout.reward
        }
        var last: [String: ScoredRollout] = [:]
        for rollout in rollouts { if let identifier = rollout.identifier { last[identifier] = rollout } }
        var rows: [ProductionCorrelation.Row] = []
        var (strayCount, unscoredCount) = (0, 0)
        for record in metric.records {
            guard let identifier = record.identifier else { continue }
            guard let rollout = last[identifier] else {
                strayCount += 1
                continue
            }
            guard let reward = score(rollout) else {
                unscoredCount += 1
                continue
            }
            rows.append(
                .init(
                    reward: reward, metric: record.value, group: rollout.group ?? record.group,
                    segment: record.segment ?? segment.flatMap { rollout.segment($0) }))
        }
        self.rows = rows
        self.strayCount = strayCount
        self.unscoredCount = unscoredCount
        series = Self.series(rollouts, last, metric, score, windowSeconds)
    }

    /// By training step where both sides have one, else by windows of time.
    private static func series(
        _ rollouts: [ScoredRollout], _ byIdentifier: [String: ScoredRollout], _ metric: MetricFile,
        _ score: (ScoredRollout) -> Double?, _ windowSeconds: Int64
    ) -> Series? {
        func rolloutStep(_ rollout: ScoredRollout) -> Int64? {
            rollout.fields.last { $0.name == "step" }?.value.doubleValue.flatMap { Int64(exactly: $0) }
        }
        func window(_ at: Int64) -> Int64 {
            let length = windowSeconds * 1_000_000
            return at >= 0 ? at / length : (at - length + 1) / length
        }
        func pairs(
            _ ofRollout: (ScoredRollout) -> Int64?, _ ofRecord: (MetricRecord) -> Int64?
        ) -> ([(step: Int64, value: Double)], [(step: Int64, value: Double)]) {
            let rewards = rollouts.compactMap { rollout in
                ofRollout(rollout).flatMap { step in score(rollout).map { (step: step, value: $0) } }
            }
            let values = metric.records.compactMap { record in
                (ofRecord(record) ?? record.identifier.flatMap { byIdentifier[$0] }.flatMap(ofRollout))
                    .map { (step: $0, value: record.value) }
            }
            return (rewards, values)
        }
        let bySteps = pairs(rolloutStep, \.step)
        if !bySteps.0.isEmpty, !bySteps.1.isEmpty {
            return Series(rewards: bySteps.0, metric: bySteps.1, unit: "step")
        }
        let byTimes = pairs({ $0.at.map(window) }, { $0.at.map(window) })
        guard !byTimes.0.isEmpty, !byTimes.1.isEmpty else { return nil }
        return Series(rewards: byTimes.0, metric: byTimes.1, unit: "\(windowSeconds) s")
    }
}
