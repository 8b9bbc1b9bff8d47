import RewardKernel
import RewardMemory
import Testing

@Suite struct LengthPenaltyTests {
    private func outcome(_ unit: LengthUnit, _ text: String) throws -> ComponentOutcome {
        let builder = makeBuilder()
        let plan = try LengthPenaltyPlan(
            LengthPenaltySettings(LengthSettings(unit), target: 2...4, toleranceBelow: 2, toleranceAbove: 4), builder)
        var scratch = try KernelScratch(builder.requirements)
        return plan.score(rollout(text), &scratch)
    }

    @Test func lengthInsideTheTargetScoresOne() throws {
        for (text, score) in [
            ("one two three", 1), ("one", 0.5), ("", 0), ("1 2 3 4 5", 0.75), ("1 2 3 4 5 6 7 8", 0),
        ] {
            #expect(try outcome(.words, text).score == score)
        }
    }

    @Test func missingTokenCountIsAStatusAndNotAScore() throws {
        #expect(try outcome(.tokens, "one two three").status == .missingInput)
    }
}
