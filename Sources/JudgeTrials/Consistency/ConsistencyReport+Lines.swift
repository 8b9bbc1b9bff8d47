import RewardKernel
import RewardValidation
import TerminalText

extension ConsistencyReport {
    /// For a terminal.
    package func lines(style: TerminalStyle) -> [String] {
        var lines = [
            style(.heading, "\(facts.reward).\(facts.component)") + " by \(facts.judge)",
            "\(Figures.count(facts.rolloutCount)) rollouts of \(facts.rolloutFile), \(repeatCount) repeats; "
                + "\(ShareText.usage(counts.usage)); \(ShareText.duration(facts.seconds))",
        ]
        lines += counts.lines(style: style) + [""]
        switch measure {
        case .rubric(let rubric): lines += rubric.lines(style: style)
        case .preference(let preference): lines += preference.lines(style: style)
        }
        return lines + [""] + gates.map { $0.line(style: style) }
    }
}

extension AnswerCounts {
    /// What became of the questions, where not all were scored.
    func lines(style: TerminalStyle) -> [String] {
        var lines: [String] = []
        if !failures.isEmpty {
            let words = failures.map { "\(Figures.count($0.count)) \($0.status.name)" }.joined(separator: ", ")
            lines.append(style(.warning, "without a verdict: ") + "\(words) of \(Figures.count(count)) questions")
        }
        if gatedCount > 0 {
            lines.append("decided by the guard's gate without a call: \(Figures.count(gatedCount))")
        }
        return lines
    }
}

extension RubricConsistency {
    func lines(style: TerminalStyle) -> [String] {
        var table = TextTable([
            .init("criterion"), .init("met", .right), .init("cannot assess", .right), .init("variance", .right),
            .init("flipped", .right), .init("test-retest", .right), .init("95 % interval"),
        ])
        for criterion in criteria {
            table.add(
                [
                    .init(criterion.name, .name), .init(ShareText.of(criterion.metShare)),
                    .init(Figures.count(criterion.unassessedCount)),
                    .init(short(criterion.repeats.values.meanPopulationVariance)),
                    .init(ShareText.of(criterion.repeats.flipRate)),
                ] + Self.cells(criterion.repeats.retest))
        }
        table.add(
            [
                .init("score"), .init(""), .init(""), .init(short(score.values.meanPopulationVariance)),
                .init(ShareText.of(score.flipRate)),
            ] + Self.cells(score.retest))
        return table.lines(style: style) + [
            "",
            "one answer's deviation from its rollout's mean (pooled, ddof 1): "
                + ShareText.figure(score.values.pooledDeviation),
            "judge's noise in a group's spread: " + noiseText,
        ]
    }

    /// The share, and what it means.
    var noiseText: String {
        switch noiseShare {
        case .value(let share):
            "\(ShareText.percent(share)) of the variance inside a group"
                + (share > 0.5 ? "; most of what tells its completions apart is the judge's mood" : "")
        case .undefined(let reason): "undefined (\(reason.text))"
        }
    }

    private static func cells(_ retest: RetestAgreement) -> [TextTable.Cell] {
        let isLow = retest.share.value.map { $0 < TrialGates.retestMin } ?? false
        let text = retest.share.value.map { ShareText.percent($0) } ?? "undefined"
        return [.init(text, isLow ? .failure : nil), .init(ShareText.interval(retest.interval))]
    }

    private func short(_ estimate: Estimate<Double>) -> String {
        estimate.value.map { Figures.decimal($0, fractionDigits: 4) } ?? "undefined"
    }
}

extension PreferenceConsistency {
    func lines(style: TerminalStyle) -> [String] {
        var table = TextTable([.init("figure"), .init("value", .right), .init("95 % interval"), .init("count", .right)])
        func add(_ name: String, _ proportion: Proportion, limit: Double? = nil) {
            let isOver = (proportion.value.value ?? 0) > (limit ?? 1)
            table.add([
                .init(name, .name), .init(ShareText.of(proportion), isOver ? .failure : nil),
                .init(ShareText.interval(proportion)), .init("\(proportion.successCount) of \(proportion.count)"),
            ])
        }
        add("flip rate", order.flipRate, limit: TrialGates.flipRateMax)
        add("flips to the slot shown first", order.firstSlotShare)
        let text = retest.share.value.map { ShareText.percent($0) } ?? "undefined"
        table.add([
            .init("test-retest", .name), .init(text), .init(ShareText.interval(retest.interval)),
            .init("\(retest.itemCount) calls"),
        ])
        return table.lines(style: style) + ["", orderText]
    }

    /// The flips in a sentence, with their test.
    var orderText: String {
        let flipCount = order.favouredFirstCount + order.favouredSecondCount
        let unanswered = order.unansweredCount > 0 ? " \(order.unansweredCount) pairs lack an order's answer." : ""
        guard flipCount > 0 else {
            return "No winner changed with the order in \(order.bothAnsweredCount) pairs.\(unanswered)"
        }
        let p = Figures.decimal(order.pValue, fractionDigits: 6)
        return "Of \(order.bothAnsweredCount) pairs the order changed \(flipCount) winners: to the slot shown first "
            + "\(order.favouredFirstCount), to the second \(order.favouredSecondCount) (binomial test, p = \(p)); in "
            + "\(order.partialCount) one order was a tie.\(unanswered)"
    }
}
