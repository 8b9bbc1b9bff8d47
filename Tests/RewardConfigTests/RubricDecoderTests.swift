import RewardConfig
import RewardJudge
import RewardKernel
import Testing

/// Every key of a rubric reaches its setting, and what is wrong with one stands at its place.
@Suite struct RubricDecoderTests {
    private func question(_ rubric: String) throws -> RubricQuestion {
        let task = try #require(try read(asking(rubric: rubric)).judges?.tasks.first)
        guard case .rubric(let question) = task.question else {
            Issue.record("another question is asked")
            throw CancellationError()
        }
        return question
    }

    private func judged(_ rubric: String) throws -> JudgedSettings {
        guard case .judged(let settings) = try read(asking(rubric: rubric)).rewards[0].components[0].component else {
            Issue.record("another component was read")
            throw CancellationError()
        }
        return settings
    }

    @Test func everyKeyIsRead() throws {
        let question = try question(
            """
            {criteria: [{name: a, text: It is right., weight: 2, desired: [x], undesired: [y, z]}, {name: b, text: It is rude.,
              weight: -0.5, required: true}], examples: [e], desired: [d], undesired: [u], instructions: Be strict., calls: per_criterion,
              abstain: fail, soft: true}
            """)
        #expect(
            question.rubric
                == (try Rubric(
                    name: "q",
                    criteria: [
                        Criterion(name: "a", text: "It is right.", weight: 2, desired: ["x"], undesired: ["y", "z"]),
                        Criterion(name: "b", text: "It is rude.", weight: -0.5, isRequired: true),
                    ],
                    examples: ["e"], desired: ["d"], undesired: ["u"], instructions: "Be strict.", calls: .perCriterion,
                    abstain: .fail)))
        #expect(question.isSoft)
    }

    @Test func defaultsAreTheDocumentedOnes() throws {
        let question = try question("{criteria: [{name: a, text: It is right.}]}")
        #expect(question.rubric == (try Rubric(name: "q", criteria: [Criterion(name: "a", text: "It is right.")])))
        #expect(question.rubric.criteria[0].weight == 1)
        #expect(!question.rubric.criteria[0].isRequired)
        #expect((question.rubric.calls, question.rubric.abstain) == (.perItem, .skip))
        #expect(!question.isSoft)
    }

    @Test func scaleIsRead() throws {
        let question = try question("{scale: {low: -1, high: 5, text: The higher the better.}}")
        #expect(
            question.rubric.measure == .scale(try RubricScale(low: -1, high: 5, text: "The higher the better.")))
    }

    /// A request without a column that the question does not need is not refused.
    @Test(arguments: [
        ("", true, false, [String]()),
        (", template: \"{{completion}}\"", false, false, []),
        (", template: \"{{prompt}} {{ completion }}\"", true, false, []),
        (", template: \"{{reference_answer}}{{completion}}\"", false, true, []),
        (", template: \"{{style}}{{completion}}{{lang}}{{style}}\"", false, false, ["lang", "style"]),
    ])
    func templateSaysWhatIsRead(template: String, prompt: Bool, reference: Bool, fields: [String]) throws {
        let settings = try judged("{criteria: [{name: a, text: It is right.}]\(template)}")
        #expect(
            settings
                == JudgedSettings(
                    kind: .rubric, task: 0, readsPrompt: prompt, readsReferenceAnswer: reference, fields: fields))
    }

    @Test func fieldThatIsNearlyBuiltInIsAWarning() throws {
        let yaml = asking(rubric: "{criteria: [{name: a, text: x}], template: \"{{promt}}{{completion}}\"}")
        #expect(
            try read(yaml).warnings.map(\.description) == [
                "r.yaml:1:57: rubrics.q.template: {{promt}} is read as a field of the request; {{prompt}} is built in"
            ])
    }

    @Test(arguments: [
        ("5", "1:14: rubrics.q: expected a mapping with the key `criteria`, found the number 5"),
        ("{}", "1:11: rubrics.q: the key `criteria` is missing; or `scale`, for a judge that rates"),
        ("{criteria: []}", "1:25: rubrics.q.criteria: a rubric needs criteria, or a scale"),
        ("{criteria: {a: x}}", "1:25: rubrics.q.criteria: expected a list of criteria, found a mapping"),
        (
            "{criteria: [{name: a, txt: x, text: y}]}",
            "1:36: rubrics.q.criteria[0].txt: unknown key; did you mean `text`?"
        ),
        (
            "{criteria: [{name: a}]}",
            "1:26: rubrics.q.criteria[0]: the key `text` is missing; what is true of a completion that meets the criterion"
        ),
        (
            "{criteria: [{name: a b, text: x}]}",
            "1:33: rubrics.q.criteria[0].name: \"a b\" is no name: 1 to 64 ASCII letters, digits, _ and -"
        ),
        ("{criteria: [{name: a, text: \" \"}]}", "1:42: rubrics.q.criteria[0].text: the text is empty"),
        (
            "{criteria: [{name: a, text: x, weight: 0}]}",
            "1:53: rubrics.q.criteria[0].weight: 0.0 is no weight: a finite number other than 0 is needed"
        ),
        (
            "{criteria: [{name: a, text: x, desired: [y, \" \"]}]}",
            "1:58: rubrics.q.criteria[0].desired[1]: the text is empty"
        ),
        (
            "{criteria: [{name: a, text: x}, {name: a, text: y}]}",
            "1:53: rubrics.q.criteria[1].name: \"a\" stands for two criteria"
        ),
        (
            "{criteria: [{name: a, text: x}], scale: {low: 1, high: 5, text: y}}",
            "1:54: rubrics.q.scale: a rubric has criteria or a scale, not both"
        ),
        (
            "{scale: {low: 5, high: 5, text: x}}",
            "1:37: rubrics.q.scale.high: 5 is not above the scale's low end, 5"
        ),
        ("{scale: {low: 1, high: 5, text: x}, soft: true}", "1:50: rubrics.q.soft: is only read with `criteria`"),
        (
            "{criteria: [{name: a, text: x}], calls: each}",
            "1:54: rubrics.q.calls: expected one of per_item, per_criterion, found the string \"each\""
        ),
        (
            "{criteria: [{name: a, text: x}], template: \"{{prompt}}\"}",
            "1:57: rubrics.q.template: the template does not show the completion: {{completion}} is missing"
        ),
        (
            "{criteria: [{name: a, text: x}], template: \"{{prompt\"}",
            "1:57: rubrics.q.template: {{ at byte 0 is not closed"
        ),
        (
            "{criteria: [{name: a, text: x}], template: \"{{#if a}}{{completion}}\"}",
            "1:57: rubrics.q.template: \"{{#if a}}\" names nothing: a field has letters, digits and `_`, `-`, `.` (ASCII)"
        ),
        ("{criteria: [{name: a, text: x}], instructions: \" \"}", "1:61: rubrics.q.instructions: the text is empty"),
    ])
    func wrongRubricIsRefusedAtItsPlace(rubric: String, expected: String) {
        #expect(errorLines(asking(rubric: rubric)) == ["r.yaml:" + expected])
    }

    @Test func namesOfTheFileDoNotReachTheTerminal() {
        for line in errorLines("rubrics: {\"\\e[31m\": {criteria: [{name: \"\\e\\u202E\", text: x}]}}\nrewards: 5") {
            #expect(line.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0 != "\u{202E}" })
        }
    }

    @Test func rubricsNameIsTheProvidersToo() {
        let yaml = asking(component: "{type: judge, judge: j, rubric: q}").replacing("  q: {crit", with: "  q.a: {crit")
        #expect(
            errorLines(yaml).contains {
                $0.hasSuffix("rubrics.q.a: \"q.a\" is no name: 1 to 64 ASCII letters, digits, _ and -")
            })
    }

    @Test func criteriaAndFieldsAreCounted() {
        let criteria = (0..<65).map { "{name: c\($0), text: x}" }.joined(separator: ", ")
        #expect(
            errorLines(asking(rubric: "{criteria: [\(criteria)]}")) == [
                "r.yaml:1:25: rubrics.q.criteria: has 65 elements; at most 64 are allowed"
            ])
        let fields = (0..<17).map { "{{f\($0)}}" }.joined()
        #expect(
            errorLines(asking(rubric: "{criteria: [{name: a, text: x}], template: \"\(fields){{completion}}\"}")) == [
                "r.yaml:1:57: rubrics.q.template: names 17 fields; a reward reads at most 16"
            ])
    }
}
