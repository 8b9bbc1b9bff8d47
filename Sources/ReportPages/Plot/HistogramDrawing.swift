/// Bars side by side over an axis.
struct HistogramDrawing {
    let plot: Plot
    let bins: [Bin]
    let x: Axis

    func draw(_ drawing: inout Drawing) -> Double {
        let bins = bins.filter { $0.low.isFinite && $0.high.isFinite }
        let highest = Double(bins.map(\.count).max() ?? 0)
        let verticals = plot.references.compactMap { if case .vertical(let value, _) = $0 { value } else { nil } }
        let frame = XYFrame(
            x: x, y: Axis("count"), xValues: bins.flatMap { [$0.low, $0.high] } + verticals,
            yValues: [0, max(highest, 1)], top: 10, height: 220)
        frame.draw(&drawing)
        for bin in bins where bin.count > 0 {
            let (left, right) = (frame.horizontal.place(bin.low), frame.horizontal.place(bin.high))
            let top = frame.vertical.place(Double(bin.count))
            drawing.rectangle(
                x: left + 0.5, y: top, width: right - left - 1, height: frame.vertical.start - top, "bar s1")
        }
        frame.draw(plot.references, &drawing)
        return frame.bottom
    }
}
