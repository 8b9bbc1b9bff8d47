import RewardKernel
import RewardMemory
import Testing

@Suite struct OverlongPenaltyTests {
    private func score(_ tokenCount: Int, max: Int = 100, buffer: Int = 20) throws -> Double {
        let plan = try OverlongPenaltyPlan(OverlongPenaltySettings(maxLength: max, buffer: buffer))
        return plan.score(rollout("", tokenCount: tokenCount)).score
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
        let plan = try OverlongPenaltyPlan(OverlongPenaltySettings(maxLength: 100, buffer: 20))
        #expect(plan.score(rollout("", tokenCount: 50, isTruncated: true)).score == 0)
        #expect(plan.score(rollout("", tokenCount: 90, isTruncated: true)).score == -0.5)
    }

    @Test func missingTokenCountIsAStatusAndNotAScore() throws {
        let plan = try OverlongPenaltyPlan(OverlongPenaltySettings(maxLength: 100, buffer: 20))
        let outcome = plan.score(rollout("text"))
        #expect(outcome.status == .missingInput)
        #expect(sentence { plan.explain(outcome, into: &$0) } == "the request brings no token_counts for this rollout")
    }

    @Test func wordsAndCharactersAreCountedInTheText() throws {
        let words = try OverlongPenaltyPlan(OverlongPenaltySettings(maxLength: 4, buffer: 2, unit: .words))
        #expect(words.score(rollout("eins zwei drei")).score == -0.5)
        let characters = try OverlongPenaltyPlan(OverlongPenaltySettings(maxLength: 4, buffer: 2, unit: .characters))
        #expect(characters.score(rollout("äöü")).score == -0.5)
        #expect(characters.score(rollout("äöü\0\0")).score == -1)
    }

    @Test func impossibleSettingsAreRefusedByKey() {
        #expect(throws: PlanError(key: ["max_length"], "the greatest length is above 0")) {
            try OverlongPenaltyPlan(OverlongPenaltySettings(maxLength: 0, buffer: 0))
        }
        #expect(throws: PlanError(key: ["buffer"], "the buffer lies between 0 and max_length (10)")) {
            try OverlongPenaltyPlan(OverlongPenaltySettings(maxLength: 10, buffer: 11))
        }
    }

    @Test func rationaleNamesTheLengthAndTheLimit() throws {
        let plan = try OverlongPenaltyPlan(OverlongPenaltySettings(maxLength: 100, buffer: 20))
        let inside = plan.score(rollout("", tokenCount: 90))
        #expect(
            sentence { plan.explain(inside, into: &$0) } == "90 tokens, inside the buffer of 20 before the limit of 100"
        )
        let above = plan.score(rollout("", tokenCount: 300))
        #expect(sentence { plan.explain(above, into: &$0) } == "300 tokens, above the limit of 100")
    }
}
