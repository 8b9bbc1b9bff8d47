/// Two axes with their ticks, and the room between them.
struct XYFrame {
    let horizontal: LinearScale
    let vertical: LinearScale
    /// Of the whole drawing.
    let bottom: Double
    private let xTicks: Ticks
    private let yTicks: Ticks
    private let xLabel: String
    private let yLabel: String

    init(
        x: Axis, y: Axis, xValues: [Double], yValues: [Double], top: Double, height: Double, isSquare: Bool = false
    ) {
        yTicks = y.ticks(over: yValues, countMax: 7)
        let labelWidth = yTicks.labels.map(TextWidth.of).max() ?? 0
        let left = labelWidth + 34
        let right = isSquare ? min(Drawing.width - 16, left + height) : Drawing.width - 24
        xTicks = x.ticks(over: xValues, countMax: isSquare ? 6 : (x.format == .time ? 5 : 9))
        horizontal = LinearScale(range: xTicks.range, start: left, end: right)
        vertical = LinearScale(range: yTicks.range, start: top + height, end: top)
        xLabel = x.label
        yLabel = y.label
        bottom = top + height + 46
    }

    func draw(_ drawing: inout Drawing) {
        for (value, label) in zip(yTicks.values, yTicks.labels) {
            let y = vertical.place(value)
            drawing.line(horizontal.start, y, horizontal.end, y, "grid")
            drawing.text(label, x: horizontal.start - 6, y: y + 4, .end, "tick")
        }
        for (value, label) in zip(xTicks.values, xTicks.labels) {
            let x = horizontal.place(value)
            drawing.line(x, vertical.start, x, vertical.start + 4, "axis")
            let half = TextWidth.of(label) / 2
            drawing.text(
                label, x: min(max(x, half), Drawing.width - half), y: vertical.start + 17, .middle, "tick")
        }
        drawing.line(horizontal.start, vertical.start, horizontal.end, vertical.start, "axis")
        drawing.line(horizontal.start, vertical.start, horizontal.start, vertical.end, "axis")
        let middle = (horizontal.start + horizontal.end) / 2
        drawing.text(xLabel, x: middle, y: vertical.start + 37, .middle)
        drawing.text(yLabel, x: 13, y: (vertical.start + vertical.end) / 2, .middle, isUpright: false)
    }

    func draw(_ references: [ReferenceLine], _ drawing: inout Drawing) {
        for reference in references {
            switch reference {
            case .horizontal(let value, let label):
                guard vertical.range.contains(value) else { continue }
                let y = vertical.place(value)
                drawing.line(horizontal.start, y, horizontal.end, y, "reference")
                drawing.text(label, x: horizontal.end - 4, y: y - 5, .end, "label halo")
            case .vertical(let value, let label):
                guard horizontal.range.contains(value) else { continue }
                let x = horizontal.place(value)
                let isLeft = x > (horizontal.start + horizontal.end) / 2
                drawing.line(x, vertical.start, x, vertical.end, "reference")
                drawing.text(
                    label, x: x + (isLeft ? -5 : 5), y: vertical.end + 12, isLeft ? .end : .start, "label halo")
            case .diagonal(let label):
                let low = max(horizontal.range.lowerBound, vertical.range.lowerBound)
                let high = min(horizontal.range.upperBound, vertical.range.upperBound)
                guard low < high else { continue }
                drawing.line(
                    horizontal.place(low), vertical.place(low), horizontal.place(high), vertical.place(high),
                    "reference")
                let at = low + (high - low) * 0.72
                drawing.text(label, x: horizontal.place(at) + 10, y: vertical.place(at) + 14, .start, "label halo")
            }
        }
    }
}
