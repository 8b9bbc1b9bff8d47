import RewardKernel
import RewardReport

/// `POST /verify` of a NeMo Gym resources server: a Responses API exchange with the fields of its data set, answered by the
/// same object with `reward`, `reward_components` and each component as a number at the top level.
///
/// A rollout without a score has the reward 0, and says so the way Gym's own judges do: `_ng_failure_class` is
/// "judge_failed", so that the trainer leaves it out.
package struct NeMoGymRequest: Dialect {
    package let rollouts: [RolloutRecord]
    private let members: [JSONValue.Member]

    /// Where data sets keep the expected answer, the first that is there.
    private static let referenceKeys = ["expected_answer", "reference_answer", "ground_truth", "answer", "label"]

    package init(_ body: JSONValue) throws(DialectError) {
        members = try body.members(at: "")
        let response = body.optional("response") ?? .null
        _ = try response.members(at: "response")
        let parameters = body.optional("responses_create_params")
        let reference = Self.referenceKeys.lazy.compactMap { body.optional($0) }.first
        rollouts = [
            RolloutRecord(
                completion: try Self.outputText(of: response), prompt: try parameters.flatMap(Self.prompt),
                referenceAnswer: reference?.referenceAnswer,
                fields: body.fields(without: ["responses_create_params", "response"]))
        ]
    }

    /// What the model wrote, as OpenAI's client gives it: the texts of all messages, without reasoning and tool calls.
    private static func outputText(of response: JSONValue) throws(DialectError) -> String {
        guard let output = response.optional("output") else {
            return try response.string("output_text", in: "response")
        }
        guard case .array(let items) = output else { throw .expected("an array", at: "response.output", found: output) }
        var text = ""
        for (index, item) in items.enumerated() {
            let place = "response.output[\(index)]"
            _ = try item.members(at: place)
            // A message may leave its type out; other items never do.
            guard item.optional("type") ?? .string("message") == .string("message") else { continue }
            text += try Conversation.text(item["content"], at: "\(place).content")
        }
        return text
    }

    /// The input of the exchange, with its instructions as the first turn.
    private static func prompt(_ parameters: JSONValue) throws(DialectError) -> JSONValue? {
        let place = "responses_create_params"
        _ = try parameters.members(at: place)
        var turns: [JSONValue] = []
        if let instructions = parameters.optional("instructions") {
            turns.append(
                .object([
                    "role": .string("system"), "content": .string(try instructions.string(at: "\(place).instructions")),
                ]))
        }
        switch parameters.optional("input") {
        case nil: break
        case .string(let text)?: turns.append(.object(["role": .string("user"), "content": .string(text)]))
        case .array(let items)?:
            // Tool calls and their outputs stand between the messages; they have no role.
            let messages = items.filter { $0.optional("role") != nil }
            guard case .array(let read) = try Conversation.prompt(messages, at: "\(place).input") else { break }
            turns += read
        case let other: throw .expected("a text or a list of messages", at: "\(place).input", found: other)
        }
        return turns.isEmpty ? nil : .array(turns)
    }

    package func reply(to scored: [ScoredRollout]) -> JSONValue {
        guard let rollout = scored.first else { return .object(members) }
        var answer: [JSONValue.Member] = [
            .init("reward", .number(rollout.isScored ? rollout.reward : 0)),
            .init(
                "reward_components", .object(rollout.components.map { .init($0.name, .number($0.score)) })),
        ]
        let taken = Set(members.map(\.name) + ["reward", "reward_components"])
        // A component that is called like a field of the data set is told in `reward_components` alone.
        for component in rollout.components where !taken.contains(component.name) {
            answer.append(.init(component.name, .number(component.score)))
        }
        answer.append(.init("reward_scored", .number(rollout.isScored ? 1 : 0)))
        if let failure = rollout.failure {
            answer.append(.init("_ng_failure_class", .string("judge_failed")))
            answer.append(.init("_ng_failure_judge_error", .string(failure)))
        }
        let names = Set(answer.map(\.name))
        return .object(members.filter { !names.contains($0.name) } + answer)
    }
}
