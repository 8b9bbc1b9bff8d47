import RewardKernel
import RewardMemory
import Testing

@Suite struct LengthPenaltyTests {
    @Test func lengthInsideTheTargetScoresOne() throws {
        let plan = try LengthPenaltyPlan(
            LengthPenaltySettings(unit: .words, target: 2...4, toleranceBelow: 2, toleranceAbove: 4))
        #expect(plan.score(rollout("one two three")).score == 1)
        #expect(plan.score(rollout("one")).score == 0.5)
        #expect(plan.score(rollout("")).score == 0)
        #expect(plan.score(rollout("1 2 3 4 5")).score == 0.75)
        #expect(plan.score(rollout("1 2 3 4 5 6 7 8")).score == 0)
    }

    @Test func missingTokenCountIsAStatusAndNotAScore() throws {
        let plan = try LengthPenaltyPlan(
            LengthPenaltySettings(unit: .tokens, target: 2...4, toleranceBelow: 2, toleranceAbove: 4))
        #expect(plan.score(rollout("one two three")).status == .missingInput)
    }
}
