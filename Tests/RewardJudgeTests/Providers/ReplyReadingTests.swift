import RewardJudge
import RewardKernel
import Testing

@Suite struct ReplyReadingTests {
    private typealias Fixture = ProviderFixture
    private let verdict = JSONValue.object([JSONValue.Member("pass", .bool(true))])

    @Test func samplesComeWithTheirTokens() throws {
        let reply = try Fixture.reply(
            .openai,
            #"{"model":"m-1","choices":[{"index":0,"finish_reason":"stop","message":{"content":"{\"pass\":true}"},"#
                + #""logprobs":{"content":[{"token":"true","bytes":null,"logprob":-0.1,"top_logprobs":["#
                + #"{"token":"true","logprob":1e-9},{"token":"false","logprob":-9999.0},{"token":"x"}]},"#
                + #"{"token":"lost","logprob":null}]}},{"index":1,"finish_reason":"length","#
                + #""message":{"content":null}}],"#
                + #""usage":{"prompt_tokens":9,"completion_tokens":3,"prompt_tokens_details":{"cached_tokens":8}}}"#)
        let token = ProviderReply.Token(
            text: "true", logProbability: -0.1,
            alternatives: [
                ProviderReply.Alternative(text: "true", logProbability: 0),
                ProviderReply.Alternative(text: "false", logProbability: -9_999),
            ])
        #expect(
            reply
                == ProviderReply(
                    samples: [
                        ProviderReply.Sample(content: .text(#"{"pass":true}"#), finish: .stop, tokens: [token]),
                        ProviderReply.Sample(content: .text(""), finish: .length),
                    ], usage: TokenUsage(inputCount: 9, outputCount: 3, cachedInputCount: 8), model: "m-1"))
    }

    @Test(arguments: [
        (#""{\"pass\":true}""#, "parsed"), (#"{"pass":true}"#, "parsed"), (#""{\"pass\":""#, "text"),
    ])
    func toolCallIsTheAnswer(arguments: String, what: String) throws {
        let reply = try Fixture.reply(
            .openai,
            #"{"choices":[{"finish_reason":"tool_calls","message":{"content":"Let me think.","tool_calls":["#
                + #"{"type":"function","function":{"name":"other","arguments":"{}"}},"#
                + #"{"type":"function","function":{"name":"verdict","arguments":\#(arguments)}}]}}]}"#)
        #expect(reply.samples[0].finish == .toolUse)
        #expect(reply.samples[0].content == (what == "parsed" ? .structured(verdict) : .text(#"{"pass":"#)))
    }

    @Test func toolInputOfAnthropicAndBedrockIsTheAnswer() throws {
        let anthropic = try Fixture.reply(
            .anthropic,
            #"{"type":"message","model":"c","content":[{"type":"thinking","thinking":"…"},{"type":"text","text":"So"},"#
                + #"{"type":"tool_use","name":"verdict","input":{"pass":true}}],"stop_reason":"tool_use","#
                + #""usage":{"input_tokens":5,"cache_read_input_tokens":7,"#
                + #""cache_creation_input_tokens":11,"output_tokens":2}}"#
        )
        #expect(anthropic.samples == [ProviderReply.Sample(content: .structured(verdict), finish: .toolUse)])
        #expect(anthropic.usage == TokenUsage(inputCount: 23, outputCount: 2, cachedInputCount: 7))
        let bedrock = try Fixture.reply(
            .bedrock,
            #"{"output":{"message":{"content":[{"reasoningContent":{}},{"text":"So"},"#
                + #"{"toolUse":{"name":"verdict","input":{"pass":true}}}]}},"stopReason":"tool_use","#
                + #""usage":{"inputTokens":5,"cacheReadInputTokens":7,"cacheWriteInputTokens":11,"outputTokens":2}}"#)
        #expect(bedrock.samples == anthropic.samples)
        #expect(bedrock.usage == anthropic.usage)
    }

    @Test(arguments: [
        ("end_turn", ProviderReply.Finish.stop), ("stop_sequence", .stop), ("max_tokens", .length),
        ("model_context_window_exceeded", .length), ("refusal", .refusal("No.")), ("pause_turn", .other("pause_turn")),
        ("", .other("")),
    ])
    func stopReasonsOfAnthropic(reason: String, finish: ProviderReply.Finish) throws {
        let body = #"{"content":[{"type":"text","text":"No."}],"stop_reason":"\#(reason)"}"#
        #expect(try Fixture.reply(.anthropic, body).samples[0].finish == finish)
    }

    @Test(arguments: [
        ("guardrail_intervened", ProviderReply.Finish.contentFilter), ("content_filtered", .contentFilter),
        ("malformed_model_output", .other("malformed_model_output")), ("max_tokens", .length),
        ("malformed_tool_use", .other("malformed_tool_use")), ("model_context_window_exceeded", .length),
    ])
    func stopReasonsOfBedrock(reason: String, finish: ProviderReply.Finish) throws {
        let body = #"{"output":{"message":{"content":[{"text":"x"}]}},"stopReason":"\#(reason)"}"#
        #expect(try Fixture.reply(.bedrock, body).samples[0].finish == finish)
    }

    @Test func finishThatIsMissingIsNoStop() throws {
        for reason in ["null", "7", "\"\""] {
            let body = #"{"choices":[{"finish_reason":\#(reason),"message":{"content":"{\"pass\":true}"}}]}"#
            #expect(try Fixture.reply(.openai, body).samples[0].finish == .other(""))
        }
    }

    private let twoQuestions = ProviderFixture.call(
        .criteria(
            [VerdictShape.Question(name: "a", text: "A."), VerdictShape.Question(name: "b", text: "B.")],
            wantsReasons: false))

    @Test func probabilitiesComeInTheOrderOfTheQuestions() throws {
        let decisions = try Fixture.reply(
            .decisions,
            #"{"model":"d","answers":[{"type":"predicate","name":"a","probability":0.25},"#
                + #"{"type":"refusal","name":null}],"#
                + #""usage":{"input_tokens":9,"output_tokens":0,"input_tokens_details":{"cached_tokens":4}}}"#,
            call: twoQuestions)
        #expect(decisions.samples == [ProviderReply.Sample(content: .probabilities([0.25, nil]), finish: .stop)])
        #expect(decisions.usage == TokenUsage(inputCount: 9, cachedInputCount: 4))
        // The shape is that of a real server's answer; the order of names is nobody's promise.
        let systemOne = try Fixture.reply(
            .systemone,
            #"{"model":"s","answers":{"b":{"type":"noul","noul":1},"a":{"type":"noul","noul":0.5172}},"#
                + #""usage":{"input_tokens":0,"output_tokens":0},"latency_ms":0.4}"#, call: twoQuestions)
        #expect(systemOne.samples == [ProviderReply.Sample(content: .probabilities([0.5172, 1]), finish: .stop)])
    }

    @Test func questionsAllDeclinedAreARefusal() throws {
        let decisions = try Fixture.reply(
            .decisions, #"{"answers":[{"type":"refusal"},{"type":"refusal"}]}"#, call: twoQuestions)
        #expect(decisions.samples == [ProviderReply.Sample(content: .probabilities([nil, nil]), finish: .refusal(""))])
        let systemOne = try Fixture.reply(
            .systemone, #"{"answers":{"a":{"type":"refusal"},"b":{"noul":null}}}"#, call: twoQuestions)
        #expect(systemOne.samples == decisions.samples)
    }

    @Test(arguments: [
        (JudgeAPI.decisions, #"{"answers":[{"type":"predicate","probability":0.5}]}"#),
        (.decisions, #"{"answers":[{"type":"predicate","probability":1.5},{"type":"refusal"}]}"#),
        (.decisions, #"{"answers":[{"type":"predicate","probability":-0.1},{"type":"refusal"}]}"#),
        (.decisions, #"{"answers":[{"type":"predicate","probability":"1"},{"type":"refusal"}]}"#),
        (.decisions, #"{"answers":[{"type":"predicate"},{"type":"refusal"}]}"#),
        (.decisions, #"{"answers":[{"type":"score","score":1},{"type":"refusal"}]}"#),
        (.decisions, #"{"answers":[{"type":"predicate","name":"b","probability":1},{"type":"refusal","name":"a"}]}"#),
        (.decisions, #"{"answers":{}}"#), (.systemone, #"{"answers":[]}"#), (.systemone, #"{"answers":{}}"#),
        (.systemone, #"{"answers":{"a":{"noul":0.5}}}"#),
        (.systemone, #"{"answers":{"a":{"noul":0.5},"c":{"noul":1}}}"#),
        (.systemone, #"{"answers":{"a":{"noul":0.5},"a":{"noul":1}}}"#),
        (.systemone, #"{"answers":{"a":{"noul":2},"b":{"noul":1}}}"#),
        (.systemone, #"{"answers":{"a":{"noul":true},"b":{"noul":1}}}"#),
        (.openai, #"{"choices":[]}"#), (.openai, #"{"choices":[{"message":null,"finish_reason":"stop"}]}"#),
        (.openai, #"{"choices":{}}"#), (.openai, #"{"choices":[null]}"#), (.openai, "null"), (.openai, "[]"),
        (.openai, #"{"choices":[{"message":{"content":7},"finish_reason":"stop"}]}"#),
        (.anthropic, #"{"type":"completion","content":[]}"#), (.anthropic, #"{"role":"user","content":[]}"#),
        (.anthropic, #"{"content":[{"type":"text","text":{"value":"x"}}]}"#),
        (.bedrock, #"{"output":{"message":{"content":[{"text":7}]}}}"#),
        (.openai, #"{"choices":[{"message":{"content":[{"type":"text","text":7}]},"finish_reason":"stop"}]}"#),
        (.anthropic, #"{"content":"x"}"#), (.anthropic, "{}"),
        (.bedrock, #"{"output":{"message":{"content":null}}}"#), (.bedrock, "{}"), (.bedrock, ""), (.azure, "{"),
    ])
    func replyThatIsNoneIsMalformed(api: JudgeAPI, body: String) throws {
        let failure = try Fixture.failure(api, body, statusCode: 200, call: twoQuestions)
        #expect(failure?.kind == .malformedReply)
        #expect(failure?.message.isEmpty == false)
    }

    @Test func batchIsMatchedByNumberAndIsWhole() throws {
        func read(_ numbers: [String]) throws -> Result<ProviderReply, ProviderFailure> {
            let choices = numbers.map { #"{"index":\#($0),"finish_reason":"stop","message":{"content":"c\#($0)"}}"# }
            return ProviderAdapter.readBatch(
                Fixture.response(#"{"choices":[\#(choices.joined(separator: ","))]}"#), callCount: 3,
                endpoint: try Fixture.endpoint(.openai), wallClockSeconds: Fixture.now
            ).result
        }
        let reply = try read(["2", "0", "1"]).get()
        #expect(reply.samples.map(\.content) == [.text("c0"), .text("c1"), .text("c2")])
        for numbers in [["0", "1"], ["0", "1", "1"], ["0", "1", "3"], ["0", "1", "-1"], ["0", "1", "null"], []] {
            guard case .failure(let failure) = try read(numbers) else {
                Issue.record("\(numbers) were taken")
                continue
            }
            #expect(failure.kind == .malformedReply)
        }
    }

    /// What vLLM 0.32.0 answered to `/v1/chat/completions/batch` with SmolLM2 behind it; cut to the first two of eight.
    @Test func batchAnswerOfVLLMIsRead() throws {
        let body = #"""
            {"id": "chatcmpl-a25eebf732c3ead0", "object": "chat.completion", "created": 1795934885, "model": "smollm2-135m", "choices": [
            {"index": 0, "message": {"role": "assistant", "content": "{\"answers\":{\"reason\": \"<at most 300 characters>\", \"verdict\": \"met\"}, \"rude\":{\"reason\": \"<at most 300 characters>\", \"verdict\": \"met\"}}", "refusal": null, "annotations": null, "audio": null, "function_call": null, "reasoning": null}, "logprobs": null, "finish_reason": "stop", "stop_reason": null, "token_ids": null, "routed_experts": null},
            {"index": 1, "message": {"role": "assistant", "content": "{\"answers\":{\"reason\": \"<at most 300 characters>\", \"verdict\": \"met\"}, \"rude\":{\"reason\": \"<at most 300 characters>\", \"verdict\": \"met\"}}", "refusal": null, "annotations": null, "audio": null, "function_call": null, "reasoning": null}, "logprobs": null, "finish_reason": "stop", "stop_reason": null, "token_ids": null, "routed_experts": null}
            ], "service_tier": null, "system_fingerprint": "vllm-0.32.0-d7bf9b70", "usage": {"prompt_tokens": 5640, "total_tokens": 6006, "completion_tokens": 366, "prompt_tokens_details": null, "completion_tokens_details": null}, "prompt_logprobs": null, "prompt_token_ids": null, "prompt_text": null, "kv_transfer_params": null, "ec_transfer_params": null, "metrics": null}
            """#
        let outcome = ProviderAdapter.readBatch(
            Fixture.response(body), callCount: 2, endpoint: try Fixture.endpoint(.openai),
            wallClockSeconds: Fixture.now)
        let reply = try outcome.result.get()
        #expect(reply.usage.inputCount == 5640 && reply.usage.outputCount == 366)
        let shape = VerdictShape.criteria(
            [.init(name: "answers", text: "It answers."), .init(name: "rude", text: "It is rude.")], wantsReasons: true)
        for sample in reply.samples {
            let parsed = try VerdictParser().parse(sample, as: shape)
            guard case .criteria(let verdict) = parsed.verdict else {
                Issue.record("not a rubric's verdict")
                continue
            }
            #expect(verdict.findings.map(\.judgement) == [.met, .met])
        }
        #expect(reply.samples.count == 2)
    }
}
