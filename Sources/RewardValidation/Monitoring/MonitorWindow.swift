/// A stretch of training: so many rollouts, one after the other.
package struct MonitorWindow: Sendable {
    package let rolloutCount: Int
    /// Microseconds since 1970.
    package let start: Int64
    package let end: Int64
    /// Without a score of their own.
    package let unscored: Proportion
    package let reward: Moments
    package let length: Moments
    package let judged: Moments
    package let deterministic: Moments
    /// Rewards that equal the window's greatest.
    package let saturation: Proportion
    /// Groups of two or more whose rewards are all equal: nothing can be learnt from them.
    package let zeroSpread: Proportion
    /// Spearman's, of reward and length.
    package let lengthCorrelation: Estimate<Correlation>
    /// Spearman's, of judged and deterministic scores.
    package let judgeCorrelation: Estimate<Correlation>
    /// Met, of those that were assessed.
    package let criteria: [String: Proportion]

    /// A mean that can be tested against another.
    package struct Moments: Sendable, Hashable {
        package let count: Int
        package let mean: Estimate<Double>
        /// ddof 1.
        package let variance: Estimate<Double>

        package init(_ values: [Double]) {
            count = values.count
            mean =
                values.isEmpty
                ? .undefined(.tooFew(needed: 1, found: 0))
                : .value(values.reduce(0) { $0 + $1 / Double(values.count) })
            variance = Variance.of(values, ddof: 1)
        }

        /// How many standard errors this mean lies above another (Welch).
        package func distance(above other: Moments) -> Estimate<Double> {
            Estimate { () throws(Undefined) in
                let difference = try mean.get() - other.mean.get()
                let error = try variance.get() / Double(count) + other.variance.get() / Double(other.count)
                guard error > 0 else {
                    if difference == 0 { return 0 }
                    throw .constant
                }
                return difference / error.squareRoot()
            }
        }
    }

    package init(_ rollouts: [MonitoredRollout]) {
        rolloutCount = rollouts.count
        start = rollouts.map(\.at).min() ?? 0
        end = rollouts.map(\.at).max() ?? 0
        let scored = rollouts.compactMap { rollout in rollout.reward.map { (rollout, $0) } }
        let rewards = scored.map(\.1)
        unscored = Proportion(rollouts.count - scored.count, of: rollouts.count)
        reward = Moments(rewards)
        length = Moments(rollouts.map(\.length))
        judged = Moments(rollouts.compactMap(\.judged))
        deterministic = Moments(rollouts.compactMap(\.deterministic))
        let greatest = rewards.max()
        saturation = Proportion(rewards.count { $0 == greatest }, of: rewards.count)
        var ranges: [String: (low: Double, high: Double, count: Int)] = [:]
        for (rollout, reward) in scored {
            guard let group = rollout.group else { continue }
            let range = ranges[group] ?? (reward, reward, 0)
            ranges[group] = (min(range.low, reward), max(range.high, reward), range.count + 1)
        }
        let groups = ranges.values.filter { $0.count >= 2 }
        zeroSpread = Proportion(groups.count { $0.low == $0.high }, of: groups.count)
        lengthCorrelation = Correlation.spearman(rewards, scored.map(\.0.length))
        let both = rollouts.compactMap { rollout in
            rollout.judged.flatMap { judged in rollout.deterministic.map { (judged, $0) } }
        }
        judgeCorrelation = Correlation.spearman(both.map(\.0), both.map(\.1))
        var counts: [String: (met: Int, all: Int)] = [:]
        for (name, isMet) in rollouts.lazy.flatMap(\.criteria) {
            counts[name, default: (0, 0)].met += isMet ? 1 : 0
            counts[name, default: (0, 0)].all += 1
        }
        criteria = counts.mapValues { Proportion($0.met, of: $0.all) }
    }
}
