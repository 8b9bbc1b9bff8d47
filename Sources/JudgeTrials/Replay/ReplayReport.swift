import RewardJudge
import RewardKernel
import RewardReport
import RewardValidation

/// What another configuration makes of rollouts that were scored before.
package struct ReplayReport: Sendable {
    package let facts: ReplayFacts
    package let rows: [Row]
    package let reward: Change
    /// Of the components that both have, in the order of the new configuration.
    package let components: [(name: String, change: Change)]
    package let addedComponents: [String]
    package let removedComponents: [String]
    /// By status before and after, most frequent first.
    package let statuses: [(before: String, after: String, count: Int)]
    /// A reward from which a rollout has passed.
    package let threshold: Double
    package let usage: JudgeUsage

    package struct Row: Sendable {
        package let name: String
        package let group: String?
        package let completion: String
        package let before: StoredOutcome
        package let after: StoredOutcome

        package init(
            name: String, group: String?, completion: String, before: StoredOutcome, after: StoredOutcome
        ) {
            self.name = name
            self.group = group
            self.completion = completion
            self.before = before
            self.after = after
        }

        /// Nil unless both are scored.
        package var difference: Double? { before.reward.flatMap { before in after.reward.map { $0 - before } } }
    }

    /// A figure of the rollouts that have it before and after.
    package struct Change: Sendable {
        package let count: Int
        package let meanBefore: Estimate<Double>
        package let meanAfter: Estimate<Double>
        /// Of the mean difference, by a bootstrap over groups.
        package let interval: Estimate<Interval>
        package let changedCount: Int
        package let higherCount: Int
        package let spearman: Estimate<Double>
        /// Whether another share passes.
        package let mcNemar: McNemarTest
        package let passedBefore: Proportion
        package let passedAfter: Proportion

        package var meanDifference: Estimate<Double> {
            meanBefore.flatMap { before in meanAfter.map { $0 - before } }
        }
    }

    package init(_ rows: [Row], threshold: Double, usage: JudgeUsage, facts: ReplayFacts) {
        self.rows = rows
        self.facts = facts
        self.threshold = threshold
        self.usage = usage
        reward = Change(rows, threshold) { $0.reward }
        let after = Self.names(rows.map(\.after))
        let before = Self.names(rows.map(\.before))
        components = after.filter(before.contains).map { name in
            (name, Change(rows, threshold) { $0.components.first { $0.name == name }?.score })
        }
        addedComponents = after.filter { !before.contains($0) }
        removedComponents = before.filter { !after.contains($0) }
        var counts: [[String]: Int] = [:]
        for row in rows { counts[[row.before.status, row.after.status], default: 0] += 1 }
        statuses = counts.map { ($0.key[0], $0.key[1], $0.value) }.sorted {
            (-$0.2, $0.0, $0.1) < (-$1.2, $1.0, $1.1)
        }
    }

    /// Those whose reward changed most, and those that are scored now or no longer.
    package var changed: [Row] {
        rows.enumerated().filter { _, row in
            row.difference.map { abs($0) > Change.tolerance } ?? (row.before.isScored != row.after.isScored)
        }.sorted { left, right in
            (-abs(left.element.difference ?? .infinity), left.offset)
                < (-abs(right.element.difference ?? .infinity), right.offset)
        }.map(\.element)
    }

    /// In the order of their first appearance.
    private static func names(_ outcomes: [StoredOutcome]) -> [String] {
        var names: [String] = []
        var seen: Set<String> = []
        for component in outcomes.lazy.flatMap(\.components) where seen.insert(component.name).inserted {
            names.append(component.name)
        }
        return names
    }
}

extension ReplayReport.Change {
    /// Two scores that differ by less are the same.
    static let tolerance = 1e-9
    /// Rows that all resamples together look at: some seconds.
    private static let resampledRowCountMax = 20_000_000

    fileprivate init(
        _ rows: [ReplayReport.Row], _ threshold: Double, _ figure: (StoredOutcome) -> Double?
    ) {
        let both = rows.compactMap { row in
            figure(row.before).flatMap { before in
                figure(row.after).map { (before: before, after: $0, group: row.group) }
            }
        }
        let before = both.map(\.before)
        let after = both.map(\.after)
        let differences = zip(before, after).map { $1 - $0 }
        count = both.count
        meanBefore = Self.mean(before)
        meanAfter = Self.mean(after)
        changedCount = differences.count { abs($0) > Self.tolerance }
        higherCount = differences.count { $0 > Self.tolerance }
        spearman = Correlation.spearman(before, after).map(\.coefficient)
        let passes = (before.map { $0 >= threshold }, after.map { $0 >= threshold })
        mcNemar = McNemarTest(passes.0, passes.1)
        passedBefore = Proportion(passes.0.count { $0 }, of: count)
        passedAfter = Proportion(passes.1.count { $0 }, of: count)
        let resampleCount = max(200, min(9_999, Self.resampledRowCountMax / max(1, count)))
        interval = Bootstrap(resampleCount: resampleCount, seed: 1).interval(
            of: ResamplingUnits(groups: both.map(\.group))
        ) { rows in Self.mean(rows.map { differences[$0] }) }.map(\.interval)
    }

    private static func mean(_ values: [Double]) -> Estimate<Double> {
        values.isEmpty
            ? .undefined(.tooFew(needed: 1, found: 0)) : .value(values.reduce(0, +) / Double(values.count))
    }
}
