import RewardJudge
import Testing

@Suite struct RubricTests {
    private static func criterion(_ name: String, _ weight: Double = 1) throws(RubricError) -> Criterion {
        try Criterion(name: name, text: "Is \(name).", weight: weight)
    }

    private static func key(_ body: () throws(RubricError) -> Void) -> String? {
        do throws(RubricError) {
            try body()
            return nil
        } catch {
            return error.key
        }
    }

    @Test func whatIsWrongIsNamedByItsKey() throws {
        let good = try Self.criterion("clear")
        let scale = try RubricScale(low: 1, high: 5, text: "Five is best.")
        for weight in [0, Double.nan, .infinity, -Double.infinity] {
            #expect(Self.key { () throws(RubricError) in _ = try Self.criterion("a", weight) } == "weight")
        }
        for name in ["", "two words", "é", "a.b", "reason", String(repeating: "a", count: 65)] {
            #expect(Self.key { () throws(RubricError) in _ = try Self.criterion(name) } == "name")
        }
        for text in ["", " \n\t", String(repeating: "a", count: 16_385)] {
            #expect(Self.key { () throws(RubricError) in _ = try Criterion(name: "a", text: text) } == "text")
        }
        #expect(
            Self.key { () throws(RubricError) in _ = try Criterion(name: "a", text: "t", desired: ["x", ""]) }
                == "desired[1]")
        #expect(
            Self.key { () throws(RubricError) in _ = try RubricScale(low: 5, high: 5, text: "t") } == "high")
        #expect(
            Self.key { () throws(RubricError) in _ = try RubricScale(low: .min, high: .max, text: "t") } == "high")
        #expect(Self.key { () throws(RubricError) in _ = try Rubric(name: "r") } == "criteria")
        #expect(
            Self.key { () throws(RubricError) in _ = try Rubric(name: "r", criteria: [good], scale: scale) } == "scale")
        #expect(
            Self.key { () throws(RubricError) in _ = try Rubric(name: "r", criteria: [good, good]) }
                == "criteria[1].name")
        #expect(
            Self.key { () throws(RubricError) in
                var many: [Criterion] = []
                for index in 0..<65 { many.append(try Self.criterion("c\(index)")) }
                _ = try Rubric(name: "r", criteria: many)
            } == "criteria")
        #expect(
            Self.key { () throws(RubricError) in
                _ = try Rubric(name: "r", criteria: [good], examples: Array(repeating: "e", count: 33))
            } == "examples")
        #expect(
            Self.key { () throws(RubricError) in _ = try Rubric(name: "r", criteria: [good], instructions: " ") }
                == "instructions")
    }

    @Test func shapesFollowTheDivisionIntoCallsAndTheTier() throws {
        let criteria = [try Self.criterion("a"), try Self.criterion("b", -1)]
        let whole = try Rubric(name: "r", criteria: criteria)
        let parts = try Rubric(name: "r", criteria: criteria, calls: .perCriterion)
        #expect(whole.shapes(tier: .light) == [.criteria(criteria.map(\.question), wantsReasons: false)])
        #expect(parts.shapes(tier: .heavy) == criteria.map { .criteria([$0.question], wantsReasons: true) })
        let scale = try Rubric(name: "r", scale: RubricScale(low: 0, high: 3, text: "t"))
        #expect(scale.shapes(tier: .heavy) == [.scale(low: 0, high: 3, wantsReason: true)])
        #expect(try RubricScale(low: 1, high: 5, text: "t").score(4) == 0.75)
    }
}
