import RewardKernel
import RewardMemory
import Testing

@Suite struct RepetitionPenaltyTests {
    private func outcome(
        _ completion: String, tokens: [UInt32]? = nil, unit: RepetitionUnit = .words, size: Int = 3, max: Double = -1
    ) throws -> ComponentOutcome {
        let builder = makeBuilder()
        let settings = RepetitionPenaltySettings(unit: unit, ngramSize: size, maxPenalty: max)
        let plan = try RepetitionPenaltyPlan(settings, builder)
        var scratch = try SequenceScratch(builder.requirements.sequence)
        var rollout = rollout(completion)
        if let tokens { rollout.tokenIdentifiers = tokenBytes(tokens) }
        return plan.score(rollout, &scratch)
    }

    /// open-r1's own cases.
    @Test(arguments: [
        ("this is a this is a test", 3, -2, -0.3999999999999999), ("A B C A B", 3, -0.5, 0),
        ("A B C D E F G H I J K L", 3, -1, 0), ("This is A Test", 2, -1, 0), ("word", 3, -1, 0),
        ("this is a this is a test", 2, -1, -0.33333333333333337), ("A B C A B C", 3, -1, -0.25),
        ("three different words", 3, -1, 0), ("", 1, -1, 0), (" \n\t ", 1, -1, 0),
    ])
    func wordsAreJudgedAsOpenR1Does(completion: String, size: Int, max: Double, wanted: Double) throws {
        let outcome = try outcome(completion, size: size, max: max)
        #expect(outcome.status == .scored)
        #expect(outcome.score == wanted)
        #expect(outcome.score.sign == .plus || outcome.score < 0)
    }

    @Test func tokensAreJudgedAsTRLDoes() throws {
        #expect(try outcome("", tokens: [1, 2, 3, 4], unit: .tokens, size: 2).score == 0)
        #expect(try outcome("", tokens: [1, 2], unit: .tokens).score == 0)
        #expect(try outcome("", tokens: [], unit: .tokens).score == 0)
        #expect(try outcome("", tokens: [.max, 0, .max, 0, .max], unit: .tokens, size: 2).score == -0.5)
        #expect(try outcome("", tokens: [7, 7, 7, 7], unit: .tokens, size: 1).score == -0.75)
        #expect(try outcome("text", unit: .tokens).status == .missingInput)
    }

    @Test func everySizeCountsTheSequencesThatASetHolds() throws {
        var generator = SeededNumbers()
        for size in [1, 2, 3, 4, 7, 32] {
            let random = (0..<400).map { _ in UInt32.random(in: 0...2, using: &generator) }
            let tokens = random + [UInt32](repeating: 9, count: 60)
            let sequences = (0...(tokens.count - size)).map { Array(tokens[$0..<($0 + size)]) }
            let wanted = (1 - Double(Set(sequences).count) / Double(sequences.count)) * -1
            #expect(try outcome("", tokens: tokens, unit: .tokens, size: size).score == wanted, "\(size)")
        }
    }

    @Test func wordsAreToldApartWhateverTheirLengthAndBytes() throws {
        // Beginnings of each other, NUL bytes, and five bytes that are the next word's piece.
        let words = ["a", "ab", "abcde", "abcdea", "abcdeabcde", "a\0", "a\0\0", "\0", "é", "éa", "aé"]
        #expect(try outcome(words.joined(separator: " "), size: 1).score == 0)
        #expect(try outcome((words + words).joined(separator: "\u{2003}"), size: 1).score == -0.5)
        #expect(try outcome("Straße STRASSE straße", size: 1).score == (1 - 1.0 / 3) * -1)
        #expect(try outcome("好好好好", size: 1).score == -0.75)
        #expect(try outcome("abab", unit: .characters, size: 2).score == (1 - 2.0 / 3) * -1)
    }

    @Test(.timeLimit(.minutes(1))) func longestTextsAreScoredOrGivenUpInBoundedTime() throws {
        let limit = Limits.sequenceUnitCountMax
        #expect(try outcome(String(repeating: "a", count: 1 << 20), size: 1).score == 0)
        #expect(try outcome(String(repeating: "a", count: 1 << 20), unit: .characters).status == .limitReached)
        #expect(try outcome(String(repeating: "a ", count: limit)).score == (1 - 1 / Double(limit - 2)) * -1)
        #expect(try outcome(String(repeating: "a ", count: limit + 1)).status == .limitReached)
        #expect(try outcome(String(repeating: "\0", count: limit), unit: .characters, size: 32).score < -0.99)
        let different = (0..<120_000).map { String($0, radix: 36) }.joined(separator: " ")
        #expect(try outcome(different, size: 1).score == 0)
        #expect(try outcome("", tokens: (0..<UInt32(limit)).map { $0 &* 0x9E37_79B1 }, unit: .tokens).score == 0)
    }

    @Test func impossibleSettingsAreRefusedByKey() {
        #expect(throws: PlanError(key: ["ngram_size"], "an n-gram has 1 to 32 units")) {
            try RepetitionPenaltyPlan(RepetitionPenaltySettings(ngramSize: 0), makeBuilder())
        }
        #expect(throws: PlanError(key: ["max_penalty"], "a penalty is a number and not above 0")) {
            try RepetitionPenaltyPlan(RepetitionPenaltySettings(maxPenalty: 0.5), makeBuilder())
        }
    }

    @Test func rationaleCountsTheRepetitions() throws {
        let plan = try RepetitionPenaltyPlan(RepetitionPenaltySettings(), makeBuilder())
        let repeated = try outcome("A B C A B C")
        #expect(
            sentence { plan.explain(repeated, into: &$0) } == "1 of 4 sequences of 3 words had been there before")
        let short = try outcome("A B")
        #expect(sentence { plan.explain(short, into: &$0) } == "2 words, too few for sequences of 3")
    }
}
