import ReportPages
import RewardValidation

extension CalibrationReport {
    package var page: Page {
        Page(
            title: "Judge and people",
            lead: Prose(
                "How far a judge agrees with the people who labelled the same rollouts, and whether it is good enough to train on."
            ),
            facts: [
                .init("labels", "\(input.labelCount) of \(code: labelSource)"),
                .init("scores", "\(input.rolloutCount) rollouts of \(code: scoreSource)"),
                .init("pass", "a value of at least \(FigureWords.decimal(settings.threshold))"),
                .init(
                    "intervals",
                    "\(FigureWords.decimal(settings.level * 100)) %, \(settings.resampleCount) resamples of prompt groups, seed \(settings.seed)"
                ),
            ],
            sections: [overviewSection] + entries.map(section))
    }

    private var overviewSection: Section {
        var table = Table(
            caption: "Agreement, kappa and what each passes, which only together tell something",
            columns: [
                "subject", .init("labels", .number), .init("agreement", .number), .init("kappa", .number),
                .init("people pass", .number), .init("judge passes", .number), "gates",
            ])
        for entry in entries {
            let agreement = entry.calibration.agreement
            table.add([
                .code(entry.calibration.name), .count(agreement.count),
                FigurePage.cell(
                    agreement.table.agreement.value, agreement.table.agreement.wilson(level: settings.level)),
                FigurePage.cell(agreement.kappa.value, agreement.bootstrap.map(\.interval)),
                FigurePage.cell(agreement.humanPasses, level: settings.level),
                FigurePage.cell(agreement.judgePasses, level: settings.level),
                Self.gateCell(entry.calibration.gates),
            ])
        }
        var blocks: [Block] = [.table(table)]
        if entries.contains(where: { $0.calibration.agreement.kappa.value.value != nil }) {
            blocks.append(
                .plot(
                    Plot(
                        title: "Kappa with its interval",
                        description:
                            "Cohen's kappa of judge and people for each subject; 1 is complete agreement, 0 what chance gives.",
                        .bars(
                            [
                                BarSeries(
                                    "kappa",
                                    entries.map {
                                        FigurePage.bar(
                                            $0.calibration.agreement.kappa.value,
                                            $0.calibration.agreement.bootstrap.map(\.interval))
                                    })
                            ], categories: entries.map(\.calibration.name), value: Axis("kappa", range: -1...1)),
                        references: [.vertical(settings.kappaMin, "wanted")])))
        }
        if input.strayLabelCount > 0 {
            blocks.append(
                .note(.warning, "\(input.strayLabelCount) labels are of rollouts that are not among the scores."))
        }
        return Section("Overview", blocks)
    }

    private static func gateCell(_ gates: [ValidationGate]) -> Cell {
        let failed = gates.filter { $0.outcome == .failed }.map(\.name)
        if !failed.isEmpty { return Cell("failed", tone: .bad, note: failed.joined(separator: ", ")) }
        let open = gates.filter { $0.outcome.reason != nil }.map(\.name)
        return open.isEmpty
            ? Cell("passed", tone: .good) : Cell("open", tone: .undefined, note: open.joined(separator: ", "))
    }

    private func section(_ entry: Entry) -> Section {
        let calibration = entry.calibration
        var blocks: [Block] = [
            .checks(calibration.gates.map(FigurePage.check)), .table(confusion(calibration.agreement)),
            .table(figures(calibration)),
        ]
        if let scores = calibration.scores { blocks += scoreBlocks(scores) }
        if !calibration.segments.isEmpty { blocks.append(.table(segments(calibration))) }
        blocks.append(.paragraph(remark(entry)))
        return Section(calibration.name, blocks)
    }

    private func confusion(_ agreement: PassAgreement) -> Table {
        var table = Table(
            caption: "Who passes what", columns: ["", .init("judge passes", .number), .init("judge fails", .number)])
        for (name, row) in [("people pass", 1), ("people fail", 0)] {
            table.add([Cell(name), .count(agreement.table.counts[row][1]), .count(agreement.table.counts[row][0])])
        }
        return table
    }

    private func figures(_ calibration: SubjectCalibration) -> Table {
        var table = Table(caption: "Figures; a pass is positive", columns: ["figure", .init("value", .number)])
        let agreement = calibration.agreement
        let rows: [(String, Cell)] = [
            (
                "kappa, interval by bootstrap",
                FigurePage.cell(agreement.kappa.value, agreement.bootstrap.map(\.interval))
            ),
            (
                "kappa, asymptotic interval",
                FigurePage.cell(agreement.kappa.value, agreement.kappa.interval(level: settings.level))
            ),
            ("precision", FigurePage.cell(calibration.decisions.precision)),
            ("recall", FigurePage.cell(calibration.decisions.recall)),
            ("specificity", FigurePage.cell(calibration.decisions.specificity)),
            ("false positive rate", FigurePage.cell(calibration.decisions.falsePositiveRate)),
            ("F1", FigurePage.cell(calibration.decisions.f1)),
            ("balanced accuracy", FigurePage.cell(calibration.decisions.balancedAccuracy)),
            ("Matthews' correlation", FigurePage.cell(calibration.decisions.matthewsCorrelation)),
            ("Spearman of the judge and the length", correlation(calibration.lengths.judge)),
            ("Spearman of people and the length", correlation(calibration.lengths.human)),
            ("Spearman of both with the length out", correlation(calibration.lengths.partial)),
        ]
        for (name, cell) in rows { table.add([Cell(name), cell]) }
        if let weighted = agreement.weighted {
            table.add(["agreement, weighted", .number(weighted.agreement)])
            table.add(["kappa, weighted", FigurePage.cell(weighted.kappa, weighted.bootstrap.map(\.interval))])
        }
        return table
    }

    private func correlation(_ correlation: Estimate<Correlation>) -> Cell {
        FigurePage.cell(
            correlation.map(\.coefficient), correlation.flatMap { $0.interval(level: settings.level) })
    }

    private func scoreBlocks(_ scores: SubjectCalibration.ScoreFigures) -> [Block] {
        var blocks: [Block] = []
        if let curve = scores.curve.value {
            blocks.append(
                .plot(
                    Plot(
                        title: "Every threshold",
                        description:
                            "What each threshold would let through of what people pass, and of what they fail. On the diagonal the score tells nothing.",
                        .lines(
                            [
                                Series(
                                    "thresholds",
                                    curve.corners.map { .init($0.falsePositiveRate, $0.truePositiveRate) })
                            ], x: Axis("passed of what people fail", range: 0...1),
                            y: Axis("passed of what people pass", range: 0...1)),
                        references: [.diagonal("chance")], isSquare: true)))
        }
        var table = Table(caption: "Scores as probabilities of a pass", columns: ["figure", .init("value", .number)])
        table.add([
            "area under the curve", FigurePage.cell(scores.curve.map(\.area), scores.areaBootstrap.map(\.interval)),
        ])
        table.add(["average precision", FigurePage.cell(scores.averagePrecision)])
        table.add(["Brier score", FigurePage.cell(scores.brier)])
        table.add(["log loss", FigurePage.cell(scores.logLoss)])
        if let spearman = scores.spearman { table.add(["Spearman with people's grades", correlation(spearman)]) }
        blocks.append(.table(table))
        switch scores.threshold {
        case .undefined(let reason): blocks.append(.note(.undefined, "No threshold can be fitted: \(reason.text)."))
        case .value(let fit):
            blocks.append(
                .paragraph(
                    "A threshold of \(strong: FigureWords.decimal(fit.threshold)) was fitted on \(fit.fittingCount) labels. On the other \(fit.reportingCount), which it has not seen, kappa is \(strong: FigureCells.text(fit.reportedKappa)) \(FigureCells.text(fit.bootstrap.map(\.interval))), and \(FigureCells.text(fit.presentKappa)) as the judge decides now."
                ))
        }
        return blocks
    }

    private func segments(_ calibration: SubjectCalibration) -> Table {
        var table = Table(
            caption: "By \(segmentField ?? "segment")",
            columns: [
                Table.Column(segmentField ?? "segment"), .init("labels", .number), .init("agreement", .number),
                .init("kappa", .number), .init("people pass", .number), .init("judge passes", .number),
            ])
        for (name, agreement) in calibration.segments {
            table.add([
                Cell(name), .count(agreement.count),
                FigurePage.cell(
                    agreement.table.agreement.value, agreement.table.agreement.wilson(level: settings.level)),
                FigurePage.cell(agreement.kappa.value, agreement.bootstrap.map(\.interval)),
                FigurePage.cell(agreement.humanPasses, level: settings.level),
                FigurePage.cell(agreement.judgePasses, level: settings.level),
            ])
        }
        return table
    }

    private func remark(_ entry: Entry) -> Prose {
        let people = entry.part.people
        var sentences: [String] = []
        if people.sharedItemCount > 0 {
            sentences.append(
                "\(people.raterCount) people; where two or more labelled a rollout they agree on "
                    + "\(FigureCells.percent(people.agreement.value)), alpha \(FigureCells.text(people.alpha)).")
        }
        if !entry.part.unjudged.isEmpty {
            let reasons = entry.part.unjudged.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
            sentences.append("Labelled and not judged: \(reasons.joined(separator: ", ")).")
        }
        switch entry.calibration.furtherLabelCount {
        case .value(let count):
            sentences.append(
                "\(count) more labels of the same kind make the interval of kappa "
                    + "\(FigureWords.decimal(settings.width)) wide.")
        case .undefined(let reason):
            sentences.append("How many more labels are needed cannot be told: \(reason.text).")
        }
        return Prose(sentences.joined(separator: " "))
    }
}
