import RewardConfig
import RewardKernel
import TerminalText

/// One rollout taken apart: every component with its status, score, weight, and what it found.
package struct Explanation {
    private let reward: RewardSettings
    private let record: RolloutRecord
    /// Of that one rollout, with rationales.
    private let batch: ScoredBatch

    package init(reward: RewardSettings, record: RolloutRecord, batch: ScoredBatch) {
        precondition(batch.count == 1, "an explanation is of one rollout")
        self.reward = reward
        self.record = record
        self.batch = batch
    }

    private var hasReward: Bool { batch.statuses[0] == .scored || reward.neutral != .null }

    /// The gate that decided alone, when one did: a gate below its bound.
    private var decidingGate: RewardComponentSettings? {
        for (settings, component) in zip(reward.components, batch.components) {
            guard let gate = settings.gate, component.statuses[0] == .scored else { continue }
            if component.scores[0] < gate.below { return settings }
        }
        return nil
    }

    package func lines(style: TerminalStyle) -> [String] {
        let identifier = record.identifier.map { ", id \(Quoting.shortened($0.compactText))" } ?? ""
        var lines = [
            style(.heading, reward.name) + "  line \(record.line)\(identifier)",
            "completion  \(Quoting.quoted(record.completion)) (\(Figures.bytes(record.completion.utf8.count)))",
            "",
        ]
        var table = TextTable(
            [
                .init("component"), .init("type"), .init("status"), .init("score", .right), .init("weight", .right),
                .init("what it found"),
            ], cellWidthMax: 100)
        for (settings, component) in zip(reward.components, batch.components) {
            let status = component.statuses[0]
            let rationale = component.rationales?.first.flatMap(\.self) ?? ""
            table.add([
                .init(settings.name, .name), .init(settings.component.typeName),
                .init("\(status.name)", Self.role(of: status)),
                .init(status == .scored ? Figures.decimal(component.scores[0], fractionDigits: 4) : "-"),
                .init(settings.weight == 0 ? "metric" : ConfigurationSummary.text(settings.weight)),
                .init(Quoting.shortened(rationale, scalarCountMax: 400)),
            ])
        }
        lines += table.lines(style: style, indentation: 2)
        let value = hasReward ? Figures.decimal(batch.rewards[0], fractionDigits: 4) : "none"
        lines += [
            "",
            style(.heading, "reward \(value)") + ", "
                + style(Self.role(of: batch.statuses[0]), "\(batch.statuses[0].name)"),
        ]
        if let gate = decidingGate {
            lines.append(
                "the gate of `\(gate.name)` decided: its score is below \(ConfigurationSummary.text(gate.gate?.below ?? 0))"
            )
        }
        return lines
    }

    package var json: JSONValue {
        .object([
            "reward": .string(reward.name),
            "line": .count(record.line),
            "id": record.identifier ?? .null,
            "value": hasReward ? .figure(batch.rewards[0]) : .null,
            "status": .string("\(batch.statuses[0].name)"),
            "gate": .text(decidingGate?.name),
            "components": .array(
                zip(reward.components, batch.components).map { settings, component in
                    .object([
                        "name": .string(settings.name),
                        "type": .string(settings.component.typeName),
                        "status": .string("\(component.statuses[0].name)"),
                        "score": component.statuses[0] == .scored ? .figure(component.scores[0]) : .null,
                        "weight": .number(settings.weight),
                        "rationale": .text(component.rationales?.first.flatMap(\.self)),
                    ])
                }),
        ])
    }

    private static func role(of status: Status) -> TerminalStyle.Role {
        switch status.kind {
        case .value: status == .scored ? .success : .faint
        case .neutral: .warning
        case .error: .failure
        }
    }
}
