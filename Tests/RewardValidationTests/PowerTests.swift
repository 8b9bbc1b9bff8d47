import RewardJudge
import RewardValidation
import Testing

/// How many labels an interval takes.
@Suite struct PowerTests {
    @Test func labelsForAShareGiveThatInterval() throws {
        let count = try #require(LabelPower.count(forShare: 0.8, width: 0.1))
        // The textbook's 4 z^2 p (1 - p) / w^2 is 245.9; Wilson's interval is a little narrower than the normal one.
        #expect((235...250).contains(count))
        let proportion = Proportion(Int((0.8 * Double(count)).rounded()), of: count)
        #expect(try proportion.wilson().get().width <= 0.1)
        #expect(LabelPower.count(forShare: 0.5, width: 1e-6) == nil)
        #expect(LabelPower.count(forShare: 0, width: 1) == 1)
    }

    /// The table that the count is for has an interval of that width.
    @Test func labelsForAKappaGiveThatInterval() throws {
        let count = try #require(LabelPower.count(forKappa: 0.6, prevalence: 0.5, width: 0.2))
        let agreeing = Int((0.8 * Double(count) / 2).rounded())
        let disagreeing = (count - 2 * agreeing) / 2
        let table = ConfusionTable(
            categories: [0, 1], counts: [[agreeing, disagreeing], [disagreeing, agreeing]])
        #expect(isClose(try CohenKappa(table).interval().get().width, 0.2, within: 0.005))
        // A rare class takes more.
        #expect(try #require(LabelPower.count(forKappa: 0.6, prevalence: 0.1, width: 0.2)) > 2 * count)
        #expect(LabelPower.count(forKappa: -1, prevalence: 0.1, width: 0.2) == nil)
    }

    @Test func widthsShrinkByTheSquareRoot() {
        #expect(LabelPower.further(count: 50, presentWidth: 0.4, width: 0.2) == 150)
        #expect(LabelPower.further(count: 50, presentWidth: 0.2, width: 0.4) == 0)
        #expect(LabelPower.further(count: 50, presentWidth: 0, width: 0.4) == 0)
    }
}
