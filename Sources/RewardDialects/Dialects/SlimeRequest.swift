import RewardKernel
import RewardReport

/// The remote reward of slime and miles: `{"prompt", "response", "label"}` to the reward itself, a number.
///
/// A number has no room for a status; `reply(to:)` is for those who read a mapping, by `--reward-key reward`.
package struct SlimeRequest: Dialect {
    package let rollouts: [RolloutRecord]

    package init(_ body: JSONValue) throws(DialectError) {
        _ = try body.members(at: "")
        let prompt: JSONValue?
        switch body.optional("prompt") {
        case nil: prompt = nil
        case .string(let text)?: prompt = .string(text)
        case .array(let messages)?: prompt = try Conversation.prompt(messages, at: "prompt")
        case let other: throw .expected("a text or a list of messages", at: "prompt", found: other)
        }
        rollouts = [
            RolloutRecord(
                completion: try body.string("response"), prompt: prompt,
                referenceAnswer: body.optional("label")?.referenceAnswer,
                fields: body.fields(without: ["prompt", "response", "label"]))
        ]
    }

    /// The reward alone.
    package func number(_ scored: ScoredRollout) -> JSONValue { .number(scored.reward) }

    package func reply(to scored: [ScoredRollout]) -> JSONValue {
        guard let rollout = scored.first else { return .null }
        let figures = rollout.figures.map { JSONValue.Member($0.name, .number($0.value)) }
        return .object(
            [.init("reward", .number(rollout.reward)), .init("status", .string("\(rollout.status.name)"))] + figures)
    }
}
