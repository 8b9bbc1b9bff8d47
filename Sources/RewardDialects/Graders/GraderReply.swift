import RewardConfig
import RewardJudge
import RewardKernel
import RewardReport

/// The reply of `graders/run`: the reward, and every flag that says what went wrong.
struct GraderReply {
    /// The flags of the API, in its order; those with a text behind them are null without one.
    struct Errors {
        var formula = false
        var sampleParse = false
        var truncatedObservation = false
        var invalidVariable = false
        var other = false
        var modelServer: String?
        var modelRefusal = false
        var modelParse = false

        var json: JSONValue {
            .object([
                "formula_parse_error": .bool(formula), "sample_parse_error": .bool(sampleParse),
                "truncated_observation_error": .bool(truncatedObservation),
                "unresponsive_reward_error": .bool(false), "invalid_variable_error": .bool(invalidVariable),
                "other_error": .bool(other), "python_grader_server_error": .bool(false),
                "python_grader_server_error_type": .null, "python_grader_runtime_error": .bool(false),
                "python_grader_runtime_error_details": .null,
                "model_grader_server_error": .bool(modelServer != nil),
                "model_grader_refusal_error": .bool(modelRefusal), "model_grader_parse_error": .bool(modelParse),
                "model_grader_server_error_details": .text(modelServer),
            ])
        }

        /// Notes why a component or a rollout has no score.
        mutating func note(_ status: Status) {
            switch status {
            case .scored, .gated, .abstained, .pending: break
            case .judgeRefused: modelRefusal = true
            case .parseFailed: modelParse = true
            case .timeout, .rateLimited, .transport, .budget, .cancelled, .shuttingDown:
                modelServer = "\(status.name)"
            case .missingInput: invalidVariable = true
            case .oversize: truncatedObservation = true
            case .nothingScored: formula = true
            case .limitReached, .invalidUTF8, .wrongType, .badReference: other = true
            }
        }
    }

    let grader: Grader
    /// Nil when nothing was scored at all.
    var scored: ScoredRollout?
    var errors = Errors()
    var seconds: Double
    /// What models were asked for it; nil when none was.
    var usage: JudgeUsage?

    init(_ grader: Grader, _ scored: ScoredRollout?, seconds: Double) {
        self.grader = grader
        self.scored = scored
        self.seconds = seconds
        if let scored {
            let missing = scored.components.map(\.status).filter(\.isMissing)
            for status in missing.isEmpty ? [scored.status] : missing { errors.note(status) }
        }
    }

    /// Where nothing could be scored the reward is 0, and a flag says that it is none.
    var json: JSONValue {
        let scores = (scored?.components ?? []).filter(\.isScored).map { component in
            JSONValue.Member(component.name, .number(component.score))
        }
        let isMulti = grader.typeName == "multi"
        return .object([
            "reward": .number(scored.map { $0.isScored ? $0.reward : 0 } ?? 0),
            "sub_rewards": .object(isMulti ? scores : []),
            "metadata": .object([
                "name": .string(grader.name), "type": .string(grader.typeName), "errors": errors.json,
                "execution_time": .number(seconds), "scores": .object(scores),
                "token_usage": usage.map { .count($0.inputTokenCount + $0.outputTokenCount) } ?? .null,
                "sampled_model_name": .null,
            ]),
            "model_grader_token_usage_per_model": .object(usageByModel),
        ])
    }

    /// Of a grader that asks one model. The sidecar does not part the sum of several.
    private var usageByModel: [JSONValue.Member] {
        guard let usage, let model = grader.models.first, grader.models.count == 1 else { return [] }
        let tokens: JSONValue = .object([
            "prompt_tokens": .count(usage.inputTokenCount), "completion_tokens": .count(usage.outputTokenCount),
            "total_tokens": .count(usage.inputTokenCount + usage.outputTokenCount),
        ])
        return [JSONValue.Member(model, tokens)]
    }
}
