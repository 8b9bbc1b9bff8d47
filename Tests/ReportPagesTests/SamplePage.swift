import ReportPages

/// A page with every kind of block and plot; each text of it is the one given.
func samplePage(_ text: String) -> Page {
    var table = Table(caption: text, columns: [.init(text), .init(text, .number)])
    table.add([Cell(text, tone: .bad, note: text), .number(0.5)])
    table.add([.code(text), .undefined(text)])
    table.add([.quotation(text), .none])
    let points = [
        Series.Point(0, 1, interval: 0.5...1.5), .init(1, .nan), .init(2, 3, interval: 2...4), .init(3, 2.5),
    ]
    let axis = Axis(text)
    let plots = [
        Plot(
            title: text, description: text, .lines([Series(text, points), Series(text, points)], x: axis, y: axis),
            references: [.horizontal(2, text), .vertical(1, text), .diagonal(text)]),
        Plot(title: text, description: text, .scatter([Series(text, points)], x: axis, y: axis), isSquare: true),
        Plot(
            title: text, description: text,
            .bars(
                [
                    BarSeries(text, [.init(0.5, interval: 0.2...0.7), nil]),
                    BarSeries(text, [.init(-0.1), .init(.infinity)]),
                ],
                categories: [text, text], value: .share(text)), references: [.vertical(0.05, text)]),
        Plot(title: text, description: text, .histogram(Bin.of([0, 0.1, 0.5, 1, 1]), x: axis)),
        Plot(
            title: text, description: text,
            .heatMap(HeatMap(rowNames: [text, text], columnNames: [text], values: [[-0.25], [nil]], range: -1...1))),
    ]
    let blocks: [Block] = [
        .paragraph("a \(text) b \(code: text) c \(strong: text)"), .list([Prose(text)]), .subheading(text),
        .keyFigures([KeyFigure(text, text, note: text, tone: .warning), KeyFigure(text, text)]),
        .checks([Check(text, .passed, text), Check(text, .failed, text), Check(text, .undefined, text)]),
        .note(.bad, Prose(text)), .table(table), .quotation(Quotation(text, text)),
        .details(text, [.paragraph(Prose(text))]),
    ]
    return Page(
        title: text, lead: Prose(text), facts: [.init(text, Prose(text))],
        sections: [Section(text, blocks), Section(text, plots.map(Block.plot)), Section(text)], footer: text)
}
