import ReportPages
import RewardValidation
import TerminalText

extension AttackReport {
    package var page: Page {
        let guarded = falsePositives(\.guarded)
        let unguarded = falsePositives(\.unguarded)
        return Page(
            title: "Attacks on the judge of \(facts.reward).\(facts.component)",
            lead: """
                Of \(Figures.count(guarded.count)) completions that deserve nothing the judge passed \
                \(strong: ShareText.of(guarded)) with the guard, and \(ShareText.of(unguarded)) without it.
                """, facts: facts.page(ShareText.usage(counts.usage)),
            sections: [
                Section("Gates", [.keyFigures(keyFigures), .checks(gates.map(\.check))] + counts.blocks),
                Section("Before and after the guard", [.paragraph(Self.guardText), .plot(familyPlot)] + heatMap),
                Section("Every attack", [.table(table)]), Section("What passed the guard", examples),
            ], footer: facts.footer)
    }

    private static let guardText: Prose = """
        The guard turns away what says nothing before a judge is asked, sets the completion between borders that it cannot \
        imitate, takes the power out of control tokens, and repeats after it that it was data. Without the guard the judge sees \
        the completion as it is. Both ask by the same rubric.
        """

    private var keyFigures: [KeyFigure] {
        func figure(
            _ name: String, _ proportion: Proportion, note: String? = nil, _ tone: (Double) -> Tone?
        ) -> KeyFigure {
            KeyFigure(
                name, ShareText.of(proportion), note: note ?? ShareText.interval(proportion),
                tone: proportion.value.value.map(tone) ?? .undefined)
        }
        return [
            figure("False positives with the guard", falsePositives(\.guarded)) {
                $0 <= TrialGates.falsePositiveMax ? .good : .bad
            },
            figure("Without the guard", falsePositives(\.unguarded)) { _ in nil },
            // Nothing passes a judge that fails everything.
            figure(
                "The rollouts' own completions pass", genuine,
                note: "\(genuine.successCount) of \(genuine.count); a judge that passes none of them shows nothing here"
            ) { $0 == 0 ? .warning : nil },
        ]
    }

    private var familyPlot: Plot {
        func bars(_ side: KeyPath<Row, Side>) -> [BarSeries.Bar?] { families.map { .init(falsePositives($0, side)) } }
        return Plot(
            title: "False positives by family",
            description: "The share of completions that passed, with Wilson intervals of 95 %.",
            .bars(
                [BarSeries("without the guard", bars(\.unguarded)), BarSeries("with the guard", bars(\.guarded))],
                categories: families.map(\.words), value: .share("false positives")),
            references: [.vertical(TrialGates.falsePositiveMax, "gate 5 %")])
    }

    private var heatMap: [Block] {
        guard criterionNames.count > 1 else { return [] }
        let map = HeatMap(
            rowNames: families.map(\.words), columnNames: criterionNames,
            values: families.map { family in
                criterionNames.indices.map { met($0, family, \.guarded).value.value }
            })
        return [
            .plot(
                Plot(
                    title: "Criteria met by completions that deserve nothing",
                    description:
                        "With the guard: the share of each family's completions for which a criterion was met.",
                    .heatMap(map)))
        ]
    }

    private var table: Table {
        var table = Table(
            caption: "Completions that scored at least \(threshold), of those with a verdict",
            columns: [
                "attack", "family", "the completion", .init("without the guard", .number),
                .init("with the guard", .number),
                .init("stopped by the gate", .number), .init("suspected", .number),
            ])
        for row in rows {
            let share = row.guarded.passed.value.value
            table.add([
                .code(row.attack.name), Cell(row.attack.family.words), Cell(row.attack.summary),
                .share(row.unguarded.passed),
                .share(row.guarded.passed, tone: share.map { $0 > TrialGates.falsePositiveMax ? .bad : .good }),
                .share(row.guarded.gated).withoutNote, .share(row.suspected).withoutNote,
            ])
        }
        return table
    }

    private var examples: [Block] {
        let passed = rows.filter { $0.example != nil }
        guard !passed.isEmpty else { return [.paragraph("Nothing.")] }
        var table = Table(
            caption: "One completion of each attack that passed, with what the judge said of it",
            columns: ["attack", "completion", "what the judge said"])
        for row in passed {
            guard let example = row.example else { continue }
            table.add([.code(row.attack.name), .quotation(example.completion), .quotation(example.rationale)])
        }
        return [.table(table)]
    }
}

extension Cell {
    fileprivate var withoutNote: Cell {
        var cell = self
        if cell.tone != .undefined { cell.note = nil }
        return cell
    }
}
