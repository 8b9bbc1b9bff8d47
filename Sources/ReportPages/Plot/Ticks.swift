/// Round values along an axis: steps of 1, 2 or 5 times a power of ten, and of minutes, hours and days for times.
package struct Ticks: Sendable, Equatable {
    /// What the axis shows.
    package private(set) var range: ClosedRange<Double>
    /// The ticks within it, ascending.
    package private(set) var values: [Double]
    package private(set) var labels: [String]
    private let step: Step

    private enum Step: Sendable, Equatable {
        case linear(Linear, isPercent: Bool)
        case time(Int)
    }

    /// `mantissa` times ten to the `exponent`.
    private struct Linear: Equatable {
        var mantissa: Double
        var exponent: Int

        /// Exact for what has an exact double: 3 tenths are 0.3, not three times a tenth.
        func value(_ index: Double) -> Double {
            exponent >= 0
                ? index * mantissa * FigureText.powerOfTen(exponent)
                : index * mantissa / FigureText.powerOfTen(-exponent)
        }

        var size: Double { value(1) }
    }

    private init(range: ClosedRange<Double>, step: Step) {
        self.range = range
        self.step = step
        let size = Self.size(step)
        let first = (range.lowerBound / size - 1e-9).rounded(.up)
        let last = (range.upperBound / size + 1e-9).rounded(.down)
        // A range has at least two ticks by the choice of its step; where it has not, its bounds show what it is.
        values =
            last >= first ? (0...Int(min(last - first, 1_000))).map { Self.value(first + Double($0), step) } : []
        labels = Self.labels(values, step)
    }

    /// At most `countMax` ticks within the range.
    package static func linear(over range: ClosedRange<Double>, countMax: Int, isPercent: Bool = false) -> Ticks {
        precondition(range.lowerBound < range.upperBound && countMax >= 2, "an axis has a width and room for two ticks")
        let least = (range.upperBound - range.lowerBound) / Double(countMax - 1)
        var exponent = Self.exponent(of: least)
        for mantissa in [1.0, 2, 5, 10] {
            var linear = Linear(mantissa: mantissa, exponent: exponent)
            guard linear.size >= least * (1 - 1e-9) || mantissa == 10 else { continue }
            if mantissa == 10 {
                exponent += 1
                linear = Linear(mantissa: 1, exponent: exponent)
            }
            return Ticks(range: range, step: .linear(linear, isPercent: isPercent))
        }
        preconditionFailure("ten times a power of ten is the next power")
    }

    /// Ticks at round times of UTC, for seconds since 1970.
    package static func time(over range: ClosedRange<Double>, countMax: Int) -> Ticks {
        // A time of more than a thousand years from 1970 is no time.
        let low = min(max(range.lowerBound, -3e10), 3e10 - 1)
        let range = low...min(max(range.upperBound, low + 1), 3e10)
        let least = (range.upperBound - range.lowerBound) / Double(max(countMax, 2) - 1)
        let steps = [
            1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400, 172_800,
            604_800, 1_209_600, 2_592_000, 7_776_000, 15_552_000, 31_536_000,
        ]
        var step = steps.first { Double($0) >= least } ?? steps[steps.count - 1]
        while Double(step) < least { step *= 2 }
        return Ticks(range: range, step: .time(step))
    }

    /// The same with the range widened to the next ticks.
    var outwards: Ticks {
        let size = Self.size(step)
        let low = Self.value((range.lowerBound / size + 1e-9).rounded(.down), step)
        let high = Self.value((range.upperBound / size - 1e-9).rounded(.up), step)
        return Ticks(range: min(low, range.lowerBound)...max(high, range.upperBound), step: step)
    }

    /// The power of ten at or below a positive number.
    private static func exponent(of value: Double) -> Int {
        guard value > 0 else { return 0 }
        var exponent = 0
        var rest = value
        while rest >= 10 {
            rest /= 10
            exponent += 1
        }
        while rest < 1 {
            rest *= 10
            exponent -= 1
        }
        return exponent
    }

    private static func size(_ step: Step) -> Double {
        switch step {
        case .linear(let linear, _): linear.size
        case .time(let seconds): Double(seconds)
        }
    }

    private static func value(_ index: Double, _ step: Step) -> Double {
        switch step {
        case .linear(let linear, _): linear.value(index) + 0
        case .time(let seconds): index * Double(seconds)
        }
    }

    private static func labels(_ values: [Double], _ step: Step) -> [String] {
        switch step {
        case .linear(let linear, true):
            values.map { FigureText.percent($0, fractionDigits: min(9, max(0, -linear.exponent - 2))) }
        case .linear(let linear, false):
            // Numbers of many digits are read by their power.
            if linear.exponent < -6 || linear.exponent > 8 || (values.map(\.magnitude).max() ?? 0) >= 1e12 {
                values.map { "\($0)" }
            } else {
                values.map { FigureText.decimal($0, fractionDigits: max(0, -linear.exponent)) }
            }
        case .time(let seconds): CivilTime.labels(values, stepSeconds: seconds)
        }
    }
}
