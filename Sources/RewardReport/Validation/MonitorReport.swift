import Foundation
import RewardKernel
import RewardValidation
import TerminalText

/// Signs of reward hacking over training: what `plaudit monitor` shows.
package struct MonitorReport: Sendable {
    package let monitor: HackingMonitor
    package let reward: String
    package let source: String

    package init(_ monitor: HackingMonitor, reward: String, source: String) {
        self.monitor = monitor
        self.reward = reward
        self.source = source
    }

    package var hasAlarm: Bool { !monitor.alarms.isEmpty }

    package static func time(_ microseconds: Int64) -> String {
        Date(timeIntervalSince1970: Double(microseconds) / 1e6).formatted(.iso8601)
    }
}

// MARK: - For people

extension MonitorReport {
    package func lines(style: TerminalStyle) -> [String] {
        let rolloutCount = monitor.windows.reduce(0) { $0 + $1.rolloutCount }
        var lines = [
            style(.heading, "monitor") + "  \(reward) of \(source): \(FigureCells.counted(rolloutCount, "rollout")) in "
                + "\(FigureCells.counted(monitor.windows.count, "window")); the first "
                + "\(monitor.baselineCount == 1 ? "one is" : "\(monitor.baselineCount) are") the baseline",
            "",
        ]
        lines += windowTable(style) + [""] + signalTable(style)
        for trace in monitor.alarms {
            lines += ["", style(.failure, "alarm: ") + Self.advice(trace.signal)]
        }
        return lines
    }

    private func windowTable(_ style: TerminalStyle) -> [String] {
        var table = TextTable(
            [
                .init("window", .right), .init("until"), .init("rollouts", .right), .init("reward", .right),
                .init("length", .right), .init("r(length)", .right), .init("at top", .right),
                .init("zero spread", .right), .init("judged", .right), .init("rules", .right), .init("alarm"),
            ], cellWidthMax: 80)
        for (place, window) in monitor.windows.enumerated() {
            let alarms = monitor.alarms(ofWindow: place).map(\.name).joined(separator: ", ")
            table.add([
                .init("\(place + 1)"), .init(Self.time(window.end)), .init(Figures.count(window.rolloutCount)),
                .init(FigureCells.short(window.reward.mean)), .init(FigureCells.short(window.length.mean, digits: 0)),
                .init(FigureCells.short(window.lengthCorrelation.map(\.coefficient), digits: 2)),
                .init(FigureCells.percent(window.saturation.value)), .init(Self.share(window.zeroSpread)),
                .init(Self.dashed(window.judged.mean)), .init(Self.dashed(window.deterministic.mean)),
                .init(alarms, .failure),
            ])
        }
        return table.lines(style: style)
    }

    private func signalTable(_ style: TerminalStyle) -> [String] {
        var table = TextTable([
            .init("signal"), .init("baseline", .right), .init("now", .right), .init("alarm"), .init("what it is"),
        ])
        for trace in monitor.traces {
            let alarm: TextTable.Cell =
                trace.isAlarm
                ? .init("ALARM since window \((trace.firstAlarm ?? 0) + 1)", .failure)
                : trace.firstAlarm.map { .init("in window \($0 + 1)", .warning) }
                    ?? .init(trace.points.last?.value.value == nil ? "-" : "no", .faint)
            table.add([
                .init(trace.signal.name, .name), .init(Self.dashed(trace.baseline)),
                .init(trace.points.last.map { Self.dashed($0.value) } ?? "-"), alarm, .init(trace.signal.meaning),
            ])
        }
        return table.lines(style: style)
    }

    private static func dashed(_ estimate: Estimate<Double>) -> String {
        estimate.value.map { Figures.decimal($0, fractionDigits: 3) } ?? "-"
    }

    private static func share(_ proportion: Proportion) -> String {
        proportion.count == 0 ? "-" : FigureCells.percent(proportion.value)
    }

    /// What to look at when the signal is an alarm.
    static func advice(_ signal: MonitorSignal) -> String {
        switch signal {
        case .length:
            "length: longer completions get higher rewards. Read the longest of the best rollouts; a length_penalty or a judge "
                + "that is told to ignore length takes the incentive away."
        case .growth:
            "growth: completions have grown while rewards rose. Compare early and late rollouts of one prompt."
        case .saturation:
            "saturation: nearly every reward is the greatest there is. The reward teaches nothing more; make it stricter, or the "
                + "prompts harder."
        case .zeroSpread:
            "zero_spread: the completions of most prompts get equal rewards, so they teach nothing. Look for a component that is "
                + "always 0 or 1."
        case .divergence:
            "divergence: the judge likes what the rules like less. Read what the judge passes now; `plaudit attack` tells whether it "
                + "can be talked into it."
        case .unscored:
            "unscored: rollouts go without a score. `plaudit stats` tells the reasons."
        case .criterion(let name):
            "criterion \(name): it is met far more, or less, often than at first. Label rollouts of both times and compare them "
                + "with `plaudit calibrate`."
        }
    }
}

// MARK: - For programs

extension MonitorReport {
    package var json: JSONValue {
        .object([
            "reward": .string(reward), "source": .string(source), "baseline_windows": .count(monitor.baselineCount),
            "alarm": .bool(hasAlarm),
            "windows": .array(monitor.windows.enumerated().map { json($1, place: $0) }),
            "signals": .array(monitor.traces.map(Self.json)),
        ])
    }

    private func json(_ window: MonitorWindow, place: Int) -> JSONValue {
        .object([
            "start": .string(Self.time(window.start)), "end": .string(Self.time(window.end)),
            "rollouts": .count(window.rolloutCount), "unscored": .count(window.unscored.successCount),
            "reward": .estimate(window.reward.mean), "reward_variance": .estimate(window.reward.variance),
            "length": .estimate(window.length.mean), "judged": .estimate(window.judged.mean),
            "deterministic": .estimate(window.deterministic.mean), "at_greatest": .estimate(window.saturation.value),
            "zero_spread_groups": .estimate(window.zeroSpread.value),
            "reward_with_length": .correlation(window.lengthCorrelation, level: 0.95),
            "judged_with_deterministic": .correlation(window.judgeCorrelation, level: 0.95),
            "criteria": .object(
                window.criteria.sorted { $0.key < $1.key }.map { .init($0.key, .proportion($0.value, level: 0.95)) }),
            "alarms": .array(monitor.alarms(ofWindow: place).map { .string($0.name) }),
        ])
    }

    private static func json(_ trace: MonitorTrace) -> JSONValue {
        .object([
            "name": .string(trace.signal.name), "meaning": .string(trace.signal.meaning),
            "baseline": .estimate(trace.baseline), "alarm": .bool(trace.isAlarm),
            "first_alarm_window": trace.firstAlarm.map { .count($0 + 1) } ?? .null,
            "values": .array(trace.points.map { .figure($0.value.value) }),
        ])
    }
}
