import Foundation
import RewardKernel
import RewardMemory
import Testing

// Goal: the text components give what the data's own labels and the upstream functions give, row by row.
// Method: every recorded row is scored, and the rows that differ are named.

/// Keeps the texts of the rollouts alive for the whole run.
private let storage = OwnedStorage()

func makeBuilder() -> PlanBuilder {
    PlanBuilder(storage: storage, requirements: ScratchRequirements())
}

func rollout(_ completion: String, reference: FieldValue = .absent, tokenCount: Int = -1) -> Rollout {
    let view = storage.makeText(completion.utf8)
    return Rollout(
        completion: view, completionIsASCII: view.isASCII, prompt: nil, referenceAnswer: reference,
        tokenCount: tokenCount, isTruncated: false, fields: storage.makeTable([]))
}

func reference(_ text: String) -> FieldValue {
    .text(storage.makeText(text.utf8))
}

extension JSONValue {
    subscript(_ name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.last { $0.name == name }?.value
    }

    var text: String {
        get throws {
            guard case .string(let text) = self else { throw Mistyped(value: self) }
            return text
        }
    }

    var number: Double {
        get throws {
            switch self {
            case .integer(let value): return Double(value)
            case .number(let value): return value
            case .bool(let flag): return flag ? 1 : 0
            default: throw Mistyped(value: self)
            }
        }
    }

    struct Mistyped: Error {
        let value: JSONValue
    }
}

extension JSONValue {
    func textOf(_ name: String) throws -> String { try #require(self[name]).text }
    func numberOf(_ name: String) throws -> Double { try #require(self[name]).number }
}

@Suite(.enabled(if: PublishedData.isPresent)) struct TextConformanceTests {
    @Test func numericMatchReproducesTheLabelsOfRealSolutions() throws {
        let plan = try NumericMatchPlan(NumericMatchSettings(), makeBuilder())
        var rowCount = 0
        var correctCount = 0
        var differing: [String] = []
        for row in try PublishedData.lines("gsm8k/solutions.jsonl") {
            let outcome = plan.score(
                rollout(try row.textOf("completion"), reference: reference(try row.textOf("reference"))))
            #expect(outcome.status == .scored)
            if outcome.score != (try row.numberOf("is_correct")) { differing.append(try row.textOf("id")) }
            rowCount += 1
            correctCount += outcome.score == 1 ? 1 : 0
        }
        #expect(differing == [])
        #expect(rowCount == 1800)
        #expect(correctCount == 705)
    }

    @Test func workedAnswersScoreOneAgainstTheirOwnAnswer() throws {
        let plan = try NumericMatchPlan(NumericMatchSettings(), makeBuilder())
        var rowCount = 0
        for row in try PublishedData.lines("gsm8k/test_questions.jsonl") {
            let worked = try row.textOf("worked_answer")
            let answer = try row.textOf("answer")
            #expect(plan.score(rollout(worked, reference: reference(answer))).score == 1)
            // A worked answer may also stand in the column of references.
            #expect(plan.score(rollout(answer, reference: reference(worked))).score == 1)
            rowCount += 1
        }
        #expect(rowCount == 450)
    }

    @Test func answersAreFoundInElevenLanguages() throws {
        let plan = try NumericMatchPlan(NumericMatchSettings(), makeBuilder())
        let zeros: [Character] = ["০", "౦", "๐", "०", "٠", "０"]
        var rowCount = 0
        for row in try PublishedData.lines("multilingual/mgsm_worked.jsonl") {
            let worked = try row.textOf("worked_answer")
            let answer = reference(try row.textOf("answer"))
            #expect(plan.score(rollout(worked, reference: answer)).score == 1, "\(worked)")
            for zero in zeros {
                let own = String(worked.map { native($0, zero) })
                #expect(plan.score(rollout(own, reference: answer)).score == 1, "\(own)")
            }
            rowCount += 1
        }
        #expect(rowCount == 33)
    }

    /// An ASCII digit as the digit of the script with that zero.
    private func native(_ character: Character, _ zero: Character) -> Character {
        guard let digit = character.isASCII ? character.wholeNumberValue : nil,
            let base = zero.unicodeScalars.first?.value, let scalar = Unicode.Scalar(base + UInt32(digit))
        else { return character }
        return Character(scalar)
    }

    @Test func overlongPenaltyIsTRLsOnRealSolutions() throws {
        let builder = makeBuilder()
        let plan = try OverlongPenaltyPlan(OverlongPenaltySettings(maxLength: 400, buffer: 200), builder)
        var scratch = try KernelScratch(builder.requirements)
        var expected: [String: Double] = [:]
        for row in try PublishedData.lines("reward-fn/differential_gsm8k.jsonl") {
            expected[try row.textOf("id")] = try row.numberOf("trl_soft_overlong_bytes_max400_cache200")
        }
        var rowCount = 0
        for row in try PublishedData.lines("gsm8k/solutions.jsonl") {
            let completion = try row.textOf("completion")
            let outcome = plan.score(rollout(completion, tokenCount: completion.utf8.count), &scratch)
            let identifier = try row.textOf("id")
            #expect(outcome.score == expected[identifier], "\(identifier)")
            rowCount += 1
        }
        #expect(rowCount == 1800)
    }

    @Test func repetitionPenaltyIsTRLsAndOpenR1sOnRealSolutions() throws {
        let builder = makeBuilder()
        let words = try RepetitionPenaltyPlan(RepetitionPenaltySettings(), builder)
        let tokens = try RepetitionPenaltyPlan(
            RepetitionPenaltySettings(unit: .tokens, ngramSize: 4, maxPenalty: -0.5), builder)
        var scratch = try SequenceScratch(builder.requirements.sequence)
        var expected: [String: JSONValue] = [:]
        for row in try PublishedData.lines("reward-fn/differential_gsm8k.jsonl") {
            expected[try row.textOf("id")] = row
        }
        var rowCount = 0
        for row in try PublishedData.lines("gsm8k/solutions.jsonl") {
            let completion = try row.textOf("completion")
            let recorded = try #require(expected[try row.textOf("id")])
            var rollout = rollout(completion)
            rollout.tokenIdentifiers = storage.makeText(completion.utf8.flatMap { [$0, 0, 0, 0] })
            let ofWords = words.score(rollout, &scratch).score
            let ofTokens = tokens.score(rollout, &scratch).score
            // Recorded with nine decimals.
            #expect(abs(ofWords - (try recorded.numberOf("open_r1_repetition_ngram3_max-1"))) <= 5.1e-10)
            #expect(abs(ofTokens - (try recorded.numberOf("trl_repetition_bytes_ngram4_max-0.5"))) <= 5.1e-10)
            rowCount += 1
        }
        #expect(rowCount == 1800)
    }

    /// The recorded cases of the functions that a component stands for; the number beside each is how many there are.
    @Test(arguments: [
        ("think_format_reward", 7), ("tag_count_reward", 4), ("get_soft_overlong_punishment", 5), ("format_reward", 3),
        ("get_code_format_reward", 5), ("GSM8KVerifier", 1),
    ])
    func recordedCasesComeOutAsUpstream(function: String, count: Int) throws {
        var caseCount = 0
        for row in try PublishedData.lines("reward-fn/unit_cases.jsonl") where try row.textOf("function") == function {
            let score = try score(row, as: function)
            let expected = try row.numberOf("expected")
            let identifier = try row.textOf("id")
            #expect(score == expected, "\(identifier)")
            caseCount += 1
        }
        #expect(caseCount == count)
    }

    private func score(_ row: JSONValue, as function: String) throws -> Double {
        let builder = makeBuilder()
        let completion = row["completion"].flatMap { try? $0.text } ?? ""
        switch function {
        case "think_format_reward":
            return try ThinkFormatPlan(ThinkFormatSettings(), builder).score(rollout(completion)).score
        case "tag_count_reward":
            return try TagCountPlan(TagCountSettings(), builder).score(rollout(completion)).score
        case "get_soft_overlong_punishment":
            let parameters = try #require(row["params"])
            let settings = OverlongPenaltySettings(
                maxLength: Int(try parameters.numberOf("max_completion_len")),
                buffer: Int(try parameters.numberOf("soft_punish_cache")))
            let tokenCount = Int(try row.numberOf("token_count"))
            let plan = try OverlongPenaltyPlan(settings, builder)
            var scratch = try KernelScratch(builder.requirements)
            return plan.score(rollout("", tokenCount: tokenCount), &scratch).score
        case "format_reward":
            return try match(#"\A<think>\n.*?\n</think>\n<answer>\n.*?\n</answer>$"#, completion, builder)
        case "get_code_format_reward":
            let language = try #require(row["params"]).textOf("language")
            let pattern =
                #"\A<think>\n.*?\n</think>\n<answer>\n.*?```"# + language + #".*?```.*?\n</answer>$"#
            return try match(pattern, completion, builder)
        default:
            let plan = try NumericMatchPlan(NumericMatchSettings(), builder)
            return plan.score(rollout(completion, reference: reference(try row.textOf("reference")))).score
        }
    }

    /// What open-r1's format rewards do: `re.match` with DOTALL and MULTILINE.
    private func match(_ pattern: String, _ completion: String, _ builder: PlanBuilder) throws -> Double {
        var options = RegexOptions()
        options.isMultiline = true
        options.dotMatchesLineEnds = true
        let plan = try RegexMatchPlan(RegexMatchSettings(pattern: pattern, options: options), builder)
        var scratch = try RegexScratch(builder.requirements.regex)
        return plan.score(rollout(completion), &scratch).score
    }

    @Test func naughtyStringsNeverStopAComponent() throws {
        let strings = try JSONValue.make(parsing: Data(contentsOf: PublishedData.url("safety/blns.json")))
        guard case .array(let values) = strings else {
            Issue.record("blns.json is not an array")
            return
        }
        let builder = makeBuilder()
        let components = try TextComponents(builder)
        var scratch = try KernelScratch(builder.requirements)
        for value in values {
            components.scoreAndExplain(rollout(try value.text, reference: reference(try value.text)), &scratch)
        }
        #expect(values.count > 500)
    }
}

/// One plan of every text component, for tests that only want them to come back.
private struct TextComponents {
    private let numeric: NumericMatchPlan
    private let marked: NumericMatchPlan
    private let contains: StringCheckPlan
    private let equals: StringCheckPlan
    private let think: ThinkFormatPlan
    private let tags: TagCountPlan
    private let regex: RegexMatchPlan

    init(_ builder: PlanBuilder) throws {
        numeric = try NumericMatchPlan(NumericMatchSettings(), builder)
        var settings = NumericMatchSettings()
        settings.marker = "0"
        settings.decimalMark = .comma
        marked = try NumericMatchPlan(settings, builder)
        contains = try StringCheckPlan(StringCheckSettings(operation: .ilike, trim: true), builder)
        equals = try StringCheckPlan(StringCheckSettings(), builder)
        think = try ThinkFormatPlan(ThinkFormatSettings(), builder)
        tags = try TagCountPlan(TagCountSettings(), builder)
        regex = try RegexMatchPlan(RegexMatchSettings(pattern: #"(\w+)\W+\1"#), builder)
    }

    func scoreAndExplain(_ rollout: Rollout, _ scratch: inout KernelScratch) {
        var text = RigidBytes(capacity: 1024)
        numeric.explain(numeric.score(rollout), rollout: rollout, into: &text)
        marked.explain(marked.score(rollout), rollout: rollout, into: &text)
        think.explain(think.score(rollout), into: &text)
        tags.explain(tags.score(rollout), into: &text)
        #expect(equals.score(rollout, &scratch.fold, &scratch.json).score == 1)
        #expect(contains.score(rollout, &scratch.fold, &scratch.json).score == 1)
        regex.explain(regex.score(rollout, &scratch.regex), into: &text)
    }
}
