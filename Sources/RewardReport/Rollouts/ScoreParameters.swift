import RewardClient
import RewardKernel

/// The parameters of a `score` request for rows of a file.
package enum ScoreParameters {
    /// - Parameters:
    ///   - fieldNames: The fields that the reward reads; no others are sent.
    ///   - deadline: Nil for the sidecar's own.
    ///   - sendsReferenceAnswers: Also when no row has one: what lacks it costs its rollout a score, and not the request its answer.
    package static func make(
        _ records: ArraySlice<RolloutRecord>, reward: String, fieldNames: [String], wantsRationales: Bool,
        deadline: Duration? = nil, sendsReferenceAnswers: Bool = false
    ) -> MessageValue {
        var pairs: [MessageValue.Pair] = [
            .init("reward", .string(reward)), .init("completions", .array(records.map { .string($0.completion) })),
        ]
        /// A column that no row fills is left out, so that a reward that needs it is refused by name.
        func add(_ name: String, isNeeded: Bool = false, _ value: (RolloutRecord) -> MessageValue?) {
            let column = records.map(value)
            guard isNeeded || column.contains(where: { $0 != nil }) else { return }
            pairs.append(.init(name, .array(column.map { $0 ?? .null })))
        }
        add("prompts") { $0.prompt.map(MessageValue.init) }
        add("reference_answers", isNeeded: sendsReferenceAnswers) { $0.referenceAnswer.map(MessageValue.init) }
        add("token_counts") { $0.tokenCount.map(MessageValue.integer) }
        add("token_ids") { $0.tokenIdentifiers.map(MessageValue.binary) }
        add("truncated") { $0.isTruncated.map(MessageValue.boolean) }
        // Identifiers are no column when one is missing: they take no null.
        if records.allSatisfy({ $0.identifier != nil }) { add("ids") { $0.identifier.map(MessageValue.init) } }
        if records.allSatisfy({ $0.groupIdentifier != nil }) {
            add("group_ids") { $0.groupIdentifier.map(MessageValue.init) }
        }
        let fields = fieldNames.map { name in
            MessageValue.Pair(
                name,
                .array(
                    records.map { record in
                        let value = record.fields.last { $0.name == name }?.value
                        return value.flatMap { $0.isScalar ? MessageValue($0) : nil } ?? .null
                    }))
        }
        if !fields.isEmpty { pairs.append(.init("fields", .map(fields))) }
        if wantsRationales { pairs.append(.init("rationales", .boolean(true))) }
        if let deadline { pairs.append(.init("deadline_ms", .integer(Int64(deadline / .milliseconds(1))))) }
        return .map(pairs)
    }
}

extension MessageValue {
    init(_ value: JSONValue) {
        switch value {
        case .null: self = .null
        case .bool(let value): self = .boolean(value)
        case .integer(let value): self = .integer(value)
        case .unsigned(let value): self = .unsigned(value)
        case .number(let value): self = .double(value)
        case .string(let value): self = .string(value)
        case .array(let elements): self = .array(elements.map(MessageValue.init))
        case .object(let members): self = .map(members.map { Pair($0.name, MessageValue($0.value)) })
        }
    }
}

extension JSONValue {
    /// Bytes, and numbers that JSON has not, become null.
    package init(_ value: MessageValue) {
        switch value {
        case .null, .binary: self = .null
        case .boolean(let value): self = .bool(value)
        case .integer(let value): self = .integer(value)
        case .unsigned(let value): self = .unsigned(value)
        case .double(let value): self = .figure(value)
        case .string(let value): self = .string(value)
        case .array(let elements): self = .array(elements.map(JSONValue.init))
        case .map(let pairs): self = .object(pairs.map { Member($0.key, JSONValue($0.value)) })
        }
    }
}
