/// Figures as Markdown: a heading and a table a section.
package struct FigureMarkdown {
    private let figures: [Figure]

    package init(_ figures: [Figure]) {
        self.figures = figures
    }

    /// The lines of all tables, each section's behind an empty line. Columns that a section has nothing for are left out.
    package var lines: [String] {
        var lines: [String] = []
        var rest = figures[...]
        while let section = rest.first?.section {
            let rows = rest.prefix { $0.section == section }
            lines += ["", "### " + section, ""] + Self.table(Array(rows))
            rest = rest.dropFirst(rows.count)
        }
        return lines
    }

    private struct Column: Sendable {
        let title: String
        let isNumber: Bool
        let cell: @Sendable (Figure) -> String
    }

    private static let columns = [
        Column(title: "", isNumber: false) { $0.name },
        Column(title: "value", isNumber: true) { FigureText.value($0.value) + " " + $0.unit },
        Column(title: "spread", isNumber: true) { FigureText.percent($0.spread) },
        Column(title: "floor", isNumber: true) { $0.floor.map(FigureText.value) ?? "" },
        Column(title: "of", isNumber: false) { $0.floorName ?? "" },
        Column(title: "ratio", isNumber: true) { $0.ratio.map(FigureText.ratio) ?? "" },
        Column(title: "quartiles", isNumber: true) { $0.ratioQuartiles.map(FigureText.quartiles) ?? "" },
        Column(title: "goal", isNumber: true) { figure in
            guard let goal = figure.goal else { return "" }
            return [goal.text(unit: figure.unit), FigureText.verdict(figure.isGoalMet)].filter { !$0.isEmpty }
                .joined(separator: ", ")
        },
    ]

    private static func table(_ figures: [Figure]) -> [String] {
        let columns = columns.filter { column in figures.contains { !column.cell($0).isEmpty } }
        func row(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }
        return [row(columns.map(\.title)), "|" + columns.map { $0.isNumber ? "---:|" : "---|" }.joined()]
            + figures.map { figure in row(columns.map { escaped($0.cell(figure)) }) }
    }

    private static func escaped(_ text: String) -> String {
        text.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
    }
}
