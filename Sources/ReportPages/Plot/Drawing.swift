/// An SVG under construction: the frame that all plots share.
///
/// Its classes are those of `PageStyle`; a series is drawn by its number, by which colour, mark and stroke are chosen.
struct Drawing {
    static let width = 720.0
    /// Of the letters.
    static let lineHeight = 16.0
    /// Colours, marks and strokes there are; series beyond that begin again.
    static let styleCount = 8

    private(set) var body = Markup()

    static func seriesClass(_ index: Int) -> String { "s\(index % styleCount + 1)" }

    mutating func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ className: String) {
        body.leaf("line", [.init("x1", x1), .init("y1", y1), .init("x2", x2), .init("y2", y2), .class(className)])
    }

    mutating func rectangle(
        x: Double, y: Double, width: Double, height: Double, _ className: String, opacity: Double? = nil
    ) {
        var attributes: [Attribute] = [
            .init("x", x), .init("y", y), .init("width", max(width, 0)), .init("height", max(height, 0)),
            .class(className),
        ]
        if let opacity { attributes.append(.init("fill-opacity", opacity)) }
        body.leaf("rect", attributes)
    }

    enum Anchor: String { case start, middle, end }

    mutating func text(
        _ text: String, x: Double, y: Double, _ anchor: Anchor = .start, _ className: String = "label",
        isUpright: Bool = true
    ) {
        var attributes: [Attribute] = [
            .init("x", x), .init("y", y), .init("text-anchor", anchor.rawValue), .class(className),
        ]
        if !isUpright {
            let place = FigureText.coordinate(x) + " " + FigureText.coordinate(y)
            attributes.append(.init("transform", "rotate(-90 \(place))"))
        }
        body.element("text", attributes, text: text)
    }

    /// Joined points, or the area that they surround.
    mutating func path(_ points: [(x: Double, y: Double)], _ className: String, isClosed: Bool = false) {
        let steps = points.enumerated().map { index, point in
            (index == 0 ? "M" : "L") + FigureText.coordinate(point.x) + " " + FigureText.coordinate(point.y)
        }
        body.leaf("path", [.init("d", steps.joined(separator: " ") + (isClosed ? " Z" : "")), .class(className)])
    }

    /// The mark of a series: another form for each of eight.
    mutating func mark(_ series: Int, x: Double, y: Double, size: Double = 4) {
        let name = "mark " + Self.seriesClass(series)
        func corners(_ places: [(Double, Double)]) -> [(x: Double, y: Double)] {
            places.map { (x + $0.0 * size, y + $0.1 * size) }
        }
        switch series % Self.styleCount {
        case 0: body.leaf("circle", [.init("cx", x), .init("cy", y), .init("r", size), .class(name)])
        case 1:
            rectangle(x: x - size * 0.9, y: y - size * 0.9, width: size * 1.8, height: size * 1.8, name)
        case 2: path(corners([(0, -1.2), (1.1, 0.9), (-1.1, 0.9)]), name, isClosed: true)
        case 3: path(corners([(0, -1.3), (1.3, 0), (0, 1.3), (-1.3, 0)]), name, isClosed: true)
        case 4: path(corners([(0, 1.2), (1.1, -0.9), (-1.1, -0.9)]), name, isClosed: true)
        case 5:
            path(
                corners([
                    (-0.4, -1.2), (0.4, -1.2), (0.4, -0.4), (1.2, -0.4), (1.2, 0.4), (0.4, 0.4), (0.4, 1.2),
                    (-0.4, 1.2), (-0.4, 0.4), (-1.2, 0.4), (-1.2, -0.4), (-0.4, -0.4),
                ]), name, isClosed: true)
        case 6:
            path(
                corners([(-1.2, 0), (-0.6, -1.1), (0.6, -1.1), (1.2, 0), (0.6, 1.1), (-0.6, 1.1)]), name, isClosed: true
            )
        default: body.leaf("circle", [.init("cx", x), .init("cy", y), .init("r", size), .class(name + " hollow")])
        }
    }

    /// Names and marks of the series, in as many lines as they need; the height that they take.
    mutating func legend(_ names: [String], isLine: Bool, isBar: Bool = false, left: Double, top: Double) -> Double {
        guard names.count > 1 else { return 0 }
        var x = left
        var y = top + Self.lineHeight - 4
        for (index, name) in names.enumerated() {
            let text = TextWidth.fitted(name, into: 240)
            let width = 34 + TextWidth.of(text) + 14
            if x > left && x + width > Self.width {
                x = left
                y += Self.lineHeight + 2
            }
            if isBar {
                rectangle(x: x, y: y - 9, width: 24, height: 11, "bar " + Self.seriesClass(index))
            } else {
                if isLine { line(x, y - 4, x + 24, y - 4, "line " + Self.seriesClass(index)) }
                mark(index, x: x + 12, y: y - 4)
            }
            self.text(text, x: x + 30, y: y)
            x += width
        }
        return y - top + 12
    }

    /// The whole picture, with its name and description for those who do not see it.
    func svg(height: Double, identifier: String, title: String, description: String, into markup: inout Markup) {
        let box = "0 0 \(FigureText.coordinate(Self.width)) \(FigureText.coordinate(height))"
        markup.element(
            "svg",
            [
                .init("xmlns", "http://www.w3.org/2000/svg"), .init("viewBox", box), .init("role", "img"),
                .init("aria-labelledby", "\(identifier)-title \(identifier)-description"), .class("plot"),
            ]
        ) { svg in
            svg.element("title", [.init("id", "\(identifier)-title")], text: title)
            svg.element("desc", [.init("id", "\(identifier)-description")], text: description)
            svg.append(body)
        }
    }
}
