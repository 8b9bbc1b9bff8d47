internal import RewardKernel

/// What builders of requests share.
enum RequestWriting {
    /// The name of the schema and of the tool that a verdict is asked for with.
    static let verdictName = "verdict"
    static let verdictDescription = "Gives the verdict."

    static func request(
        _ endpoint: JudgeEndpoint, target: String, headers: [HTTPRequest.Header], body: JSONValue
    ) throws(RequestRefusal) -> HTTPRequest {
        HTTPRequest(
            url: endpoint.url.url(target: target), unixSocketPath: endpoint.url.unixSocketPath,
            // Pinned where there is something in it that a client might write anew.
            requestTarget: target.contains("%") ? target : nil,
            headers: headers + [
                HTTPRequest.Header("accept", "application/json"),
                HTTPRequest.Header("content-type", "application/json"),
            ] + endpoint.headers, body: try bytes(of: body))
    }

    /// `authorization: Bearer …`, of a key or a token.
    static func bearer(_ endpoint: JudgeEndpoint) -> [HTTPRequest.Header] {
        switch endpoint.credential {
        case .none, .aws: []
        case .key(let secret), .bearer(let secret): [HTTPRequest.Header("authorization", "Bearer \(secret)")]
        }
    }

    /// A key in a header of the provider's own, a token as a bearer.
    static func key(_ endpoint: JudgeEndpoint, in name: String) -> [HTTPRequest.Header] {
        if case .key(let secret) = endpoint.credential { return [HTTPRequest.Header(name, secret)] }
        return bearer(endpoint)
    }

    static func bytes(of value: JSONValue) throws(RequestRefusal) -> [UInt8] {
        do throws(JSONWriter.WriteError) { return try JSONWriter.bytes(of: value) } catch { throw .unwritable(error) }
    }

    /// The system text, with the schema in words where nothing else holds the model to it.
    static func system(
        _ call: JudgeCall, schema: JSONValue, capabilities: EndpointCapabilities
    ) throws(RequestRefusal) -> String {
        guard capabilities.structuredOutput == .promptOnly else { return call.system }
        let text = String(decoding: try bytes(of: schema), as: UTF8.self)
        return (call.system.isEmpty ? "" : call.system + "\n\n")
            + "Answer with one JSON object and nothing else. It must fit this JSON Schema:\n" + text
    }

    /// The questions of a call to an API that knows no other shape.
    static func questions(
        _ call: JudgeCall, api: JudgeAPI, countMax: Int
    ) throws(RequestRefusal) -> [VerdictShape.Question] {
        guard case .criteria(let questions, _) = call.shape else { throw .shapeNotOffered(api) }
        guard (1...countMax).contains(questions.count) else {
            throw .countOutOfRange(questions.count, max: countMax)
        }
        var names: Set<String> = []
        for question in questions where !names.insert(question.name).inserted { throw .repeatedName(question.name) }
        return questions
    }

    static func object(_ members: [(String, JSONValue)]) -> JSONValue {
        .object(members.map { JSONValue.Member($0.0, $0.1) })
    }
}
