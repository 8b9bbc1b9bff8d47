import RewardJudge
import RewardKernel

/// Endpoints, calls and responses that the tests of adapters share.
enum ProviderFixture {
    static let now: Int64 = 1_696_004_797

    static let schema = JSONValue.object([
        JSONValue.Member("type", .string("object")), JSONValue.Member("additionalProperties", .bool(false)),
    ])
    static let schemaText = #"{"type":"object","additionalProperties":false}"#

    static func call(
        _ shape: VerdictShape = .criteria(
            [VerdictShape.Question(name: "polite", text: "It is polite.")], wantsReasons: false),
        sampling: Sampling = Sampling(temperature: 0, seed: 1, tokenCountMax: 64)
    ) -> JudgeCall {
        JudgeCall(system: "Judge.", user: "Say \"hi\"\n", shape: shape, sampling: sampling)
    }

    static func endpoint(
        _ api: JudgeAPI, url: String? = nil, credential: EndpointCredential? = nil, region: String? = nil,
        model: String = "m", apiVersion: String? = nil
    ) throws -> JudgeEndpoint {
        try JudgeEndpoint(
            api: api, url: url ?? "https://judge.example", model: model, credential: credential ?? .key("secret-key"),
            region: region, apiVersion: apiVersion)
    }

    static func request(
        _ endpoint: JudgeEndpoint, _ call: JudgeCall = call(),
        structuredOutput: EndpointCapabilities.StructuredOutput? = nil,
        change: (inout EndpointCapabilities) -> Void = { _ in }
    ) throws -> HTTPRequest {
        var capabilities = EndpointCapabilities.presumed(for: endpoint)
        if let structuredOutput { capabilities.structuredOutput = structuredOutput }
        change(&capabilities)
        return try ProviderAdapter.makeRequest(
            call, schema: schema, endpoint: endpoint, capabilities: capabilities, wallClockSeconds: now)
    }

    static func response(_ body: String, statusCode: Int = 200, headers: HTTPFields = [:]) -> HTTPResponse {
        HTTPResponse(statusCode: statusCode, headers: headers, body: Array(body.utf8))
    }

    static func outcome(
        _ api: JudgeAPI, _ body: String, statusCode: Int = 200, headers: HTTPFields = [:],
        call: JudgeCall = call()
    ) throws -> ProviderOutcome {
        ProviderAdapter.read(
            response(body, statusCode: statusCode, headers: headers), call: call, endpoint: try endpoint(api),
            wallClockSeconds: now)
    }

    static func reply(_ api: JudgeAPI, _ body: String, call: JudgeCall = call()) throws -> ProviderReply {
        try outcome(api, body, call: call).result.get()
    }

    static func failure(
        _ api: JudgeAPI, _ body: String, statusCode: Int, headers: HTTPFields = [:], call: JudgeCall = call()
    ) throws -> ProviderFailure? {
        switch try outcome(api, body, statusCode: statusCode, headers: headers, call: call).result {
        case .success: nil
        case .failure(let failure): failure
        }
    }
}
