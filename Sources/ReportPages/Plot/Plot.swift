/// A drawing of figures. Colour is never alone: series differ by their marks and strokes too, cells and bars carry their
/// figures, and below the drawing stands a table of them.
package struct Plot: Sendable, Equatable {
    package var title: String
    /// What there is to see, in words.
    package var description: String
    package var shape: Shape
    /// Limits and comparisons that are drawn across it.
    package var references: [ReferenceLine]
    /// As high as wide, for two axes of one kind.
    package var isSquare: Bool

    package enum Shape: Sendable, Equatable {
        /// Points joined in their order, with a band where they have intervals.
        case lines([Series], x: Axis, y: Axis)
        case scatter([Series], x: Axis, y: Axis)
        /// A bar for each category and series, across the page.
        case bars([BarSeries], categories: [String], value: Axis)
        case histogram([Bin], x: Axis)
        case heatMap(HeatMap)
    }

    package init(
        title: String, description: String, _ shape: Shape, references: [ReferenceLine] = [], isSquare: Bool = false
    ) {
        self.title = title
        self.description = description
        self.shape = shape
        self.references = references
        self.isSquare = isSquare
    }
}

package struct Series: Sendable, Equatable {
    package var name: String
    package var points: [Point]

    package init(_ name: String, _ points: [Point]) {
        self.name = name
        self.points = points
    }

    /// A point; one that is not finite is not drawn, and a line is broken there.
    package struct Point: Sendable, Equatable {
        package var x: Double
        package var y: Double
        /// Around `y`.
        package var interval: ClosedRange<Double>?

        package init(_ x: Double, _ y: Double, interval: ClosedRange<Double>? = nil) {
            self.x = x
            self.y = y
            self.interval = interval
        }

        var isDrawn: Bool { x.isFinite && y.isFinite }
    }
}

package struct BarSeries: Sendable, Equatable {
    package var name: String
    /// One for each category; nil where there is none.
    package var bars: [Bar?]

    package init(_ name: String, _ bars: [Bar?]) {
        self.name = name
        self.bars = bars
    }

    package struct Bar: Sendable, Equatable {
        package var value: Double
        package var interval: ClosedRange<Double>?

        package init(_ value: Double, interval: ClosedRange<Double>? = nil) {
            self.value = value
            self.interval = interval
        }
    }
}

/// How often values fell between two bounds.
package struct Bin: Sendable, Equatable {
    package var low: Double
    package var high: Double
    package var count: Int

    package init(_ low: Double, _ high: Double, count: Int) {
        self.low = low
        self.high = high
        self.count = count
    }

    /// Bins of equal width with round bounds, the last one closed on both sides. Values that are not finite are left out.
    package static func of(_ values: [Double], countMax: Int = 20) -> [Bin] {
        let values = values.filter(\.isFinite)
        guard let low = values.min(), let high = values.max() else { return [] }
        let ticks = Ticks.linear(over: Axis.widened(low...high), countMax: countMax + 1)
        let bounds = ticks.outwards.values
        var bins = zip(bounds, bounds.dropFirst()).map { Bin($0, $1, count: 0) }
        for value in values {
            let place = bins.firstIndex { value < $0.high } ?? bins.count - 1
            bins[place].count += 1
        }
        return bins
    }
}

/// A figure for each pair of a row and a column.
package struct HeatMap: Sendable, Equatable {
    package var rowNames: [String]
    package var columnNames: [String]
    /// By row; nil where there is none.
    package var values: [[Double?]]
    /// What the palest and the darkest stand for: from 0, or from the negative of the same.
    package var range: ClosedRange<Double>
    package var fractionDigits: Int

    package init(
        rowNames: [String], columnNames: [String], values: [[Double?]], range: ClosedRange<Double> = 0...1,
        fractionDigits: Int = 2
    ) {
        precondition(
            values.count == rowNames.count && values.allSatisfy { $0.count == columnNames.count },
            "a heat map has a value for every row and column")
        self.rowNames = rowNames
        self.columnNames = columnNames
        self.values = values
        self.range = range
        self.fractionDigits = fractionDigits
    }
}

package enum ReferenceLine: Sendable, Equatable {
    /// Across the plot, at a value of the vertical axis.
    case horizontal(Double, String)
    /// At a value of the horizontal axis; for bars, of the axis of values.
    case vertical(Double, String)
    /// Where both axes are equal.
    case diagonal(String)
}
