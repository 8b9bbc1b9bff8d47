import RewardDialects
import RewardKernel
import RewardReport
import Testing

/// What each trainer sends and is sent, in the shapes of its documentation.
@Suite struct DialectTests {
    // MARK: OpenRLHF

    @Test func openRLHFQueriesLoseTheirPrompts() throws {
        let request = try OpenRLHFRequest(
            try json(
                #"""
                {"query": ["Q: 2+2\nA: 4</s>", "another text", "e\u0301"], "prompts": ["Q: 2+2\n", "prompt", "e"],
                 "labels": ["4", null, 7]}
                """#))
        #expect(request.rollouts.map(\.completion) == ["A: 4</s>", "another text", "\u{301}"])
        #expect(request.rollouts.map(\.referenceAnswer) == [.string("4"), nil, .integer(7)])
        #expect(request.rollouts.map(\.prompt) == [.string("Q: 2+2\n"), .string("prompt"), .string("e")])
    }

    @Test func openRLHFLogsHaveTheSameKeysWhateverHappened() throws {
        let request = try OpenRLHFRequest(try json(#"{"query": ["a", "b"], "prompts": ["", ""]}"#))
        try expectReply(
            request.reply(to: [scored(0.75), scored(0.5, .timeout, judge: .timeout)]),
            #"""
            {"rewards": [0.75, 0.5], "scores": [0.75, 0.5], "extra_logs": {
              "plaudit/scored": [1.0, 0.0], "plaudit/neutral": [0.0, 1.0], "plaudit/error": [0.0, 0.0],
              "plaudit/format": [1.0, 1.0], "plaudit/format/scored": [1.0, 1.0],
              "plaudit/judge": [0.5, 0.0], "plaudit/judge/scored": [1.0, 0.0]}}
            """#)
    }

    @Test func openRLHFEmptyListsAreAnsweredByEmptyOnes() throws {
        let request = try OpenRLHFRequest(try json(#"{"query": [], "prompts": [], "labels": []}"#))
        try expectReply(request.reply(to: []), #"{"rewards": [], "scores": [], "extra_logs": {}}"#)
    }

    @Test func openRLHFMistakesAreNamed() throws {
        #expect(try place(OpenRLHFRequest.self, #"{"query": ["a"], "prompts": []}"#) == "prompts")
        #expect(try place(OpenRLHFRequest.self, #"{"query": ["a"], "prompts": ["a"], "labels": []}"#) == "labels")
        #expect(try place(OpenRLHFRequest.self, #"{"query": ["a", 1], "prompts": ["a", "b"]}"#) == "query[1]")
        #expect(try place(OpenRLHFRequest.self, #"{"prompts": []}"#) == "query")
        #expect(try place(OpenRLHFRequest.self, "[]") == "")
    }

    // MARK: slime and miles

    @Test func slimeIsSentANumberOrAMapping() throws {
        let request = try SlimeRequest(
            try json(
                #"{"prompt": [{"role": "user", "content": "2+2"}], "response": "4", "label": {"answer": 4}, "task": "t"}"#
            ))
        #expect(request.rollouts[0].completion == "4")
        #expect(request.rollouts[0].referenceAnswer == .integer(4))
        #expect(request.rollouts[0].fields == [.init("task", .string("t"))])
        try expectReply(request.number(scored(0.25)), "0.25")
        try expectReply(
            request.reply(to: [scored(0.5, .judgeRefused, judge: .judgeRefused)]),
            #"""
            {"reward": 0.5, "status": "neutral(refused)", "plaudit/scored": 0.0, "plaudit/neutral": 1.0,
             "plaudit/error": 0.0, "plaudit/format": 1.0, "plaudit/format/scored": 1.0, "plaudit/judge": 0.0,
             "plaudit/judge/scored": 0.0}
            """#)
    }

    // MARK: NeMo Gym

    private static let exchange = #"""
        {"responses_create_params": {"instructions": "Be brief.", "input": [
            {"role": "user", "content": [{"type": "input_text", "text": "2+2"}]},
            {"type": "function_call_output", "call_id": "c", "output": "4"}]},
         "response": {"output": [{"type": "reasoning", "summary": []}, {"type": "function_call", "arguments": "{}"},
            {"type": "message", "role": "assistant", "content": [
              {"type": "output_text", "text": "It is "}, {"type": "output_text", "text": "4."}]}]},
         "expected_answer": "4", "level": 3, "format": "kept"}
        """#

    @Test func gymRequestsAreReadAsOpenAIsClientWould() throws {
        let rollout = try NeMoGymRequest(try json(Self.exchange)).rollouts[0]
        #expect(rollout.completion == "It is 4.")
        #expect(rollout.referenceAnswer == .string("4"))
        #expect(
            rollout.prompt
                == (try json(#"[{"role": "system", "content": "Be brief."}, {"role": "user", "content": "2+2"}]"#)))
        #expect(rollout.fields.map(\.name) == ["expected_answer", "level", "format"])
    }

    @Test func gymGetsItsBodyBackAndFailuresInItsWords() throws {
        let body = try json(Self.exchange)
        guard case .object(let members) = body else { return }
        let request = try NeMoGymRequest(body)
        // `format` is a field of the data set, so the component of that name is told in `reward_components` alone.
        let good: [JSONValue.Member] = [
            .init("reward", .number(0.75)), .init("reward_components", try json(#"{"format": 1.0, "judge": 0.5}"#)),
            .init("judge", .number(0.5)), .init("reward_scored", .number(1)),
        ]
        #expect(request.reply(to: [scored(0.75)]) == .object(members + good))
        let failed = request.reply(to: [scored(0.5, .parseFailed, judge: .parseFailed)])
        #expect(failed["reward"] == .number(0))
        #expect(failed["_ng_failure_class"] == .string("judge_failed"))
        #expect(
            failed["_ng_failure_judge_error"] == .string("neutral(parse_failed) (judge: neutral(parse_failed))"))
    }

    // MARK: eval-protocol

    @Test func evaluateResultsSayWhetherTheyAreValid() throws {
        let request = try EvalProtocolRequest(
            try json(
                #"""
                {"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}],
                 "ground_truth": "g", "kwargs": {"lang": "de"}}
                """#))
        #expect(request.rollouts[0].completion == "a")
        #expect(request.rollouts[0].fields == [.init("lang", .string("de"))])
        try expectReply(
            request.reply(to: [scored(0.5, .transport, judge: .transport)]),
            #"""
            {"score": 0.5, "is_score_valid": false, "reason": "neutral(transport) (judge: neutral(transport))",
             "metrics": {"format": {"score": 1.0, "is_score_valid": true, "reason": "valid JSON"},
                         "judge": {"score": 0.0, "is_score_valid": false, "reason": "neutral(transport)"}},
             "step_outputs": null, "error": "neutral(transport) (judge: neutral(transport))"}
            """#)
        #expect(
            try place(EvalProtocolRequest.self, #"{"messages": [{"role": "user", "content": "q"}]}"#)
                == "messages[0].role")
        #expect(try place(EvalProtocolRequest.self, #"{"messages": []}"#) == "messages")
    }

    // MARK: Nova

    @Test func novaEventsOfBothDialectsAreRead() throws {
        let request = try NovaRequest(
            try json(
                #"""
                [{"id": "a", "messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "1"}],
                  "reference_answer": "7"},
                 {"id": 2, "messages": [{"role": "nova_assistant", "content": [{"type": "text", "text": "x"}, {"text": "y"}]}],
                  "metadata": {"reference_answer": {"answer": "8"}, "task": "t"}},
                 {"id": 3.5, "messages": [{"role": "assistant", "content": null, "tool_calls": []}],
                  "reference_answer": {"donors": 2, "acceptors": 4}}]
                """#))
        #expect(request.rollouts.map(\.completion) == ["1", "xy", ""])
        #expect(
            request.rollouts.map(\.referenceAnswer)
                == [.string("7"), .string("8"), .string(#"{"donors":2,"acceptors":4}"#)])
        #expect(request.rollouts[1].fields.map(\.name) == ["task", "answer"])
        #expect(request.rollouts.map(\.identifier) == [.string("a"), .integer(2), nil])
        let reply = request.reply(to: [scored(1), scored(0), scored(0.5, .timeout, judge: .timeout)])
        guard case .array(let outputs) = reply else { return }
        #expect(outputs.map { $0["id"] } == [.string("a"), .integer(2), .number(3.5)])
        #expect(outputs[2]["aggregate_reward_score"] == .number(0.5))
        #expect(
            outputs[2]["metrics_list"]
                == (try json(
                    #"""
                    [{"name": "plaudit/scored", "value": 0.0, "type": "Metric"},
                     {"name": "plaudit/neutral", "value": 1.0, "type": "Metric"},
                     {"name": "plaudit/error", "value": 0.0, "type": "Metric"},
                     {"name": "plaudit/format", "value": 1.0, "type": "Reward"},
                     {"name": "plaudit/format/scored", "value": 1.0, "type": "Metric"},
                     {"name": "plaudit/judge", "value": 0.0, "type": "Reward"},
                     {"name": "plaudit/judge/scored", "value": 0.0, "type": "Metric"}]
                    """#)))
    }

    @Test func novaTakesASingleEventAndTrajectories() throws {
        let event = #"{"id": "a", "messages": [{"role": "assistant", "content": "1"}]}"#
        for body in [event, "[\(event)]", #"{"trajectories": [\#(event)]}"#] {
            #expect(try NovaRequest(try json(body)).rollouts.map(\.completion) == ["1"])
        }
        #expect(try place(NovaRequest.self, #"[{"messages": []}]"#) == "[0].id")
        #expect(try place(NovaRequest.self, #"[{"id": 1, "messages": {}}]"#) == "[0].messages")
    }
}
