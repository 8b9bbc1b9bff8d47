import RewardKernel
import TerminalText

/// The table at the end of a run: how each component and the reward came out over all rollouts.
package struct ScoreTable {
    /// One row's figures.
    package struct Row: Sendable, Equatable {
        package let name: String
        /// Of what was scored; nil when nothing was.
        package let mean: Double?
        package let minimum: Double?
        package let maximum: Double?
        package let scoredCount: Int
        package let abstainedCount: Int
        package let neutralCount: Int
        package let errorCount: Int
        /// Not run, because a gate had decided.
        package let gatedCount: Int

        init(name: String, values: [Double], statuses: [Status]) {
            var sum = 0.0
            var low = Double.infinity
            var high = -Double.infinity
            var counts = (scored: 0, abstained: 0, neutral: 0, error: 0, gated: 0)
            for (value, status) in zip(values, statuses) {
                switch (status.kind, status) {
                case (.neutral, _): counts.neutral += 1
                case (.error, _): counts.error += 1
                case (.value, .gated): counts.gated += 1
                case (.value, .abstained): counts.abstained += 1
                case (.value, _):
                    counts.scored += 1
                    sum += value
                    low = min(low, value)
                    high = max(high, value)
                }
            }
            self.name = name
            mean = counts.scored > 0 ? sum / Double(counts.scored) : nil
            minimum = counts.scored > 0 ? low : nil
            maximum = counts.scored > 0 ? high : nil
            (scoredCount, abstainedCount, neutralCount, errorCount, gatedCount) = counts
        }
    }

    /// The components in configured order.
    package let components: [Row]
    package let reward: Row

    package init(_ batch: ScoredBatch, reward name: String) {
        components = batch.components.map { Row(name: $0.name, values: $0.scores, statuses: $0.statuses) }
        reward = Row(name: name, values: batch.rewards, statuses: batch.statuses)
    }

    package func lines(style: TerminalStyle) -> [String] {
        var table = TextTable([
            .init(""), .init("mean", .right), .init("min", .right), .init("max", .right), .init("scored", .right),
            .init("abstained", .right), .init("gated", .right), .init("neutral", .right), .init("error", .right),
        ])
        for row in components { table.add(cells(row, nameRole: .name)) }
        table.add(cells(reward, nameRole: .heading))
        return table.lines(style: style)
    }

    private func cells(_ row: Row, nameRole: TerminalStyle.Role) -> [TextTable.Cell] {
        func figure(_ value: Double?) -> TextTable.Cell {
            .init(value.map { Figures.decimal($0, fractionDigits: 4) } ?? "-")
        }
        func count(_ value: Int, _ role: TerminalStyle.Role? = nil) -> TextTable.Cell {
            .init(value == 0 ? "-" : Figures.count(value), value == 0 ? .faint : role)
        }
        return [
            .init(row.name, nameRole), figure(row.mean), figure(row.minimum), figure(row.maximum),
            count(row.scoredCount), count(row.abstainedCount), count(row.gatedCount),
            count(row.neutralCount, .warning), count(row.errorCount, .failure),
        ]
    }

    package var json: JSONValue {
        .object([
            "reward": Self.json(of: reward),
            "components": .object(components.map { .init($0.name, Self.json(of: $0)) }),
        ])
    }

    private static func json(of row: Row) -> JSONValue {
        .object([
            "mean": .figure(row.mean), "min": .figure(row.minimum), "max": .figure(row.maximum),
            "scored": .count(row.scoredCount), "abstained": .count(row.abstainedCount),
            "gated": .count(row.gatedCount), "neutral": .count(row.neutralCount), "error": .count(row.errorCount),
        ])
    }
}
