import BenchSupport
import Testing

@Suite struct RoundsTests {
    @Test func quantilesAreInterpolatedBetweenNeighbours() {
        let rounds = Rounds([40, 10, 30, 20])
        #expect(rounds.median == 25)
        #expect(rounds.quantile(0) == 10)
        #expect(rounds.quantile(1) == 40)
        #expect(rounds.quantile(0.25) == 17.5)
        #expect(rounds.least == 10)
        #expect(rounds.spread == 15.0 / 25)
    }

    @Test func roundsOfNothingHaveNoSpread() {
        // JSON has no word for a quotient of nothing.
        #expect(Rounds([0, 0, 0]).spread == 0)
    }

    @Test func ratiosAreTakenRoundByRound() {
        // The machine was four times slower in the second round: the quotients do not see it.
        let ratios = Rounds([12, 48, 12]).ratios(to: Rounds([10, 40, 10]))
        #expect(ratios.values == [1.2, 1.2, 1.2])
    }

    @Test func goalsAreInclusive() {
        #expect(Goal.atMost(1.15).isMet(value: 9, ratio: 1.15) == true)
        #expect(Goal.atMost(1.15).isMet(value: 9, ratio: 1.16) == false)
        #expect(Goal.atLeast(1.8).isMet(value: 9, ratio: 1.8) == true)
        #expect(Goal.atLeast(1.8).isMet(value: 9, ratio: 1.79) == false)
        #expect(Goal.valueAtMost(25).isMet(value: 25, ratio: nil) == true)
        #expect(Goal.valueAtMost(25).isMet(value: 25.1, ratio: 0.5) == false)
    }

    @Test func goalOfARatioSaysNothingWithoutOne() {
        #expect(Goal.atMost(1.15).isMet(value: 1, ratio: nil) == nil)
        let figure = Figure(section: "", name: "", unit: "ms", rounds: Rounds([26]), goal: .valueAtMost(25))
        #expect(figure.isGoalMet == false)
        #expect(figure.goal?.text(unit: figure.unit) == "<= 25 ms")
    }

    @Test func figureCarriesTheMedianOfTheRatiosAndItsVerdict() {
        let figure = Figure(
            section: "s", name: "n", unit: "ns", rounds: Rounds([11, 24, 13]), floor: Rounds([10, 20, 10]),
            floorName: "f", goal: .atMost(1.15))
        #expect(figure.value == 13)
        #expect(figure.floor == 10)
        #expect(figure.ratio == 1.2)
        #expect(figure.isGoalMet == false)
    }
}
