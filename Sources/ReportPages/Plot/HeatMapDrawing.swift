/// Cells of rows and columns, each with its figure.
struct HeatMapDrawing {
    let map: HeatMap

    private static let labelWidthMax = 190.0
    private static let cellHeight = 34.0
    private static let cellWidthMax = 96.0
    /// Of the strongest cell: letters stay readable on it.
    private static let opacityMax = 0.62

    func draw(_ drawing: inout Drawing) -> Double {
        guard !map.rowNames.isEmpty, !map.columnNames.isEmpty else { return 20 }
        let left = min(map.rowNames.map(TextWidth.of).max() ?? 0, Self.labelWidthMax) + 14
        let width = min(Self.cellWidthMax, (Drawing.width - left - 8) / Double(map.columnNames.count))
        // Names that do not fit side by side stand upright.
        let longest = map.columnNames.map(TextWidth.of).max() ?? 0
        let isUpright = longest > width - 6
        let top = isUpright ? min(longest, 150) + 14 : 24
        for (column, name) in map.columnNames.enumerated() {
            let x = left + width * (Double(column) + 0.5)
            if isUpright {
                drawing.text(
                    TextWidth.fitted(name, into: 150), x: x + 4, y: top - 8, .start, isUpright: false)
            } else {
                drawing.text(name, x: x, y: top - 8, .middle)
            }
        }
        for (row, name) in map.rowNames.enumerated() {
            let y = top + Self.cellHeight * Double(row)
            drawing.text(
                TextWidth.fitted(name, into: Self.labelWidthMax), x: left - 8, y: y + Self.cellHeight / 2 + 4, .end)
            for (column, value) in map.values[row].enumerated() {
                draw(value, x: left + width * Double(column), y: y, width: width, &drawing)
            }
        }
        return top + Self.cellHeight * Double(map.rowNames.count) + 8
    }

    private func draw(_ value: Double?, x: Double, y: Double, width: Double, _ drawing: inout Drawing) {
        let middle = (x: x + width / 2, y: y + Self.cellHeight / 2 + 4)
        guard let value, value.isFinite else {
            drawing.rectangle(x: x + 1, y: y + 1, width: width - 2, height: Self.cellHeight - 2, "cell empty")
            drawing.text(value == nil ? "–" : "undef.", x: middle.x, y: middle.y, .middle, "tick")
            return
        }
        let strongest = max(map.range.lowerBound.magnitude, map.range.upperBound.magnitude)
        let share = strongest > 0 ? min(value.magnitude / strongest, 1) : 0
        drawing.rectangle(
            x: x + 1, y: y + 1, width: width - 2, height: Self.cellHeight - 2, value < 0 ? "cell s2" : "cell s1",
            opacity: share * Self.opacityMax)
        drawing.text(
            FigureText.decimal(value, fractionDigits: map.fractionDigits), x: middle.x, y: middle.y, .middle, "label")
    }
}
