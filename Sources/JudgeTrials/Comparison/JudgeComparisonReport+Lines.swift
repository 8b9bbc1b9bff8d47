import RewardJudge
import RewardValidation
import TerminalText

extension JudgeComparisonReport {
    /// For a terminal.
    package func lines(style: TerminalStyle) -> [String] {
        var lines = [
            style(.heading, "\(facts.reward).\(facts.component)") + " by \(judges.count) judges",
            "\(Figures.count(facts.rolloutCount)) rollouts of \(facts.rolloutFile); \(ShareText.duration(facts.seconds))",
        ]
        lines += [""] + judgeTable.lines(style: style)
        lines += ["", "Agreement, and kappa beyond chance"] + agreementTable.lines(style: style)
        lines += notes(style: style)
        lines.append("they differ on \(Figures.count(disagreements.count)) of \(Figures.count(itemCount))")
        return lines
    }

    var itemCount: Int { decisions.matrix.cells.map(\.table.count).max() ?? 0 }

    private var judgeTable: TextTable {
        var table = TextTable([
            .init("judge"), .init("questions", .right), .init("without verdict", .right), .init(passedTitle, .right),
            .init("p50", .right), .init("p95", .right), .init("tokens in", .right), .init("out", .right),
            .init("cost per 1,000", .right),
        ])
        for judge in judges {
            let failedCount = judge.counts.count - judge.counts.scoredCount
            table.add([
                .init(judge.title, .name), .init(Figures.count(judge.counts.count)),
                .init(Figures.count(failedCount), failedCount > 0 ? .warning : nil),
                .init(ShareText.of(judge.passed)), .init(Self.seconds(judge.seconds(atShare: 0.5))),
                .init(Self.seconds(judge.seconds(atShare: 0.95))),
                .init(Figures.count(judge.counts.usage.inputTokenCount)),
                .init(Figures.count(judge.counts.usage.outputTokenCount)),
                .init(judge.counts.usage.cost > 0 ? Figures.decimal(judge.costPerThousand, fractionDigits: 4) : "-"),
            ])
        }
        return table
    }

    /// Of preferences there is no threshold.
    var passedTitle: String { isPreference ? "same in both orders" : "passed" }
    var isPreference: Bool { pairs.contains { $0.mcNemar == nil } }

    private var agreementTable: TextTable {
        var table = TextTable([
            .init("judges"), .init("on"), .init("items", .right), .init("agree", .right), .init("kappa", .right),
            .init("95 % interval"), .init("McNemar p", .right), .init("Spearman", .right),
        ])
        for (place, cell) in decisions.matrix.cells.enumerated() {
            let pair = pairs[place]
            table.add(
                Self.cells(name(cell), isPreference ? "the better one" : "passing", cell) + [
                    .init(pair.mcNemar.map { Figures.decimal($0.pValue, fractionDigits: 4) } ?? ""),
                    .init(pair.spearman.map(Self.text) ?? ""),
                ])
            for criterion in criteria where criteria.count > 1 {
                let cell = criterion.agreement.matrix.cells[place]
                table.add(Self.cells("", criterion.name, cell) + [.init(""), .init("")])
            }
        }
        return table
    }

    private func notes(style: TerminalStyle) -> [String] {
        var lines = [""]
        if let fleiss = decisions.fleiss {
            lines.append("Fleiss' kappa of all: \(ShareText.figure(fleiss, fractionDigits: 3))")
        }
        for pair in pairs where (pair.mcNemar?.pValue ?? 1) < 0.05 {
            guard let test = pair.mcNemar else { continue }
            let more = test.onlyFirstCount > test.onlySecondCount ? pair.first : pair.second
            lines.append(
                style(.warning, "note: ")
                    + "\(judges[more].title) passes more: \(test.onlyFirstCount) passed by the first alone, "
                    + "\(test.onlySecondCount) by the second alone")
        }
        return lines
    }

    func name(_ cell: KappaMatrix<Int>.Cell) -> String { "\(judges[cell.first].title), \(judges[cell.second].title)" }

    private static func cells(_ name: String, _ on: String, _ cell: KappaMatrix<Int>.Cell) -> [TextTable.Cell] {
        let interval = cell.kappa.interval().value.map {
            "\(Figures.decimal($0.low, fractionDigits: 3)) to \(Figures.decimal($0.high, fractionDigits: 3))"
        }
        return [
            .init(name, .name), .init(on), .init(Figures.count(cell.table.count)),
            .init(ShareText.of(cell.table.agreement)),
            .init(cell.kappa.value.value.map { Figures.decimal($0, fractionDigits: 3) } ?? "undefined"),
            .init(interval ?? cell.kappa.value.reason?.text ?? ""),
        ]
    }

    private static func text(_ correlation: Estimate<Correlation>) -> String {
        correlation.value.map { Figures.decimal($0.coefficient, fractionDigits: 3) } ?? "undefined"
    }

    static func seconds(_ value: Double?) -> String {
        value.map { Figures.decimal($0, fractionDigits: $0 < 10 ? 2 : 1) + " s" } ?? "-"
    }
}
