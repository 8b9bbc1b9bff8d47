import RewardKernel
import RewardMemory
import Testing

@Suite struct CosineLengthTests {
    private func outcome(
        _ completion: String, tokenCount: Int = -1, _ change: (inout CosineLengthSettings) -> Void = { _ in }
    ) throws -> ComponentOutcome {
        let builder = makeBuilder()
        var settings = CosineLengthSettings(maxLength: 100)
        change(&settings)
        let plan = try CosineLengthPlan(settings, builder)
        var scratch = try KernelScratch(builder.requirements)
        return plan.score(rollout(completion, referenceAnswer: .integer(3), tokenCount: tokenCount), &scratch)
    }

    /// TRL's own cases, with answers that are numbers.
    @Test(arguments: [
        ("3", 25, 0.9267766952966369), ("2", 75, -0.5732233047033631), ("3", 100, 0.5), ("3", 0, 1), ("2", 0, -1),
        ("2", 100, -0.5), ("3", 1_000, 0.5), ("2", .max, -0.5), ("", 0, -1),
    ])
    func shortIsBestWhenRightAndLongWhenWrong(answer: String, tokenCount: Int, wanted: Double) throws {
        let outcome = try outcome(answer, tokenCount: tokenCount)
        #expect(outcome.status == .scored)
        #expect(abs(outcome.score - wanted) < 1e-15)
    }

    @Test func endsMayBeChosen() throws {
        #expect(abs(try outcome("3", tokenCount: 50) { $0.correct = 0...2 }.score - 1) < 1e-15)
        #expect(try outcome("2", tokenCount: 0) { $0.wrong = -3...0 }.score == -3)
    }

    /// open-r1 counts characters.
    @Test func lengthMayBeCountedInTheText() throws {
        let padded = "\\boxed{\\frac{63}{400}}" + String(repeating: " ", count: 58)
        let right = try outcome(padded) {
            $0.measure = LengthSettings(.characters)
            $0.correctness = .stringCheck(StringCheckSettings(operation: .like, reference: .literal("63")))
        }
        #expect(abs(right.score - 0.5477457514062631) < 1e-15)
        let wrong = try outcome("\\boxed{\\frac{64}{400}}") {
            $0.measure = LengthSettings(.characters)
            $0.correctness = .stringCheck(StringCheckSettings(operation: .like, reference: .literal("63")))
        }
        #expect(abs(wrong.score - -0.9426283106939473) < 1e-15)
    }

    @Test func unknownLengthOrReferenceIsAStatusAndNotAScore() throws {
        #expect(try outcome("3").status == .missingInput)
        let builder = makeBuilder()
        let plan = try CosineLengthPlan(CosineLengthSettings(maxLength: 100), builder)
        var scratch = try KernelScratch(builder.requirements)
        #expect(plan.score(rollout("3", tokenCount: 5), &scratch).status == .missingInput)
    }

    @Test func impossibleSettingsAreRefusedByKey() {
        #expect(throws: PlanError(key: ["max_length"], "the greatest length is above 0")) {
            try CosineLengthPlan(CosineLengthSettings(maxLength: 0), makeBuilder())
        }
        #expect(throws: PlanError.self) {
            var settings = CosineLengthSettings(maxLength: 1)
            settings.correctness = .cosineLength(CosineLengthSettings(maxLength: 1))
            return try CosineLengthPlan(settings, makeBuilder())
        }
    }

    @Test func rationaleSaysWhetherItIsCorrectAndHowLong() throws {
        let plan = try CosineLengthPlan(CosineLengthSettings(maxLength: 100), makeBuilder())
        let right = try outcome("3", tokenCount: 25)
        #expect(sentence { plan.explain(right, into: &$0) } == "correct, with 25 of 100 tokens")
    }
}
