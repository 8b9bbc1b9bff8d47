import RewardJudge
import RewardKernel
import Testing

/// Probes against servers that behave as real ones were seen to.
@Suite struct CapabilityProbeTests {
    private typealias Server = (JudgeCall, EndpointCapabilities) -> Result<ProviderReply, ProviderFailure>

    /// - Parameter batch: what comes of a batch of so many questions; few servers know that route.
    private func probe(
        _ endpoint: JudgeEndpoint,
        batch: (Int) -> Result<ProviderReply, ProviderFailure> = { _ in
            .failure(ProviderFailure(.notFound, message: "no such route"))
        }, _ server: Server
    ) -> (step: CapabilityProbe.Step, callCount: Int) {
        var probe = CapabilityProbe(endpoint)
        var callCount = 0
        while true {
            if case .askBatch(let calls, let schema, let capabilities) = probe.step {
                callCount += 1
                #expect(throws: Never.self) {
                    try ProviderAdapter.makeBatchRequest(
                        calls, schema: schema, endpoint: endpoint, capabilities: capabilities)
                }
                probe.read(batch(calls.count))
                continue
            }
            guard case .ask(let call, let schema, let capabilities) = probe.step else { break }
            callCount += 1
            guard callCount <= CapabilityProbe.callCountMax else { break }
            #expect(schema == CapabilityProbe.schema)
            // Whatever is asked can be written down for the endpoint.
            #expect(throws: Never.self) {
                try ProviderAdapter.makeRequest(
                    call, schema: schema, endpoint: endpoint, capabilities: capabilities, wallClockSeconds: 0)
            }
            probe.read(server(call, capabilities))
        }
        return (probe.step, callCount)
    }

    private func reply(
        _ text: String, count: Int = 1, hasTokens: Bool = false
    ) -> Result<ProviderReply, ProviderFailure> {
        let token = ProviderReply.Token(
            text: "true", logProbability: -0.1,
            alternatives: [ProviderReply.Alternative(text: "false", logProbability: -2)])
        let sample = ProviderReply.Sample(content: .text(text), finish: .stop, tokens: hasTokens ? [token] : [])
        return .success(ProviderReply(samples: Array(repeating: sample, count: count)))
    }

    private let verdict = #"{"pass" : true}"#
    private let prose = "Yes, the sky is blue on a clear day."

    private func failure(
        _ kind: ProviderFailure.Kind, _ message: String = "m"
    ) -> Result<ProviderReply, ProviderFailure> {
        .failure(ProviderFailure(kind, message: message))
    }

    @Test func serverThatDoesEverythingIsSeenTo() throws {
        let endpoint = try ProviderFixture.endpoint(.openai)
        let (step, callCount) = probe(endpoint) { call, capabilities in
            reply(
                verdict, count: capabilities.sampleCountPerCall(call.sampling, api: .openai),
                hasTokens: call.sampling.wantsProbabilities)
        }
        #expect(
            step
                == .finished(
                    EndpointCapabilities(
                        structuredOutput: .jsonSchema, givesProbabilities: true, takesSampleCount: true)))
        #expect(callCount == 4)
    }

    /// vLLM: `n` at temperature 0 is a bad request; on a CPU it dies of a seed at another.
    @Test func severalAnswersAreAskedForAtATemperatureAndWithoutASeed() throws {
        let (step, _) = probe(try ProviderFixture.endpoint(.openai)) { call, capabilities in
            guard call.sampling.sampleCount > 1 else { return reply(verdict) }
            guard let temperature = call.sampling.temperature, temperature > 0, call.sampling.seed == nil else {
                return failure(.badRequest, "n must be 1 when using greedy sampling, got 2.")
            }
            return reply(verdict, count: capabilities.sampleCountPerCall(call.sampling, api: .openai))
        }
        guard case .finished(let found) = step else {
            Issue.record("the probe ended with \(step)")
            return
        }
        #expect(found.takesSampleCount)
        // And where the configuration says 0, they are asked for one by one.
        let greedy = Sampling(temperature: 0, seed: 1, tokenCountMax: 100, sampleCount: 3)
        #expect(found.sampleCountPerCall(greedy, api: .openai) == 1)
    }

    @Test func batchIsProvenByAsManyVerdictsAsQuestions() throws {
        func capabilities(_ answer: (Int) -> Result<ProviderReply, ProviderFailure>) throws -> EndpointCapabilities? {
            let endpoint = try ProviderFixture.endpoint(.openai)
            guard case .finished(let found) = probe(endpoint, batch: answer, { _, _ in reply(verdict) }).step else {
                return nil
            }
            return found
        }
        #expect(try capabilities { reply(verdict, count: $0) }?.takesBatch == true)
        #expect(try capabilities { reply(verdict, count: $0 - 1) }?.takesBatch == false)
        #expect(try capabilities { reply(prose, count: $0) }?.takesBatch == false)
        for kind in ProviderFailure.Kind.allCases {
            #expect(try capabilities { _ in failure(kind) }?.takesBatch == false)
        }
    }

    @Test func providerItselfIsNotAskedForABatch() throws {
        let endpoint = try JudgeEndpoint(api: .openai, url: "https://api.openai.com/v1", model: "m")
        #expect(probe(endpoint) { _, _ in reply(verdict) }.callCount == 3)
    }

    @Test func schemaThatIsSilentlyIgnoredIsNoSchema() throws {
        let (step, callCount) = probe(try ProviderFixture.endpoint(.openai)) { _, _ in reply(prose) }
        #expect(step == .finished(EndpointCapabilities(structuredOutput: .promptOnly)))
        #expect(callCount == 7)
        // Nor is JSON in the midst of prose, with members that were not asked for, or of another type.
        for text in ["```json\n\(verdict)\n```", #"{"pass":true,"x":1}"#, #"{"pass":"true"}"#, "{}", "[true]", "true"] {
            let (step, _) = probe(try ProviderFixture.endpoint(.openai)) { _, _ in reply(text) }
            #expect(step == .finished(EndpointCapabilities(structuredOutput: .promptOnly)))
        }
    }

    @Test func serverErrorOnASchemaIsARefusalOfIt() throws {
        // llama-cpp-python answers 500 to json_schema, and to n, and takes json_object with a schema.
        let (step, _) = probe(try ProviderFixture.endpoint(.openai)) { call, capabilities in
            if capabilities.structuredOutput == .jsonSchema { return failure(.serverError, "Field required") }
            if call.sampling.sampleCount > 1 { return failure(.serverError) }
            return reply(verdict, hasTokens: call.sampling.wantsProbabilities)
        }
        #expect(
            step
                == .finished(EndpointCapabilities(structuredOutput: .jsonObjectWithSchema, givesProbabilities: true)))
    }

    @Test func serverErrorOnEverythingIsAServerError() throws {
        let (step, callCount) = probe(try ProviderFixture.endpoint(.openai)) { _, _ in failure(.serverError, "down") }
        #expect(step == .failed(ProviderFailure(.serverError, message: "down")))
        #expect(callCount == 4)
    }

    @Test func forcedToolThatIsIgnoredIsNoTool() throws {
        let (step, callCount) = probe(try ProviderFixture.endpoint(.anthropic)) { _, capabilities in
            capabilities.structuredOutput == .jsonSchema ? reply(verdict) : reply(prose)
        }
        #expect(step == .finished(EndpointCapabilities(structuredOutput: .jsonSchema, takesSeed: false)))
        #expect(callCount == 2)
        let (tool, _) = probe(try ProviderFixture.endpoint(.bedrock)) { _, _ in
            .success(
                ProviderReply(samples: [
                    ProviderReply.Sample(
                        content: .structured(.object([JSONValue.Member("pass", .bool(false))])), finish: .toolUse)
                ]))
        }
        #expect(tool == .finished(EndpointCapabilities(structuredOutput: .tool, takesSeed: false)))
    }

    @Test func parametersThatAreRefusedByNameAreLeftOut() throws {
        let (step, callCount) = probe(try ProviderFixture.endpoint(.openai)) { call, capabilities in
            if capabilities.tokenLimitName == .maxTokens {
                return failure(
                    .badRequest,
                    "Unsupported parameter: 'max_tokens' is not supported with this model. "
                        + "Use 'max_completion_tokens' instead.")
            }
            if capabilities.takesTemperature {
                return failure(.badRequest, "Unsupported value: 'temperature' does not support 0 with this model.")
            }
            if capabilities.takesSeed { return failure(.badRequest, "seed: Extra inputs are not permitted") }
            if call.sampling.wantsProbabilities { return failure(.badRequest, "logprobs is not supported") }
            return reply(verdict, count: capabilities.sampleCountPerCall(call.sampling, api: .openai))
        }
        #expect(
            step
                == .finished(
                    EndpointCapabilities(
                        structuredOutput: .jsonSchema, takesSampleCount: true, takesTemperature: false,
                        takesSeed: false, tokenLimitName: .maxCompletionTokens)))
        #expect(callCount == 7)
    }

    @Test func refusedCallIsSentOnceMoreWithOneParameterLess() {
        let all = EndpointCapabilities(structuredOutput: .jsonSchema, givesProbabilities: true)
        func fewer(_ message: String, _ kind: ProviderFailure.Kind = .badRequest) -> EndpointCapabilities? {
            all.leavingOut(namedBy: ProviderFailure(kind, message: message), api: .openai)
        }
        #expect(fewer("'temperature' does not support 0")?.takesTemperature == false)
        #expect(fewer("seed: Extra inputs are not permitted")?.takesSeed == false)
        #expect(fewer("use max_completion_tokens, not max_tokens")?.tokenLimitName == .maxCompletionTokens)
        #expect(fewer("You are not allowed to request logprobs from this model")?.givesProbabilities == false)
        #expect(fewer("something else") == nil)
        #expect(fewer("reseeding max_tokens_x") == nil)
        #expect(fewer("temperature", .serverError) == nil)
        #expect(all.leavingOut(namedBy: ProviderFailure(.badRequest, message: "max_tokens"), api: .anthropic) == nil)
    }

    @Test(arguments: [
        ProviderFailure.Kind.authentication, .billing, .forbidden, .notFound, .rateLimited, .overloaded, .timeout,
        .transport,
    ])
    func failureThatIsNotOfTheSchemaEndsTheProbe(kind: ProviderFailure.Kind) throws {
        for api in JudgeAPI.allCases {
            let (step, callCount) = probe(try ProviderFixture.endpoint(api)) { _, _ in failure(kind) }
            #expect(step == .failed(ProviderFailure(kind, message: "m")))
            #expect(callCount == 1)
        }
    }

    @Test(arguments: [JudgeAPI.decisions, .systemone])
    func endpointOfProbabilitiesIsAskedOnce(api: JudgeAPI) throws {
        let (step, callCount) = probe(try ProviderFixture.endpoint(api)) { _, _ in
            .success(ProviderReply(samples: [ProviderReply.Sample(content: .probabilities([0.9]), finish: .stop)]))
        }
        #expect(callCount == 1)
        guard case .finished(let capabilities) = step else {
            Issue.record("\(step)")
            return
        }
        #expect(capabilities.givesProbabilities)
    }

    /// Whatever a server does, a probe ends within its number of calls.
    @Test func probeAlwaysEnds() throws {
        let kinds = ProviderFailure.Kind.allCases
        let messages = ["temperature", "seed", "max_tokens max_completion_tokens", "temperature seed max_tokens"]
        for api in JudgeAPI.allCases {
            for kind in kinds {
                for message in messages {
                    for period in 1...4 {
                        var count = 0
                        let (step, callCount) = probe(try ProviderFixture.endpoint(api)) { _, _ in
                            count += 1
                            return count % period == 0 ? failure(kind, message) : reply(prose)
                        }
                        #expect(callCount <= CapabilityProbe.callCountMax)
                        if case .ask = step { Issue.record("\(api) \(kind) \(message) \(period)") }
                    }
                }
            }
        }
    }
}
