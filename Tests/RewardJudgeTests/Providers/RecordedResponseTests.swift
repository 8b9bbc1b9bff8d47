import Foundation
import RewardJudge
import RewardKernel
import Testing

/// Real responses out of published recordings, replayed through the adapters: what a reply says must come out, and
/// everything else as a failure of its class.
@Suite(.enabled(if: ProviderData.hasRecordings)) struct RecordedResponseTests {
    private static func api(of row: JSONValue) -> JudgeAPI? {
        switch (row.text("api"), row.text("provider")) {
        case ("chat.completions", "azure-openai"): .azure
        case ("chat.completions", _): .openai
        case ("messages", "openai"): nil  // OpenAI's assistants have messages too.
        case ("messages", _): .anthropic
        case ("converse", _): .bedrock
        default: nil
        }
    }

    private static func response(of row: JSONValue) throws -> HTTPResponse {
        let body = try #require(row.text("body"))
        let isBinary = row.text("body_form") == "base64"
        let bytes = isBinary ? [UInt8](try #require(Data(base64Encoded: body))) : Array(body.utf8)
        return HTTPResponse(
            statusCode: try #require(row.int("status")), headers: HTTPFields(row.texts("headers")), body: bytes)
    }

    private static func outcome(_ row: JSONValue, _ api: JudgeAPI) throws -> ProviderOutcome {
        ProviderAdapter.read(
            try response(of: row), call: ProviderFixture.call(), endpoint: try ProviderFixture.endpoint(api),
            wallClockSeconds: ProviderFixture.now)
    }

    private static func tags(_ row: JSONValue) -> [String] {
        row.list("tags").compactMap { if case .string(let tag) = $0 { tag } else { nil } }
    }

    @Test func everyReplySaysWhatItIsExpectedTo() throws {
        var counts: [JudgeAPI: Int] = [:]
        for row in try ProviderData.lines("provider-replay/responses.jsonl") {
            guard let api = Self.api(of: row), row.int("status") == 200, let expect = row["expect"],
                expect["finish"] != nil
            else { continue }
            let id = Comment(rawValue: row.text("id") ?? "")
            let reply = try Self.outcome(row, api).result.get()
            #expect(reply.samples.count == 1, id)
            let sample = reply.samples[0]
            #expect(sample.content == .text(expect.text("text") ?? ""), id)
            #expect(reply.usage.outputCount == expect.int("out"), id)
            // The recordings expect what a provider calls input; those that leave cached tokens out of it are summed.
            #expect(reply.usage.inputCount >= expect.int("in") ?? 0, id)
            if api == .openai || api == .azure { #expect(reply.usage.inputCount == expect.int("in"), id) }
            #expect(reply.usage.cachedInputCount <= reply.usage.inputCount, id)
            let refusal = expect.text("refusal") ?? ""
            let finish: ProviderReply.Finish =
                switch expect.text("finish") {
                case _ where !refusal.isEmpty: .refusal(refusal)
                case "stop", "end_turn": .stop
                case "tool_calls", "tool_use": .toolUse
                case "length", "max_tokens": .length
                case "content_filter", "guardrail_intervened": .contentFilter
                case let other: .other(other ?? "")
                }
            #expect(sample.finish == finish, id)
            let tags = Self.tags(row)
            #expect(tags.contains("truncated") == (sample.finish == .length), id)
            #expect(tags.contains("content-filter") == (sample.finish == .contentFilter), id)
            counts[api, default: 0] += 1
        }
        print("recorded replies read:", counts.map { "\($0.key.rawValue) \($0.value)" }.sorted())
        #expect(counts[.openai] ?? 0 >= 80 && counts[.azure] ?? 0 >= 10)
        #expect(counts[.anthropic] ?? 0 >= 22 && counts[.bedrock] ?? 0 >= 19)
    }

    /// Streams, binary frames and the replies of other APIs have a status of success and are no answers.
    @Test(arguments: JudgeAPI.allCases)
    func whatIsNoReplyOfAnAPIIsMalformed(api: JudgeAPI) throws {
        var count = 0
        for row in try ProviderData.lines("provider-replay/responses.jsonl") where row.int("status") == 200 {
            let isStream = Self.tags(row).contains { $0 == "stream" || $0.hasPrefix("binary") }
            // OpenAI and Azure are of one form; Bedrock's older route passes on what Anthropic's models write.
            let own: JudgeAPI? = row.text("api") == "invoke" ? .anthropic : Self.api(of: row)
            guard isStream || (own == .azure ? .openai : own) != (api == .azure ? .openai : api) else { continue }
            guard case .failure(let failure) = try Self.outcome(row, api).result else {
                Issue.record("\(row.text("id") ?? "") was read as a reply of \(api)")
                continue
            }
            #expect(failure.kind == .malformedReply)
            #expect(!failure.mayPass)
            count += 1
        }
        print("responses refused as \(api.rawValue):", count)
        #expect(count > 80)
    }

    /// No recorded row, of whatever API, does harm to any adapter.
    @Test func everyRowComesToAnOutcomeUnderEveryAPI() throws {
        for row in try ProviderData.lines("provider-replay/responses.jsonl") {
            for api in JudgeAPI.allCases { _ = try Self.outcome(row, api) }
        }
    }

    @Test func recordedErrorsAreOfTheirClass() throws {
        var count = 0
        for row in try ProviderData.lines("provider-replay/responses.jsonl") {
            let status = try #require(row.int("status"))
            guard status != 200 else { continue }
            let api: JudgeAPI =
                switch row.text("provider") {
                case "anthropic": .anthropic
                case "bedrock": .bedrock
                case "azure-openai": .azure
                default: .openai
                }
            guard case .failure(let failure) = try Self.outcome(row, api).result else {
                Issue.record("an error was read as a reply")
                continue
            }
            let isExpired = row.texts("headers")["x-amzn-errortype"]?.hasPrefix("ExpiredToken") == true
            let isModelMissing = row.text("body")?.contains("model_not_found") == true
            let kind: ProviderFailure.Kind =
                switch status {
                case 400: isModelMissing ? .notFound : .badRequest
                case 401: .authentication
                case 403: isExpired ? .authentication : .forbidden
                case 404: .notFound
                case 429: .rateLimited
                default: .malformedReply
                }
            #expect(failure.kind == kind, "\(row.text("id") ?? ""): \(failure.message)")
            #expect(!failure.message.isEmpty && failure.message.utf8.count <= 300 && !failure.message.contains("\n"))
            count += 1
        }
        #expect(count == 26)
    }

    @Test func constructedErrorsAreOfTheirClass() throws {
        let rows = try ProviderData.lines("provider-replay/error_shapes_constructed.jsonl")
        #expect(rows.count == 33)
        for row in rows {
            let status = try #require(row.int("status"))
            let kind: ProviderFailure.Kind =
                switch (status, row.text("error_type")) {
                case (400, "ServiceQuotaExceededException"): .rateLimited
                case (400, _): .badRequest
                case (401, _): .authentication
                case (402, _): .billing
                case (403, _): .forbidden
                case (404, _): .notFound
                case (408, _), (504, _): .timeout
                case (413, _): .contextTooLong
                case (424, _): .modelError
                case (429, "ModelNotReadyException"): .overloaded
                case (429, "insufficient_quota"): .billing
                case (429, _): .rateLimited
                case (503, _), (529, _): .overloaded
                default: .serverError
                }
            let api = try #require(JudgeAPI(rawValue: row.text("provider") ?? ""))
            guard case .failure(let failure) = try Self.outcome(row, api).result else {
                Issue.record("an error was read as a reply")
                continue
            }
            #expect(failure.kind == kind, "\(row.text("id") ?? "")")
            // Where ours differs from the SDKs: they retry an empty account, and do not retry what AWS's own retries.
            let exceptions: Set = [
                "insufficient_quota", "ServiceQuotaExceededException", "ModelErrorException",
                "ModelStreamErrorException", "ModelTimeoutException",
            ]
            let differs = exceptions.contains(row.text("error_type") ?? "")
            #expect(failure.mayPass == (row.flag("sdk_retries") != differs), "\(row.text("id") ?? "")")
            let headers = row.texts("headers")
            if headers["retry-after-ms"] != nil { #expect(failure.retryAfterNanoseconds == 1_780_000_000) }
            if headers["retry-after"] == "7" { #expect(failure.retryAfterNanoseconds == 7_000_000_000) }
        }
    }

    /// The tables of both SDKs' own tests. OpenAI's honours waits of up to 120 s; ours ends at 60 s, as Anthropic's does.
    @Test func retryTablesOfBothSDKsHold() throws {
        let rows = try ProviderData.lines("provider-replay/retry_policy.jsonl")
        #expect(rows.count == 33)
        for row in rows {
            let response = HTTPResponse(
                statusCode: row.int("status") ?? 429, headers: HTTPFields(row.texts("headers")), body: [])
            let outcome = ProviderAdapter.read(
                response, call: ProviderFixture.call(), endpoint: try ProviderFixture.endpoint(.openai),
                wallClockSeconds: Int64(row.int("now_epoch") ?? 0))
            guard case .failure(let failure) = outcome.result else {
                Issue.record("an error was read as a reply")
                continue
            }
            let what = Comment(rawValue: "\(row.text("suite") ?? "") \(row.texts("headers")) \(failure)")
            guard row.text("kind") == "delay" else {
                let ceiling: UInt64 = row.text("suite") == "openai-python" ? 120_000_000_000 : 60_000_000_000
                let isRetried = RetryPolicy.mayRetry(failure) && failure.retryAfterNanoseconds ?? 0 <= ceiling
                #expect(isRetried == row.flag("expected_retry"), what)
                continue
            }
            let attempt = (row.int("max_retries") ?? 0) - (row.int("remaining_retries") ?? 0) + 1
            let delay = RetryPolicy.delay(attempt: attempt, randomUnit: 1, failure: failure)
            let expected = try #require(row["expected_delay_s"]?.numberValue)
            let seconds: Double =
                switch expected {
                case .signed(let value): Double(value)
                case .unsigned(let value): Double(value)
                case .real(let value): value
                }
            if let hint = failure.retryAfterNanoseconds, hint > RetryPolicy.waitNanosecondsMax {
                // The SDKs fall back to their own delay above their ceilings and then do not use it: they give up, as we do.
                #expect(delay == nil, what)
                let isWithinTheirs = row.text("suite") == "openai-python" && hint <= 120_000_000_000
                #expect(row.flag("honours_header") == isWithinTheirs, what)
            } else {
                #expect(delay == UInt64(seconds * 1_000_000_000), what)
                #expect((failure.retryAfterNanoseconds != nil) == row.flag("honours_header"), what)
            }
        }
    }
}
