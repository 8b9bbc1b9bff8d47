import ReportPages
import RewardValidation
import TerminalText

extension ReplayReport {
    package var page: Page {
        Page(
            title: "Replay of \(facts.reward)",
            lead: "What \(code: facts.configurationFile) makes of rollouts that were scored before.",
            facts: facts.page(ShareText.usage(usage)),
            sections: [
                Section("What changed", [.keyFigures(keyFigures), .table(changeCells), .table(statusTable)] + notes),
                Section("Rewards before and after", plots), Section("The largest changes", changedBlocks),
            ], footer: "plaudit \(facts.version)")
    }

    private var keyFigures: [KeyFigure] {
        [
            KeyFigure(
                "Mean reward", "\(short(reward.meanBefore)) → \(short(reward.meanAfter))",
                note: "difference " + Self.text(reward.interval)),
            KeyFigure(
                "Changed", "\(FigureText.count(reward.changedCount)) of \(FigureText.count(reward.count))",
                note: "\(FigureText.count(reward.higherCount)) higher"),
            KeyFigure(
                "Passing at \(threshold)",
                "\(ShareText.of(reward.passedBefore)) → \(ShareText.of(reward.passedAfter))",
                note:
                    "\(reward.mcNemar.onlySecondCount) newly, \(reward.mcNemar.onlyFirstCount) no longer; McNemar p = "
                    + FigureText.decimal(reward.mcNemar.pValue, fractionDigits: 4)),
        ]
    }

    private var changeCells: Table {
        var table = Table(
            caption: "Rollouts with a score before and after; intervals by a bootstrap over groups",
            columns: [
                "figure", .init("rollouts", .number), .init("before", .number), .init("after", .number),
                .init("difference", .number), .init("changed", .number), .init("higher", .number),
                .init("Spearman", .number),
            ])
        for (name, change) in [("reward", reward)] + components.map({ ($0.name, $0.change) }) {
            var difference = Cell.figure(change.meanDifference)
            if difference.tone == nil { difference.note = Self.text(change.interval) }
            table.add([
                .code(name), .count(change.count), .figure(change.meanBefore), .figure(change.meanAfter), difference,
                .count(change.changedCount), .count(change.higherCount), .figure(change.spearman, fractionDigits: 3),
            ])
        }
        return table
    }

    private var statusTable: Table {
        var table = Table(caption: "Rollouts by status", columns: ["before", "after", .init("rollouts", .number)])
        for entry in statuses { table.add([.code(entry.before), .code(entry.after), .count(entry.count)]) }
        return table
    }

    private var notes: [Block] {
        var notes: [Block] = []
        if !addedComponents.isEmpty {
            notes.append(.paragraph(Prose("New components: \(addedComponents.joined(separator: ", "))")))
        }
        if !removedComponents.isEmpty {
            notes.append(.paragraph(Prose("No longer there: \(removedComponents.joined(separator: ", "))")))
        }
        return notes
    }

    private var plots: [Block] {
        let points = rows.compactMap { row in
            row.before.reward.flatMap { before in row.after.reward.map { Series.Point(before, $0) } }
        }
        // More marks than this hide each other, and fill the file.
        let step = max(1, points.count / 2_000)
        let shown = points.indices.filter { $0 % step == 0 }.map { points[$0] }
        let sample = step > 1 ? " Every \(step)th rollout is drawn." : ""
        return [
            .plot(
                Plot(
                    title: "Reward before and after", description: "One mark a rollout.\(sample)",
                    .scatter([Series("rollouts", shown)], x: Axis("reward before"), y: Axis("reward after")),
                    references: [.diagonal("unchanged")], isSquare: true)),
            .plot(
                Plot(
                    title: "Differences", description: "The reward after less the reward before.",
                    .histogram(Bin.of(points.map { $0.y - $0.x }), x: Axis("difference")),
                    references: [.vertical(0, "unchanged")])),
        ]
    }

    private var changedBlocks: [Block] {
        guard !changed.isEmpty else { return [.paragraph("None.")] }
        var table = Table(
            caption: "\(min(ConsistencyReport.rowCountMax, changed.count)) of \(changed.count)",
            columns: ["rollout", .init("before", .number), .init("after", .number), "completion", "components"])
        for row in changed.prefix(ConsistencyReport.rowCountMax) {
            let parts = row.after.components.compactMap { component -> String? in
                let before = row.before.components.first { $0.name == component.name }
                guard before != component else { return nil }
                func text(_ one: StoredOutcome.Component?) -> String {
                    one.map { $0.score.map { FigureText.decimal($0, fractionDigits: 3) } ?? $0.status } ?? "none"
                }
                return "\(component.name): \(text(before)) → \(text(component))"
            }
            table.add([
                Cell(row.name), Cell(Self.text(row.before)), Cell(Self.text(row.after)), .quotation(row.completion),
                Cell(parts.isEmpty ? "unchanged; the weights are not" : parts.joined(separator: "; ")),
            ])
        }
        return [.table(table)]
    }
}
