import RewardKernel
import RewardReport

/// An Amazon Nova reward event: a list of `{id, messages, reference_answer | metadata.reference_answer, ...}`, answered by a list
/// with the same ids of `{id, aggregate_reward_score, metrics_list}`.
///
/// SageMaker's events keep the reference answer at the top level, Bedrock's in `metadata`; both are read. A single object, or
/// `{"trajectories": [...]}`, stands for a list. The output has no null: where there is no score, the neutral value stands
/// in its place and the metric `plaudit/scored` is 0.
package struct NovaRequest: Dialect {
    package let rollouts: [RolloutRecord]
    /// As they came: Nova lets them be of any type.
    private let identifiers: [JSONValue]

    package init(_ body: JSONValue) throws(DialectError) {
        let events: [JSONValue]
        switch body {
        case .array(let elements): events = elements
        case .object where body.optional("trajectories") != nil: events = try body.array("trajectories")
        case .object: events = [body]
        default: throw .expected("a list of events", at: "", found: body)
        }
        var rollouts: [RolloutRecord] = []
        for (index, event) in events.enumerated() { rollouts.append(try Self.rollout(event, at: "[\(index)]")) }
        self.rollouts = rollouts
        identifiers = events.map { $0["id"] ?? .null }
    }

    private static func rollout(_ event: JSONValue, at place: String) throws(DialectError) -> RolloutRecord {
        _ = try event.members(at: place)
        guard let identifier = event.optional("id") else { throw DialectError("\(place).id", "is missing") }
        guard case .array(let messages)? = event["messages"] else {
            throw .expected("an array", at: "\(place).messages", found: event["messages"])
        }
        let conversation = try Conversation(messages, at: "\(place).messages")
        var fields = event.fields(without: ["id", "messages", "reference_answer", "metadata", "tools"])
        let metadata = event.optional("metadata")
        if let metadata { fields += metadata.fields(without: ["reference_answer"]) }
        let reference = event.optional("reference_answer") ?? metadata?.optional("reference_answer")
        // An answer in several parts: each of them can be named by a component.
        if let reference { fields += reference.fields(without: []) }
        return RolloutRecord(
            completion: conversation.completion, prompt: conversation.prompt,
            referenceAnswer: reference?.referenceAnswer,
            identifier: identifier.isName ? identifier : nil, fields: fields)
    }

    package func reply(to scored: [ScoredRollout]) -> JSONValue {
        .array(
            zip(identifiers, scored).map { identifier, scored in
                let metrics = scored.figures.map { figure in
                    JSONValue.object([
                        "name": .string(figure.name), "value": .number(figure.value),
                        "type": .string(figure.isFlag ? "Metric" : "Reward"),
                    ])
                }
                return .object([
                    "id": identifier, "aggregate_reward_score": .number(scored.reward),
                    "metrics_list": .array(metrics), "status": .string("\(scored.status.name)"),
                ])
            })
    }
}
