import RewardValidation
import TerminalText

extension CalibrationReport {
    /// For a terminal: an overview, and every subject.
    package func lines(style: TerminalStyle) -> [String] {
        var lines = header(style)
        lines += [""] + overview(style)
        for entry in entries { lines += [""] + details(entry, style) }
        return lines
    }

    private func header(_ style: TerminalStyle) -> [String] {
        var lines = [
            style(.heading, "calibration") + "  \(FigureCells.counted(input.labelCount, "label")) of \(labelSource), "
                + "\(FigureCells.counted(input.rolloutCount, "scored rollout")) of \(scoreSource)"
        ]
        if input.strayLabelCount > 0 {
            lines.append(
                style(.warning, "\(FigureCells.counted(input.strayLabelCount, "label"))")
                    + " of rollouts that are not among the scores")
        }
        if input.supersededCount > 0 {
            lines.append(
                "\(FigureCells.counted(input.supersededCount, "rollout")) scored again later; the last scores count")
        }
        return lines
    }

    private func overview(_ style: TerminalStyle) -> [String] {
        var table = TextTable([
            .init("subject"), .init("labels", .right), .init("agreement", .right), .init("kappa", .right),
            .init("interval"), .init("people pass", .right), .init("judge passes", .right), .init("gates"),
        ])
        for entry in entries {
            let agreement = entry.calibration.agreement
            table.add([
                .init(entry.calibration.name, .name), .init(Figures.count(agreement.count)),
                .init(FigureCells.short(agreement.table.agreement.value)),
                .init(FigureCells.short(agreement.kappa.value)),
                .init(agreement.bootstrap.value.map { FigureCells.text($0.interval) } ?? "undefined"),
                .init(FigureCells.percent(agreement.humanPasses.value)),
                .init(FigureCells.percent(agreement.judgePasses.value)), Self.verdict(entry.calibration.gates),
            ])
        }
        return table.lines(style: style)
    }

    private static func verdict(_ gates: [ValidationGate]) -> TextTable.Cell {
        let failed = gates.filter { $0.outcome == .failed }.map(\.name)
        if !failed.isEmpty { return .init("failed: " + failed.joined(separator: ", "), .failure) }
        let open = gates.filter { $0.outcome.reason != nil }.map(\.name)
        return open.isEmpty ? .init("passed", .success) : .init("open: " + open.joined(separator: ", "), .warning)
    }

    private func details(_ entry: Entry, _ style: TerminalStyle) -> [String] {
        let calibration = entry.calibration
        let agreement = calibration.agreement
        func row(_ label: String, _ text: String) -> String {
            "  " + label + String(repeating: " ", count: max(1, 12 - label.count)) + text
        }
        let share = agreement.table.agreement
        var lines = [
            style(.heading, calibration.name) + "  \(FigureCells.counted(agreement.count, "label")) in "
                + FigureCells.counted(agreement.groupCount, "prompt group"),
            row(
                "agreement",
                "\(FigureCells.text(share.value)) \(FigureCells.text(share.wilson(level: settings.level))), "
                    + "\(share.successCount) of \(share.count)"),
            row(
                "kappa",
                "\(FigureCells.text(agreement.kappa.value)) "
                    + "\(FigureCells.text(agreement.bootstrap.map(\.interval))) by bootstrap over prompt groups, "
                    + "\(FigureCells.text(agreement.kappa.interval(level: settings.level))) asymptotic"),
        ]
        if let weighted = agreement.weighted {
            lines.append(
                row(
                    "weighted",
                    "agreement \(Figures.decimal(weighted.agreement, fractionDigits: 3)), kappa "
                        + "\(FigureCells.text(weighted.kappa)) \(FigureCells.text(weighted.bootstrap.map(\.interval))), "
                        + "people pass \(FigureCells.percent(.value(weighted.humanPassShare))), judge "
                        + FigureCells.percent(.value(weighted.judgePassShare))))
        }
        lines += confusion(agreement, style)
        lines.append(row("decisions", Self.decisions(calibration.decisions)))
        if let scores = calibration.scores { lines += scoreLines(scores, row) }
        lines.append(
            row(
                "length",
                "Spearman of the judge \(Self.text(calibration.lengths.judge)), of people "
                    + "\(Self.text(calibration.lengths.human)); of both with the length out "
                    + Self.text(calibration.lengths.partial)))
        lines += people(entry.part, row)
        lines.append(
            row(
                "more labels",
                calibration.furtherLabelCount.value.map {
                    "\(Figures.count($0)) for an interval of kappa \(FigureWords.decimal(settings.width)) wide"
                } ?? "cannot be told: \(calibration.furtherLabelCount.reason?.text ?? "")"))
        lines += segmentTable(calibration, style) + gateTable(calibration, style)
        return lines
    }

    private func confusion(_ agreement: PassAgreement, _ style: TerminalStyle) -> [String] {
        var table = TextTable([.init(""), .init("judge passes", .right), .init("judge fails", .right)])
        for (name, row) in [("people pass", 1), ("people fail", 0)] {
            let counts = agreement.table.counts[row]
            table.add([.init(name), .init(Figures.count(counts[1])), .init(Figures.count(counts[0]))])
        }
        return table.lines(style: style, indentation: 14)
    }

    private static func decisions(_ decisions: BinaryOutcomes) -> String {
        let figures: KeyValuePairs = [
            "precision": decisions.precision, "recall": decisions.recall, "specificity": decisions.specificity,
            "F1": decisions.f1, "balanced": decisions.balancedAccuracy, "MCC": decisions.matthewsCorrelation,
        ]
        return figures.map { "\($0.key) \(FigureCells.short($0.value))" }.joined(separator: ", ")
            + " (pass is positive)"
    }

    private func scoreLines(
        _ scores: SubjectCalibration.ScoreFigures, _ row: (String, String) -> String
    ) -> [String] {
        var lines = [
            row(
                "scores",
                "AUC \(FigureCells.text(scores.curve.map(\.area))) "
                    + "\(FigureCells.text(scores.areaBootstrap.map(\.interval))), average precision "
                    + "\(FigureCells.short(scores.averagePrecision)), Brier \(FigureCells.short(scores.brier)), "
                    + "log loss \(FigureCells.short(scores.logLoss))"
                    + (scores.spearman.map { ", Spearman with people's grades \(Self.text($0))" } ?? ""))
        ]
        switch scores.threshold {
        case .undefined(let reason): lines.append(row("threshold", "none can be fitted: \(reason.text)"))
        case .value(let fit):
            lines.append(
                row(
                    "threshold",
                    "\(Figures.decimal(fit.threshold, fractionDigits: 4)) fitted on \(fit.fittingCount); on the other "
                        + "\(fit.reportingCount): kappa \(FigureCells.text(fit.reportedKappa)) "
                        + "\(FigureCells.text(fit.bootstrap.map(\.interval))), "
                        + "\(FigureCells.short(fit.presentKappa)) as it decides now"))
        }
        return lines
    }

    private static func text(_ correlation: Estimate<Correlation>) -> String {
        FigureCells.text(correlation.map(\.coefficient))
    }

    private func people(_ part: CalibrationInput.Part, _ row: (String, String) -> String) -> [String] {
        var lines: [String] = []
        let people = part.people
        if people.sharedItemCount > 0 {
            lines.append(
                row(
                    "people",
                    "\(people.raterCount) of them; on \(FigureCells.counted(people.sharedItemCount, "rollout")) of two or "
                        + "more agreement \(FigureCells.text(people.agreement.value)), alpha \(FigureCells.text(people.alpha))"
                        + (part.tiedCount > 0 ? "; \(part.tiedCount) tied and left out" : "")))
        }
        if !part.unjudged.isEmpty {
            let reasons = part.unjudged.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
            lines.append(row("unjudged", reasons.joined(separator: ", ")))
        }
        return lines
    }

    private func segmentTable(_ calibration: SubjectCalibration, _ style: TerminalStyle) -> [String] {
        guard !calibration.segments.isEmpty else { return [] }
        var table = TextTable([
            .init(segmentField ?? "segment"), .init("labels", .right), .init("agreement", .right),
            .init("kappa", .right), .init("interval"), .init("people pass", .right), .init("judge passes", .right),
        ])
        for (name, agreement) in calibration.segments {
            table.add([
                .init(name, .name), .init(Figures.count(agreement.count)),
                .init(FigureCells.short(agreement.table.agreement.value)),
                .init(FigureCells.short(agreement.kappa.value)),
                .init(agreement.bootstrap.value.map { FigureCells.text($0.interval) } ?? "undefined"),
                .init(FigureCells.percent(agreement.humanPasses.value)),
                .init(FigureCells.percent(agreement.judgePasses.value)),
            ])
        }
        return table.lines(style: style, indentation: 2)
    }

    private func gateTable(_ calibration: SubjectCalibration, _ style: TerminalStyle) -> [String] {
        var table = TextTable(
            [.init("gate"), .init(""), .init("measured"), .init("wanted")], cellWidthMax: 120)
        for gate in calibration.gates {
            let role: TerminalStyle.Role =
                switch gate.outcome {
                case .passed: .success
                case .failed: .failure
                case .open: .warning
                }
            table.add([
                .init(gate.name, .name), .init(gate.outcome.word, role), .init(gate.measured),
                .init(gate.condition + (gate.outcome.reason.map { "; \($0)" } ?? "")),
            ])
        }
        return table.lines(style: style, indentation: 2)
    }
}
