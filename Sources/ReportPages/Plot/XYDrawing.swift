/// Lines and scatter plots: points over two axes.
struct XYDrawing {
    let plot: Plot
    let series: [Series]
    let x: Axis
    let y: Axis
    let isLine: Bool

    /// A line with more points than this is drawn without their marks.
    private static let markCountMax = 60

    func draw(_ drawing: inout Drawing) -> Double {
        let legendHeight = drawing.legend(series.map(\.name), isLine: isLine, left: 8, top: 0)
        let frame = XYFrame(
            x: x, y: y, xValues: xValues, yValues: yValues, top: legendHeight + 10,
            height: plot.isSquare ? 420 : 260, isSquare: plot.isSquare)
        frame.draw(&drawing)
        for (index, series) in series.enumerated() {
            let runs = Self.runs(of: series.points)
            if isLine {
                for run in runs { drawLine(run, index, frame, &drawing) }
            }
            let drawn = runs.joined()
            guard !isLine || drawn.count <= Self.markCountMax else { continue }
            for point in drawn {
                drawing.mark(
                    index, x: frame.horizontal.place(point.x), y: frame.vertical.place(point.y), size: isLine ? 3.5 : 4)
            }
        }
        frame.draw(plot.references, &drawing)
        return frame.bottom
    }

    private func drawLine(_ points: [Series.Point], _ index: Int, _ frame: XYFrame, _ drawing: inout Drawing) {
        let name = Drawing.seriesClass(index)
        let banded = points.filter { $0.interval != nil }
        if banded.count > 1 {
            let upper = banded.map {
                (x: frame.horizontal.place($0.x), y: frame.vertical.place(Self.bounds($0).upperBound))
            }
            let lower = banded.map {
                (x: frame.horizontal.place($0.x), y: frame.vertical.place(Self.bounds($0).lowerBound))
            }
            drawing.path(upper + lower.reversed(), "band " + name, isClosed: true)
        }
        let places = points.map { (x: frame.horizontal.place($0.x), y: frame.vertical.place($0.y)) }
        if places.count > 1 { drawing.path(places, "line " + name) }
    }

    private static func bounds(_ point: Series.Point) -> ClosedRange<Double> {
        guard let interval = point.interval, !interval.lowerBound.isNaN, !interval.upperBound.isNaN else {
            return point.y...point.y
        }
        return interval
    }

    /// The points between those that are not drawn.
    static func runs(of points: [Series.Point]) -> [[Series.Point]] {
        points.split { !$0.isDrawn }.map(Array.init)
    }

    private var drawnPoints: [Series.Point] { series.flatMap(\.points).filter(\.isDrawn) }

    private var xValues: [Double] {
        drawnPoints.map(\.x)
            + plot.references.compactMap { if case .vertical(let value, _) = $0 { value } else { nil } }
    }

    private var yValues: [Double] {
        drawnPoints.map(\.y) + drawnPoints.flatMap { [Self.bounds($0).lowerBound, Self.bounds($0).upperBound] }
            + plot.references.compactMap { if case .horizontal(let value, _) = $0 { value } else { nil } }
    }
}
