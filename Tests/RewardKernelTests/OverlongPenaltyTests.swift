import RewardKernel
import RewardMemory
import Testing

@Suite struct OverlongPenaltyTests {
    /// What a completion comes to, and what is said of it.
    private func judge(
        _ rollout: Rollout, max: Int = 100, buffer: Int = 20, unit: LengthUnit = .tokens
    ) throws -> (outcome: ComponentOutcome, words: String) {
        let builder = makeBuilder()
        let plan = try OverlongPenaltyPlan(
            OverlongPenaltySettings(maxLength: max, buffer: buffer, LengthSettings(unit)), builder)
        var scratch = try KernelScratch(builder.requirements)
        let outcome = plan.score(rollout, &scratch)
        return (outcome, sentence { plan.explain(outcome, into: &$0) })
    }

    private func score(_ tokenCount: Int, max: Int = 100, buffer: Int = 20) throws -> Double {
        try judge(rollout("", tokenCount: tokenCount), max: max, buffer: buffer).outcome.score
    }

    @Test func penaltyFallsLinearlyInsideTheBuffer() throws {
        #expect(try score(0) == 0)
        #expect(try score(80) == 0)
        #expect(try score(81) == -0.05)
        #expect(try score(90) == -0.5)
        #expect(try score(100) == -1)
        #expect(try score(101) == -1)
        #expect(try score(Int.max) == -1)
    }

    @Test func emptyBufferMakesAStepAndNoNaN() throws {
        #expect(try score(100, buffer: 0) == 0)
        #expect(try score(101, buffer: 0) == -1)
    }

    @Test func everyLengthHasAScoreBetweenMinusOneAndZeroThatNeverRises() throws {
        for (max, buffer) in [(1, 0), (1, 1), (7, 3), (64, 64), (1000, 999)] {
            let scores = try (0...(max + 2)).map { try score($0, max: max, buffer: buffer) }
            #expect(scores.allSatisfy { (-1...0).contains($0) })
            #expect(zip(scores, scores.dropFirst()).allSatisfy { $0 >= $1 })
        }
    }

    @Test func truncationByTheTrainerChangesNothing() throws {
        #expect(try judge(rollout("", tokenCount: 50, isTruncated: true)).outcome.score == 0)
        #expect(try judge(rollout("", tokenCount: 90, isTruncated: true)).outcome.score == -0.5)
    }

    @Test func missingTokenCountIsAStatusAndNotAScore() throws {
        let judged = try judge(rollout("text"))
        #expect(judged.outcome.status == .missingInput)
        #expect(judged.words == "the request brings no token_counts for this rollout")
    }

    @Test func wordsAndCharactersAreCountedInTheText() throws {
        for (unit, text, score) in [
            (LengthUnit.words, "eins zwei drei", -0.5), (.characters, "äöü", -0.5), (.characters, "äöü\0\0", -1),
        ] {
            #expect(try judge(rollout(text), max: 4, buffer: 2, unit: unit).outcome.score == score)
        }
    }

    @Test func impossibleSettingsAreRefusedByKey() {
        #expect(throws: PlanError(key: ["max_length"], "the greatest length is above 0")) {
            try OverlongPenaltyPlan(OverlongPenaltySettings(maxLength: 0, buffer: 0), makeBuilder())
        }
        #expect(throws: PlanError(key: ["buffer"], "the buffer lies between 0 and max_length (10)")) {
            try OverlongPenaltyPlan(OverlongPenaltySettings(maxLength: 10, buffer: 11), makeBuilder())
        }
    }

    @Test func rationaleNamesTheLengthAndTheLimit() throws {
        let inside = try judge(rollout("", tokenCount: 90)).words
        #expect(inside == "90 tokens, inside the buffer of 20 before the limit of 100")
        #expect(try judge(rollout("", tokenCount: 300)).words == "300 tokens, above the limit of 100")
    }
}
