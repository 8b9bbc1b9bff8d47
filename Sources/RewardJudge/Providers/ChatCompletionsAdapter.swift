internal import RewardKernel

/// `POST …/chat/completions`, of OpenAI, Azure and the many servers that follow them.
enum ChatCompletionsAdapter {
    private static let route = "/chat/completions"

    static func makeRequest(
        _ call: JudgeCall, schema: JSONValue, endpoint: JudgeEndpoint, capabilities: EndpointCapabilities
    ) throws(RequestRefusal) -> HTTPRequest {
        let messages = try conversation(call, schema: schema, capabilities: capabilities)
        let body = body(call, messages: messages, schema: schema, endpoint: endpoint, capabilities: capabilities)
        var request: HTTPRequest
        switch endpoint.api {
        case .azure:
            request = try RequestWriting.request(
                endpoint, target: azureTarget(endpoint), headers: RequestWriting.key(endpoint, in: "api-key"),
                body: body)
        case .openai, .anthropic, .bedrock, .decisions, .systemone:
            request = try RequestWriting.request(
                endpoint, target: endpoint.url.path(ofRoute: route, version: "/v1"),
                headers: RequestWriting.bearer(endpoint), body: body)
        }
        if call.sampling.sampleCount > 1 {
            request.responseByteCountMax = ProviderLimits.bodyByteCountMax(answerCount: call.sampling.sampleCount)
        }
        return request
    }

    static func makeBatchRequest(
        _ calls: [JudgeCall], schema: JSONValue, endpoint: JudgeEndpoint, capabilities: EndpointCapabilities
    ) throws(RequestRefusal) -> HTTPRequest {
        guard let first = calls.first, calls.count <= ProviderLimits.sampleCountMax else {
            throw .countOutOfRange(calls.count, max: ProviderLimits.sampleCountMax)
        }
        guard first.sampling.sampleCount == 1,
            calls.allSatisfy({ $0.shape == first.shape && $0.sampling == first.sampling })
        else { throw .mixedBatch }
        var conversations: [JSONValue] = []
        for call in calls { conversations.append(try conversation(call, schema: schema, capabilities: capabilities)) }
        var request = try RequestWriting.request(
            endpoint, target: endpoint.url.path(ofRoute: route, version: "/v1") + "/batch",
            headers: RequestWriting.bearer(endpoint),
            body: body(
                first, messages: .array(conversations), schema: schema, endpoint: endpoint, capabilities: capabilities))
        request.responseByteCountMax = ProviderLimits.bodyByteCountMax(answerCount: calls.count)
        return request
    }

    /// With a deployment in the path and a version, or the newer route without either.
    private static func azureTarget(_ endpoint: JudgeEndpoint) -> String {
        let base = endpoint.url.basePath
        if base.hasSuffix("/openai/v1") { return base + route }
        let version = "?api-version=\(endpoint.azureVersion)"
        if base.hasSuffix(route) { return base.hasSuffix("/v1" + route) ? base : base + version }
        let root = base.hasSuffix("/openai") ? base : base + "/openai"
        return root + "/deployments/\(EndpointURL.percentEncoded(endpoint.model))" + route + version
    }

    private static func conversation(
        _ call: JudgeCall, schema: JSONValue, capabilities: EndpointCapabilities
    ) throws(RequestRefusal) -> JSONValue {
        func message(_ role: String, _ text: String) -> JSONValue {
            RequestWriting.object([("role", .string(role)), ("content", .string(text))])
        }
        let system = try RequestWriting.system(call, schema: schema, capabilities: capabilities)
        return .array((system.isEmpty ? [] : [message("system", system)]) + [message("user", call.user)])
    }

    private static func body(
        _ call: JudgeCall, messages: JSONValue, schema: JSONValue, endpoint: JudgeEndpoint,
        capabilities: EndpointCapabilities
    ) -> JSONValue {
        let sampling = call.sampling
        var members: [(String, JSONValue)] = [("model", .string(endpoint.model)), ("messages", messages)]
        if sampling.wantsProbabilities && capabilities.givesProbabilities {
            members.append(("logprobs", .bool(true)))
            members.append(("top_logprobs", .integer(Int64(ProviderLimits.alternativeCountWanted))))
        }
        members.append((capabilities.tokenLimitName.rawValue, .integer(Int64(sampling.tokenCountMax))))
        let sampleCount = capabilities.sampleCountPerCall(sampling, api: endpoint.api)
        if sampleCount > 1 { members.append(("n", .integer(Int64(sampleCount)))) }
        if let seed = sampling.seed, capabilities.takesSeed { members.append(("seed", .integer(Int64(seed)))) }
        if let temperature = sampling.temperature, capabilities.takesTemperature {
            members.append(("temperature", .number(temperature)))
        }
        return RequestWriting.object(members + form(schema: schema, capabilities: capabilities))
    }

    private static func form(schema: JSONValue, capabilities: EndpointCapabilities) -> [(String, JSONValue)] {
        let name = JSONValue.string(RequestWriting.verdictName)
        switch capabilities.structuredOutput {
        case .jsonSchema:
            let named = RequestWriting.object([("name", name), ("strict", .bool(true)), ("schema", schema)])
            let format = RequestWriting.object([("type", .string("json_schema")), ("json_schema", named)])
            return [("response_format", format)]
        case .jsonObjectWithSchema:
            return [("response_format", RequestWriting.object([("type", .string("json_object")), ("schema", schema)]))]
        case .tool:
            let function = RequestWriting.object([
                ("name", name), ("description", .string(RequestWriting.verdictDescription)),
                ("parameters", schema), ("strict", .bool(true)),
            ])
            let tool = RequestWriting.object([("type", .string("function")), ("function", function)])
            let choice = RequestWriting.object([
                ("type", .string("function")), ("function", RequestWriting.object([("name", name)])),
            ])
            return [("tools", .array([tool])), ("tool_choice", choice)]
        case .promptOnly: return []
        }
    }
}
