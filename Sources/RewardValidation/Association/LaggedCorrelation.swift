/// Whether one series goes ahead of another: correlations of the first with what the second is some steps later.
package enum LaggedCorrelation {
    package struct Lag: Sendable, Hashable {
        /// Steps by which the second comes later; negative when it comes first.
        package let steps: Int
        package let correlation: Estimate<Correlation>
        package let interval: Estimate<Interval>
    }

    /// The mean of the values of each step, by ascending step.
    package static func means(of values: [(step: Int64, value: Double)]) -> [(step: Int64, value: Double)] {
        Dictionary(grouping: values, by: \.step).map { step, values in
            (step, values.reduce(0) { $0 + $1.value / Double(values.count) })
        }.sorted { $0.step < $1.step }
    }

    /// One correlation a lag. Steps that either series lacks are left out of it.
    ///
    /// Neighbouring steps are no independent witnesses, so the intervals are too narrow where a series drifts; a lag is worth a
    /// thought when its neighbours agree with it.
    package static func of(
        _ kind: Correlation.Kind, _ first: [(step: Int64, value: Double)], _ second: [(step: Int64, value: Double)],
        lags: ClosedRange<Int>, level: Double = 0.95
    ) -> [Lag] {
        let one = means(of: first)
        let other = means(of: second)
        // Steps need not be numbered one by one: a lag counts places among all steps that occur.
        let steps = Set(one.map(\.step)).union(other.map(\.step)).sorted()
        let places = Dictionary(uniqueKeysWithValues: steps.enumerated().map { ($1, $0) })
        func byPlace(_ series: [(step: Int64, value: Double)]) -> [Int: Double] {
            Dictionary(uniqueKeysWithValues: series.map { (places[$0.step] ?? 0, $0.value) })
        }
        let (left, right) = (byPlace(one), byPlace(other))
        return lags.map { lag in
            let pairs = steps.indices.compactMap { place in
                left[place].flatMap { value in right[place + lag].map { (value, $0) } }
            }
            let correlation = Correlation.of(kind, pairs.map(\.0), pairs.map(\.1))
            return Lag(
                steps: lag, correlation: correlation, interval: correlation.flatMap { $0.interval(level: level) })
        }
    }
}
