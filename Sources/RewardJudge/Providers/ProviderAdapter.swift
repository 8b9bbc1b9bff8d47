package import RewardKernel

/// Turns calls into requests and responses into replies, for every API that is spoken. Knows no clock and no socket.
package enum ProviderAdapter {
    /// The request that asks `call` of `endpoint`.
    ///
    /// - Parameters:
    ///   - schema: of an answer of the call's shape.
    ///   - wallClockSeconds: seconds since 1970, for signatures: a request is built anew for every attempt.
    package static func makeRequest(
        _ call: JudgeCall, schema: JSONValue, endpoint: JudgeEndpoint, capabilities: EndpointCapabilities,
        wallClockSeconds: Int64
    ) throws(RequestRefusal) -> HTTPRequest {
        switch endpoint.api {
        case .openai, .azure:
            try ChatCompletionsAdapter.makeRequest(call, schema: schema, endpoint: endpoint, capabilities: capabilities)
        case .anthropic:
            try MessagesAdapter.makeRequest(call, schema: schema, endpoint: endpoint, capabilities: capabilities)
        case .bedrock:
            try ConverseAdapter.makeRequest(
                call, schema: schema, endpoint: endpoint, capabilities: capabilities,
                wallClockSeconds: wallClockSeconds)
        case .decisions: try DecisionsAdapter.makeRequest(call, endpoint: endpoint)
        case .systemone: try SystemOneAdapter.makeRequest(call, endpoint: endpoint)
        }
    }

    /// The request that asks several calls of one shape and sampling at once, of a vLLM server
    /// (`/v1/chat/completions/batch`).
    package static func makeBatchRequest(
        _ calls: [JudgeCall], schema: JSONValue, endpoint: JudgeEndpoint, capabilities: EndpointCapabilities
    ) throws(RequestRefusal) -> HTTPRequest {
        guard endpoint.api == .openai else { throw .batchNotOffered(endpoint.api) }
        return try ChatCompletionsAdapter.makeBatchRequest(
            calls, schema: schema, endpoint: endpoint, capabilities: capabilities)
    }

    /// What `response`, to a request that was made of `call`, comes to.
    package static func read(
        _ response: HTTPResponse, call: JudgeCall, endpoint: JudgeEndpoint, wallClockSeconds: Int64
    ) -> ProviderOutcome {
        outcome(
            response, answerCount: call.sampling.sampleCount, endpoint: endpoint, wallClockSeconds: wallClockSeconds
        ) { root throws(ReplyFault) in
            switch endpoint.api {
            case .openai, .azure: try ChatCompletionsAdapter.read(root)
            case .anthropic: try MessagesAdapter.read(root)
            case .bedrock: try ConverseAdapter.read(root)
            case .decisions: try DecisionsAdapter.read(root, call: call)
            case .systemone: try SystemOneAdapter.read(root, call: call)
            }
        }
    }

    /// What a response to a batch comes to: the sample at an index answers the call at that index, and none is missing.
    package static func readBatch(
        _ response: HTTPResponse, callCount: Int, endpoint: JudgeEndpoint, wallClockSeconds: Int64
    ) -> ProviderOutcome {
        outcome(
            response, answerCount: callCount, endpoint: endpoint, wallClockSeconds: wallClockSeconds
        ) { root throws(ReplyFault) in
            try ChatCompletionsAdapter.readBatch(root, callCount: callCount)
        }
    }

    private static func outcome(
        _ response: HTTPResponse, answerCount: Int, endpoint: JudgeEndpoint, wallClockSeconds: Int64,
        read: (ReplyNode) throws(ReplyFault) -> ProviderReply
    ) -> ProviderOutcome {
        var outcome = ProviderOutcome(
            result: result(
                response, answerCount: answerCount, endpoint: endpoint, wallClockSeconds: wallClockSeconds, read: read),
            rateHints: RateHints(headers: response.headers, wallClockSeconds: wallClockSeconds))
        if case .failure = outcome.result,
            let date = response.headers["date"].flatMap(HeaderTime.secondsSince1970(httpDate:))
        {
            let ahead = date.subtractingReportingOverflow(wallClockSeconds)
            outcome.clockAheadSeconds = ahead.overflow ? nil : ahead.partialValue
        }
        return outcome
    }

    private static func result(
        _ response: HTTPResponse, answerCount: Int, endpoint: JudgeEndpoint, wallClockSeconds: Int64,
        read: (ReplyNode) throws(ReplyFault) -> ProviderReply
    ) -> Result<ProviderReply, ProviderFailure> {
        guard (200..<300).contains(response.statusCode) else {
            return .failure(
                FailureClassifier.failure(response, endpoint: endpoint, wallClockSeconds: wallClockSeconds))
        }
        guard response.body.count <= ProviderLimits.bodyByteCountMax(answerCount: answerCount) else {
            return .failure(FailureClassifier.malformed(response, "the body is longer than a reply may be"))
        }
        let root: ReplyNode
        do throws(JSONValue.ParseError) { root = ReplyNode(try JSONValue.make(parsing: response.body)) } catch {
            return .failure(
                FailureClassifier.malformed(response, "the body is not JSON: \(ErrorBody.line(error.message))"))
        }
        if let failure = statedFailure(root, response, endpoint: endpoint, wallClockSeconds: wallClockSeconds) {
            return .failure(failure)
        }
        do throws(ReplyFault) {
            var reply = try read(root)
            reply.requestIdentifier = requestIdentifier(response.headers)
            return .success(reply)
        } catch {
            return .failure(FailureClassifier.malformed(response, error.message))
        }
    }

    /// The failure that some gateways report with a status of success, by the status that it says it is.
    private static func statedFailure(
        _ root: ReplyNode, _ response: HTTPResponse, endpoint: JudgeEndpoint, wallClockSeconds: Int64
    ) -> ProviderFailure? {
        guard root["error"].isPresent else { return nil }
        let error = ErrorBody(root)
        guard let code = root["error"]["code"].number, code >= 400, code < 600 else {
            return FailureClassifier.malformed(response, endpoint.redacted(error.message))
        }
        return FailureClassifier.failure(
            error, statusCode: Int(code), headers: response.headers, body: response.body, endpoint: endpoint,
            wallClockSeconds: wallClockSeconds)
    }

    private static func requestIdentifier(_ headers: HTTPFields) -> String? {
        for name in ["x-request-id", "request-id", "apim-request-id", "x-amzn-requestid"] {
            if let text = headers[name], !text.isEmpty { return ReplyReading.name(text) }
        }
        return nil
    }
}
