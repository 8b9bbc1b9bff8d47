import RewardKernel
import RewardMemory
import Testing

/// Golden values were computed with the checkers of `instruction_following_eval` (Apache-2.0).
@Suite struct InstructionCheckTests {
    private func outcome(
        _ instructions: String, _ completion: String, level: InstructionLevel = .instruction
    ) throws -> (outcome: ComponentOutcome, sentence: String) {
        let builder = makeBuilder()
        let plan = try InstructionCheckPlan(InstructionCheckSettings(level: level), builder)
        var scratch = try KernelScratch(builder.requirements)
        let outcome = plan.score(rollout(completion, referenceAnswer: .text(bytes(instructions))), &scratch)
        return (outcome, sentence { plan.explain(outcome, into: &$0) })
    }

    private func score(_ instruction: String, _ completion: String) throws -> Double {
        let outcome = try self.outcome("[\(instruction)]", completion).outcome
        #expect(outcome.status == .scored)
        return outcome.score
    }

    @Test(arguments: [
        (#"{"id": "keywords:existence", "keywords": ["Cat", "dog"]}"#, "A CAT and a hotdog.", 1.0),
        (#"{"id": "keywords:existence", "keywords": ["cat", "dog"]}"#, "A cat.", 0),
        (#"{"id": "keywords:forbidden_words", "forbidden_words": ["ass"]}"#, "A class of bass.", 1),
        (#"{"id": "keywords:forbidden_words", "forbidden_words": ["ass"]}"#, "An Ass!", 0),
        (#"{"id": "keywords:forbidden_words", "forbidden_words": ["ass"]}"#, "ass_1", 1),
        (#"{"id": "keywords:frequency", "relation": "at least", "keyword": "aa", "frequency": 2}"#, "aaaa", 1),
        (#"{"id": "keywords:frequency", "relation": "less than", "keyword": "aa", "frequency": 2}"#, "aaa", 1),
        (
            #"{"id": "keywords:letter_frequency", "let_relation": "at least", "letter": "E", "let_frequency": 3}"#,
            "Eel e", 1
        ),
        (#"{"id": "length_constraints:number_words", "relation": "less than", "num_words": 5}"#, "It's a test.", 1),
        (#"{"id": "length_constraints:number_words", "relation": "at least", "num_words": 4}"#, "It's a test.", 1),
        (#"{"id": "punctuation:no_comma"}"#, "a; b", 1),
        (#"{"id": "punctuation:no_comma"}"#, "a, b", 0),
        (#"{"id": "startend:quotation"}"#, " \"a\"\n", 1),
        (#"{"id": "startend:quotation"}"#, "\"", 0),
        (#"{"id": "startend:end_checker", "end_phrase": "Bye. "}"#, "Well. \"bye.\"\n", 1),
        (#"{"id": "combination:repeat_prompt", "prompt_to_repeat": "Say it. "}"#, " say IT. It.", 1),
        (#"{"id": "combination:repeat_prompt", "prompt_to_repeat": "Say it."}"#, "It.", 0),
        (#"{"id": "change_case:english_lowercase"}"#, "this is a plain english sentence, all of it.", 1),
        (#"{"id": "change_case:english_lowercase"}"#, "This is a plain english sentence.", 0),
        (#"{"id": "change_case:english_capital"}"#, "THIS IS A PLAIN ENGLISH SENTENCE, ALL OF IT.", 1),
        (
            #"{"id": "language:response_language", "language": "de"}"#, "Das ist ein ganz gewöhnlicher deutscher Satz.",
            1
        ),
        (#"{"id": "language:response_language", "language": "de"}"#, "This is quite an ordinary English sentence.", 0),
    ])
    func wordsLettersAndLanguages(instruction: String, completion: String, expected: Double) throws {
        #expect(try score(instruction, completion) == expected)
    }

    @Test(arguments: [
        (#"{"id": "detectable_content:number_placeholders", "num_placeholders": 2}"#, "[a] and [b", 0.0),
        (#"{"id": "detectable_content:number_placeholders", "num_placeholders": 2}"#, "[[a] and []", 1),
        (#"{"id": "detectable_content:number_placeholders", "num_placeholders": 1}"#, "[a\n]", 0),
        (#"{"id": "detectable_content:postscript", "postscript_marker": "P.S."}"#, "Well.\np. s. more", 1),
        (#"{"id": "detectable_content:postscript", "postscript_marker": "P.P.S"}"#, "p.\np.s", 1),
        (#"{"id": "detectable_content:postscript", "postscript_marker": "P.S."}"#, "Psst", 0),
        (#"{"id": "detectable_format:constrained_response"}"#, "Hm. My answer is maybe.", 1),
        (#"{"id": "detectable_format:constrained_response"}"#, "my answer is yes.", 0),
        (#"{"id": "detectable_format:json_format"}"#, "```json\n{\"a\": [1]}\n```", 1),
        (#"{"id": "detectable_format:json_format"}"#, "Here: {\"a\": 1}", 0),
        (
            #"{"id": "detectable_format:multiple_sections", "section_spliter": "Section", "num_sections": 2}"#,
            "Section 1\na\nSection2\nb\nSection X", 1
        ),
        (#"{"id": "detectable_format:number_bullet_lists", "num_bullets": 3}"#, "* a\n  - b\n** no\n\n* c", 1),
        (#"{"id": "detectable_format:number_bullet_lists", "num_bullets": 1}"#, "*\n* a", 1),
        (#"{"id": "detectable_format:number_highlighted_sections", "num_highlights": 2}"#, "*a* and **b** ** **", 1),
        (#"{"id": "detectable_format:number_highlighted_sections", "num_highlights": 1}"#, "* a\n* b", 0),
        (#"{"id": "detectable_format:title"}"#, "<<a>>", 1),
        (#"{"id": "detectable_format:title"}"#, "<<>>\n<< >>", 0),
        (#"{"id": "detectable_format:title"}"#, "<<a\n>>", 0),
        (#"{"id": "length_constraints:number_paragraphs", "num_paragraphs": 2}"#, "a\n***\nb\n***\n", 1),
        (#"{"id": "length_constraints:number_paragraphs", "num_paragraphs": 2}"#, "a\n***\n***\nb", 0),
        (#"{"id": "combination:two_responses"}"#, "a\n******\nb", 1),
        (#"{"id": "combination:two_responses"}"#, "a\n******\na", 0),
        (#"{"id": "combination:two_responses"}"#, "a ****** b ****** c", 0),
        (
            #"{"id": "length_constraints:nth_paragraph_first_word", "first_word": "two", "num_paragraphs": 2, "nth_paragraph": 2}"#,
            "One.\n\n\"Two, they say.\n\n", 1
        ),
        (
            #"{"id": "length_constraints:nth_paragraph_first_word", "first_word": "one", "num_paragraphs": 2, "nth_paragraph": 1}"#,
            "One.", 0
        ),
    ])
    func formatsAndStructure(instruction: String, completion: String, expected: Double) throws {
        #expect(try score(instruction, completion) == expected)
    }

    @Test func severalGiveTheirShareOrAllOrNothing() throws {
        let instructions = #"[{"id": "punctuation:no_comma"}, {"id": "startend:quotation", "kwargs": {}}]"#
        #expect(try outcome(instructions, "plain").outcome.score == 0.5)
        #expect(try outcome(instructions, "plain", level: .prompt).outcome.score == 0)
        #expect(try outcome(instructions, "\"plain\"", level: .prompt).outcome.score == 1)
        #expect(
            try outcome(instructions, "plain").sentence
                == "1 of 2 instructions are followed; not number 2, startend:quotation")
    }

    /// Hugging Face data sets fill the arguments of the other instructions with nulls.
    @Test(arguments: [
        #"{"instruction_id": ["punctuation:no_comma", "keywords:existence"], "kwargs": [null, {"keywords": ["cat"], "letter": null}]}"#,
        #"[{"instruction_id_list": ["punctuation:no_comma", "keywords:existence"], "kwargs": [{}, {"keywords": ["cat"]}]}]"#,
        #"[{"instruction_id": "punctuation:no_comma"}, {"id": "keywords:existence", "kwargs": {"keywords": ["cat"]}}]"#,
    ])
    func theShapesOfPublishedDataSetsAreRead(instructions: String) throws {
        #expect(try outcome(instructions, "a cat").outcome.score == 1)
        #expect(try outcome(instructions, "a cat, a dog").outcome.score == 0.5)
    }

    @Test(arguments: [
        "", "no JSON", "7", "{}", "[]", "[7]", "[[]]", #"[{"id": "nobody"}]"#, #"[{"id": "keywords:existence"}]"#,
        #"[{"id": "keywords:existence", "keywords": []}]"#, #"[{"id": "keywords:existence", "keywords": [""]}]"#,
        #"[{"id": "keywords:frequency", "relation": "about", "keyword": "a", "frequency": 2}]"#,
        #"[{"id": "length_constraints:number_words", "relation": "at least", "num_words": 1.5}]"#,
        #"{"instruction_id": ["punctuation:no_comma"], "kwargs": []}"#, #"{"instruction_id": [1], "kwargs": [{}]}"#,
        #"[{"id": "length_constraints:number_sentences", "relation": "at least", "num_sentences": 2}]"#,
        "[" + Array(repeating: #"{"id": "punctuation:no_comma"}"#, count: 33).joined(separator: ",") + "]",
    ])
    func instructionsThatCannotBeUsedAreNoScore(instructions: String) throws {
        let outcome = try self.outcome(instructions, "text").outcome
        #expect(outcome.status == .badReference)
        #expect(outcome.score == 0)
    }

    @Test func aLanguageThatCannotBeToldIsNoVerdict() throws {
        let language = #"{"id": "language:response_language", "language": "de"}"#
        #expect(try outcome("[\(language)]", "17").outcome.status == .abstained)
        let both = try outcome("[\(language), {\"id\": \"punctuation:no_comma\"}]", "17")
        #expect(both.outcome.score == 1)
        #expect(both.sentence == "1 of 1 instructions are followed")
    }

    @Test func fixedInstructionsAreCheckedWhenTheyAreLoaded() throws {
        func plan(_ json: String) throws -> InstructionCheckPlan {
            let value = try JSONValue.make(parsing: json.utf8)
            return try InstructionCheckPlan(InstructionCheckSettings(instructions: .fixed(value)), makeBuilder())
        }
        #expect(throws: PlanError.self) { try plan(#"[{"id": "keywords:existence"}]"#) }
        #expect(throws: PlanError.self) { try plan("[]") }
        let builder = makeBuilder()
        let value = try JSONValue.make(parsing: #"[{"id": "keywords:existence", "keywords": ["é"]}]"#.utf8)
        let compiled = try InstructionCheckPlan(InstructionCheckSettings(instructions: .fixed(value)), builder)
        var scratch = try KernelScratch(builder.requirements)
        #expect(compiled.score(rollout("CAFÉ"), &scratch).score == 1)
    }

    /// Texts made of what the checks look for, cut anywhere.
    @Test func hostileTextsNeitherCrashNorLeaveTheRange() throws {
        var generator = SeededNumbers()
        let pieces = [
            "*", "**", "***", "******", "\n", "\n\n", " ", "<<", ">>", "[", "]", "```", "```json", "\"", "'", "p.",
            "s.",
            "-", "Section", "1", "é", "漢", "\0", "{", "}", ",", "My answer is yes.", "ß", "İ", "\u{200B}",
        ]
        let all = #"""
            [{"id": "detectable_format:number_bullet_lists", "num_bullets": 1}, {"id": "detectable_format:title"},
             {"id": "detectable_format:number_highlighted_sections", "num_highlights": 1},
             {"id": "detectable_format:multiple_sections", "section_spliter": "Section", "num_sections": 1},
             {"id": "length_constraints:number_paragraphs", "num_paragraphs": 1}, {"id": "combination:two_responses"},
             {"id": "detectable_content:number_placeholders", "num_placeholders": 1},
             {"id": "detectable_content:postscript", "postscript_marker": "P.P.S"},
             {"id": "detectable_format:json_format"}, {"id": "startend:quotation"},
             {"id": "startend:end_checker", "end_phrase": "***"},
             {"id": "keywords:forbidden_words", "forbidden_words": ["é", "*"]},
             {"id": "length_constraints:number_words", "relation": "at least", "num_words": 1},
             {"id": "length_constraints:nth_paragraph_first_word", "first_word": "a", "num_paragraphs": 1, "nth_paragraph": 1}]
            """#
        for _ in 0..<500 {
            let count = Int.random(in: 0...24, using: &generator)
            let text = (0..<count).map { _ in pieces.randomElement(using: &generator)! }.joined()
            let outcome = try self.outcome(all, text).outcome
            #expect(outcome.status == .scored && outcome.score >= 0 && outcome.score <= 1, "\(text.debugDescription)")
        }
    }

    @Test func aMegabyteOfOneCharacterIsChecked() throws {
        let text = String(repeating: "*", count: 1 << 20)
        let instructions = #"""
            [{"id": "detectable_format:number_highlighted_sections", "num_highlights": 1},
             {"id": "length_constraints:number_paragraphs", "num_paragraphs": 1}, {"id": "detectable_format:title"}]
            """#
        #expect(try outcome(instructions, text).outcome.score == 0)
    }
}
