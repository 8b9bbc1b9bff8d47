import RewardKernel

/// A rollout with what came of it: a line that `plaudit score --output` or `plaudit store export` has written, or a row of a store.
package struct ScoredRollout: Sendable, Equatable {
    package struct Component: Sendable, Equatable {
        package let name: String
        /// Nil when it has none.
        package let score: Double?
        package let status: String
        /// Nil for a deterministic component.
        package let judge: String?
        package let findings: [Finding]
    }

    package struct Finding: Sendable, Equatable {
        package let name: String
        /// "met", "unmet" or "cannot_assess".
        package let judgement: String
        package let probability: Double?
    }

    /// What a person said, as an export has it.
    package struct Label: Sendable, Equatable {
        package let component: String?
        package let criterion: String?
        package let value: Double
        package let labeler: String
        package let weight: Double?
    }

    /// What joins it to labels and metrics; nil for a rollout without a name.
    package let identifier: String?
    /// Its line in the file of rollouts that was scored; nil where that is not said.
    package let line: Int?
    package var group: String?
    package let rewardName: String?
    /// Nil when it is not a score of the rollout's own.
    package let reward: Double?
    package let status: String
    package let components: [Component]
    /// Bytes of the completion.
    package var length: Double?
    /// Microseconds since 1970.
    package let at: Int64?
    package let labels: [Label]
    /// What else stands on its line: segments, steps.
    package var fields: [JSONValue.Member]

    package init(_ record: RecordFile.Record) throws(InputFileError) {
        // An export keeps the rollout's own keys outside and what came of it inside.
        let scored: RecordFile.Record
        if case .object(let members)? = record.optional("scored") {
            scored = .init(file: record.file, line: record.line, members: members)
        } else {
            scored = record
        }
        guard let status = try scored.text("status") else { throw scored.missing("status") }
        guard case .object(let columns)? = scored.optional("components") else { throw scored.missing("components") }
        identifier = try record.name("id")
        line = try record.number("line").map { Int($0) }
        group = try record.name("group_id")
        rewardName = try scored.text("reward_name")
        reward = status == "scored" ? try scored.number("reward") : nil
        self.status = status
        components = columns.map(Self.component)
        if let bytes = try scored.number("completion_bytes") {
            length = bytes
        } else {
            length = try record.text("completion").map { Double($0.utf8.count) }
        }
        at = try scored.number("at_us").map { Int64($0) }
        if case .array(let said)? = record.optional("labels") {
            labels = said.compactMap(Self.label)
        } else {
            labels = []
        }
        fields = record.members.filter { !Self.keys.contains($0.name) }
    }

    private static let keys: Set = [
        "id", "line", "group_id", "status", "components", "scored", "labels", "completion", "prompt", "reward",
        "reference_answer", "token_count", "token_ids", "truncated",
    ]

    /// By group, name and line: a store has rollouts in the order in which workers ended them, and figures that resample
    /// must not hang on that. What was scored again later still stands later.
    package static func inFixedOrder(_ rollouts: [ScoredRollout]) -> [ScoredRollout] {
        let keys = rollouts.indices.map { row in
            (rollouts[row].group ?? "", rollouts[row].identifier ?? "", rollouts[row].line ?? 0, row)
        }
        return keys.sorted(by: <).map { rollouts[$0.3] }
    }

    package func component(_ name: String) -> Component? { components.first { $0.name == name } }

    /// The value of a field as the name of a segment; nil where it has none.
    package func segment(_ field: String) -> String? {
        fields.last { $0.name == field }?.value.segmentText
    }

    private static func component(_ member: JSONValue.Member) -> Component {
        let value = member.value
        return Component(
            name: member.name, score: value["score"]?.doubleValue, status: value["status"]?.nameText ?? "",
            judge: value["judge"]?.nameText, findings: findings(value["verdict"]))
    }

    private static func findings(_ verdict: JSONValue?) -> [Finding] {
        guard case .array(let items)? = verdict else { return [] }
        return items.compactMap { item in
            guard let name = item["name"]?.nameText, let judgement = item["judgement"]?.nameText else { return nil }
            return Finding(name: name, judgement: judgement, probability: item["probability"]?.doubleValue)
        }
    }

    private static func label(_ item: JSONValue) -> Label? {
        guard let value = item["value"]?.decided else { return nil }
        return Label(
            component: item["component"]?.nameText, criterion: item["criterion"]?.nameText, value: value,
            labeler: item["labeler"]?.nameText ?? "", weight: item["weight"]?.doubleValue)
    }
}

extension ScoredRollout {
    /// What a rollout's own file says of it, where its scores came without that.
    package mutating func complete(from record: RolloutRecord) {
        if length == nil { length = Double(record.completion.utf8.count) }
        if group == nil { group = record.groupIdentifier?.nameText }
        let known = Set(fields.map(\.name))
        fields += record.fields.filter { !known.contains($0.name) }
    }
}
