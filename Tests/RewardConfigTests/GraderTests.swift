import RewardConfig
import RewardJudge
import RewardKernel
import Testing

/// OpenAI graders as rewards.
@Suite struct GraderTests {
    private static let judges = """
        judges:
          local: {api: openai, url: "http://127.0.0.1:8080/v1", model: small}
          gpt-4o: {api: openai, url: "http://127.0.0.1:8081/v1", model: other}
          yes-no: {api: decisions, url: "http://127.0.0.1:8082", model: yes-no}

        """

    private func reward(_ grader: String, more: String = "") throws -> (reward: RewardSettings, tasks: [JudgeTask]) {
        let configuration = try read("\(Self.judges)rewards: {r: {grader: \(grader)\(more)}}")
        return (configuration.rewards[0], configuration.judges?.tasks ?? [])
    }

    private func errors(_ grader: String, more: String = "") -> [String] {
        errorLines("\(Self.judges)rewards: {r: {grader: \(grader)\(more)}}")
    }

    private static let exact = #"""
        {"type": "string_check", "name": "exact", "operation": "ilike", "input": "{{ sample.output_text }}",
         "reference": "is {{item.city}}, {{ item.reference_answer }}"}
        """#

    @Test func stringCheckComparesTemplates() throws {
        let reward = try reward(Self.exact).reward
        #expect(reward.aggregate == .weightedMean)
        #expect(reward.range == 0...1)
        #expect(reward.components.map(\.name) == ["score"])
        guard case .stringCheck(let settings) = reward.components[0].component else {
            Issue.record("another component was made")
            return
        }
        #expect(settings.operation == .ilike)
        #expect(settings.input == .completion)
        let parts: [TextOperandSettings.Part] = [
            .operand(.literal("is ")), .operand(.field("city")), .operand(.literal(", ")), .operand(.referenceAnswer),
        ]
        #expect(settings.reference == TextOperandSettings(parts))
    }

    @Test func textSimilarityMeasuresTemplates() throws {
        let grader = #"""
            {"type": "text_similarity", "name": "like", "evaluation_metric": "rouge_l", "input": "{{sample.output_text}}",
             "reference": "{{item.first}} {{item.reference_answer}}"}
            """#
        guard case .textSimilarity(let settings) = try reward(grader).reward.components[0].component else {
            Issue.record("another component was made")
            return
        }
        #expect(settings.metric == .rougeL)
        #expect(settings.input == .completion)
        let parts: [TextOperandSettings.Part] = [
            .operand(.field("first")), .operand(.literal(" ")), .operand(.referenceAnswer),
        ]
        #expect(settings.reference == TextOperandSettings(parts))
    }

    private static let polite = #"""
        {"type": "score_model", "name": "polite", "model": "gpt-4o", "range": [1, 5], "input": [
          {"role": "developer", "content": "Rate politeness."},
          {"role": "user", "content": {"type": "input_text", "text": "{{item.question}} -> {{sample.output_text}}"}}]}
        """#

    @Test func scoreModelAsksTheJudgeThatStandsForItsModel() throws {
        let (reward, tasks) = try reward(Self.polite)
        #expect(reward.formula == "1 + 4 * score")
        #expect(reward.range == 1...5)
        #expect(tasks.map(\.judges) == [[1]])
        guard case .rubric(let question) = tasks[0].question, case .scale(let scale) = question.rubric.measure else {
            Issue.record("another question is asked")
            return
        }
        #expect((scale.low, scale.high) == (1, 5))
        #expect(question.rubric.instructions == "Rate politeness.")
        #expect(question.rubric.template == "{{question}} -> {{completion}}")
        guard case .judged(let settings) = reward.components[0].component else { return }
        #expect(settings.fields == ["question"])
        #expect(!settings.readsPrompt && !settings.readsReferenceAnswer)
        // By a name beside it, and by the judge's model.
        #expect(try self.reward(Self.polite, more: ", judges: {gpt-4o: local}").tasks.map(\.judges) == [[0]])
        let small = Self.polite.replacing("gpt-4o", with: "small")
        #expect(try self.reward(small).tasks.map(\.judges) == [[0]])
    }

    @Test func labelModelIsMetWhenTheLabelPasses() throws {
        let label = #"""
            {"type": "label_model", "name": "tone", "model": "small", "labels": ["rude", "fair", "kind"],
             "passing_labels": ["fair", "kind"], "input": [{"role": "user", "content": "{{item.prompt}}"}]}
            """#
        let (reward, tasks) = try reward(
            #"{"type": "multi", "name": "m", "graders": {"tone": \#(label)}, "calculate_output": "tone"}"#)
        guard case .rubric(let question) = tasks[0].question else { return }
        #expect(question.rubric.criteria.count == 1)
        #expect(question.rubric.criteria[0].text.contains(#""rude", "fair", "kind""#))
        #expect(question.rubric.template == "{{prompt}}\n\n{{completion}}")
        guard case .judged(let settings) = reward.components[0].component else { return }
        #expect(settings.readsPrompt)
        #expect(
            errors(label) == [
                "r.yaml:5:23: rewards.r.grader: type: a label_model stands inside a multi grader: it is no grade by itself"
            ])
    }

    @Test func multiComputesItsFormulaOverRanges() throws {
        let listed = #"""
            {"type": "multi", "name": "m", "graders": [\#(Self.exact), \#(Self.polite)],
             "calculate_output": "exact * 1e3 + min(polite, 2) ^ 2"}
            """#
        let mapped = #"""
            {"type": "multi", "name": "m", "graders": {"exact": \#(Self.exact), "polite": \#(Self.polite)},
             "calculate_output": "exact * 1e3 + min(polite, 2) ^ 2"}
            """#
        for grader in [listed, mapped] {
            let reward = try reward(grader, more: ", neutral: 'null'").reward
            #expect(reward.components.map(\.name) == ["exact", "polite"])
            #expect(reward.aggregate == .formula)
            #expect(reward.formula == "exact * 1e3 + min((1 + 4 * polite), 2) ^ 2")
            #expect(reward.neutral == .null)
        }
        #expect(try reward(listed, more: ", range: [0, 1]").reward.range == 0...1)
    }

    @Test(arguments: [
        (#"{"type": "python", "source": "x"}"#, "python graders are not run"),
        (
            #"{"type": "text_similarity", "evaluation_metric": "meteor", "input": "a", "reference": "b"}"#,
            "meteor is not measured here; these are: fuzzy_match, bleu"
        ),
        (#"{"type": "strng_check"}"#, #""strng_check" is none of"#),
        (
            #"{"type": "string_check", "operation": "eq", "input": "{{sample.output_tools.a}}", "reference": "b"}"#,
            "there are output_text and output_json.NAME"
        ),
        (
            #"{"type": "string_check", "operation": "eq", "input": "{{sample.output_json..a}}", "reference": "b"}"#,
            "a name is missing"
        ),
        (
            #"{"type": "score_model", "model": "m", "input": [{"role": "user", "content": "{{sample.output_json.a}}"}]}"#,
            "a judge is shown the whole answer"
        ),
        (#"{"type": "string_check", "operation": "eq", "input": "{{foo.a}}", "reference": "b"}"#, "names nothing"),
        (#"{"type": "string_check", "operation": "eq", "input": "{{item.a", "reference": "b"}"#, "not closed"),
        (
            #"{"type": "string_check", "operation": "eq", "input": "{{item.a[0]}}", "reference": "b"}"#,
            "a field has letters"
        ),
        (#"{"type": "string_check", "operation": "eq", "input": "a", "refrence": "b"}"#, "reference: is missing"),
        (
            #"{"type": "string_check", "operation": "eq", "input": "a", "reference": "b", "nme": "c"}"#,
            "did you mean `name`?"
        ),
        (
            #"{"type": "score_model", "model": "gpt-5", "input": [{"role": "user", "content": "x"}]}"#,
            "no judge is called \"gpt-5\""
        ),
        (
            #"{"type": "score_model", "model": "yes-no", "input": [{"role": "user", "content": "x"}]}"#,
            "Boolean questions only"
        ),
        (
            #"{"type": "score_model", "model": "small", "range": [1, 1], "input": [{"role": "user", "content": "x"}]}"#,
            "range"
        ),
        (#"{"type": "multi", "graders": {"a": {"type": "multi"}}, "calculate_output": "a"}"#, "holds no other one"),
        (#"{"type": "multi", "graders": {}, "calculate_output": "a"}"#, "1 to 32 graders"),
        (#"{"type": "multi", "graders": {"a-b": {"type": "multi"}}, "calculate_output": "a"}"#, "no variable"),
    ])
    func whatIsWrongIsNamed(grader: String, message: String) {
        let lines = errors(grader)
        #expect(lines.count == 1)
        #expect(lines.first?.contains("rewards.r.grader: ") == true, "\(lines)")
        #expect(lines.first?.contains(message) == true, "\(lines)")
    }

    @Test func aFormulaThatIsWrongIsNamed() {
        let lines = errors(
            #"{"type": "multi", "graders": {"a": \#(Self.exact)}, "calculate_output": "a + b"}"#)
        #expect(lines.count == 1)
        #expect(lines.first?.contains("no component is called b") == true, "\(lines)")
    }

    @Test func theDigestIsOfWhatTheGraderSays() throws {
        func digest(_ text: String) throws -> String { Grader.digest(of: try JSONValue.make(parsing: text.utf8)) }
        let one = try digest(#"{"a": [1, "x", {"b": null, "c": true}], "d": 0.5}"#)
        #expect(try digest(#"{"d": 5e-1, "a": [1.0, "x", {"c": true}]}"#) == one)
        #expect(try digest(#"{"a": ["x", 1, {"c": true}], "d": 0.5}"#) != one)
        #expect(try digest(#"{"a": [1, "x", {"c": "true"}], "d": 0.5}"#) != one)
        #expect(try reward(Self.polite).reward.graderDigest == digest(Self.polite))
    }
}
