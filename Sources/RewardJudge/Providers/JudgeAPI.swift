/// The protocols that judges are spoken to in.
package enum JudgeAPI: String, Sendable, Hashable, CaseIterable {
    /// Chat completions, as OpenAI and most servers of open models have them.
    case openai
    /// Chat completions of an Azure deployment.
    case azure
    /// Anthropic's messages.
    case anthropic
    /// Converse of Amazon Bedrock.
    case bedrock
    /// `/v1/decisions`: Boolean questions answered with probabilities.
    case decisions
    /// `/v1/systemone`: the same from models that write no text.
    case systemone

    /// Whether requests are chat completions, whose parameters have more than one name and are not known everywhere.
    var hasChatCompletions: Bool { self == .openai || self == .azure }

    /// Whether answers are text, so that any shape of verdict can be asked for; the others know Boolean questions only.
    package var writesText: Bool {
        switch self {
        case .openai, .azure, .anthropic, .bedrock: true
        case .decisions, .systemone: false
        }
    }
}
