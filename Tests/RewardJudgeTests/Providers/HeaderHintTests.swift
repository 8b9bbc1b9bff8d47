import RewardJudge
import Testing

@Suite struct HeaderHintTests {
    private func hints(_ headers: HTTPFields) -> RateHints {
        RateHints(headers: headers, wallClockSeconds: ProviderFixture.now)
    }

    private func wait(_ headers: HTTPFields) throws -> UInt64? {
        try ProviderFixture.failure(.openai, "", statusCode: 429, headers: headers)?.retryAfterNanoseconds
    }

    @Test func hintsOfOpenAIAndAnthropicAreRead() {
        let openai = hints([
            "x-ratelimit-limit-requests": "3500", "x-ratelimit-remaining-requests": "0",
            "x-ratelimit-reset-requests": "6m0s", "x-ratelimit-limit-tokens": "90000",
            "x-ratelimit-remaining-tokens": "89997", "x-ratelimit-reset-tokens": "2ms",
        ])
        #expect(
            openai.requests
                == RateHints.Window(limit: 3_500, remaining: 0, resetNanoseconds: 360_000_000_000))
        #expect(openai.tokens == RateHints.Window(limit: 90_000, remaining: 89_997, resetNanoseconds: 2_000_000))
        let anthropic = hints([
            "anthropic-ratelimit-requests-remaining": "49",
            "anthropic-ratelimit-requests-reset": "2023-09-29T16:26:47.500Z",
            "anthropic-ratelimit-input-tokens-limit": "40000",
            "anthropic-ratelimit-output-tokens-reset": "2023-09-29T18:26:38+02:00",
        ])
        #expect(anthropic.requests == RateHints.Window(remaining: 49, resetNanoseconds: 10_000_000_000))
        #expect(anthropic.inputTokens.limit == 40_000)
        #expect(anthropic.outputTokens.resetNanoseconds == 1_000_000_000)
        #expect(anthropic.tokens == RateHints.Window())
    }

    @Test(
        arguments: [
            ("12ms", 12_000_000), ("1s", 1_000_000_000), ("7.66s", 7_660_000_000), ("2m59.56s", 179_560_000_000),
            ("1h0m1s", 3_601_000_000_000), ("250µs", 250_000), ("0s", 0), ("60", 60_000_000_000), ("0", 0),
            ("999999h", 86_400_000_000_000), ("99999999999999999999999999", 86_400_000_000_000),
            ("-1", nil), ("", nil), ("s", nil), ("1", 1_000_000_000), ("1x", nil), ("1s2", nil), ("1.2.3s", nil),
            ("X-RATELIMIT-RESET-XXX", nil), ("1e9s", nil), (" 1s", nil), ("..s", nil),
        ] as [(String, UInt64?)])
    func resetsAreDurationsOfGoOrSeconds(text: String, nanoseconds: UInt64?) {
        #expect(hints(["x-ratelimit-reset-tokens": text]).tokens.resetNanoseconds == nanoseconds)
    }

    @Test(arguments: ["-1", "", "1.5", "x", "99999999999999999999", "1 "])
    func countThatIsNoneIsIgnored(text: String) {
        #expect(hints(["x-ratelimit-remaining-tokens": text]).tokens.remaining == nil)
    }

    @Test(arguments: [
        "2023-09-29", "2023-13-29T16:26:47Z", "2023-02-29T16:26:47Z", "2023-09-29T16:26:47", "2023-09-29T16:26:47.Z",
        "2023-09-29T16:26:47+1:00", "2023-09-29T24:26:47Z", "2023-09-29T16:26:47Zx", "soon", "",
    ])
    func resetThatIsNoTimeIsIgnored(text: String) {
        #expect(hints(["anthropic-ratelimit-requests-reset": text]).requests.resetNanoseconds == nil)
    }

    @Test func resetInThePastIsNow() {
        let past = hints(["anthropic-ratelimit-requests-reset": "0001-01-01T00:00:00Z"])
        #expect(past.requests.resetNanoseconds == 0)
        let future = hints(["anthropic-ratelimit-requests-reset": "9999-12-31T23:59:60Z"])
        #expect(future.requests.resetNanoseconds == RateHints.resetNanosecondsMax)
    }

    @Test func waitIsReadFromTheFinerHeaderFirst() throws {
        #expect(try wait(["retry-after-ms": "1780.5", "retry-after": "2"]) == 1_780_500_000)
        #expect(try wait(["retry-after-ms": "soon", "retry-after": "2"]) == 2_000_000_000)
        #expect(try wait(["retry-after": "0.25"]) == 250_000_000)
        #expect(try wait(["retry-after": "Fri, 29 Sep 2023 16:26:57 GMT"]) == 20_000_000_000)
        #expect(try wait(["retry-after": "99999999999999999999999999999999999"]) == UInt64.max)
        for text in ["", "-1", "inf", "nan", "1e3", "Fri, 29 Sep 2023 16:26:57 UTC", "Fri, 31 Sep 2023 16:26:57 GMT"] {
            #expect(try wait(["retry-after": text]) == nil)
        }
    }

    @Test func hintsComeWithRepliesToo() throws {
        let outcome = try ProviderFixture.outcome(
            .openai, #"{"choices":[{"message":{"content":"x"},"finish_reason":"stop"}]}"#,
            headers: ["x-ratelimit-remaining-requests": "1", "x-request-id": "r"])
        #expect(outcome.rateHints.requests.remaining == 1)
        #expect(try outcome.result.get().requestIdentifier == "r")
    }

    @Test func datesAgreeWithTheirSecondsOverCenturies() throws {
        // Signing writes the date of a time and the header reads it back, so that each checks the other.
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let signature = AWSSignature(accessKey: "a", secretKey: "b", sessionToken: nil, region: "r", service: "s")
        // Steps of 12 days and some, over 320 years with 1900, 2000 and 2100 in them.
        for step in -2_500..<7_000 {
            let seconds = Int64(step) * 1_061_111
            let headers = signature.headers(
                method: "POST", path: "/", headers: [], body: [], wallClockSeconds: seconds)
            let text = Array(headers[0].value)
            let month = try #require(Int(String(text[4..<6])))
            let date =
                "Mon, \(String(text[6..<8])) \(months[month - 1]) \(String(text[0..<4])) "
                + "\(String(text[9..<11])):\(String(text[11..<13])):\(String(text[13..<15])) GMT"
            let outcome = ProviderAdapter.read(
                HTTPResponse(statusCode: 500, headers: ["date": date], body: []), call: ProviderFixture.call(),
                endpoint: try ProviderFixture.endpoint(.openai), wallClockSeconds: seconds)
            #expect(outcome.clockAheadSeconds == 0, "\(date)")
        }
    }
}
