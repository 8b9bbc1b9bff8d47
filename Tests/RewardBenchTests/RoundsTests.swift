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
        #expect(Goal.atMost(1.15).isMet(by: 1.15))
        #expect(!Goal.atMost(1.15).isMet(by: 1.16))
        #expect(Goal.atLeast(1.8).isMet(by: 1.8))
        #expect(!Goal.atLeast(1.8).isMet(by: 1.79))
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
