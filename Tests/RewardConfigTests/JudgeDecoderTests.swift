import RewardConfig
import RewardJudge
import RewardMemory
import Testing

/// Every key of a judge reaches its setting; what is left out has the documented default.
@Suite struct JudgeDecoderTests {
    private func judge(
        _ text: String, environment: @escaping (String) -> String? = { variables[$0] }
    ) throws
        -> JudgeSettings
    {
        try #require(try read(asking(judge: text), environment: environment).judges?.judges.first)
    }

    @Test func everyKeyIsRead() throws {
        let judge = try judge(
            """
            {api: openai, url: "https://api.openai.com/v1", model: gpt, api_key_env: JUDGE_KEY, temperature: 0.5,
             seed: 7, headers: {x-team: rewards}, token_limit_name: max_tokens,
             limits: {concurrency: 32, concurrency_start: 4, requests_per_minute: 1000, tokens_per_minute: 400000,
               tokens_per_day: 1e9, cost_per_day: 2.5},
             prices: {input: 0.25, cached_input: 0.025, output: 2}}
            """)
        #expect((judge.name, judge.temperature, judge.seed) == ("j", 0.5, 7))
        let endpoint = try #require(judge.endpoints.first)
        #expect(judge.endpoints.count == 1)
        #expect(endpoint.weight == 1)
        #expect(endpoint.endpoint.api == .openai)
        #expect(endpoint.endpoint.url == (try EndpointURL("https://api.openai.com/v1")))
        #expect(endpoint.endpoint.model == "gpt")
        #expect(endpoint.endpoint.credential == .key("sk-judge-0123456789"))
        #expect(endpoint.endpoint.headers == [HTTPRequest.Header("x-team", "rewards")])
        #expect(endpoint.endpoint.tokenLimitName == .maxTokens)
        #expect(
            endpoint.limits
                == EndpointLimits(
                    concurrencyStart: 4, concurrencyMax: 32, requestsPerMinute: 1_000, tokensPerMinute: 400_000,
                    tokensPerDay: 1_000_000_000, costNanosPerDay: 2_500_000_000,
                    prices: TokenPrices(inputNanos: 250, cachedInputNanos: 25, outputNanos: 2_000)))
    }

    @Test func defaultsAreTheDocumentedOnes() throws {
        let judge = try judge("{api: openai, url: \"unix:/run/judge.sock\", model: m}")
        #expect((judge.temperature, judge.seed) == (nil, 1))
        #expect(judge.endpoints.count == 1)
        #expect(judge.endpoints[0].limits == EndpointLimits())
        #expect((EndpointLimits().concurrencyStart, EndpointLimits().concurrencyMax) == (8, 64))
        #expect(judge.endpoints[0].endpoint.credential == EndpointCredential.none)
        #expect(judge.endpoints[0].endpoint.url.unixSocketPath == "/run/judge.sock")
        #expect(judge.endpoints[0].endpoint.tokenLimitName == nil)
        let few = try self.judge(
            "{api: openai, url: \"unix:/run/judge.sock\", model: m, seed: null, limits: {concurrency: 3}}")
        #expect(few.seed == nil)
        #expect((few.endpoints[0].limits.concurrencyStart, few.endpoints[0].limits.concurrencyMax) == (3, 3))
        let priced = try self.judge(
            "{api: openai, url: \"unix:/run/judge.sock\", model: m, prices: {input: 3, output: 15}}")
        // A cached token costs what any other does where nothing else is said.
        #expect(
            priced.endpoints[0].limits.prices
                == TokenPrices(inputNanos: 3_000, cachedInputNanos: 3_000, outputNanos: 15_000))
    }

    @Test func anthropicIsAtHomeWhenNoURLSaysOtherwise() throws {
        let plain = try judge("{api: anthropic, model: claude, api_key_env: JUDGE_KEY}").endpoints[0].endpoint
        #expect(plain.url.url(target: "/") == "https://api.anthropic.com/")
        #expect(plain.credential == .key("sk-judge-0123456789"))
        #expect(plain.anthropicVersion == "2023-06-01")
        let bearer = try judge(
            "{api: anthropic, model: claude, api_key_env: JUDGE_KEY, auth: bearer, api_version: 2026-10-21}"
        ).endpoints[0].endpoint
        #expect(bearer.credential == .bearer("sk-judge-0123456789"))
        #expect(bearer.anthropicVersion == "2026-10-21")
        let key = try judge("{api: anthropic, model: claude, api_key_env: JUDGE_KEY, auth: x-api-key}")
        #expect(key.endpoints[0].endpoint.credential == .key("sk-judge-0123456789"))
    }

    @Test func azureShowsItsKeyEitherWay() throws {
        let keys = "api: azure, url: \"https://name.openai.azure.com\", model: deployment, api_key_env: JUDGE_KEY"
        #expect(try judge("{\(keys), auth: api-key}").endpoints[0].endpoint.credential == .key("sk-judge-0123456789"))
        let bearer = try judge("{\(keys), auth: bearer, api_version: 2025-01-01-preview}").endpoints[0].endpoint
        #expect(bearer.credential == .bearer("sk-judge-0123456789"))
        #expect(bearer.azureVersion == "2025-01-01-preview")
    }

    @Test func bedrockTakesNamedCredentials() throws {
        let keys = "api: bedrock, region: eu-west-1, model: \"amazon.nova-pro-v1:0\""
        let signed = try judge(
            "{\(keys), access_key_env: ACCESS, secret_key_env: SECRET, session_token_env: SESSION}"
        ).endpoints[0].endpoint
        #expect(signed.url.host == "bedrock-runtime.eu-west-1.amazonaws.com")
        #expect(signed.region == "eu-west-1")
        #expect(
            signed.credential
                == .aws(
                    accessKey: "AKIDEXAMPLE", secretKey: "wJalrXUtnFEMI/K7MDENG",
                    sessionToken: "session-token-of-the-test"))
        let short = try judge("{\(keys), access_key_env: ACCESS, secret_key_env: SECRET}").endpoints[0].endpoint
        #expect(
            short.credential == .aws(accessKey: "AKIDEXAMPLE", secretKey: "wJalrXUtnFEMI/K7MDENG", sessionToken: nil))
        let bearer = try judge("{\(keys), bearer_env: JUDGE_KEY}").endpoints[0].endpoint
        #expect(bearer.credential == .bearer("sk-judge-0123456789"))
    }

    @Test(arguments: [
        ("", EndpointCredential.aws(accessKey: "AKID", secretKey: "secret", sessionToken: nil)),
        ("AWS_SESSION_TOKEN", .aws(accessKey: "AKID", secretKey: "secret", sessionToken: "more")),
        ("AWS_BEARER_TOKEN_BEDROCK", .bearer("more")),
    ])
    func bedrockFindsTheUsualCredentials(variable: String, credential: EndpointCredential) throws {
        let usual = ["AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": ""]
        let found = try judge("{api: bedrock, region: eu-west-1, model: m}") { name in
            name == variable ? "more" : usual[name]
        }
        #expect(found.endpoints[0].endpoint.credential == credential)
    }

    @Test func endpointsTakeFromTheJudgeWhatTheyLeaveOut() throws {
        let judge = try judge(
            """
            {api: openai, model: m, api_key_env: JUDGE_KEY, prices: {input: 1}, limits: {concurrency: 16, tokens_per_day: 10},
             endpoints: [{url: "http://a:1/v1"}, {url: "http://b:1/v1", weight: 2.5, model: n, api_key_env: OTHER_KEY,
               limits: {concurrency: 4}}]}
            """)
        let (a, b) = (judge.endpoints[0], judge.endpoints[1])
        #expect(judge.endpoints.map(\.endpoint.url.host) == ["a", "b"])
        #expect(judge.endpoints.map(\.weight) == [1, 2.5])
        #expect(judge.endpoints.map(\.endpoint.model) == ["m", "n"])
        #expect(a.endpoint.credential == .key("sk-judge-0123456789"))
        #expect(b.endpoint.credential == .key("sk-other-0123456789"))
        #expect((a.limits.concurrencyStart, a.limits.concurrencyMax, a.limits.tokensPerDay) == (8, 16, 10))
        #expect((b.limits.concurrencyStart, b.limits.concurrencyMax, b.limits.tokensPerDay) == (4, 4, 10))
        #expect(a.limits.prices == b.limits.prices)
    }

    @Test func regionsAreEndpointsToo() throws {
        let judge = try judge(
            "{api: bedrock, model: m, bearer_env: JUDGE_KEY, endpoints: [{region: us-east-1}, {region: us-west-2}]}")
        #expect(judge.endpoints.map(\.endpoint.region) == ["us-east-1", "us-west-2"])
    }

    @Test func judgesKeepTheOrderOfTheFile() throws {
        let judges = try read(asking(component: "{type: judge, judge: k, rubric: q}")).judges
        #expect(judges?.judges.map(\.name) == ["j", "k", "l", "m", "b"])
    }

    @Test func hashHoldsNoSecret() throws {
        let yaml = asking(judge: "{api: openai, url: \"http://a\", model: m, api_key_env: K}")
        #expect(
            try read(yaml, environment: { _ in "one" }).hash == read(yaml, environment: { _ in "another" }).hash)
    }
}
