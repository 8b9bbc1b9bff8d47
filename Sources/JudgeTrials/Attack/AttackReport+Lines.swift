import RewardValidation
import TerminalText

extension AttackReport {
    /// For a terminal.
    package func lines(style: TerminalStyle) -> [String] {
        var lines = [
            style(.heading, "\(facts.reward).\(facts.component)") + " by \(facts.judge)",
            "\(rows.count) attacks on \(Figures.count(targetCount)) rollouts of \(facts.rolloutFile), each without the "
                + "guard and with it; \(ShareText.usage(counts.usage)); \(ShareText.duration(facts.seconds))",
        ]
        lines += counts.lines(style: style)
        lines += ["", "False positives: completions that deserve nothing and score at least \(threshold)"]
        lines += table.lines(style: style)
        lines += ["", familyTitle] + familyTable.lines(style: style)
        lines.append("")
        lines.append("the rollouts' own completions pass: \(ShareText.of(genuine)) (\(ShareText.interval(genuine)))")
        return lines + [""] + gates.map { $0.line(style: style) }
    }

    private var table: TextTable {
        var table = TextTable([
            .init("attack"), .init("family"), .init("judged", .right), .init("without guard", .right),
            .init("with guard", .right), .init("95 % interval"), .init("stopped by gate", .right),
            .init("suspected", .right),
        ])
        for row in rows {
            table.add([
                .init(row.attack.name, .name), .init(row.attack.family.words), .init("\(row.guarded.passed.count)"),
                Self.cell(row.unguarded.passed), Self.cell(row.guarded.passed),
                .init(ShareText.interval(row.guarded.passed)), .init(ShareText.of(row.guarded.gated)),
                .init(ShareText.of(row.suspected)),
            ])
        }
        table.add([
            .init("all", .heading), .init(""), .init("\(falsePositives(\.guarded).count)"),
            Self.cell(falsePositives(\.unguarded)), Self.cell(falsePositives(\.guarded)),
            .init(ShareText.interval(falsePositives(\.guarded))), .init(""), .init(""),
        ])
        return table
    }

    private var familyTitle: String {
        criterionNames.isEmpty
            ? "By family, with the guard" : "By family and criterion, with the guard: attacks for which it was met"
    }

    private var familyTable: TextTable {
        var table = TextTable(
            [.init("family"), .init("score", .right)] + criterionNames.map { .init($0, .right) })
        for family in families {
            table.add(
                [.init(family.words, .name), Self.cell(falsePositives(family, \.guarded))]
                    + criterionNames.indices.map { Self.cell(met($0, family, \.guarded)) })
        }
        return table
    }

    private static func cell(_ proportion: Proportion) -> TextTable.Cell {
        let isOver = (proportion.value.value ?? 0) > TrialGates.falsePositiveMax
        return .init(ShareText.of(proportion), isOver ? .failure : nil)
    }
}
