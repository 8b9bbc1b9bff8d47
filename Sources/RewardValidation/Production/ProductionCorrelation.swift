/// Whether rewards go where production goes: a reward, or a component of it, against a metric that users have made.
package struct ProductionCorrelation: Sendable {
    /// A rollout whose metric is known.
    package struct Row: Sendable, Hashable {
        package var reward: Double
        package var metric: Double
        package var group: String?
        package var segment: String?

        package init(reward: Double, metric: Double, group: String? = nil, segment: String? = nil) {
            self.reward = reward
            self.metric = metric
            self.group = group
            self.segment = segment
        }
    }

    /// A coefficient with what is known of its accuracy.
    package struct Figure: Sendable, Hashable {
        package let kind: Correlation.Kind
        package let correlation: Estimate<Correlation>
        package let interval: Estimate<Interval>
        /// Over prompt groups. Kendall's has none: its resamples take too long and tell the same as Spearman's.
        package let bootstrap: Estimate<Bootstrap.Outcome>?
    }

    package struct Segment: Sendable, Hashable {
        package let name: String
        package let count: Int
        package let spearman: Figure
    }

    package let count: Int
    package let groupCount: Int
    package let figures: [Figure]
    /// Inside the groups and between them; nil where no group has two rollouts.
    package let grouped: GroupedCorrelation?
    package let segments: [Segment]

    /// Values that all resamples of one figure may have together: more take minutes and change no digit that is shown.
    private static let resampledValueCountMax = 20_000_000
    private static let resampleCountMin = 199

    package init(_ rows: [Row], _ bootstrap: Bootstrap) {
        count = rows.count
        let units = ResamplingUnits(groups: rows.map(\.group))
        groupCount = units.count
        figures = Correlation.Kind.allCases.map { Self.figure($0, rows, bootstrap) }
        grouped =
            units.rows.contains { $0.count > 1 }
            ? GroupedCorrelation(
                .spearman, groups: rows.map(\.group), rows.map(\.reward), rows.map(\.metric), level: bootstrap.level)
            : nil
        segments = Dictionary(grouping: rows) { $0.segment ?? "" }.filter { !$0.key.isEmpty }
            .sorted { $0.key < $1.key }
            .map { Segment(name: $0.key, count: $0.value.count, spearman: Self.figure(.spearman, $0.value, bootstrap)) }
    }

    private static func figure(_ kind: Correlation.Kind, _ rows: [Row], _ bootstrap: Bootstrap) -> Figure {
        let (rewards, metric) = (rows.map(\.reward), rows.map(\.metric))
        let correlation = Correlation.of(kind, rewards, metric)
        var affordable = bootstrap
        affordable.resampleCount = min(
            bootstrap.resampleCount, max(resampleCountMin, resampledValueCountMax / max(1, rows.count)))
        return Figure(
            kind: kind, correlation: correlation,
            interval: correlation.flatMap { $0.interval(level: bootstrap.level) },
            bootstrap: kind == .kendall
                ? nil
                : affordable.interval(of: ResamplingUnits(groups: rows.map(\.group))) { drawn in
                    Correlation.of(kind, drawn.map { rewards[$0] }, drawn.map { metric[$0] }).map(\.coefficient)
                })
    }
}
