internal import RewardKernel

/// `POST …/model/{model}/converse`, of Amazon Bedrock.
enum ConverseAdapter {
    /// What requests are signed for: `bedrock`, though the host is `bedrock-runtime`.
    private static let service = "bedrock"

    static func makeRequest(
        _ call: JudgeCall, schema: JSONValue, endpoint: JudgeEndpoint, capabilities: EndpointCapabilities,
        wallClockSeconds: Int64
    ) throws(RequestRefusal) -> HTTPRequest {
        // Colons and the slashes of ARNs are encoded; the signature encodes the signs of percent once more.
        let target = endpoint.url.basePath + "/model/\(EndpointURL.percentEncoded(endpoint.model))/converse"
        var request = try RequestWriting.request(
            endpoint, target: target, headers: RequestWriting.bearer(endpoint),
            body: try body(call, schema: schema, capabilities: capabilities))
        if case .aws(let accessKey, let secretKey, let sessionToken) = endpoint.credential, let region = endpoint.region
        {
            let signature = AWSSignature(
                accessKey: accessKey, secretKey: secretKey, sessionToken: sessionToken, region: region,
                service: service)
            let signed = [
                HTTPRequest.Header("host", endpoint.url.authority),
                HTTPRequest.Header("content-type", "application/json"),
            ]
            request.headers += signature.headers(
                method: request.method, path: target, headers: signed, body: request.body,
                wallClockSeconds: wallClockSeconds)
        }
        return request
    }

    private static func body(
        _ call: JudgeCall, schema: JSONValue, capabilities: EndpointCapabilities
    ) throws(RequestRefusal) -> JSONValue {
        func textBlocks(_ text: String) -> JSONValue { .array([RequestWriting.object([("text", .string(text))])]) }
        let message = RequestWriting.object([("role", .string("user")), ("content", textBlocks(call.user))])
        var members: [(String, JSONValue)] = [("messages", .array([message]))]
        let system = try RequestWriting.system(call, schema: schema, capabilities: capabilities)
        if !system.isEmpty { members.append(("system", textBlocks(system))) }
        var inference: [(String, JSONValue)] = [("maxTokens", .integer(Int64(call.sampling.tokenCountMax)))]
        if let temperature = call.sampling.temperature, capabilities.takesTemperature {
            inference.append(("temperature", .number(temperature)))
        }
        members.append(("inferenceConfig", RequestWriting.object(inference)))
        return RequestWriting.object(members + (try form(schema: schema, capabilities: capabilities)))
    }

    private static func form(
        schema: JSONValue, capabilities: EndpointCapabilities
    ) throws(RequestRefusal) -> [(String, JSONValue)] {
        let name = JSONValue.string(RequestWriting.verdictName)
        switch capabilities.structuredOutput {
        case .jsonSchema:
            // Here the schema is a text that holds JSON.
            let text = String(decoding: try RequestWriting.bytes(of: schema), as: UTF8.self)
            let named = RequestWriting.object([("schema", .string(text)), ("name", name)])
            let format = RequestWriting.object([
                ("type", .string("json_schema")), ("structure", RequestWriting.object([("jsonSchema", named)])),
            ])
            return [("outputConfig", RequestWriting.object([("textFormat", format)]))]
        case .tool:
            let tool = RequestWriting.object([
                ("name", name), ("description", .string(RequestWriting.verdictDescription)),
                ("inputSchema", RequestWriting.object([("json", schema)])), ("strict", .bool(true)),
            ])
            let choice = RequestWriting.object([("tool", RequestWriting.object([("name", name)]))])
            let config = RequestWriting.object([
                ("tools", .array([RequestWriting.object([("toolSpec", tool)])])), ("toolChoice", choice),
            ])
            return [("toolConfig", config)]
        case .jsonObjectWithSchema, .promptOnly: return []
        }
    }

    static func read(_ root: ReplyNode) throws(ReplyFault) -> ProviderReply {
        let blocks = try ReplyReading.items(
            root["output"]["message"]["content"], "content blocks", countMax: ProviderLimits.partCountMax)
        var text = ""
        var input: JSONValue?
        for item in blocks {
            let block = ReplyNode(item)
            if block["text"].isPresent { text += try ReplyReading.text(block["text"]) }
            let use = block["toolUse"]
            if input == nil && use["name"].text == RequestWriting.verdictName { input = use["input"].value }
        }
        let usage = root["usage"]
        let cached = usage["cacheReadInputTokens"].count
        return ProviderReply(
            samples: [
                ProviderReply.Sample(
                    content: input.map { .structured($0) } ?? .text(text), finish: finish(root["stopReason"].text))
            ],
            usage: TokenUsage(
                inputCount: usage["inputTokens"].count + usage["cacheWriteInputTokens"].count + cached,
                outputCount: usage["outputTokens"].count, cachedInputCount: cached))
    }

    private static func finish(_ reason: String?) -> ProviderReply.Finish {
        switch reason {
        case "end_turn", "stop_sequence": .stop
        case "tool_use": .toolUse
        case "max_tokens", "model_context_window_exceeded": .length
        case "guardrail_intervened", "content_filtered": .contentFilter
        case let reason: .other(ReplyReading.name(reason ?? ""))
        }
    }
}
