/// What an endpoint was seen to do, or is taken to do until it was probed. Requests are built by it.
package struct EndpointCapabilities: Sendable, Hashable {
    package var structuredOutput: StructuredOutput
    /// Whether the tokens of an answer come with their probabilities when asked for.
    package var givesProbabilities: Bool
    /// Whether one call brings several answers (`n`).
    package var takesSampleCount: Bool
    /// Whether one call brings the answers to several questions (vLLM's `/v1/chat/completions/batch`).
    package var takesBatch: Bool
    package var takesTemperature: Bool
    package var takesSeed: Bool
    package var tokenLimitName: TokenLimitName

    package init(
        structuredOutput: StructuredOutput, givesProbabilities: Bool = false, takesSampleCount: Bool = false,
        takesBatch: Bool = false, takesTemperature: Bool = true, takesSeed: Bool = true,
        tokenLimitName: TokenLimitName = .maxTokens
    ) {
        self.structuredOutput = structuredOutput
        self.givesProbabilities = givesProbabilities
        self.takesSampleCount = takesSampleCount
        self.takesBatch = takesBatch
        self.takesTemperature = takesTemperature
        self.takesSeed = takesSeed
        self.tokenLimitName = tokenLimitName
    }

    /// How an answer is brought into the wanted form.
    package enum StructuredOutput: String, Sendable, Hashable, CaseIterable {
        /// A JSON schema in the provider's own parameter.
        case jsonSchema
        /// OpenAI's older `json_object` with the schema beside it, as llama-cpp-python takes it.
        case jsonObjectWithSchema
        /// A tool that the model must call, whose input is the answer.
        case tool
        /// Nothing: the schema is put to the model in words.
        case promptOnly
    }

    /// What chat completions call the limit of tokens to write.
    package enum TokenLimitName: String, Sendable, Hashable, CaseIterable {
        /// OpenAI and Azure: their reasoning models refuse the older name.
        case maxCompletionTokens = "max_completion_tokens"
        /// Everybody else: it is the one that every local server knows.
        case maxTokens = "max_tokens"
    }

    static let openAIHost = "api.openai.com"

    /// What is taken for granted of an endpoint that no probe has looked at: what was set by hand, else the least that
    /// its API promises.
    package static func presumed(for endpoint: JudgeEndpoint) -> EndpointCapabilities {
        if let capabilities = endpoint.capabilities { return capabilities }
        switch endpoint.api {
        case .openai, .azure:
            let isProviderItself = endpoint.api == .azure || endpoint.url.host == openAIHost
            return EndpointCapabilities(
                structuredOutput: .jsonSchema, takesSampleCount: isProviderItself,
                tokenLimitName: endpoint.tokenLimitName ?? (isProviderItself ? .maxCompletionTokens : .maxTokens))
        case .anthropic:
            return EndpointCapabilities(
                structuredOutput: .tool, takesTemperature: endpoint.anthropicVersion < "2026-10-21", takesSeed: false)
        case .bedrock: return EndpointCapabilities(structuredOutput: .tool, takesSeed: false)
        case .decisions, .systemone:
            return EndpointCapabilities(
                structuredOutput: .promptOnly, givesProbabilities: true, takesTemperature: false, takesSeed: false)
        }
    }

    /// What is left when a bad request has named a parameter that the endpoint does not take: one less, or the limit of
    /// tokens by its other name; nil when it names none. For sending a refused call once more.
    package func leavingOut(namedBy failure: ProviderFailure, api: JudgeAPI) -> EndpointCapabilities? {
        guard failure.kind == .badRequest else { return nil }
        let message = failure.message.lowercased()
        let words = Set(message.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.map(String.init))
        var fewer = self
        if takesTemperature && words.contains("temperature") {
            fewer.takesTemperature = false
        } else if takesSeed && words.contains("seed") {
            fewer.takesSeed = false
        } else if api.hasChatCompletions && words.contains(tokenLimitName.rawValue) {
            fewer.tokenLimitName = tokenLimitName == .maxTokens ? .maxCompletionTokens : .maxTokens
        } else if api.hasChatCompletions && givesProbabilities
            && (words.contains("logprobs") || words.contains("top_logprobs"))
        {
            fewer.givesProbabilities = false
        } else {
            return nil
        }
        return fewer
    }

    /// Answers that one call brings of those that are wanted; the rest takes more calls. At temperature 0 vLLM refuses to
    /// give several.
    package func sampleCountPerCall(_ sampling: Sampling, api: JudgeAPI) -> Int {
        switch api {
        case .openai, .azure: takesSampleCount && sampling.temperature != 0 ? max(1, sampling.sampleCount) : 1
        case .anthropic, .bedrock, .decisions, .systemone: 1
        }
    }
}
