import RewardClient
import TerminalText

/// What a sidecar is doing: its counters at two moments, and what went on between them.
package struct TopView {
    /// Counters at a moment.
    package struct Sample {
        package let stats: MessageValue
        /// Of a monotonic clock.
        package let nanoseconds: UInt64

        package init(_ stats: MessageValue, nanoseconds: UInt64) {
            self.stats = stats
            self.nanoseconds = nanoseconds
        }
    }

    private let now: MessageValue
    private let former: MessageValue?
    private let seconds: Double

    /// - Parameter former: An earlier sample; nil when there is none, or the sidecar or its configuration is another since, whose
    ///   counters begin anew: rates are not known then.
    package init(_ sample: Sample, since former: Sample?) {
        now = sample.stats
        seconds = former.map { Double(sample.nanoseconds &- $0.nanoseconds) / 1e9 } ?? 0
        let isSame =
            former.map { former in
                former.stats["config_hash"]?.string == sample.stats["config_hash"]?.string
                    && (former.stats["uptime_s"]?.double ?? 0) <= (sample.stats["uptime_s"]?.double ?? 0)
            } ?? false
        self.former = isSame && seconds > 0 ? former?.stats : nil
    }

    // MARK: Figures

    private func value(_ path: [String]) -> Double { Self.value(now, path) }

    private static func value(_ stats: MessageValue, _ path: [String]) -> Double {
        var place: MessageValue? = stats
        for name in path { place = place?[name] }
        return place?.double ?? 0
    }

    /// A second; nil where that is not known.
    private func rate(_ path: [String]) -> Double? {
        former.map { max(0, value(path) - Self.value($0, path)) / seconds }
    }

    private var rewards: [MessageValue.Pair] { now["rewards"]?.map ?? [] }
    private var hasJudges: Bool { now["judging"]?["questions"] != nil }

    /// Of all questions since the last sample that the cache answered; nil where none was asked.
    private var cachedShare: Double? {
        guard let cached = rate(["judging", "cached"]), let calls = rate(["judging", "calls"]), cached + calls > 0
        else {
            return nil
        }
        return cached / (cached + calls)
    }
}

// MARK: - For a terminal

extension TopView {
    private static let outcomes = ["scored", "neutral", "refused"]

    /// The screen, headings first; without escape sequences but those of `style`, and no line wider than the terminal.
    package func lines(title: String, columnCount: Int, style: TerminalStyle) -> [String] {
        var lines: [(text: String, role: TerminalStyle.Role?)] = [(title, .heading)]
        let uptime = Self.duration(value(["uptime_s"]))
        lines.append(
            (
                "up \(uptime)   connections \(Self.count(value(["connections"])))   workers \(Self.count(value(["workers"])))   "
                    + "in flight \(Figures.bytes(Int(value(["bytes_in_flight"]))))", nil
            ))
        lines.append(("", nil))
        add(rewardTable, to: &lines)
        lines.append(("", nil))
        add(componentTable, to: &lines)
        if hasJudges {
            lines.append(("", nil))
            lines.append((judgingLine, nil))
            add(judgeTable, to: &lines)
        }
        if let line = storeLine { lines += [("", nil), (line, nil)] }
        return lines.map { line in
            let text = DisplayWidth.truncated(line.text, to: columnCount)
            return line.role.map { style($0, text) } ?? text
        }
    }

    private func add(_ table: TextTable, to lines: inout [(text: String, role: TerminalStyle.Role?)]) {
        for (index, line) in table.lines(style: .plain).enumerated() {
            lines.append((line, index == 0 ? .heading : nil))
        }
    }

    private var rewardTable: TextTable {
        var table = TextTable(
            [.init("reward"), .init("rollouts/s", .right), .init("rollouts", .right)]
                + Self.outcomes.flatMap { [.init($0, .right), .init("%", .right)] })
        for reward in rewards {
            let path = ["rewards", reward.key]
            let all = value(path + ["rollouts"])
            table.add(
                [.init(reward.key), .init(Self.rate(rate(path + ["rollouts"]))), .init(Self.count(all))]
                    + Self.outcomes.flatMap { name -> [TextTable.Cell] in
                        let count = value(path + [name])
                        return [.init(Self.count(count)), .init(all > 0 ? Self.share(count / all) : "-")]
                    })
        }
        return table
    }

    private var componentTable: TextTable {
        var table = TextTable([
            .init("component"), .init("scored/s", .right), .init("scored", .right), .init("gated", .right),
            .init("abstained", .right), .init("neutral", .right), .init("error", .right), .init("mean ns", .right),
        ])
        for reward in rewards {
            for component in reward.value["components"]?.map ?? [] {
                let path = ["rewards", reward.key, "components", component.key]
                let time = value(path + ["ns_mean"])
                let counts = ["scored", "gated", "abstained", "neutral", "error"].map { name in
                    TextTable.Cell(Self.count(value(path + [name])))
                }
                table.add(
                    [.init("\(reward.key).\(component.key)"), .init(Self.rate(rate(path + ["scored"])))] + counts
                        + [.init(time > 0 ? Self.count(time) : "-")])
            }
        }
        return table
    }

    private var judgingLine: String {
        let parts = [
            "questions waiting \(Self.count(value(["judging", "questions_waiting"])))",
            "calls/s \(Self.rate(rate(["judging", "calls"])))",
            "cached \(cachedShare.map { Self.share($0) + " %" } ?? "-")",
            "retries/s \(Self.rate(rate(["judging", "retries"])))",
            "canaries passed \(Self.count(value(["judging", "canaries_passed"])))/\(Self.count(value(["judging", "canaries"])))",
            "cost \(Figures.decimal(value(["judging", "cost"]), fractionDigits: 4))",
        ]
        return parts.joined(separator: "   ")
    }

    private var judgeTable: TextTable {
        var table = TextTable([
            .init("judge"), .init("under way", .right), .init("at most", .right), .init("calls/s", .right),
            .init("failures/s", .right), .init("failures", .right), .init("latency ms", .right),
        ])
        for judge in now["judging"]?["judges"]?.map ?? [] {
            let path = ["judging", "judges", judge.key]
            let latency = value(path + ["latency_ms"])
            table.add([
                .init(judge.key), .init(Self.count(value(path + ["in_flight"]))),
                .init(Self.count(value(path + ["concurrency"]))), .init(Self.rate(rate(path + ["attempts"]))),
                .init(Self.rate(rate(path + ["failures"]))), .init(Self.count(value(path + ["failures"]))),
                .init(latency > 0 ? Figures.decimal(latency, fractionDigits: 1) : "-"),
            ])
        }
        return table
    }

    private var storeLine: String? {
        guard now["store"]?["rows_written"] != nil else { return nil }
        return "store   rows/s \(Self.rate(rate(["store", "rows_written"])))   "
            + "dropped \(Self.count(value(["store", "rows_dropped"])))   lost \(Self.count(value(["store", "rows_lost"])))   "
            + "waiting \(Figures.bytes(Int(value(["store", "queue_bytes"]))))   "
            + "file \(Figures.bytes(Int(value(["store", "file_bytes"]))))"
    }

    private static func count(_ value: Double) -> String { Figures.count(Int(value.rounded())) }

    private static func rate(_ value: Double?) -> String {
        value.map { Figures.decimal($0, fractionDigits: $0 < 10 ? 1 : 0) } ?? "-"
    }

    private static func share(_ value: Double) -> String { Figures.decimal(value * 100, fractionDigits: 1) }

    private static func duration(_ seconds: Double) -> String {
        let seconds = Int(seconds)
        if seconds < 60 { return "\(seconds) s" }
        if seconds < 3_600 { return "\(seconds / 60) min \(seconds % 60) s" }
        return "\(seconds / 3_600) h \(seconds / 60 % 60) min"
    }
}

// MARK: - For a file

extension TopView {
    /// The same on one line: `key=value` pairs with the keys of `stats`, and `_per_s` behind what is a rate. A rate that is not known is
    /// left out.
    package var line: String {
        var pairs: [(String, String)] = []
        func add(_ name: String, _ value: Double?) {
            guard let value else { return }
            pairs.append((name, Int(exactly: value).map(String.init) ?? Figures.decimal(value, fractionDigits: 3)))
        }
        add("uptime_s", value(["uptime_s"]))
        for reward in rewards {
            let path = ["rewards", reward.key]
            add("\(reward.key).rollouts", value(path + ["rollouts"]))
            add("\(reward.key).rollouts_per_s", rate(path + ["rollouts"]))
            for name in Self.outcomes { add("\(reward.key).\(name)", value(path + [name])) }
        }
        if hasJudges {
            for name in ["questions_waiting", "in_flight", "calls", "cached"] {
                add("judging.\(name)", value(["judging", name]))
            }
            add("judging.calls_per_s", rate(["judging", "calls"]))
            add("judging.cost", value(["judging", "cost"]))
            for judge in now["judging"]?["judges"]?.map ?? [] {
                for name in ["in_flight", "failures", "latency_ms"] {
                    add("judges.\(judge.key).\(name)", value(["judging", "judges", judge.key, name]))
                }
                add("judges.\(judge.key).attempts_per_s", rate(["judging", "judges", judge.key, "attempts"]))
            }
        }
        return pairs.map { "\($0.0)=\($0.1)" }.joined(separator: " ")
    }
}
