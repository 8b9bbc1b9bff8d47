import ReportPages
import RewardJudge
import RewardKernel
import RewardReport
import RewardValidation
import TerminalText

/// Figures in words, on a terminal and on a page alike.
package enum ShareText {
    package static func percent(_ share: Double, fractionDigits: Int = 1) -> String {
        Figures.decimal(share * 100, fractionDigits: fractionDigits) + " %"
    }

    /// `62.5 %`, or `undefined`.
    package static func of(_ proportion: Proportion) -> String {
        proportion.value.value.map { percent($0) } ?? "undefined"
    }

    /// `44.1 % to 78.0 %`, or why there is none.
    package static func interval(_ proportion: Proportion) -> String { interval(proportion.wilson()) }

    package static func interval(_ interval: Estimate<Interval>) -> String {
        switch interval {
        case .value(let interval): "\(percent(interval.low)) to \(percent(interval.high))"
        case .undefined(let reason): reason.text
        }
    }

    package static func figure(_ estimate: Estimate<Double>, fractionDigits: Int = 4) -> String {
        switch estimate {
        case .value(let value): Figures.decimal(value, fractionDigits: fractionDigits)
        case .undefined(let reason): "undefined (\(reason.text))"
        }
    }

    /// `1 min 5 s`
    package static func duration(_ seconds: Double) -> String {
        guard seconds >= 60 else { return Figures.decimal(seconds, fractionDigits: 1) + " s" }
        let whole = Int(seconds.rounded())
        return "\(whole / 60) min \(whole % 60) s"
    }

    /// `200 calls, 48,120 tokens in, 9,302 out, cost 0.0312`
    package static func usage(_ usage: JudgeUsage) -> String {
        var parts = [
            "\(Figures.count(usage.callCount)) calls", "\(Figures.count(usage.inputTokenCount)) tokens in",
            "\(Figures.count(usage.outputTokenCount)) out",
        ]
        if usage.cachedCount > 0 { parts.insert("\(Figures.count(usage.cachedCount)) from the cache", at: 1) }
        if usage.cost > 0 { parts.append("cost \(Figures.decimal(usage.cost, fractionDigits: 4))") }
        return parts.joined(separator: ", ")
    }
}

extension Cell {
    static func share(_ proportion: Proportion, tone: Tone? = nil) -> Cell {
        switch proportion.value {
        case .value(let share): .percent(share, tone: tone, note: ShareText.interval(proportion))
        case .undefined(let reason): .undefined(reason.text)
        }
    }

    static func figure(_ estimate: Estimate<Double>, fractionDigits: Int = 4) -> Cell {
        switch estimate {
        case .value(let value): .number(value, fractionDigits: fractionDigits)
        case .undefined(let reason): .undefined(reason.text)
        }
    }
}

extension BarSeries.Bar {
    /// Nil where the share is undefined.
    init?(_ proportion: Proportion) {
        guard let share = proportion.value.value else { return nil }
        self.init(share, interval: proportion.wilson().value.map { $0.low...max($0.low, $0.high) })
    }
}

extension JSONValue {
    /// A share with its counts and interval; `value` is null, with the reason, where it is undefined.
    static func share(_ proportion: Proportion) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("value", .figure(proportion.value.value)), .init("count", .count(proportion.successCount)),
            .init("of", .count(proportion.count)), .init("interval", .interval(proportion.wilson())),
        ]
        if let reason = proportion.value.reason { members.append(.init("undefined", .string(reason.text))) }
        return .object(members)
    }

    static func interval(_ interval: Estimate<Interval>) -> JSONValue {
        guard let interval = interval.value else { return .null }
        return .object([
            "low": .number(interval.low), "high": .number(interval.high), "level": .number(interval.level),
            "method": .string(interval.method.rawValue),
        ])
    }

    /// A figure, or null and the reason.
    static func estimate(_ estimate: Estimate<Double>) -> JSONValue {
        switch estimate {
        case .value(let value): .object(["value": .figure(value)])
        case .undefined(let reason): .object(["value": .null, "undefined": .string(reason.text)])
        }
    }

    static func usage(_ usage: JudgeUsage) -> JSONValue {
        .object([
            "calls": .count(usage.callCount), "cached": .count(usage.cachedCount),
            "tokens_in": .count(usage.inputTokenCount), "tokens_out": .count(usage.outputTokenCount),
            "cost": .number(usage.cost),
        ])
    }
}
