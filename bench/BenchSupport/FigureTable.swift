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
        let verdict = FigureText.verdict(figure.isGoalMet)
        return [
            TextTable.Cell(figure.name),
            TextTable.Cell(FigureText.value(figure.value)),
            TextTable.Cell(figure.unit, .faint),
            TextTable.Cell(FigureText.percent(figure.spread), .faint),
            TextTable.Cell(figure.floor.map(FigureText.value) ?? ""),
            TextTable.Cell(figure.ratio.map(FigureText.ratio) ?? "", .name),
            TextTable.Cell(figure.ratioQuartiles.map(FigureText.quartiles) ?? "", .faint),
            TextTable.Cell(figure.goal?.text(unit: figure.unit) ?? ""),
            figure.isGoalMet.map { TextTable.Cell(verdict, $0 ? .success : .failure) } ?? "",
        ]
    }
}
