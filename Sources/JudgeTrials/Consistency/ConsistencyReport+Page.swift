import ReportPages
import RewardJudge
import RewardKernel
import RewardValidation
import TerminalText

extension ConsistencyReport {
    /// Rows that the page shows of what is unstable.
    static let rowCountMax = 30

    package var page: Page {
        let heading = "Consistency of the judge of \(facts.reward).\(facts.component)"
        var sections = [
            Section(
                "Gates",
                [
                    .paragraph(
                        "What a judge should hold before a policy is trained on it. One that is undefined is not held."),
                    .checks(gates.map(\.check)),
                ] + counts.blocks)
        ]
        switch measure {
        case .rubric(let rubric): sections += rubric.sections(repeatCount)
        case .preference(let preference): sections += preference.sections
        }
        return Page(
            title: heading,
            lead: """
                The judge was asked the same \(Figures.count(facts.rolloutCount)) rollouts \(repeatCount) times over, each time \
                by a call of its own with the same bytes.
                """, facts: facts.page(ShareText.usage(counts.usage)), sections: sections, footer: facts.footer)
    }
}

extension AnswerCounts {
    /// What became of the questions, where not all were scored.
    var blocks: [Block] {
        guard !failures.isEmpty || gatedCount > 0 else { return [] }
        var table = Table(
            caption: "Questions by what became of them", columns: ["outcome", .init("questions", .number)])
        table.add(["scored by a judge", .count(scoredCount - gatedCount)])
        if gatedCount > 0 { table.add(["failed by the guard's gate, without a call", .count(gatedCount)]) }
        for failure in failures { table.add([.code("\(failure.status.name)"), .count(failure.count)]) }
        return [.table(table)]
    }
}

extension RubricConsistency {
    fileprivate func sections(_ repeatCount: Int) -> [Section] {
        [
            Section(
                "Criteria",
                [
                    .keyFigures([
                        KeyFigure(
                            "Test-retest agreement of the score",
                            score.retest.share.value.map { FigureText.percent($0) } ?? "undefined",
                            note: ShareText.interval(score.retest.interval), tone: score.retest.tone),
                        KeyFigure(
                            "Deviation of one answer", ShareText.figure(score.values.pooledDeviation),
                            note: "from its rollout's mean, pooled, ddof 1"),
                        KeyFigure(
                            "Noise in a group's spread",
                            noiseShare.value.map { FigureText.percent($0) } ?? "undefined",
                            note: noiseShare.reason?.text ?? "of the variance of single scores inside a group",
                            tone: noiseShare.value.map { $0 > 0.5 ? .bad : ($0 > 0.2 ? .warning : .good) }),
                    ]), .table(table), .plot(plot),
                ]),
            Section("Rollouts whose verdict changed", unstableBlocks(repeatCount)),
        ]
    }

    private var table: Table {
        var table = Table(
            caption: "Verdicts over the repeats; variance is p(1−p), the mean over rollouts",
            columns: [
                "criterion", .init("met", .number), .init("cannot assess", .number), .init("variance", .number),
                .init("flipped", .number), .init("test-retest agreement", .number),
            ])
        for criterion in criteria {
            table.add([
                .code(criterion.name), .share(criterion.metShare), .count(criterion.unassessedCount),
                .figure(criterion.repeats.values.meanPopulationVariance), .share(criterion.repeats.flipRate),
                criterion.repeats.retest.cell,
            ])
        }
        table.add([
            "the score", .none, .none, .figure(score.values.meanPopulationVariance), .share(score.flipRate),
            score.retest.cell,
        ])
        return table
    }

    private var plot: Plot {
        let entries = criteria.map { ($0.name, $0.repeats.retest) } + [("the score", score.retest)]
        let bars = entries.map { entry in
            entry.1.share.value.map { share in
                BarSeries.Bar(share, interval: entry.1.interval.value.map { $0.low...max($0.low, $0.high) })
            }
        }
        return Plot(
            title: "Test-retest agreement", description: "How often two answers to the same question are equal.",
            .bars([BarSeries("agreement", bars)], categories: entries.map(\.0), value: .share("test-retest agreement")),
            references: [.vertical(TrialGates.retestMin, "gate 95 %")])
    }

    private func unstableBlocks(_ repeatCount: Int) -> [Block] {
        guard !unstable.isEmpty else {
            return [.paragraph("None: every rollout had the same verdict each time.")]
        }
        var table = Table(
            caption:
                "Those that differ most first: \(min(ConsistencyReport.rowCountMax, unstable.count)) of \(unstable.count)",
            columns: ["rollout", .init("scores"), "completion", "what the judge said"])
        for entry in unstable.prefix(ConsistencyReport.rowCountMax) {
            let scores = entry.scores.map { $0.map { FigureText.decimal($0, fractionDigits: 2) } ?? "–" }
            // What was said differently, once each.
            var said: [String] = []
            for text in entry.rationales where !said.contains(text) { said.append(text) }
            table.add([
                Cell(entry.rollout.name), Cell(scores.joined(separator: ", ")),
                .quotation(entry.rollout.shown.completion),
                .quotation(said.joined(separator: "\n\n"), characterCountMax: 800),
            ])
        }
        return [.table(table)]
    }
}

extension RetestAgreement {
    fileprivate var tone: Tone {
        share.value.map { $0 >= TrialGates.retestMin ? .good : .bad } ?? .undefined
    }

    fileprivate var cell: Cell {
        switch share {
        case .value(let share): .percent(share, tone: tone, note: ShareText.interval(interval))
        case .undefined(let reason): .undefined(reason.text)
        }
    }
}

extension PreferenceConsistency {
    fileprivate var sections: [Section] {
        let rate = order.flipRate.value.value
        var table = Table(
            caption: "Pairs by what the other order did to them", columns: ["both orders", .init("pairs", .number)])
        table.add(["the same winner, or twice a tie", .count(order.bothAnsweredCount - order.flipRate.successCount)])
        table.add(["the slot shown first won both times", .count(order.favouredFirstCount)])
        table.add(["the slot shown second won both times", .count(order.favouredSecondCount)])
        table.add(["a tie in one order alone", .count(order.partialCount)])
        table.add(["an order was not answered", .count(order.unansweredCount)])
        return [
            Section(
                "Order",
                [
                    .keyFigures([
                        KeyFigure(
                            "Flip rate", rate.map { FigureText.percent($0) } ?? "undefined",
                            note: ShareText.interval(order.flipRate),
                            tone: rate.map { $0 <= TrialGates.flipRateMax ? .good : .bad } ?? .undefined),
                        KeyFigure(
                            "Flips to the slot shown first", ShareText.of(order.firstSlotShare),
                            note: "p = \(FigureText.decimal(order.pValue, fractionDigits: 6)) that no slot is favoured",
                            tone: order.pValue < 0.05 ? .bad : nil),
                        KeyFigure(
                            "Test-retest agreement",
                            retest.share.value.map { FigureText.percent($0) } ?? "undefined",
                            note: ShareText.interval(retest.interval), tone: retest.tone),
                    ]), .paragraph(Prose(orderText)), .table(table), .plot(plot),
                ]), Section("Pairs whose winner changed", flippedBlocks),
        ]
    }

    private var plot: Plot {
        Plot(
            title: "What the order does",
            description:
                "Share of pairs whose answer changed, and of changed winners the share of the slot shown first.",
            .bars(
                [BarSeries("share", [.init(order.flipRate), .init(order.firstSlotShare)])],
                categories: ["flip rate", "flips to the first slot"], value: .share("share")),
            references: [.vertical(TrialGates.flipRateMax, "gate of the flip rate, 15 %")])
    }

    private var flippedBlocks: [Block] {
        guard !flipped.isEmpty else { return [.paragraph("None.")] }
        var table = Table(
            caption: "\(min(ConsistencyReport.rowCountMax, flipped.count)) of \(flipped.count)",
            columns: ["pair", "winner with the first shown first", "with the second shown first", "first", "second"])
        for pair in flipped.prefix(ConsistencyReport.rowCountMax) {
            table.add([
                Cell("\(pair.first.name) and \(pair.second.name)"), Cell(pair.straight.slot), Cell(pair.swapped.slot),
                .quotation(pair.first.shown.completion), .quotation(pair.second.shown.completion),
            ])
        }
        return [.table(table)]
    }
}

extension PreferenceVerdict.Choice {
    fileprivate var slot: String {
        switch self {
        case .first: "slot A"
        case .second: "slot B"
        case .tie: "a tie"
        }
    }
}
