import ReportPages
import RewardValidation

/// Statistics in pages: one way in every report.
enum FigurePage {
    static func cell(_ estimate: Estimate<Double>, _ interval: Estimate<Interval>? = nil, digits: Int = 3) -> Cell {
        switch estimate {
        case .value(let value):
            .number(
                value, fractionDigits: digits, note: interval?.value.map { FigureCells.text($0, digits: digits) })
        case .undefined(let reason): .undefined(reason.text)
        }
    }

    static func cell(_ proportion: Proportion, level: Double) -> Cell {
        switch proportion.value {
        case .value(let share):
            .percent(
                share,
                note: proportion.wilson(level: level).value.map {
                    FigureCells.text(
                        Interval(low: $0.low * 100, high: $0.high * 100, level: level, method: $0.method), digits: 1)
                })
        case .undefined(let reason): .undefined(reason.text)
        }
    }

    static func bar(_ estimate: Estimate<Double>, _ interval: Estimate<Interval>) -> BarSeries.Bar? {
        estimate.value.map { BarSeries.Bar($0, interval: interval.value.map { $0.low...max($0.low, $0.high) }) }
    }

    static func check(_ gate: ValidationGate) -> Check {
        let outcome: Check.Outcome =
            switch gate.outcome {
            case .passed: .passed
            case .failed: .failed
            case .open: .undefined
            }
        let reason = gate.outcome.reason.map { "; \($0)" } ?? ""
        return Check(gate.name, outcome, "\(gate.measured); wanted: \(gate.condition)\(reason)")
    }
}
