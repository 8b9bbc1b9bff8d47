import ReportPages
import Testing

@Suite struct PlotTests {
    private static func written(_ plot: Plot) throws -> ParsedPage {
        var markup = Markup()
        plot.write(into: &markup, identifier: "plot-1")
        return try ParsedPage(markup.html)
    }

    /// No figure takes a plot down or draws outside of it.
    @Test(
        arguments: [
            [], [0], [5, 5, 5], [.nan, .infinity, -.infinity], [1e308, -1e308], [.greatestFiniteMagnitude, 1],
            [.leastNonzeroMagnitude, 0], [-5, 3, .nan, 7], [1e-300, 2e-300],
            [9_007_199_254_740_994, 9_007_199_254_740_992], [-1e-9, -2e-9],
        ] as [[Double]])
    func anyFiguresCanBeDrawn(_ values: [Double]) throws {
        let points = values.map { Series.Point($0, $0) } + values.map { Series.Point(1, $0, interval: 0...max(0, $0)) }
        let axis = Axis("figure")
        for format in [Axis.Format.number, .percent, .time] {
            var formatted = axis
            formatted.format = format
            let shapes: [Plot.Shape] = [
                .lines([Series("a", points)], x: formatted, y: formatted),
                .scatter([Series("a", points)], x: formatted, y: axis),
                .bars(
                    [BarSeries("a", values.map { .init($0) })], categories: values.map { "\($0)" }, value: formatted),
                .histogram(Bin.of(values), x: formatted),
                .heatMap(HeatMap(rowNames: ["a"], columnNames: values.map { "\($0)" }, values: [values])),
            ]
            for shape in shapes {
                let page = try Self.written(
                    Plot(title: "t", description: "d", shape, references: [.vertical(1e308, "x")]))
                let box = (page.elements("svg")[0].attributes["viewBox"] ?? "").split(separator: " ").compactMap {
                    Double($0)
                }
                try #require(box.count == 4)
                for element in page.elements {
                    for (name, limit) in [("x", box[2]), ("x1", box[2]), ("x2", box[2]), ("y", box[3]), ("y1", box[3])]
                    {
                        guard let value = element.attributes[name].flatMap(Double.init) else { continue }
                        #expect(value >= 0 && value <= limit, "\(name)=\(value) in \(element)")
                    }
                }
            }
        }
    }

    @Test func everyValueFallsIntoOneBin() {
        var generator = SeededGenerator()
        for _ in 0..<200 {
            let values = (0..<Int.random(in: 1...80, using: &generator)).map { _ in
                (Double.random(in: -2...5, using: &generator) * 8).rounded() / 8
            }
            let bins = Bin.of(values)
            #expect(bins.reduce(0) { $0 + $1.count } == values.count)
            #expect(zip(bins, bins.dropFirst()).allSatisfy { $0.high == $1.low })
            #expect(bins.count <= 22)
            for bin in bins.dropLast() {
                #expect(bin.count == values.count { $0 >= bin.low && $0 < bin.high })
            }
        }
    }

    @Test func seriesDifferByMoreThanColour() throws {
        let series = (0..<8).map { Series("series \($0)", [.init(0, Double($0)), .init(1, Double($0) + 0.5)]) }
        let page = try Self.written(
            Plot(title: "t", description: "d", .lines(series, x: Axis("x"), y: Axis("y"))))
        let marks = page.elements.filter { $0.attributes["class"]?.hasPrefix("mark s") ?? false }
        #expect(marks.count == 8 * 3)
        #expect(Set(marks.compactMap { $0.attributes["class"] }).count == 8)
        let sheet = PageStyle.sheet.description
        for number in 2...8 { #expect(sheet.contains("svg .line.s\(number) { stroke-dasharray")) }
    }

    @Test func figuresStandInATableToo() throws {
        let plot = Plot(
            title: "t", description: "d",
            .bars(
                [BarSeries("before", [.init(0.5)]), BarSeries("after", [nil])], categories: ["empty"],
                value: .share("s")))
        let table = try #require(plot.table)
        #expect(table.rows == [["empty", "50.0 %", "–"]])
        #expect(try Self.written(plot).elements("table").count == 1)
        let long = Series("s", (0..<1_000).map { .init(Double($0), 1) })
        let dense = Plot(title: "t", description: "d", .lines([long], x: Axis("x"), y: Axis("y")))
        #expect(try Self.written(dense).elements("table").isEmpty)
    }
}
