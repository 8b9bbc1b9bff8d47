package import TerminalText

/// Figures as tables for a terminal or a file, one a section.
package struct FigureTable {
    private let figures: [Figure]

    package init(_ figures: [Figure]) {
        self.figures = figures
    }

    private static let columns: [TextTable.Column] = [
        TextTable.Column(""), TextTable.Column("value", .right), TextTable.Column("unit"),
        TextTable.Column("spread", .right), TextTable.Column("floor", .right), TextTable.Column("ratio", .right),
        TextTable.Column("quartiles", .right), TextTable.Column("goal", .right), TextTable.Column(""),
    ]

    /// The lines of the tables: a section's title, its table, an empty line.
    package func lines(style: TerminalStyle) -> [String] {
        var lines: [String] = []
        var rest = figures[...]
        while let section = rest.first?.section {
            var table = TextTable(Self.columns)
            let rows = rest.prefix { $0.section == section }
            for figure in rows { table.add(Self.cells(figure)) }
            lines.append(style(.heading, section))
            lines += table.lines(style: style, indentation: 2)
            lines.append("")
            rest = rest.dropFirst(rows.count)
        }
        return lines
    }

    private static func cells(_ figure: Figure) -> [TextTable.Cell] {
        let verdict: TextTable.Cell =
            switch figure.isGoalMet {
            case true?: TextTable.Cell("met", .success)
            case false?: TextTable.Cell("missed", .failure)
            case nil: ""
            }
        let quartiles = figure.ratioQuartiles.map {
            Figures.decimal($0.lowerBound, fractionDigits: 2) + "-" + Figures.decimal($0.upperBound, fractionDigits: 2)
        }
        return [
            TextTable.Cell(figure.name),
            TextTable.Cell(value(figure.value)),
            TextTable.Cell(figure.unit, .faint),
            TextTable.Cell(Figures.decimal(figure.spread * 100, fractionDigits: 0) + " %", .faint),
            TextTable.Cell(figure.floor.map(value) ?? ""),
            TextTable.Cell(figure.ratio.map { Figures.decimal($0, fractionDigits: 2) + "x" } ?? "", .name),
            TextTable.Cell(quartiles ?? "", .faint),
            TextTable.Cell(figure.goal?.text ?? ""),
            verdict,
        ]
    }

    /// About three significant digits: `1,240`, `48.2`, `0.91`.
    private static func value(_ value: Double) -> String {
        guard value.isFinite, value.magnitude < 1e15 else { return "-" }
        if value.magnitude >= 100 { return Figures.count(Int(value.rounded())) }
        return Figures.decimal(value, fractionDigits: value.magnitude >= 10 ? 1 : 2)
    }
}
