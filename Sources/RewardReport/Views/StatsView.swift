import RewardClient
import RewardKernel
import TerminalText

/// A sidecar's counters: for people, as JSON, and for Prometheus.
package struct StatsView {
    private let stats: MessageValue

    /// - Parameter stats: The result of a `stats` request.
    package init(_ stats: MessageValue) {
        self.stats = stats
    }

    package var json: JSONValue { JSONValue(stats) }

    private static let rolloutCounters = ["rollouts", "scored", "neutral", "refused", "gated"]
    private static let componentCounters = ["scored", "gated", "abstained", "neutral", "error"]

    /// Everything at the top level that is one number, in the sidecar's order.
    private var totals: [(name: String, value: Double)] {
        (stats.map ?? []).compactMap { pair in pair.value.double.map { (pair.key, $0) } }
    }

    private var rewards: [MessageValue.Pair] { stats["rewards"]?.map ?? [] }
}

// MARK: - For people

extension StatsView {
    package func lines(style: TerminalStyle) -> [String] {
        var lines = ["configuration  \(stats["config_hash"]?.string ?? "unknown")"]
        var table = TextTable([.init("counter"), .init("value", .right)])
        for total in totals { table.add([.init(total.name), .init(Self.text(total.value))]) }
        lines += table.lines(style: style)
        for reward in rewards {
            lines += ["", style(.heading, reward.key) + "  " + Self.sentence(reward.value)]
            var components = TextTable(
                [.init("component")] + Self.componentCounters.map { .init($0, .right) } + [.init("mean ns", .right)])
            for component in reward.value["components"]?.map ?? [] {
                let counts = Self.componentCounters.map { name in
                    TextTable.Cell(Self.text(component.value[name]?.double ?? 0))
                }
                let time = component.value["ns_mean"]?.double ?? 0
                components.add(
                    [.init(component.key, .name)] + counts
                        + [.init(time > 0 ? Figures.decimal(time, fractionDigits: 0) : "-")])
            }
            lines += components.lines(style: style, indentation: 2)
        }
        return lines
    }

    private static func sentence(_ reward: MessageValue) -> String {
        rolloutCounters.map { "\($0) \(text(reward[$0]?.double ?? 0))" }.joined(separator: ", ")
    }

    private static func text(_ value: Double) -> String {
        Int(exactly: value).map(Figures.count) ?? Figures.decimal(value, fractionDigits: 1)
    }
}

// MARK: - For Prometheus

extension StatsView {
    /// What goes up and down; everything else at the top level only goes up.
    private static let gauges: Set = ["uptime_s", "connections", "workers", "bytes_in_flight", "bytes_kept"]

    /// The text exposition format, version 0.0.4.
    package var prometheusText: String {
        var text = ""
        for total in totals {
            let isGauge = Self.gauges.contains(total.name)
            let base = total.name == "uptime_s" ? "uptime_seconds" : total.name
            let name = "plaudit_\(base)\(isGauge || base.hasSuffix("_total") ? "" : "_total")"
            text += "# TYPE \(name) \(isGauge ? "gauge" : "counter")\n\(name) \(Self.number(total.value))\n"
        }
        text += family("plaudit_reward_rollouts_total", "counter") { reward in
            Self.rolloutCounters.map { (["reward": reward.key, "outcome": $0], reward.value[$0]?.double ?? 0) }
        }
        text += family("plaudit_component_outcomes_total", "counter") { reward in
            (reward.value["components"]?.map ?? []).flatMap { component in
                Self.componentCounters.map { name in
                    (
                        ["reward": reward.key, "component": component.key, "outcome": name],
                        component.value[name]?.double ?? 0
                    )
                }
            }
        }
        text += family("plaudit_component_nanoseconds_mean", "gauge") { reward in
            (reward.value["components"]?.map ?? []).map { component in
                (["reward": reward.key, "component": component.key], component.value["ns_mean"]?.double ?? 0)
            }
        }
        return text
    }

    private func family(
        _ name: String, _ kind: String,
        of values: (MessageValue.Pair) -> [(labels: KeyValuePairs<String, String>, value: Double)]
    ) -> String {
        let lines = rewards.flatMap(values).map { entry in
            // Names are letters, digits, `_`, `-` and `.`, so no label needs an escape.
            let labels = entry.labels.map { "\($0.key)=\"\($0.value)\"" }.joined(separator: ",")
            return "\(name){\(labels)} \(Self.number(entry.value))\n"
        }
        return lines.isEmpty ? "" : "# TYPE \(name) \(kind)\n" + lines.joined()
    }

    private static func number(_ value: Double) -> String {
        Int(exactly: value).map(String.init) ?? "\(value)"
    }
}
