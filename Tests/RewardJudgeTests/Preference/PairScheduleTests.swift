import RewardJudge
import Testing

@Suite struct PairScheduleTests {
    private static func unordered(_ pairs: [ComparisonPair]) -> Set<[Int]> {
        Set(pairs.map { [min($0.first, $0.second), max($0.first, $0.second)] })
    }

    @Test func smallGroupsCompareEveryPairOnce() {
        var generator = SeededGenerator.forTest("smallGroupsCompareEveryPairOnce")
        for count in 2...5 {
            // A ring of four neighbours is every pair among five.
            let pairs = PairSchedule.standard(count: count).pairs(count: count, using: &generator)
            #expect(pairs.count == count * (count - 1) / 2)
            #expect(Self.unordered(pairs).count == pairs.count)
        }
    }

    @Test func ringGivesEveryCompletionTheSameNumberOfComparisons() {
        var generator = SeededGenerator.forTest("ringGivesEveryCompletionTheSameNumberOfComparisons")
        for count in [6, 7, 8, 16, 33, 1_024] {
            let pairs = PairSchedule.standard(count: count).pairs(count: count, using: &generator)
            #expect(pairs.count == 2 * count)
            #expect(Self.unordered(pairs).count == pairs.count)
            var games = [Int](repeating: 0, count: count)
            for pair in pairs {
                games[pair.first] += 1
                games[pair.second] += 1
            }
            #expect(games.allSatisfy { $0 == 4 })
            let outcomes = pairs.map { PairOutcome(pair: $0, points: 0.5) }
            #expect(BradleyTerry(count: count, outcomes: outcomes).isConnected)
        }
    }

    @Test func sameSeedGivesTheSamePairs() {
        var first = SeededGenerator(seed: 5)
        var second = SeededGenerator(seed: 5)
        var third = SeededGenerator(seed: 6)
        let pairs = PairSchedule.standard(count: 9).pairs(count: 9, using: &first)
        #expect(pairs == PairSchedule.standard(count: 9).pairs(count: 9, using: &second))
        #expect(pairs != PairSchedule.standard(count: 9).pairs(count: 9, using: &third))
    }

    @Test func groupsOfNoUseHaveNoPairs() {
        var generator = SeededGenerator(seed: 1)
        for count in [-1, 0, 1, 1_025, .max] {
            #expect(PairSchedule.all.pairs(count: count, using: &generator).isEmpty)
            #expect(GroupSchedule(count: count, using: &generator).chunks.isEmpty)
        }
        #expect(PairSchedule.swissRound(points: [1], played: [], using: &generator).isEmpty)
    }

    @Test func swissRoundsPairLikeWithLikeAndNobodyTwice() {
        var generator = SeededGenerator.forTest("swissRoundsPairLikeWithLikeAndNobodyTwice")
        #expect([1, 2, 3, 4, 5, 8, 9, 16].map(PairSchedule.swissRoundCount) == [0, 2, 3, 3, 4, 4, 5, 5])
        for count in [8, 9, 16] {
            var points = [Double](repeating: 0, count: count)
            var played: Set<ComparisonPair> = []
            for _ in 0..<PairSchedule.swissRoundCount(count) {
                let pairs = PairSchedule.swissRound(points: points, played: played, using: &generator)
                #expect(pairs.count == count / 2)
                #expect(Set(pairs.flatMap { [$0.first, $0.second] }).count == count / 2 * 2)
                for pair in pairs {
                    played.insert(pair)
                    points[min(pair.first, pair.second)] += 1
                }
            }
            // The last pairs of a round may have no choice but to meet again.
            let games = count / 2 * PairSchedule.swissRoundCount(count)
            #expect(Self.unordered(Array(played)).count >= games - 2)
        }
        let pairs = PairSchedule.swissRound(points: [3, 0, 3, 0], played: [], using: &generator)
        #expect(Self.unordered(pairs) == [[0, 2], [1, 3]])
    }

    // MARK: Outcomes

    private static let pair = ComparisonPair(0, 1)

    private static func outcome(
        _ straight: PreferenceVerdict.Choice?, _ swapped: PreferenceVerdict.Choice?,
        _ oneSided: PairOutcome.OneSidedPolicy = .halfWeight
    ) -> PairOutcome? {
        PairOutcome(pair: pair, straight: straight, swapped: swapped, oneSided: oneSided)
    }

    @Test func sameWinnerInBothOrdersWins() {
        #expect(Self.outcome(.first, .second) == PairOutcome(pair: Self.pair, points: 1))
        #expect(Self.outcome(.second, .first) == PairOutcome(pair: Self.pair, points: 0))
        #expect(Self.outcome(.tie, .tie) == PairOutcome(pair: Self.pair, points: 0.5))
    }

    @Test func disagreementIsATieAndTellsWhichPlaceWasFavoured() {
        #expect(
            Self.outcome(.first, .first)
                == PairOutcome(pair: Self.pair, points: 0.5, agreement: .flipped(favoured: .first)))
        #expect(
            Self.outcome(.second, .second)
                == PairOutcome(pair: Self.pair, points: 0.5, agreement: .flipped(favoured: .second)))
        #expect(Self.outcome(.first, .tie) == PairOutcome(pair: Self.pair, points: 0.5, agreement: .partial))
        #expect(Self.outcome(.tie, .first) == PairOutcome(pair: Self.pair, points: 0.5, agreement: .partial))
    }

    @Test func oneFailedOrderCountsHalfOrNotAtAll() {
        #expect(
            Self.outcome(.first, nil)
                == PairOutcome(pair: Self.pair, points: 1, weight: 0.5, agreement: .oneSided))
        #expect(
            Self.outcome(nil, .first)
                == PairOutcome(pair: Self.pair, points: 0, weight: 0.5, agreement: .oneSided))
        #expect(Self.outcome(.first, nil, .drop) == nil)
        #expect(Self.outcome(nil, .second, .drop) == nil)
        #expect(Self.outcome(nil, nil) == nil)
    }
}
