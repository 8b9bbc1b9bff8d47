import RewardJudge
import RewardKernel
import Testing

/// The exact bytes of every adapter's requests: what a provider's cache and a signature depend on.
@Suite struct RequestBytesTests {
    private typealias Fixture = ProviderFixture

    private func text(_ request: HTTPRequest) -> String { String(decoding: request.body, as: UTF8.self) }

    private func headers(_ request: HTTPRequest) -> [String] { request.headers.map { "\($0.name): \($0.value)" } }

    @Test func chatCompletionWithSchemaAndProbabilities() throws {
        let sampling = Sampling(temperature: 0, seed: 1, tokenCountMax: 64, wantsProbabilities: true)
        let endpoint = try Fixture.endpoint(.openai, url: "https://api.openai.com/v1/")
        let request = try Fixture.request(endpoint, Fixture.call(sampling: sampling)) { $0.givesProbabilities = true }
        #expect(request.method == "POST")
        #expect(request.url == "https://api.openai.com/v1/chat/completions")
        #expect(request.requestTarget == nil && request.unixSocketPath == nil)
        #expect(
            headers(request) == [
                "authorization: Bearer secret-key", "accept: application/json", "content-type: application/json",
            ])
        #expect(
            text(request)
                == #"{"model":"m","messages":[{"role":"system","content":"Judge."},"#
                + #"{"role":"user","content":"Say \"hi\"\n"}],"logprobs":true,"top_logprobs":5,"#
                + #""max_completion_tokens":64,"seed":1,"temperature":0,"response_format":{"type":"json_schema","#
                + #""json_schema":{"name":"verdict","strict":true,"schema":\#(Fixture.schemaText)}}}"#)
    }

    @Test func whatIsNotSetOrNotTakenIsLeftOut() throws {
        let sampling = Sampling(temperature: nil, seed: nil, tokenCountMax: 8, sampleCount: 3, wantsProbabilities: true)
        let call = JudgeCall(system: "", user: "u", shape: Fixture.call().shape, sampling: sampling)
        let endpoint = try Fixture.endpoint(.openai, url: "http://127.0.0.1:8000", credential: EndpointCredential.none)
        let request = try Fixture.request(endpoint, call, structuredOutput: .promptOnly)
        #expect(headers(request) == ["accept: application/json", "content-type: application/json"])
        #expect(request.url == "http://127.0.0.1:8000/v1/chat/completions")
        #expect(
            text(request)
                == #"{"model":"m","messages":[{"role":"system","content":"Answer with one JSON object "#
                + #"and nothing else. It must fit this JSON Schema:\n"#
                + #"{\"type\":\"object\",\"additionalProperties\":false}"},"#
                + #"{"role":"user","content":"u"}],"max_tokens":8}"#)
    }

    @Test(arguments: [JudgeAPI.openai, .azure], EndpointCapabilities.StructuredOutput.allCases)
    func draftGivesTheSameBytes(api: JudgeAPI, structuredOutput: EndpointCapabilities.StructuredOutput) throws {
        // Texts that look like the place where the user's belongs.
        let trap = #"{"role":"user","content":""}"#
        let endpoint = try Fixture.endpoint(api, model: api == .azure ? "m" : trap)
        var capabilities = EndpointCapabilities.presumed(for: endpoint)
        capabilities.structuredOutput = structuredOutput
        for system in ["", "Judge.", trap] {
            var call = Fixture.call()
            call.system = system
            let draft = try #require(try RequestDraft(call, endpoint: endpoint, capabilities: capabilities))
            for user in ["", "u", "Say \"hi\"\n", trap, String(repeating: "\u{1}ä\\", count: 5_000)] {
                call.user = user
                #expect(draft.fits(call, capabilities))
                #expect(
                    draft.request(asking: user)
                        == (try ProviderAdapter.makeRequest(
                            call, schema: call.shape.schema, endpoint: endpoint, capabilities: capabilities,
                            wallClockSeconds: Fixture.now)))
            }
        }
    }

    @Test func draftFitsCallsThatDifferInTheirTextAlone() throws {
        let endpoint = try Fixture.endpoint(.openai)
        let capabilities = EndpointCapabilities.presumed(for: endpoint)
        let call = Fixture.call()
        let draft = try #require(try RequestDraft(call, endpoint: endpoint, capabilities: capabilities))
        var other = call
        other.system += " Well."
        #expect(!draft.fits(other, capabilities))
        other = call
        other.shape = .preference(wantsReason: true)
        #expect(!draft.fits(other, capabilities))
        other = call
        other.sampling.seed = 2
        #expect(!draft.fits(other, capabilities))
        var fewer = capabilities
        fewer.takesSeed = false
        #expect(!draft.fits(call, fewer))
    }

    @Test func onlyChatCompletionsHaveDrafts() throws {
        for api in [JudgeAPI.anthropic, .decisions, .systemone] {
            let endpoint = try Fixture.endpoint(api)
            let capabilities = EndpointCapabilities.presumed(for: endpoint)
            let draft = try RequestDraft(Fixture.call(), endpoint: endpoint, capabilities: capabilities)
            #expect(draft?.fits(Fixture.call(), capabilities) == nil)
        }
    }

    @Test func chatCompletionFormsAndSampleCount() throws {
        let endpoint = try Fixture.endpoint(.openai, url: "unix:/run/judge.sock")
        let call = Fixture.call(sampling: Sampling(temperature: 0.7, seed: 2, tokenCountMax: 8, sampleCount: 3))
        let object = try Fixture.request(endpoint, call, structuredOutput: .jsonObjectWithSchema) {
            $0.takesSampleCount = true
        }
        #expect(object.url == "http://localhost/v1/chat/completions")
        #expect(object.unixSocketPath == "/run/judge.sock")
        #expect(
            text(object).hasSuffix(
                #""max_tokens":8,"n":3,"seed":2,"temperature":0.7,"response_format":{"type":"json_object","schema":"#
                    + Fixture.schemaText + "}}"))
        let tool = try Fixture.request(endpoint, call, structuredOutput: .tool) {
            $0.takesSeed = false
            $0.takesTemperature = false
        }
        #expect(
            text(tool).hasSuffix(
                #""max_tokens":8,"tools":[{"type":"function","function":{"name":"verdict","#
                    + #""description":"Gives the verdict.","parameters":\#(Fixture.schemaText),"strict":true}}],"#
                    + #""tool_choice":{"type":"function","function":{"name":"verdict"}}}"#))
    }

    @Test(arguments: [
        ("https://h/openai/deployments", JudgeAPI.openai, "https://h/openai/deployments/v1/chat/completions"),
        ("https://h/api/paas/v4", .openai, "https://h/api/paas/v4/chat/completions"),
        ("https://h/v1beta/openai/", .openai, "https://h/v1beta/openai/chat/completions"),
        ("https://h/inference/chat/completions", .openai, "https://h/inference/chat/completions"),
        ("https://h", .anthropic, "https://h/v1/messages"),
        ("https://h/v1", .anthropic, "https://h/v1/messages"),
        ("https://h:443", .decisions, "https://h/v1/decisions"),
        ("http://[::1]:8085/", .systemone, "http://[::1]:8085/v1/systemone"),
        ("https://h", .azure, "https://h/openai/deployments/m%2F1/chat/completions?api-version=2024-10-21"),
        ("https://h/openai", .azure, "https://h/openai/deployments/m%2F1/chat/completions?api-version=2024-10-21"),
        ("https://h/openai/v1/", .azure, "https://h/openai/v1/chat/completions"),
        (
            "https://h/openai/deployments/d/chat/completions", .azure,
            "https://h/openai/deployments/d/chat/completions?api-version=2024-10-21"
        ),
        ("https://h/base", .bedrock, "https://h/base/model/m%2F1/converse"),
    ])
    func basePathsWithAndWithoutVersions(url: String, api: JudgeAPI, wanted: String) throws {
        #expect(try Fixture.request(Fixture.endpoint(api, url: url, model: "m/1")).url == wanted)
    }

    @Test func azureTakesItsOwnHeaderOrABearer() throws {
        let key = try Fixture.request(Fixture.endpoint(.azure))
        #expect(headers(key)[0] == "api-key: secret-key")
        #expect(text(key).contains(#""max_completion_tokens":64"#))
        let bearer = try Fixture.request(Fixture.endpoint(.azure, credential: .bearer("entra")))
        #expect(headers(bearer)[0] == "authorization: Bearer entra")
    }

    @Test func messagesWithToolOrSchema() throws {
        let tool = try Fixture.request(Fixture.endpoint(.anthropic))
        #expect(
            headers(tool) == [
                "x-api-key: secret-key", "anthropic-version: 2023-06-01", "accept: application/json",
                "content-type: application/json",
            ])
        #expect(
            text(tool)
                == #"{"model":"m","max_tokens":64,"system":"Judge.","#
                + #""messages":[{"role":"user","content":"Say \"hi\"\n"}],"temperature":0,"#
                + #""tools":[{"name":"verdict","description":"Gives the verdict.","#
                + #""input_schema":\#(Fixture.schemaText),"strict":true}],"#
                + #""tool_choice":{"type":"tool","name":"verdict"}}"#)
        let newer = try Fixture.request(
            Fixture.endpoint(.anthropic, credential: .bearer("token"), apiVersion: "2026-10-21"),
            structuredOutput: .jsonSchema)
        #expect(headers(newer).prefix(2) == ["authorization: Bearer token", "anthropic-version: 2026-10-21"])
        #expect(
            text(newer).hasSuffix(
                #"\n"}],"output_config":{"format":{"type":"json_schema","schema":\#(Fixture.schemaText)}}}"#),
            "the newer version refuses a temperature")
    }

    @Test func converseWithToolOrSchema() throws {
        let endpoint = try Fixture.endpoint(.bedrock, credential: .bearer("token"), model: "us.nova:0")
        let tool = try Fixture.request(endpoint)
        #expect(tool.url == "https://judge.example/model/us.nova%3A0/converse")
        #expect(tool.requestTarget == "/model/us.nova%3A0/converse")
        #expect(headers(tool)[0] == "authorization: Bearer token")
        #expect(
            text(tool)
                == #"{"messages":[{"role":"user","content":[{"text":"Say \"hi\"\n"}]}],"system":[{"text":"Judge."}],"#
                + #""inferenceConfig":{"maxTokens":64,"temperature":0},"toolConfig":{"tools":[{"toolSpec":"#
                + #"{"name":"verdict","description":"Gives the verdict.","#
                + #""inputSchema":{"json":\#(Fixture.schemaText)},"#
                + #""strict":true}}],"toolChoice":{"tool":{"name":"verdict"}}}}"#)
        let schema = try Fixture.request(endpoint, structuredOutput: .jsonSchema)
        #expect(
            text(schema).hasSuffix(
                #""outputConfig":{"textFormat":{"type":"json_schema","structure":{"jsonSchema":{"#
                    + #""schema":"{\"type\":\"object\",\"additionalProperties\":false}","name":"verdict"}}}}}"#))
    }

    @Test func questionsOfDecisionsAndSystemOne() throws {
        #expect(
            text(try Fixture.request(Fixture.endpoint(.decisions)))
                == #"{"model":"m","input":[{"role":"system","content":"Judge."},"#
                + #"{"role":"user","content":"Say \"hi\"\n"}],"#
                + #""questions":[{"type":"predicate","name":"polite","instructions":"It is polite."}]}"#)
        #expect(
            text(try Fixture.request(Fixture.endpoint(.systemone)))
                == #"{"model":"m","state":"Say \"hi\"\n","#
                + #""questions":{"polite":{"type":"noul","instructions":"It is polite."}}}"#)
    }

    @Test(arguments: [JudgeAPI.decisions, .systemone])
    func otherShapesAreRefusedWhereOnlyQuestionsAreAnswered(api: JudgeAPI) throws {
        let endpoint = try Fixture.endpoint(api)
        for shape in [
            VerdictShape.preference(wantsReason: false), .scale(low: 1, high: 5, wantsReason: false),
            .group(identifiers: ["a"], wantsReasons: false),
        ] {
            #expect(throws: RequestRefusal.shapeNotOffered(api)) {
                try Fixture.request(endpoint, Fixture.call(shape))
            }
        }
        #expect(throws: RequestRefusal.countOutOfRange(0, max: 400)) {
            try Fixture.request(endpoint, Fixture.call(.criteria([], wantsReasons: false)))
        }
        let question = VerdictShape.Question(name: "a", text: "b")
        #expect(throws: RequestRefusal.countOutOfRange(401, max: 400)) {
            let many = [VerdictShape.Question](repeating: question, count: 401)
            _ = try Fixture.request(endpoint, Fixture.call(.criteria(many, wantsReasons: false)))
        }
        #expect(throws: RequestRefusal.repeatedName("a")) {
            try Fixture.request(endpoint, Fixture.call(.criteria([question, question], wantsReasons: false)))
        }
    }

    @Test func batchHoldsAListOfConversations() throws {
        let endpoint = try Fixture.endpoint(.openai, url: "http://h")
        let capabilities = EndpointCapabilities.presumed(for: endpoint)
        var other = Fixture.call()
        other.user = "second"
        let request = try ProviderAdapter.makeBatchRequest(
            [Fixture.call(), other], schema: Fixture.schema, endpoint: endpoint, capabilities: capabilities)
        #expect(request.url == "http://h/v1/chat/completions/batch")
        #expect(
            text(request).hasPrefix(
                #"{"model":"m","messages":[[{"role":"system","content":"Judge."},{"role":"user","content":"#
                    + #""Say \"hi\"\n"}],[{"role":"system","content":"Judge."},{"role":"user","content":"second"}]],"#
                    + #""max_tokens":64,"#))
        other.sampling.tokenCountMax = 65
        #expect(throws: RequestRefusal.mixedBatch) {
            try ProviderAdapter.makeBatchRequest(
                [Fixture.call(), other], schema: Fixture.schema, endpoint: endpoint, capabilities: capabilities)
        }
        #expect(throws: RequestRefusal.batchNotOffered(.azure)) {
            try ProviderAdapter.makeBatchRequest(
                [other], schema: Fixture.schema, endpoint: Fixture.endpoint(.azure), capabilities: capabilities)
        }
    }

    @Test func numberThatIsNoneIsRefused() throws {
        let call = Fixture.call(sampling: Sampling(temperature: .nan))
        #expect(throws: RequestRefusal.unwritable(.numberNotFinite)) {
            try Fixture.request(Fixture.endpoint(.openai), call)
        }
    }
}
