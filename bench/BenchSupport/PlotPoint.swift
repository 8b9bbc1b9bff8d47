/// The place of a figure in one of the plots that bench/plots/draw.py draws.
package struct PlotPoint: Encodable, Sendable, Equatable {
    package enum Chart: String, Encodable, Sendable {
        case latency, arrivals, batches, sizes, connections, components, peers
        case judgeCalls = "judge-calls"
    }

    package let chart: Chart
    /// Which of the chart's lines or bars; the floor has one of its own, by its name.
    package let line: String
    /// On the horizontal axis of a line; nil for a bar.
    package let x: Double?

    package init(_ chart: Chart, line: String, x: Double? = nil) {
        self.chart = chart
        self.line = line
        self.x = x
    }
}
