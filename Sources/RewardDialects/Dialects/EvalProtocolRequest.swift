import RewardKernel
import RewardReport

/// `POST /evaluate` of eval-protocol and reward-kit: `{"messages", "ground_truth", "kwargs"}` to an `EvaluateResult`, whose
/// `is_score_valid` says whether the score is one.
package struct EvalProtocolRequest: Dialect {
    package static var wantsRationales: Bool { true }
    package let rollouts: [RolloutRecord]

    package init(_ body: JSONValue) throws(DialectError) {
        _ = try body.members(at: "")
        let conversation = try Conversation(try body.array("messages"), at: "messages")
        var fields: [JSONValue.Member] = []
        if let arguments = body.optional("kwargs") { fields = try arguments.members(at: "kwargs") }
        rollouts = [
            RolloutRecord(
                completion: conversation.completion, prompt: conversation.prompt,
                referenceAnswer: body.optional("ground_truth")?.referenceAnswer, fields: fields)
        ]
    }

    package func reply(to scored: [ScoredRollout]) -> JSONValue {
        guard let rollout = scored.first else { return .null }
        let metrics = rollout.components.map { component -> JSONValue.Member in
            let reason = component.rationale ?? "\(component.status.name)"
            return .init(
                component.name,
                .object([
                    "score": .number(component.score), "is_score_valid": .bool(component.isScored),
                    "reason": .string(reason),
                ]))
        }
        return .object([
            "score": .number(rollout.reward), "is_score_valid": .bool(rollout.isScored),
            "reason": .string(rollout.failure ?? "scored"), "metrics": .object(metrics), "step_outputs": .null,
            "error": .text(rollout.failure),
        ])
    }
}
