import ReportPages
import RewardJudge
import RewardValidation
import TerminalText

extension JudgeComparisonReport {
    package var page: Page {
        let asked = judges.map { "\($0.title): \(ShareText.usage($0.counts.usage))" }.joined(separator: "; ")
        return Page(
            title: "Judges compared for \(facts.reward).\(facts.component)",
            lead: """
                \(judges.count) judges were asked about the same \(Figures.count(facts.rolloutCount)) rollouts. Where they \
                agree they may still be wrong together; only people's labels tell.
                """, facts: facts.page(asked),
            sections: [
                Section("Quality, cost and time", [.table(judgeTable)] + failureBlocks),
                Section("Agreement", [.plot(matrixPlot), .table(agreementTable)] + criterionBlocks),
                Section("Where they differ", differenceBlocks),
            ], footer: facts.footer)
    }

    private var judgeTable: Table {
        var table = Table(
            caption: "Time is from a question to its answer, with as many questions open as the judge takes at once",
            columns: [
                "judge", .init("questions", .number), .init("without a verdict", .number), .init(passedTitle, .number),
                .init("p50", .number), .init("p95", .number), .init("tokens in", .number), .init("tokens out", .number),
                .init("cost per 1,000", .number),
            ])
        for judge in judges {
            let failedCount = judge.counts.count - judge.counts.scoredCount
            table.add([
                Cell(judge.title), .count(judge.counts.count),
                .count(failedCount, tone: failedCount > 0 ? .warning : nil),
                .share(judge.passed), Cell(Self.seconds(judge.seconds(atShare: 0.5))),
                Cell(Self.seconds(judge.seconds(atShare: 0.95))), .count(judge.counts.usage.inputTokenCount),
                .count(judge.counts.usage.outputTokenCount),
                judge.counts.usage.cost > 0 ? .number(judge.costPerThousand, fractionDigits: 4) : .none,
            ])
        }
        return table
    }

    private var failureBlocks: [Block] {
        judges.flatMap { judge -> [Block] in
            let blocks = judge.counts.blocks
            return blocks.isEmpty ? [] : [.subheading(judge.title)] + blocks
        }
    }

    private var matrixPlot: Plot {
        let values = judges.indices.map { row in
            judges.indices.map { column -> Double? in
                row == column ? nil : decisions.matrix.cell(row, column).map { $0.kappa.value.value ?? .nan }
            }
        }
        let what = isPreference ? "which completion is better" : "whether a completion passes"
        return Plot(
            title: "Cohen's kappa of \(what)",
            description: "1 is full agreement, 0 what chance alone would give.",
            .heatMap(
                HeatMap(
                    rowNames: judges.map(\.title), columnNames: judges.map(\.title), values: values, range: -1...1)))
    }

    private var agreementTable: Table {
        var table = Table(
            caption: "Agreement and kappa always together: where nearly everything passes, chance alone agrees",
            columns: [
                "judges", .init("items", .number), .init("agree", .number), .init("kappa", .number),
                .init("only the first passed", .number), .init("only the second passed", .number),
                .init("McNemar p", .number), .init("Spearman of the scores", .number),
            ])
        for (place, cell) in decisions.matrix.cells.enumerated() {
            let pair = pairs[place]
            table.add([
                Cell(name(cell)), .count(cell.table.count), .share(cell.table.agreement), Self.kappa(cell),
                pair.mcNemar.map { .count($0.onlyFirstCount) } ?? .none,
                pair.mcNemar.map { .count($0.onlySecondCount) } ?? .none,
                pair.mcNemar.map { .number($0.pValue, fractionDigits: 4) } ?? .none,
                pair.spearman.map { .figure($0.map(\.coefficient), fractionDigits: 3) } ?? .none,
            ])
        }
        return table
    }

    private var criterionBlocks: [Block] {
        guard criteria.count > 1 else { return [] }
        var table = Table(
            caption: "By criterion, of verdicts that are met or unmet",
            columns: ["criterion", "judges", .init("items", .number), .init("agree", .number), .init("kappa", .number)])
        for criterion in criteria {
            for cell in criterion.agreement.matrix.cells {
                table.add([
                    .code(criterion.name), Cell(name(cell)), .count(cell.table.count), .share(cell.table.agreement),
                    Self.kappa(cell),
                ])
            }
        }
        return [.table(table)]
    }

    private var differenceBlocks: [Block] {
        guard !disagreements.isEmpty else { return [.paragraph("Nowhere.")] }
        var table = Table(
            caption:
                "The largest differences first: \(min(ConsistencyReport.rowCountMax, disagreements.count)) of \(disagreements.count)",
            columns: ["rollout", "completion"] + judges.map { .init($0.title) })
        for entry in disagreements.prefix(ConsistencyReport.rowCountMax) {
            let texts = entry.rollouts.map(\.shown.completion).joined(separator: "\n\n— against —\n\n")
            let said = judges.indices.map { judge -> Cell in
                let score = entry.scores[judge].map { FigureText.decimal($0, fractionDigits: 2) } ?? "no verdict"
                return .quotation("\(score): \(entry.rationales[judge])", characterCountMax: 300)
            }
            table.add(
                [
                    Cell(entry.rollouts.map(\.name).joined(separator: " and ")),
                    .quotation(texts, characterCountMax: 600),
                ]
                    + said)
        }
        return [.table(table)]
    }

    private static func kappa(_ cell: KappaMatrix<Int>.Cell) -> Cell {
        switch cell.kappa.value {
        case .value(let kappa):
            .number(kappa, note: cell.kappa.interval().value.map { FigureText.interval($0.low...max($0.low, $0.high)) })
        case .undefined(let reason): .undefined(reason.text)
        }
    }
}
