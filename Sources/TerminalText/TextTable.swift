/// A table of text, laid out by display width.
///
///     component  type             mean    min
///     format     json_format    0.9375  0.000
package struct TextTable: Sendable {
    package enum Alignment: Sendable { case left, right }

    package struct Column: Sendable {
        package let title: String
        package let alignment: Alignment

        package init(_ title: String, _ alignment: Alignment = .left) {
            self.title = title
            self.alignment = alignment
        }
    }

    /// A cell: its text, without escape sequences, and how it looks on a terminal.
    package struct Cell: Sendable, ExpressibleByStringLiteral {
        package let text: String
        package let role: TerminalStyle.Role?

        package init(_ text: String, _ role: TerminalStyle.Role? = nil) {
            self.text = text
            self.role = role
        }

        package init(stringLiteral value: String) {
            self.init(value)
        }
    }

    private static let columnGap = "  "

    private let columns: [Column]
    private var rows: [[Cell]] = []
    /// Columns wider than this are cut.
    private let cellWidthMax: Int

    package init(_ columns: [Column], cellWidthMax: Int = 60) {
        self.columns = columns
        self.cellWidthMax = cellWidthMax
    }

    package mutating func add(_ cells: [Cell]) {
        precondition(cells.count == columns.count, "a row has a cell for every column")
        rows.append(cells)
    }

    /// The lines of the table, headings first; a line ends with its last visible character.
    package func lines(style: TerminalStyle, indentation: Int = 0) -> [String] {
        let header = columns.map { Cell($0.title, .heading) }
        let widths = columns.indices.map { index in
            ([header] + rows).map { min(cellWidthMax, DisplayWidth.of($0[index].text)) }.max() ?? 0
        }
        let margin = String(repeating: " ", count: indentation)
        return ([header] + rows).map { row in
            let lastVisible = row.lastIndex { !$0.text.isEmpty } ?? 0
            let cells = row[...lastVisible].enumerated().map { index, cell in
                let text = DisplayWidth.truncated(cell.text, to: cellWidthMax)
                let styled = cell.role.map { style($0, text) } ?? text
                let padding = String(repeating: " ", count: widths[index] - DisplayWidth.of(text))
                switch columns[index].alignment {
                case .right: return padding + styled
                case .left: return index == lastVisible ? styled : styled + padding
                }
            }
            return margin + cells.joined(separator: Self.columnGap)
        }
    }
}
