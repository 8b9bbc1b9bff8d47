extension Plot {
    /// Plots of more figures than this show no table of them: nobody reads it, and the file grows without end.
    private static let tableRowCountMax = 120

    /// Writes the picture and the table of its figures.
    /// - Parameter identifier: Of the picture; no other on the page has it.
    package func write(into markup: inout Markup, identifier: String) {
        var drawing = Drawing()
        let height = draw(&drawing)
        markup.element("figure", [.class("plot")]) { figure in
            figure.element("figcaption") { caption in
                caption.element("strong", text: title)
                caption.text(" ")
                caption.element("span", text: description)
            }
            figure.element("div", [.class("scroll")]) { scroll in
                drawing.svg(
                    height: height, identifier: identifier, title: title, description: spokenDescription, into: &scroll)
            }
            guard let table, !table.rows.isEmpty, table.rows.count <= Self.tableRowCountMax else { return }
            figure.element("details", [.class("figures")]) { details in
                details.element("summary", text: "The figures of this plot")
                table.write(into: &details)
            }
        }
        markup.newLine()
    }

    private func draw(_ drawing: inout Drawing) -> Double {
        switch shape {
        case .lines(let series, let x, let y):
            XYDrawing(plot: self, series: series, x: x, y: y, isLine: true).draw(&drawing)
        case .scatter(let series, let x, let y):
            XYDrawing(plot: self, series: series, x: x, y: y, isLine: false).draw(&drawing)
        case .bars(let series, let categories, let value):
            BarDrawing(plot: self, series: series, categories: categories, value: value).draw(&drawing)
        case .histogram(let bins, let x): HistogramDrawing(plot: self, bins: bins, x: x).draw(&drawing)
        case .heatMap(let map): HeatMapDrawing(map: map).draw(&drawing)
        }
    }

    /// The description, and what the picture consists of.
    private var spokenDescription: String {
        let kind =
            switch shape {
            case .lines(let series, let x, let y): "Line plot of \(Self.spoken(series, x, y))"
            case .scatter(let series, let x, let y): "Scatter plot of \(Self.spoken(series, x, y))"
            case .bars(let series, let categories, let value):
                "Bar plot of \(value.label): \(categories.count) categories, \(series.count) series."
            case .histogram(let bins, let x):
                "Histogram of \(x.label): \(FigureText.count(bins.reduce(0) { $0 + $1.count })) values in \(bins.count) bins."
            case .heatMap(let map): "Heat map of \(map.rowNames.count) rows and \(map.columnNames.count) columns."
            }
        let lines = references.map { reference in
            switch reference {
            case .horizontal(let value, let label), .vertical(let value, let label):
                " A line marks \(FigureText.decimal(value, fractionDigits: 3)): \(label)."
            case .diagonal(let label): " A line marks the diagonal: \(label)."
            }
        }
        return "\(description) \(kind)" + lines.joined()
    }

    private static func spoken(_ series: [Series], _ x: Axis, _ y: Axis) -> String {
        let points = series.flatMap(\.points)
        let undrawn = points.filter { !$0.isDrawn }.count
        let lost = undrawn > 0 ? " \(undrawn) points are undefined and not drawn." : ""
        return "\(y.label) against \(x.label): \(series.count) series, \(points.count) points.\(lost)"
    }
}

extension Plot {
    /// The figures that are drawn, as a table.
    package var table: Table? {
        switch shape {
        case .lines(let series, let x, let y), .scatter(let series, let x, let y): Self.table(series, x, y, title)
        case .bars(let series, let categories, let value): Self.table(series, categories, value, title)
        case .histogram(let bins, let x):
            Self.table(bins, x, title)
        case .heatMap(let map): Self.table(map, title)
        }
    }

    private static func table(_ series: [Series], _ x: Axis, _ y: Axis, _ title: String) -> Table {
        let hasInterval = series.contains { $0.points.contains { $0.interval != nil } }
        var table = Table(
            caption: title,
            columns: ["series", .init(x.label, .number), .init(y.label, .number)]
                + (hasInterval ? [.init("interval", .number)] : []))
        for series in series {
            for point in series.points {
                var cells = [Cell(series.name), Cell(x.text(point.x)), Cell(y.text(point.y))]
                if hasInterval { cells.append(point.interval.map { Cell(text(of: $0, y)) } ?? .none) }
                table.add(cells)
            }
        }
        return table
    }

    private static func table(_ series: [BarSeries], _ categories: [String], _ value: Axis, _ title: String) -> Table {
        var table = Table(caption: title, columns: [.init("")] + series.map { .init($0.name, .number) })
        for (row, category) in categories.enumerated() {
            let cells = series.map { series -> Cell in
                guard series.bars.indices.contains(row), let bar = series.bars[row] else { return .none }
                return Cell(value.text(bar.value), note: bar.interval.map { text(of: $0, value) })
            }
            table.add([Cell(category)] + cells)
        }
        return table
    }

    private static func table(_ bins: [Bin], _ x: Axis, _ title: String) -> Table {
        var table = Table(
            caption: title, columns: [.init("\(x.label), from"), .init("below", .number), .init("count", .number)])
        for bin in bins { table.add([Cell(x.text(bin.low)), Cell(x.text(bin.high)), .count(bin.count)]) }
        return table
    }

    private static func table(_ map: HeatMap, _ title: String) -> Table {
        var table = Table(caption: title, columns: [.init("")] + map.columnNames.map { .init($0, .number) })
        for (row, name) in map.rowNames.enumerated() {
            let cells = map.values[row].map { value -> Cell in
                value.map { Cell(FigureText.decimal($0, fractionDigits: map.fractionDigits)) } ?? .none
            }
            table.add([Cell(name)] + cells)
        }
        return table
    }

    private static func text(of interval: ClosedRange<Double>, _ axis: Axis) -> String {
        axis.text(interval.lowerBound) + " to " + axis.text(interval.upperBound)
    }
}
