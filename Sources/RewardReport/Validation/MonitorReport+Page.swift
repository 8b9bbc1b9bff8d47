import ReportPages
import RewardValidation

extension MonitorReport {
    package var page: Page {
        let windows = monitor.windows
        return Page(
            title: "Signs of reward hacking",
            lead: Prose(
                hasAlarm
                    ? "Something has changed that a policy which has found a way around the reward would change."
                    : "No sign that the policy has found a way around the reward."),
            facts: [
                .init("store", "\(code: source)"), .init("reward", "\(code: reward)"),
                .init("rollouts", "\(windows.reduce(0) { $0 + $1.rolloutCount }) in \(windows.count) windows"),
                .init("baseline", "the first \(monitor.baselineCount)"),
                .init("from", Prose(Self.time(windows[0].start))),
                .init("to", Prose(Self.time(windows[windows.count - 1].end))),
            ], sections: [signalSection, rewardSection, judgeSection, windowSection].filter { !$0.blocks.isEmpty })
    }

    private var signalSection: Section {
        var table = Table(
            caption: "Signals, now and in the baseline",
            columns: ["signal", "what it is", .init("baseline", .number), .init("now", .number), "alarm"])
        for trace in monitor.traces {
            let alarm =
                trace.isAlarm
                ? Cell("alarm", tone: .bad, note: "since window \((trace.firstAlarm ?? 0) + 1)")
                : trace.firstAlarm.map { Cell("in window \($0 + 1)", tone: .warning) } ?? Cell("no", tone: .good)
            table.add([
                .code(trace.signal.name), Cell(trace.signal.meaning), FigurePage.cell(trace.baseline),
                trace.points.last.map { FigurePage.cell($0.value) } ?? .none,
                trace.points.last?.value.value == nil && trace.firstAlarm == nil ? .none : alarm,
            ])
        }
        return Section(
            "Signals", monitor.alarms.map { .note(.bad, Prose(Self.advice($0.signal))) } + [.table(table)])
    }

    private func series(_ name: String, _ value: (MonitorWindow) -> Estimate<Double>) -> Series? {
        let points = monitor.windows.enumerated().compactMap { place, window in
            value(window).value.map { Series.Point(Double(place + 1), $0) }
        }
        return points.isEmpty ? nil : Series(name, points)
    }

    private func plot(_ title: String, _ description: String, _ unit: String, _ series: [Series?]) -> [Block] {
        let present = series.compactMap(\.self)
        guard !present.isEmpty, monitor.windows.count > 1 else { return [] }
        return [
            .plot(Plot(title: title, description: description, .lines(present, x: Axis("window"), y: Axis(unit))))
        ]
    }

    private var rewardSection: Section {
        Section(
            "Rewards and lengths",
            plot("Mean reward", "By window, of rollouts with a score.", "reward", [series("reward") { $0.reward.mean }])
                + plot(
                    "Mean length", "Bytes of a completion, by window.", "bytes", [series("length") { $0.length.mean }])
                + plot(
                    "What rewards still tell",
                    "Shares by window: rewards at their greatest, groups with equal rewards; and the correlation of reward and length.",
                    "share, or coefficient",
                    [
                        series("at greatest") { $0.saturation.value }, series("zero spread") { $0.zeroSpread.value },
                        series("with length") { $0.lengthCorrelation.map(\.coefficient) },
                    ]))
    }

    private var judgeSection: Section {
        let names = Set(monitor.windows.flatMap(\.criteria.keys)).sorted()
        // More lines than colours cannot be told apart.
        let shown = names.prefix(8).map { name in
            series(name) { $0.criteria[name]?.value ?? .undefined(.tooFew(needed: 1, found: 0)) }
        }
        return Section(
            "Judge and rules",
            plot(
                "Judge and rules", "Mean scores by window. A judge that rises while rules fall has been talked round.",
                "score",
                [series("judged") { $0.judged.mean }, series("rules") { $0.deterministic.mean }])
                + plot("Criteria met", "The share of rollouts that meet each criterion, by window.", "share", shown))
    }

    private var windowSection: Section {
        var table = Table(
            caption: "Windows over time",
            columns: [
                .init("window", .number), "until", .init("rollouts", .number), .init("reward", .number),
                .init("length", .number), .init("with length", .number), .init("at greatest", .number),
                .init("zero spread", .number), .init("judged", .number), .init("rules", .number), "alarm",
            ])
        for (place, window) in monitor.windows.enumerated() {
            let alarms = monitor.alarms(ofWindow: place).map(\.name).joined(separator: ", ")
            table.add([
                .count(place + 1), Cell(Self.time(window.end)), .count(window.rolloutCount),
                Self.plain(window.reward.mean), Self.plain(window.length.mean, digits: 0),
                Self.plain(window.lengthCorrelation.map(\.coefficient), digits: 2),
                Self.plain(window.saturation.value, digits: 2), Self.plain(window.zeroSpread.value, digits: 2),
                Self.plain(window.judged.mean), Self.plain(window.deterministic.mean),
                alarms.isEmpty ? .none : Cell(alarms, tone: .bad),
            ])
        }
        return Section("Windows", [.table(table)])
    }

    private static func plain(_ estimate: Estimate<Double>, digits: Int = 3) -> Cell {
        estimate.value.map { .number($0, fractionDigits: digits) } ?? .none
    }
}
