import Foundation
import RewardJudge
import Testing

@Suite struct BradleyTerryTests {
    private static func wins(_ games: [(Int, Int, Int)]) -> [PairOutcome] {
        games.flatMap { game in
            (0..<game.2).map { _ in PairOutcome(pair: ComparisonPair(game.0, game.1), points: 1) }
        }
    }

    private static let games = [(0, 1, 7), (1, 0, 3), (1, 2, 6), (2, 1, 4), (0, 2, 8), (2, 0, 2)]

    private static func isClose(_ first: [Double], _ second: [Double], within limit: Double) -> Bool {
        first.count == second.count && zip(first, second).allSatisfy { abs($0 - $1) <= limit }
    }

    /// choix 0.4.1 on the same comparisons: ilsr, mm and opt agree on these to 1e-7.
    @Test func withoutAPriorTheStrengthsAreThoseOfChoix() {
        let fit = BradleyTerry(count: 3, outcomes: Self.wins(Self.games), prior: 0)
        #expect(Self.isClose(fit.logStrengths, [0.740570, -0.149102, -0.591468], within: 1e-6))
    }

    /// The fixed point of the same equations, iterated to the end with numpy.
    @Test func priorDrawsTheStrengthsTogether() {
        let fit = BradleyTerry(count: 3, outcomes: Self.wins(Self.games))
        #expect(
            Self.isClose(
                fit.logStrengths, [0.7095314359130965, -0.1426913602322891, -0.5668400756808075], within: 1e-6))
        let sweep = BradleyTerry(count: 3, outcomes: Self.wins([(0, 1, 1), (0, 2, 1), (1, 2, 1)]))
        #expect(Self.isClose(sweep.logStrengths, [1.29457261167, 0, -1.29457261167], within: 1e-6))
        #expect(sweep.iterationCount <= BradleyTerry.iterationCountMax)
    }

    @Test func sweepWithoutAPriorStaysFinite() {
        let fit = BradleyTerry(count: 2, outcomes: Self.wins([(0, 1, 4)]), prior: 0)
        #expect(fit.logStrengths.allSatisfy { $0.isFinite })
        #expect(fit.logStrengths[0] > fit.logStrengths[1])
    }

    @Test func rewardsAreSigmoidsOrRanks() {
        let fit = BradleyTerry(count: 3, outcomes: Self.wins([(0, 1, 1), (0, 2, 1), (1, 2, 1)]))
        let sigmoid = fit.rewards(.sigmoid).compactMap { $0 }
        #expect(abs(sigmoid[0] - 1 / (1 + exp(-1.29457261167))) < 1e-6)
        #expect(abs(sigmoid[1] - 0.5) < 1e-6)
        #expect(fit.rewards(.rank) == [1, 0.5, 0])
        let ties = [ComparisonPair(0, 1), ComparisonPair(1, 2), ComparisonPair(2, 0)]
            .map { PairOutcome(pair: $0, points: 0.5) }
        #expect(BradleyTerry(count: 3, outcomes: ties).rewards(.rank) == [0.5, 0.5, 0.5])
        #expect(BradleyTerry(count: 3, outcomes: ties).rewards(.sigmoid) == [0.5, 0.5, 0.5])
    }

    @Test func groupFallenApartGetsItsWinRatesAndAFlag() {
        let fit = BradleyTerry(count: 5, outcomes: Self.wins([(0, 1, 3), (1, 0, 1), (2, 3, 1)]))
        #expect(!fit.isConnected)
        #expect(fit.logStrengths.isEmpty)
        #expect(fit.rewards(.sigmoid) == [0.75, 0.25, 1, 0, nil])
    }

    @Test func orderOfTheOutcomesDoesNotMatter() {
        var generator = SeededGenerator.forTest("orderOfTheOutcomesDoesNotMatter")
        let outcomes = Self.wins(Self.games)
        let expected = BradleyTerry(count: 3, outcomes: outcomes).logStrengths
        let shuffled = BradleyTerry(count: 3, outcomes: outcomes.shuffled(using: &generator)).logStrengths
        #expect(Self.isClose(shuffled, expected, within: 1e-9))
    }

    @Test func nonsenseIsLeftOut() {
        let nonsense = [
            PairOutcome(pair: ComparisonPair(0, 9), points: 1), PairOutcome(pair: ComparisonPair(-1, 0), points: 1),
            PairOutcome(pair: ComparisonPair(0, 0), points: 1), PairOutcome(pair: ComparisonPair(0, 1), points: .nan),
            PairOutcome(pair: ComparisonPair(0, 1), points: 2),
            PairOutcome(pair: ComparisonPair(0, 1), points: 1, weight: .infinity),
            PairOutcome(pair: ComparisonPair(0, 1), points: 1, weight: -1),
        ]
        let games = Self.wins(Self.games)
        #expect(BradleyTerry(count: 3, outcomes: games + nonsense) == BradleyTerry(count: 3, outcomes: games))
        #expect(BradleyTerry(count: 0, outcomes: games).rewards(.sigmoid) == [])
        #expect(BradleyTerry(count: -3, outcomes: games).rewards(.rank) == [])
        #expect(BradleyTerry(count: 2, outcomes: []).rewards(.rank) == [nil, nil])
    }

    /// The goal: the standard schedule with both orders finds back the true order of eight completions, as well as the
    /// simulation it was chosen by (mean Spearman 0.84). The judge is Bradley and Terry's own, with a favoured place.
    @Test func ringFindsTheOrderBackFromABiasedJudge() {
        var generator = SeededGenerator.forTest("ringFindsTheOrderBackFromABiasedJudge")
        let groupCount = 300
        var sum = 0.0
        for _ in 0..<groupCount {
            // The sum of twelve uniforms is near enough to normal.
            let quality = (0..<8).map { _ in
                (0..<12).reduce(-6.0) { total, _ in total + Double.random(in: 0..<1, using: &generator) }
            }
            func ask(_ first: Int, _ second: Int) -> PreferenceVerdict.Choice {
                let logit = 2 * (quality[first] - quality[second]) + 1
                return Double.random(in: 0..<1, using: &generator) < 1 / (1 + exp(-logit)) ? .first : .second
            }
            let outcomes = PairSchedule.standard(count: 8).pairs(count: 8, using: &generator).compactMap {
                PairOutcome(
                    pair: $0, straight: ask($0.first, $0.second), swapped: ask($0.second, $0.first), oneSided: .drop)
            }
            let found = BradleyTerry(count: 8, outcomes: outcomes).rewards(.rank).compactMap { $0 }
            sum += Self.spearman(found, quality)
        }
        #expect(sum / Double(groupCount) > 0.80)
    }

    private static func spearman(_ first: [Double], _ second: [Double]) -> Double {
        func ranks(_ values: [Double]) -> [Double] {
            values.map { value in
                Double(values.count { $0 < value }) + Double(values.count { $0 == value } - 1) / 2
            }
        }
        let first = ranks(first)
        let second = ranks(second)
        let mean = Double(first.count - 1) / 2
        let product = zip(first, second).reduce(0) { $0 + ($1.0 - mean) * ($1.1 - mean) }
        let squares = [first, second].map { $0.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } }
        return squares[0] * squares[1] > 0 ? product / (squares[0] * squares[1]).squareRoot() : 0
    }
}
