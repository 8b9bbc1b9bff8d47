internal import RewardKernel

extension ChatCompletionsAdapter {
    static func read(_ root: ReplyNode) throws(ReplyFault) -> ProviderReply {
        let choices = try ReplyReading.items(root["choices"], "choices", countMax: ProviderLimits.sampleCountMax)
        guard !choices.isEmpty else { throw ReplyFault("the reply has no choices") }
        var samples: [ProviderReply.Sample] = []
        for choice in choices { samples.append(try sample(ReplyNode(choice))) }
        return reply(root, samples)
    }

    static func readBatch(_ root: ReplyNode, callCount: Int) throws(ReplyFault) -> ProviderReply {
        let choices = try ReplyReading.items(root["choices"], "choices", countMax: ProviderLimits.sampleCountMax)
        guard choices.count == callCount else {
            throw ReplyFault("the reply has \(choices.count) choices for \(callCount) conversations")
        }
        var samples = [ProviderReply.Sample?](repeating: nil, count: choices.count)
        for choice in choices {
            let node = ReplyNode(choice)
            // By their numbers alone: in what order they stand is not said anywhere.
            guard case .integer(let number)? = node["index"].value, number >= 0, number < Int64(samples.count),
                samples[Int(number)] == nil
            else { throw ReplyFault("the choices of the batch are not numbered each once") }
            samples[Int(number)] = try sample(node)
        }
        return reply(root, samples.compactMap { $0 })
    }

    private static func reply(_ root: ReplyNode, _ samples: [ProviderReply.Sample]) -> ProviderReply {
        let usage = root["usage"]
        return ProviderReply(
            samples: samples,
            usage: TokenUsage(
                inputCount: usage["prompt_tokens"].count, outputCount: usage["completion_tokens"].count,
                cachedInputCount: usage["prompt_tokens_details"]["cached_tokens"].count),
            model: root["model"].text.map(ReplyReading.name))
    }

    private static func sample(_ choice: ReplyNode) throws(ReplyFault) -> ProviderReply.Sample {
        var finish = finish(choice["finish_reason"].text)
        let message = choice["message"]
        // Azure leaves the message out where its filter took it away.
        guard message.isObject || finish == .contentFilter else { throw ReplyFault("a choice has no message") }
        if let refusal = message["refusal"].text, !refusal.isEmpty, finish != .contentFilter {
            finish = .refusal(refusal)
        }
        let tokens = try tokens(choice["logprobs"]["content"])
        if let input = try toolInput(message) {
            return ProviderReply.Sample(content: input, finish: finish, tokens: tokens)
        }
        return ProviderReply.Sample(content: .text(try text(message["content"])), finish: finish, tokens: tokens)
    }

    private static func finish(_ reason: String?) -> ProviderReply.Finish {
        switch reason {
        case "stop", "eos", "eos_token", "end_turn", "stop_sequence": .stop
        case "tool_calls", "function_call", "tool_use": .toolUse
        case "length", "max_tokens", "model_length": .length
        case "content_filter": .contentFilter
        case let reason: .other(ReplyReading.name(reason ?? ""))
        }
    }

    /// The text, or those parts of it that are said and not thought.
    private static func text(_ content: ReplyNode) throws(ReplyFault) -> String {
        if let text = content.text { return text }
        guard content.isPresent else { return "" }
        let parts = try ReplyReading.items(content, "parts of content", countMax: ProviderLimits.partCountMax)
        var text = ""
        for part in parts {
            let node = ReplyNode(part)
            if node["type"].text == "text" { text += try ReplyReading.text(node["text"]) }
        }
        return text
    }

    /// The input of the call of our tool. Calls of others, which were never offered, count for nothing. Arguments that
    /// are no JSON are text, for the parser of verdicts to make something of.
    private static func toolInput(_ message: ReplyNode) throws(ReplyFault) -> ProviderReply.Content? {
        guard message["tool_calls"].isPresent else { return nil }
        let calls = try ReplyReading.items(message["tool_calls"], "tool calls", countMax: ProviderLimits.partCountMax)
        for call in calls {
            let function = ReplyNode(call)["function"]
            guard function["name"].text == RequestWriting.verdictName else { continue }
            guard let arguments = function["arguments"].text else {
                // Some servers give the object itself.
                guard let value = function["arguments"].value else { return nil }
                return .structured(value)
            }
            guard let value = try? JSONValue.make(parsing: arguments.utf8) else { return .text(arguments) }
            return .structured(value)
        }
        return nil
    }

    private static func tokens(_ content: ReplyNode) throws(ReplyFault) -> [ProviderReply.Token] {
        guard content.isPresent else { return [] }
        let items = try ReplyReading.items(content, "tokens", countMax: ProviderLimits.tokenCountMax)
        var tokens: [ProviderReply.Token] = []
        for item in items {
            let node = ReplyNode(item)
            // A token without a number is of no use, and one missing shifts nothing: tokens are looked for by text.
            guard let text = node["token"].text, let number = node["logprob"].number else { continue }
            var alternatives: [ProviderReply.Alternative] = []
            for alternative in (node["top_logprobs"].items ?? []).prefix(ProviderLimits.alternativeCountMax) {
                let other = ReplyNode(alternative)
                guard let text = other["token"].text, let number = other["logprob"].number else { continue }
                // Rounding takes some a hair above certainty.
                alternatives.append(ProviderReply.Alternative(text: text, logProbability: min(number, 0)))
            }
            tokens.append(
                ProviderReply.Token(text: text, logProbability: min(number, 0), alternatives: alternatives))
        }
        return tokens
    }
}
