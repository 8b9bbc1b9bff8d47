import RewardConfig
import RewardKernel
import RewardMemory
import TerminalText

/// What a configuration says, for people and as JSON.
package struct ConfigurationSummary {
    private let configuration: Configuration

    package init(_ configuration: Configuration) {
        self.configuration = configuration
    }
}

// MARK: - Text

extension ConfigurationSummary {
    /// The rewards, the server and the hash, for people.
    package func lines(style: TerminalStyle) -> [String] {
        var lines: [String] = []
        for reward in configuration.rewards {
            lines += self.lines(of: reward, style: style)
            lines.append("")
        }
        if let judges = configuration.judges { lines += Self.lines(of: judges, style: style) }
        if !configuration.files.isEmpty {
            let files = configuration.files.map { "\($0.name) (\(Figures.bytes($0.byteCount)))" }
            lines.append("files   \(files.joined(separator: ", "))")
        }
        lines.append("server  \(serverSentence)")
        if let store = configuration.store { lines.append("store   \(Self.sentence(of: store))") }
        lines.append("hash    \(configuration.hash)")
        let count = configuration.rewards.count
        let what = count == 1 ? "1 reward" : "\(count) rewards"
        lines.append(style(.success, "\(configuration.file) is right: \(what)"))
        return lines
    }

    private func lines(of reward: RewardSettings, style: TerminalStyle) -> [String] {
        let range = "[\(Self.text(reward.range.lowerBound)), \(Self.text(reward.range.upperBound))]"
        let formula = reward.formula.map { " = \($0)" } ?? ""
        let rules = "\(reward.aggregate.rawValue)\(formula), range \(range), neutral \(reward.neutral.text)"
        let head = style(.heading, reward.name) + "  " + rules
        var table = TextTable([
            .init("component"), .init("type"), .init("weight", .right), .init("share", .right), .init("gate"),
            .init("scale", .right), .init("clamp"),
        ])
        for component in reward.components {
            let share = reward.share(of: component)
            table.add([
                .init(component.name, .name), .init(component.component.typeName),
                .init(weightText(of: component, in: reward)),
                .init(share.map { "\(Figures.decimal($0 * 100, fractionDigits: 1)) %" } ?? ""),
                .init(component.gate.map { "below \(Self.text($0.below)): reward \(Self.text($0.reward))" } ?? ""),
                .init(component.scale == 1 ? "" : Self.text(component.scale)),
                .init(component.clamp.map { "[\(Self.text($0.lowerBound)), \(Self.text($0.upperBound))]" } ?? ""),
            ])
        }
        return [head] + table.lines(style: style, indentation: 2)
    }

    /// A formula takes scores by name and asks for no weights.
    private func weightText(of component: RewardComponentSettings, in reward: RewardSettings) -> String {
        if reward.aggregate == .formula { return "" }
        return component.weight == 0 ? "metric" : Self.text(component.weight)
    }

    private static func sentence(of store: StoreSection) -> String {
        var parts = [store.path]
        if store.isAudited {
            parts.append(
                store.keepsTexts
                    ? "audit log with texts of up to \(Figures.bytes(store.textByteCountMax))"
                    : "audit log without texts")
        }
        if store.keepsVerdicts { parts.append("verdicts of judges") }
        if let days = store.retentionDays { parts.append("rows for \(text(days)) days") }
        if let megabytes = store.megabyteCountMax { parts.append("at most \(megabytes) MB") }
        return parts.joined(separator: ", ")
    }

    private var serverSentence: String {
        let server = configuration.server
        var parts = [
            server.workerCount.map { $0 == 1 ? "1 worker" : "\($0) workers" } ?? "one worker a core",
            "socket \(server.socketPath ?? "as --socket says")",
            "mode 0\(String(server.socketMode, radix: 8))",
        ]
        if !server.allowedUsers.isEmpty {
            parts.append("users " + server.allowedUsers.map(\.name).joined(separator: " "))
        }
        if !server.allowedGroups.isEmpty {
            parts.append("groups " + server.allowedGroups.map(\.name).joined(separator: " "))
        }
        if server.busyPollMicroseconds > 0 { parts.append("busy poll \(server.busyPollMicroseconds) us") }
        if server.pinsWorkers { parts.append("workers pinned") }
        return parts.joined(separator: ", ")
    }

    /// The error on one line, as `ConfigurationError.description` says it.
    package static func line(of error: ConfigurationError, style: TerminalStyle) -> String {
        var place = error.file
        if error.line > 0 { place += ":\(error.line):\(error.column)" }
        var text = style(.heading, place + ":") + " "
        if !error.keyPath.isEmpty { text += style(.name, error.keyPath) + ": " }
        text += style(.failure, error.message)
        if let suggestion = error.suggestion { text += "; \(suggestion)" }
        return text
    }

    /// A number as people write it: no ".0" behind whole ones.
    static func text(_ value: Double) -> String {
        Int(exactly: value).map(String.init) ?? "\(value)"
    }
}

// MARK: - JSON

extension ConfigurationSummary {
    package var json: JSONValue {
        .object([
            "file": .string(configuration.file),
            "hash": .string(configuration.hash),
            "rewards": .array(configuration.rewards.map(Self.json(of:))),
            "judging": configuration.judges.map(Self.json(of:)) ?? .null,
            "server": Self.json(of: configuration.server),
            "store": configuration.store.map(Self.json(of:)) ?? .null,
            "files": .array(
                configuration.files.map { .object(["name": .string($0.name), "bytes": .count($0.byteCount)]) }),
            "warnings": .array(configuration.warnings.map(Self.json(of:))),
        ])
    }

    package static func json(of refusal: ConfigurationRefusal) -> JSONValue {
        .object(["errors": .array(refusal.errors.map(json(of:)))])
    }

    private static func json(of error: ConfigurationError) -> JSONValue {
        .object([
            "file": .string(error.file),
            "line": error.line > 0 ? .count(error.line) : .null,
            "column": error.column > 0 ? .count(error.column) : .null,
            "key": .string(error.keyPath),
            "message": .string(error.message),
            "suggestion": .text(error.suggestion),
        ])
    }

    private static func json(of reward: RewardSettings) -> JSONValue {
        .object([
            "name": .string(reward.name),
            "aggregate": .string(reward.aggregate.rawValue),
            "formula": .text(reward.formula),
            "range": json(of: reward.range),
            "neutral": .string(reward.neutral.text),
            "components": .array(
                reward.components.map { component in
                    .object([
                        "name": .string(component.name),
                        "type": .string(component.component.typeName),
                        "weight": .number(component.weight),
                        "share": .figure(reward.share(of: component)),
                        "scale": .number(component.scale),
                        "clamp": component.clamp.map(json(of:)) ?? .null,
                        "gate": component.gate.map {
                            .object(["below": .number($0.below), "reward": .number($0.reward)])
                        } ?? .null,
                    ])
                }),
        ])
    }

    private static func json(of range: ClosedRange<Double>) -> JSONValue {
        .array([.number(range.lowerBound), .number(range.upperBound)])
    }

    private static func json(of store: StoreSection) -> JSONValue {
        .object([
            "path": .string(store.path),
            "audit": .bool(store.isAudited),
            "verdicts": .bool(store.keepsVerdicts),
            "texts": .bool(store.keepsTexts),
            "text_bytes": .count(store.textByteCountMax),
            "retention_days": .figure(store.retentionDays),
            "size_max_mb": store.megabyteCountMax.map(JSONValue.count) ?? .null,
        ])
    }

    private static func json(of server: ServerSection) -> JSONValue {
        .object([
            "workers": server.workerCount.map(JSONValue.count) ?? .null,
            "socket": .text(server.socketPath),
            "socket_mode": .string("0" + String(server.socketMode, radix: 8)),
            "allow_users": .array(server.allowedUsers.map { .string($0.name) }),
            "allow_groups": .array(server.allowedGroups.map { .string($0.name) }),
            "pin_workers": .bool(server.pinsWorkers),
            "busy_poll_us": .count(server.busyPollMicroseconds),
            "limits": .object([
                "frame_bytes": .count(server.limits.frameByteCount),
                "completion_bytes": .count(server.limits.completionByteCount),
                "rollouts": .count(server.limits.rolloutCount),
                "connections": .count(server.limits.connectionCount),
            ]),
        ])
    }
}

// MARK: - Words

extension NeutralPolicy {
    /// As a configuration writes it.
    var text: String {
        switch self {
        case .renormalise: "renormalise"
        case .fixed(let value): "fixed: \(ConfigurationSummary.text(value))"
        case .groupMean: "group_mean"
        case .null: "null"
        }
    }
}

extension RewardSettings {
    /// The part of a weighted mean that a component has when all have a score; nil for other aggregates and for metrics.
    func share(of component: RewardComponentSettings) -> Double? {
        guard aggregate == .weightedMean, component.weight > 0 else { return nil }
        return component.weight / components.reduce(0) { $0 + $1.weight }
    }
}
