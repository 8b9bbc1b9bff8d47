internal import RewardKernel

/// `POST …/v1/messages`, of Anthropic and servers that follow it.
enum MessagesAdapter {
    static func makeRequest(
        _ call: JudgeCall, schema: JSONValue, endpoint: JudgeEndpoint, capabilities: EndpointCapabilities
    ) throws(RequestRefusal) -> HTTPRequest {
        let message = RequestWriting.object([("role", .string("user")), ("content", .string(call.user))])
        var members: [(String, JSONValue)] = [
            ("model", .string(endpoint.model)), ("max_tokens", .integer(Int64(call.sampling.tokenCountMax))),
        ]
        let system = try RequestWriting.system(call, schema: schema, capabilities: capabilities)
        if !system.isEmpty { members.append(("system", .string(system))) }
        members.append(("messages", .array([message])))
        if let temperature = call.sampling.temperature, capabilities.takesTemperature {
            members.append(("temperature", .number(temperature)))
        }
        let headers = RequestWriting.key(endpoint, in: "x-api-key")
        return try RequestWriting.request(
            endpoint, target: endpoint.url.path(ofRoute: "/messages", version: "/v1"),
            headers: headers + [HTTPRequest.Header("anthropic-version", endpoint.anthropicVersion)],
            body: RequestWriting.object(members + form(schema: schema, capabilities: capabilities)))
    }

    private static func form(schema: JSONValue, capabilities: EndpointCapabilities) -> [(String, JSONValue)] {
        switch capabilities.structuredOutput {
        case .jsonSchema:
            let format = RequestWriting.object([("type", .string("json_schema")), ("schema", schema)])
            return [("output_config", RequestWriting.object([("format", format)]))]
        case .tool:
            let name = JSONValue.string(RequestWriting.verdictName)
            let tool = RequestWriting.object([
                ("name", name), ("description", .string(RequestWriting.verdictDescription)),
                ("input_schema", schema), ("strict", .bool(true)),
            ])
            let choice = RequestWriting.object([("type", .string("tool")), ("name", name)])
            return [("tools", .array([tool])), ("tool_choice", choice)]
        case .jsonObjectWithSchema, .promptOnly: return []
        }
    }

    static func read(_ root: ReplyNode) throws(ReplyFault) -> ProviderReply {
        let type = root["type"].text
        let role = root["role"].text
        guard type == nil || type == "message", role == nil || role == "assistant" else {
            throw ReplyFault("the reply is no message of an assistant")
        }
        let blocks = try ReplyReading.items(root["content"], "content blocks", countMax: ProviderLimits.partCountMax)
        var text = ""
        var input: JSONValue?
        for item in blocks {
            let block = ReplyNode(item)
            switch block["type"].text {
            case "text": text += try ReplyReading.text(block["text"])
            case "tool_use":
                if input == nil && block["name"].text == RequestWriting.verdictName { input = block["input"].value }
            default: break
            }
        }
        let usage = root["usage"]
        let cached = usage["cache_read_input_tokens"].count
        return ProviderReply(
            samples: [
                ProviderReply.Sample(
                    content: input.map { .structured($0) } ?? .text(text),
                    finish: finish(root["stop_reason"].text, text: text))
            ],
            // `input_tokens` are those behind the last cache mark only.
            usage: TokenUsage(
                inputCount: usage["input_tokens"].count + usage["cache_creation_input_tokens"].count + cached,
                outputCount: usage["output_tokens"].count, cachedInputCount: cached),
            model: root["model"].text.map(ReplyReading.name))
    }

    private static func finish(_ reason: String?, text: String) -> ProviderReply.Finish {
        switch reason {
        case "end_turn", "stop_sequence": .stop
        case "tool_use": .toolUse
        case "max_tokens", "model_context_window_exceeded": .length
        case "refusal": .refusal(text)
        case let reason: .other(ReplyReading.name(reason ?? ""))
        }
    }
}
