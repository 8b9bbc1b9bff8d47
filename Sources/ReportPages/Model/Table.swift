/// A table. Its first column names the rows.
package struct Table: Sendable, Equatable {
    /// What the table holds, for everybody; a screen reader says it first.
    package var caption: String
    package var columns: [Column]
    package private(set) var rows: [[Cell]] = []

    package init(caption: String, columns: [Column]) {
        precondition(!columns.isEmpty, "a table has a column that names its rows")
        self.caption = caption
        self.columns = columns
    }

    /// A row, with a cell for every column.
    package mutating func add(_ cells: [Cell]) {
        precondition(cells.count == columns.count, "a row has a cell for every column")
        rows.append(cells)
    }

    package struct Column: Sendable, Equatable, ExpressibleByStringLiteral {
        package enum Alignment: Sendable { case text, number }

        package var title: String
        package var alignment: Alignment

        package init(_ title: String, _ alignment: Alignment = .text) {
            self.title = title
            self.alignment = alignment
        }

        package init(stringLiteral value: String) {
            self.init(value)
        }
    }
}

/// What stands in a table's cell.
package struct Cell: Sendable, Equatable, ExpressibleByStringLiteral {
    package var text: String
    package var tone: Tone?
    /// Beside the text, smaller: an interval, a reason.
    package var note: String?
    /// A name as it stands in a file.
    package var isCode = false
    /// A text of many lines, kept as it is.
    package var isQuotation = false

    package init(_ text: String, tone: Tone? = nil, note: String? = nil) {
        self.text = text
        self.tone = tone
        self.note = note
    }

    package init(stringLiteral value: String) {
        self.init(value)
    }

    package static func code(_ name: String) -> Cell {
        var cell = Cell(name)
        cell.isCode = true
        return cell
    }

    /// Somebody else's words, kept with their lines; cut after so many characters.
    package static func quotation(_ text: String, characterCountMax: Int = 400) -> Cell {
        var cell = Cell(Quotation.cut(text, characterCountMax))
        cell.isQuotation = true
        return cell
    }

    package static func count(_ value: Int, tone: Tone? = nil) -> Cell { Cell(FigureText.count(value), tone: tone) }

    package static func number(
        _ value: Double, fractionDigits: Int = 3, tone: Tone? = nil, note: String? = nil
    ) -> Cell {
        guard value.isFinite else { return .undefined(note ?? "no number") }
        return Cell(FigureText.decimal(value, fractionDigits: fractionDigits), tone: tone, note: note)
    }

    package static func percent(
        _ share: Double, fractionDigits: Int = 1, tone: Tone? = nil, note: String? = nil
    ) -> Cell {
        guard share.isFinite else { return .undefined(note ?? "no number") }
        return Cell(FigureText.percent(share, fractionDigits: fractionDigits), tone: tone, note: note)
    }

    /// A statistic that has no value, and why.
    package static func undefined(_ reason: String) -> Cell { Cell("undefined", tone: .undefined, note: reason) }

    package static let none = Cell("–")
}
