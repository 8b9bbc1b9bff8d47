/// Bars across the page, each with its figure, and with its interval where it has one.
struct BarDrawing {
    let plot: Plot
    let series: [BarSeries]
    let categories: [String]
    let value: Axis

    private static let barHeight = 15.0
    private static let gap = 10.0
    private static let labelWidthMax = 250.0

    func draw(_ drawing: inout Drawing) -> Double {
        let legendHeight = drawing.legend(series.map(\.name), isLine: false, isBar: true, left: 8, top: 0)
        let labelWidth = min(categories.map(TextWidth.of).max() ?? 0, Self.labelWidthMax)
        let ticks = value.ticks(over: values, countMax: 7)
        let figureWidth = texts.joined().map(TextWidth.of).max() ?? 0
        let scale = LinearScale(
            range: ticks.range, start: labelWidth + 20, end: Drawing.width - figureWidth - 16)
        let referenceHeight = verticals.isEmpty ? 0 : Drawing.lineHeight
        let top = legendHeight + referenceHeight + 8
        let rowHeight = Self.barHeight * Double(max(series.count, 1)) + Self.gap
        let bottom = top + rowHeight * Double(categories.count)
        for (value, label) in zip(ticks.values, ticks.labels) {
            let x = scale.place(value)
            drawing.line(x, top, x, bottom, "grid")
            drawing.text(label, x: x, y: bottom + 17, .middle, "tick")
        }
        for (row, category) in categories.enumerated() {
            let y = top + rowHeight * Double(row) + Self.gap / 2
            let middle = y + (rowHeight - Self.gap) / 2 + 4
            drawing.text(TextWidth.fitted(category, into: Self.labelWidthMax), x: labelWidth + 12, y: middle, .end)
            for index in series.indices {
                drawBar(index, row, y: y + Self.barHeight * Double(index), scale, &drawing)
            }
        }
        let zero = scale.place(0)
        drawing.line(zero, top, zero, bottom, "axis")
        for (value, label) in verticals where scale.range.contains(value) {
            let x = scale.place(value)
            drawing.line(x, top - 4, x, bottom, "reference")
            let isLeft = x > (scale.start + scale.end) / 2
            drawing.text(label, x: x, y: top - 8, isLeft ? .end : .start, "label halo")
        }
        drawing.text(value.label, x: (scale.start + scale.end) / 2, y: bottom + 37, .middle)
        return bottom + 46
    }

    private func drawBar(_ index: Int, _ row: Int, y: Double, _ scale: LinearScale, _ drawing: inout Drawing) {
        let text = texts[index][row]
        guard let bar = bar(index, row), bar.value.isFinite else {
            drawing.text(text, x: scale.place(0) + 6, y: y + 12, .start, "tick halo")
            return
        }
        let (from, to) = (scale.place(0), scale.place(bar.value))
        drawing.rectangle(
            x: min(from, to), y: y + 1, width: abs(to - from), height: Self.barHeight - 2,
            "bar " + Drawing.seriesClass(index))
        var end = max(from, to)
        if let interval = bar.interval, interval.lowerBound.isFinite, interval.upperBound.isFinite {
            let (low, high) = (scale.place(interval.lowerBound), scale.place(interval.upperBound))
            let middle = y + Self.barHeight / 2
            drawing.line(low, middle, high, middle, "whisker")
            drawing.line(low, middle - 4, low, middle + 4, "whisker")
            drawing.line(high, middle - 4, high, middle + 4, "whisker")
            end = max(end, high)
        }
        drawing.text(text, x: end + 5, y: y + 12, .start, "tick halo")
    }

    private func bar(_ index: Int, _ row: Int) -> BarSeries.Bar? {
        series[index].bars.indices.contains(row) ? series[index].bars[row] : nil
    }

    /// The figures, by series and category.
    var texts: [[String]] {
        series.indices.map { index in
            categories.indices.map { row in bar(index, row).map { value.text($0.value) } ?? "–" }
        }
    }

    private var verticals: [(value: Double, label: String)] {
        plot.references.compactMap { if case .vertical(let value, let label) = $0 { (value, label) } else { nil } }
    }

    private var values: [Double] {
        let bars = series.flatMap(\.bars).compactMap(\.self)
        return [0] + bars.map(\.value) + bars.compactMap { $0.interval?.lowerBound }
            + bars.compactMap { $0.interval?.upperBound } + verticals.map(\.value)
    }
}
