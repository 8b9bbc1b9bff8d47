import RewardKernel
import RewardValidation
import TerminalText

/// Statistics as they are shown: one way in every report.
enum FigureCells {
    static func text(_ estimate: Estimate<Double>, digits: Int = 3) -> String {
        switch estimate {
        case .value(let value): Figures.decimal(value, fractionDigits: digits)
        case .undefined(let reason): "undefined (\(reason.text))"
        }
    }

    /// For a narrow column.
    static func short(_ estimate: Estimate<Double>, digits: Int = 3) -> String {
        estimate.value.map { Figures.decimal($0, fractionDigits: digits) } ?? "undefined"
    }

    static func text(_ interval: Estimate<Interval>, digits: Int = 3) -> String {
        switch interval {
        case .value(let interval): text(interval, digits: digits)
        case .undefined(let reason): "[undefined: \(reason.text)]"
        }
    }

    static func text(_ interval: Interval, digits: Int = 3) -> String {
        "[\(Figures.decimal(interval.low, fractionDigits: digits)), "
            + "\(Figures.decimal(interval.high, fractionDigits: digits))]"
    }

    static func percent(_ estimate: Estimate<Double>) -> String {
        estimate.value.map { Figures.decimal($0 * 100, fractionDigits: 1) + " %" } ?? "undefined"
    }

    /// "1 label", "2 labels".
    static func counted(_ count: Int, _ noun: String) -> String {
        "\(Figures.count(count)) \(noun)\(count == 1 ? "" : "s")"
    }
}

extension JSONValue {
    /// A figure, with its reason where there is none.
    static func estimate(_ estimate: Estimate<Double>) -> JSONValue {
        switch estimate {
        case .value(let value): .object(["value": .figure(value)])
        case .undefined(let reason): .object(["value": .null, "undefined": .string(reason.text)])
        }
    }

    static func estimate(_ estimate: Estimate<Int>) -> JSONValue {
        switch estimate {
        case .value(let value): .object(["value": .count(value)])
        case .undefined(let reason): .object(["value": .null, "undefined": .string(reason.text)])
        }
    }

    static func interval(_ interval: Interval) -> JSONValue {
        .object([
            "low": .figure(interval.low), "high": .figure(interval.high), "level": .number(interval.level),
            "method": .string(interval.method.rawValue),
        ])
    }

    static func interval(_ interval: Estimate<Interval>) -> JSONValue {
        switch interval {
        case .value(let interval): self.interval(interval)
        case .undefined(let reason): .object(["undefined": .string(reason.text)])
        }
    }

    static func bootstrap(_ outcome: Estimate<Bootstrap.Outcome>) -> JSONValue {
        interval(outcome.map(\.interval))
    }

    static func proportion(_ proportion: Proportion, level: Double) -> JSONValue {
        .object([
            "value": .figure(proportion.value.value), "count": .count(proportion.count),
            "of_which": .count(proportion.successCount), "interval": interval(proportion.wilson(level: level)),
        ])
    }

    static func correlation(_ correlation: Estimate<Correlation>, level: Double) -> JSONValue {
        switch correlation {
        case .value(let correlation):
            .object([
                "value": .figure(correlation.coefficient), "count": .count(correlation.count),
                "p": .figure(correlation.pValue), "interval": interval(correlation.interval(level: level)),
            ])
        case .undefined(let reason): .object(["value": .null, "undefined": .string(reason.text)])
        }
    }
}
