/// A request to chat completions but for the one text in which the calls of a rubric differ: what is judged.
///
/// Everything else (the address, the headers, the system text, the schema) is written once instead of for every call.
package struct RequestDraft: Sendable {
    private let system: String
    private let shape: VerdictShape
    private let sampling: Sampling
    private let capabilities: EndpointCapabilities
    /// Without a body.
    private let frame: HTTPRequest
    /// The body in front of the text, and behind it.
    private let opening: [UInt8]
    private let closing: [UInt8]

    /// The user's message without its text. It stands in a body once: within a text its quotes would be escaped.
    private static let mark = #"{"role":"user","content":""}"#
    /// Of the mark, what follows the text's place.
    private static let markEnd = "\"\"}"

    /// Nil for an API whose requests are not made this way.
    package init?(
        _ call: JudgeCall, endpoint: JudgeEndpoint, capabilities: EndpointCapabilities
    ) throws(RequestRefusal) {
        switch endpoint.api {
        case .openai, .azure: break
        case .anthropic, .bedrock, .decisions, .systemone: return nil
        }
        var empty = call
        empty.user = ""
        var request = try ChatCompletionsAdapter.makeRequest(
            empty, schema: call.shape.schema, endpoint: endpoint, capabilities: capabilities)
        guard let start = ReplyText(request.body).firstIndex(of: Self.mark) else { return nil }
        let place = start + Self.mark.utf8.count - Self.markEnd.utf8.count
        opening = Array(request.body[..<place])
        closing = Array(request.body[(place + 2)...])
        request.body = []
        frame = request
        system = call.system
        shape = call.shape
        sampling = call.sampling
        self.capabilities = capabilities
    }

    /// Whether the call differs in its text only. Quick where both come from one rubric, whose texts they share.
    package func fits(_ call: JudgeCall, _ capabilities: EndpointCapabilities) -> Bool {
        sampling == call.sampling && self.capabilities == capabilities && system == call.system && shape == call.shape
    }

    /// The same bytes that an adapter would make of the whole call.
    package func request(asking user: String) -> HTTPRequest {
        // Few bytes need an escape; a text with more is moved once.
        let userByteCount = user.utf8.count
        var body = JSONWriter(byteCount: opening.count + userByteCount + userByteCount / 32 + closing.count + 64)
        body.append(opening)
        body.write(user)
        body.append(closing)
        var request = frame
        request.body = body.bytes
        return request
    }
}
