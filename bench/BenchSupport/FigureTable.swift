/// Figures as an aligned table for a terminal or a file.
package struct FigureTable {
    private let figures: [Figure]

    package init(_ figures: [Figure]) {
        self.figures = figures
    }

    private struct Cell {
        var text: String
        var colour: Colour?
    }

    private enum Colour: String {
        case bold = "1"
        case dim = "2"
        case red = "31"
        case green = "32"
    }

    private static let titles = ["", "value", "unit", "spread", "floor", "ratio", "(quartiles)", "goal", ""]
    /// Columns whose text stands at the left; numbers stand at the right.
    private static let leftAligned: Set<Int> = [0, 2, 8]

    /// The lines of the table, one section after another. Escape sequences only with `usesColour`.
    package func lines(usesColour: Bool) -> [String] {
        let rows = figures.map(Self.cells)
        let widths = Self.titles.indices.map { column in
            max(Self.titles[column].count, rows.map { $0[column].text.count }.max() ?? 0)
        }
        var lines: [String] = []
        var section: String?
        for (figure, row) in zip(figures, rows) {
            if figure.section != section {
                if section != nil { lines.append("") }
                section = figure.section
                lines.append(Self.paint(figure.section, .bold, usesColour))
                let heads = Self.titles.map { Cell(text: $0, colour: .dim) }
                lines.append(Self.line(heads, widths, usesColour))
            }
            lines.append(Self.line(row, widths, usesColour))
        }
        return lines
    }

    private static func cells(_ figure: Figure) -> [Cell] {
        let verdict: Cell =
            switch figure.isGoalMet {
            case true?: Cell(text: "met", colour: .green)
            case false?: Cell(text: "MISSED", colour: .red)
            case nil: Cell(text: "")
            }
        let quartiles = figure.ratioQuartiles.map {
            FigureText.fixed($0.lowerBound, places: 2) + "-" + FigureText.fixed($0.upperBound, places: 2)
        }
        return [
            Cell(text: figure.name),
            Cell(text: FigureText.value(figure.value)),
            Cell(text: figure.unit, colour: .dim),
            Cell(text: FigureText.percent(figure.spread), colour: .dim),
            Cell(text: figure.floor.map(FigureText.value) ?? ""),
            Cell(text: figure.ratio.map(FigureText.ratio) ?? "", colour: .bold),
            Cell(text: quartiles ?? "", colour: .dim),
            Cell(text: figure.goal?.text ?? ""),
            verdict,
        ]
    }

    private static func line(_ cells: [Cell], _ widths: [Int], _ usesColour: Bool) -> String {
        var line = "  "
        for (column, cell) in cells.enumerated() {
            let padding = String(repeating: " ", count: widths[column] - cell.text.count)
            let text = paint(cell.text, cell.colour, usesColour)
            line += (leftAligned.contains(column) ? text + padding : padding + text) + "  "
        }
        while line.last == " " { line.removeLast() }
        return line
    }

    private static func paint(_ text: String, _ colour: Colour?, _ usesColour: Bool) -> String {
        guard usesColour, let colour, !text.isEmpty else { return text }
        return "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m"
    }
}
