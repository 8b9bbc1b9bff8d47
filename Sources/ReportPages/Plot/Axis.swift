package struct Axis: Sendable, Equatable {
    package enum Format: Sendable, Equatable {
        case number
        /// Shares from 0 to 1, shown as percentages.
        case percent
        /// Seconds since 1970, shown in UTC.
        case time
    }

    package var label: String
    /// What is shown; nil for what the values span.
    package var range: ClosedRange<Double>?
    package var format: Format

    package init(_ label: String, range: ClosedRange<Double>? = nil, format: Format = .number) {
        self.label = label
        self.range = range
        self.format = format
    }

    /// A share, from nothing to all.
    package static func share(_ label: String) -> Axis { Axis(label, range: 0...1, format: .percent) }

    /// Ticks over its own range, or over that of `values`.
    func ticks(over values: [Double], countMax: Int) -> Ticks {
        if let range { return make(Self.widened(range), countMax) }
        let ticks = make(Self.span(of: values), countMax)
        // The next round time may be far from what is shown.
        return format == .time ? ticks : ticks.outwards
    }

    private func make(_ range: ClosedRange<Double>, _ countMax: Int) -> Ticks {
        switch format {
        case .number: .linear(over: range, countMax: countMax)
        case .percent: .linear(over: range, countMax: countMax, isPercent: true)
        case .time: .time(over: range, countMax: countMax)
        }
    }

    private static func span(of values: [Double]) -> ClosedRange<Double> {
        let finite = values.filter(\.isFinite)
        guard let low = finite.min(), let high = finite.max() else { return 0...1 }
        return widened(low...high)
    }

    /// A range that has a width and bounds that can be subtracted.
    static func widened(_ range: ClosedRange<Double>) -> ClosedRange<Double> {
        let low = max(range.lowerBound, -1e300)
        let high = max(min(range.upperBound, 1e300), low)
        // Below this width the ticks would be one number in all their digits.
        let largest = max(low.magnitude, high.magnitude)
        guard high - low <= max(largest * 1e-9, 1e-280) else { return low...high }
        let half = largest < 1e-270 ? 0.5 : largest * 0.1
        return (low - half)...(high + half)
    }
}

extension Axis {
    /// A single value as its axis has it, with about four digits that count.
    func text(_ value: Double) -> String {
        guard value.isFinite else { return "undefined" }
        switch format {
        case .percent: return FigureText.percent(value)
        case .time: return CivilTime(secondsSince1970: value).text
        case .number:
            if value == value.rounded(), value.magnitude < 1e15 { return FigureText.decimal(value, fractionDigits: 0) }
            guard value.magnitude >= 1e-4, value.magnitude < 1e9 else { return "\(value)" }
            return FigureText.decimal(
                value, fractionDigits: value.magnitude >= 100 ? 1 : (value.magnitude >= 1 ? 3 : 4))
        }
    }
}
