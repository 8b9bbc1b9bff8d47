import RewardJudge
import RewardKernel
import Testing

@Suite struct FailureKindTests {
    private typealias Fixture = ProviderFixture

    @Test(arguments: [
        ("insufficient_quota", nil), ("requests", "credit_balance_exhausted"),
        ("requests", "organization_spend_limit_exceeded"), ("requests", "project_spend_limit_exceeded"),
        ("requests", "organization_usage_limit_exceeded"), ("billing_not_active", "billing_not_active"),
    ])
    func spendLimitIsNoRateLimit(type: String, code: String?) throws {
        let code = code.map { "\"\($0)\"" } ?? "null"
        let body = #"{"error":{"message":"m","type":"\#(type)","param":null,"code":\#(code)}}"#
        // Not even where a gateway says otherwise.
        let failure = try Fixture.failure(.openai, body, statusCode: 429, headers: ["x-should-retry": "true"])
        #expect(failure?.kind == .billing && failure?.mayPass == false)
    }

    @Test(arguments: ["rate_limit_exceeded", "slow_down"])
    func rateLimitPasses(code: String) throws {
        let body = #"{"error":{"message":"m","type":"requests","code":"\#(code)"}}"#
        let failure = try Fixture.failure(.openai, body, statusCode: 429)
        #expect(failure?.kind == .rateLimited && failure?.mayPass == true)
    }

    @Test(arguments: [
        ("ramp_limit_exceeded", ProviderFailure.Kind.rateLimited), ("enforced_spend_limit_reached", .billing),
        ("contract_spend_limit_reached", .billing),
    ])
    func limitsOfAnthropicAreToldApartByTheirCode(code: String, kind: ProviderFailure.Kind) throws {
        let body =
            #"{"type":"error","error":{"type":"rate_limit_error","message":"m","details":{"error_code":"\#(code)"}},"#
            + #""request_id":"r"}"#
        #expect(try Fixture.failure(.anthropic, body, statusCode: 429)?.kind == kind)
    }

    @Test(arguments: [
        // OpenAI and those who use its words, Azure, Anthropic, llama.cpp, vLLM, Bedrock.
        (400, #"{"error":{"message":"m","type":"invalid_request_error","code":"context_length_exceeded"}}"#),
        (
            400,
            #"{"error":{"code":400,"message":"m","type":"exceed_context_size_error","n_prompt_tokens":9,"n_ctx":8}}"#
        ),
        (
            400,
            #"{"error":{"message":"This model's maximum context length is 8 tokens.","type":"BadRequest","code":400}}"#
        ),
        (
            400,
            #"{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 9 > 8"}}"#
        ),
        (400, #"{"message":"Input is too long for requested model."}"#),
        (413, #"{"type":"error","error":{"type":"request_too_large","message":"m"}}"#),
        (413, "<html>413 Request Entity Too Large</html>"),
    ])
    func promptThatDoesNotFitIsKnown(status: Int, body: String) throws {
        #expect(try Fixture.failure(.openai, body, statusCode: status)?.kind == .contextTooLong)
    }

    @Test func promptThatIsFilteredIsKnown() throws {
        for body in [
            #"{"error":{"message":"m","type":null,"param":"prompt","code":"content_filter","status":400}}"#,
            #"{"error":{"message":"m","code":null,"innererror":{"code":"ResponsibleAIPolicyViolation"}}}"#,
        ] {
            #expect(try Fixture.failure(.azure, body, statusCode: 400)?.kind == .contentFilter)
        }
    }

    @Test func emptyAccountOfAnthropicIsNoBadRequest() throws {
        let body =
            #"{"type":"error","error":{"type":"invalid_request_error","#
            + #""message":"Your credit balance is too low to access the API."}}"#
        #expect(try Fixture.failure(.anthropic, body, statusCode: 400)?.kind == .billing)
    }

    @Test(arguments: [
        (300, ProviderFailure.Kind.malformedReply), (302, .malformedReply), (100, .malformedReply),
        (0, .malformedReply),
        (-1, .malformedReply), (405, .badRequest), (408, .timeout), (409, .overloaded), (410, .notFound),
        (415, .badRequest), (422, .badRequest), (424, .modelError), (425, .overloaded), (451, .forbidden),
        (499, .badRequest), (500, .serverError), (501, .notFound), (502, .serverError), (503, .overloaded),
        (504, .timeout), (522, .serverError), (529, .overloaded), (599, .serverError), (600, .malformedReply),
    ])
    func statusAloneTellsTheKind(status: Int, kind: ProviderFailure.Kind) throws {
        for api in JudgeAPI.allCases {
            #expect(try Fixture.failure(api, "", statusCode: status)?.kind == kind)
        }
    }

    @Test(arguments: [
        ("InvalidSignatureException", 403, ProviderFailure.Kind.authentication),
        ("UnrecognizedClientException", 403, .authentication), ("AccessDeniedException", 403, .forbidden),
        ("ServiceQuotaExceededException", 400, .rateLimited), ("ThrottlingException", 400, .rateLimited),
        ("ConflictException", 400, .badRequest), ("ModelNotReadyException", 429, .overloaded),
    ])
    func exceptionsOfAWSAreReadFromHeaderOrBody(name: String, status: Int, kind: ProviderFailure.Kind) throws {
        let header: HTTPFields = ["x-amzn-errortype": "\(name):http://internal.amazon.com/coral/com.amazon.bedrock/"]
        #expect(
            try Fixture.failure(.bedrock, #"{"Message":"m"}"#, statusCode: status, headers: header)?.kind == kind)
        let body = #"{"__type":"com.amazon.coral.service#\#(name)","message":"m"}"#
        let failure = try Fixture.failure(.bedrock, body, statusCode: status)
        #expect(failure?.kind == kind && failure?.message == "m")
    }

    /// Shapes seen of real servers, and some that none should have.
    @Test(arguments: [
        (#"{"error":"model 'x' not found"}"#, "model 'x' not found"),
        (#"{"error":{"message":"Invalid API Key","type":"authentication_error","code":401}}"#, "Invalid API Key"),
        (#"[{"error":{"code":400,"message":"wrapped","status":"INVALID_ARGUMENT"}}]"#, "wrapped"),
        (#"{"detail":"Not Found"}"#, "Not Found"),
        (#"{"detail":[{"loc":["body"],"msg":"bad"}]}"#, #"{"detail":[{"loc":["body"],"msg":"bad"}]}"#),
        (#"{"object":"error","message":"old","type":"BadRequestError","param":null,"code":40301}"#, "old"),
        (#"{"message":"of AWS"}"#, "of AWS"), (#"{"Message":"of AWS"}"#, "of AWS"),
        ("<html><body>\n <h1>502</h1>\n</body></html>", "<html><body> <h1>502</h1> </body></html>"),
        ("", "status 500 without a word"), ("null", "null"), ("[]", "[]"), (#""text""#, "text"), ("{}", "{}"),
        (#"{"error":null}"#, #"{"error":null}"#), ("\u{0}\u{1B}[31m\u{9B}red", "[31m red"),
    ])
    func messageIsFoundInEveryShape(body: String, message: String) throws {
        let failure = try Fixture.failure(.openai, body, statusCode: 500)
        #expect(failure?.message == message)
        #expect(failure?.kind == .serverError)
    }

    @Test func messageIsCutBetweenCharacters() throws {
        let body = #"{"error":"\#(String(repeating: "é", count: 1_000))"}"#
        #expect(try Fixture.failure(.openai, body, statusCode: 400)?.message == String(repeating: "é", count: 150))
    }

    @Test func credentialIsNeverRepeated() throws {
        let failure = try Fixture.failure(.openai, #"{"error":"no such key: secret-key"}"#, statusCode: 401)
        #expect(failure?.message == "no such key: ***")
        let filler = String(repeating: "x", count: 291)
        let cut = try Fixture.failure(.openai, #"{"error":"\#(filler)secret-key"}"#, statusCode: 401)
        #expect(cut?.message == filler + "***")
        let credential = EndpointCredential.aws(accessKey: "a", secretKey: "hidden", sessionToken: "hidden")
        #expect("\(credential)" == "aws")
        #expect(
            !String(reflecting: try Fixture.endpoint(.bedrock, credential: credential, region: "r")).contains("hidden"))
    }

    @Test func equalFailuresHaveEqualHashes() throws {
        let first = try Fixture.failure(.openai, #"{"error":"a"}"#, statusCode: 500)
        #expect(first == (try Fixture.failure(.openai, #"{"error":"a"}"#, statusCode: 500)))
        #expect(first?.bodyHash != (try Fixture.failure(.openai, #"{"error":"b"}"#, statusCode: 500))?.bodyHash)
        // FNV-1a of nothing is its offset.
        #expect(try Fixture.failure(.openai, "", statusCode: 500)?.bodyHash == 0xCBF2_9CE4_8422_2325)
    }

    @Test func errorUnderAStatusOfSuccessIsAFailure() throws {
        func kind(_ body: String) throws -> ProviderFailure.Kind? {
            try Fixture.failure(.openai, body, statusCode: 200)?.kind
        }
        #expect(try kind(#"{"error":{"code":502,"message":"upstream"}}"#) == .serverError)
        #expect(try kind(#"{"error":{"code":429,"message":"m"},"choices":[]}"#) == .rateLimited)
        #expect(try kind(#"{"error":{"code":"x","message":"m"}}"#) == .malformedReply)
        #expect(try kind(#"{"error":{"code":1e300,"message":"m"}}"#) == .malformedReply)
        #expect(try kind(#"{"error":"text"}"#) == .malformedReply)
    }
}
