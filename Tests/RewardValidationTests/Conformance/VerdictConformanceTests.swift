import RewardJudge
import RewardValidation
import Testing

// Goal: the consistency, the two-order counts and the correlations that others measured, from their own verdicts.

@Suite(.enabled(if: PublishedJudgements.isPresent)) struct VerdictConformanceTests {
    // MARK: One judge, three times

    private struct Repeats: Decodable {
        var benchmark: String
        var scores: [Double]
    }

    @Test(arguments: [
        ("vicuna_eval", 104, 74, 0.807692, 0.064103, 0.096154, 101),
        ("mt_bench_eval", 109, 45, 0.593272, 0.173293, 0.259939, 94), ("", 213, 119, 0.697966, 0.119979, 0.179969, 195),
    ])
    func gpt4AskedThreeTimesVariesAsPublished(
        _ benchmark: String, _ items: Int, _ equal: Int, _ agreement: Double, _ population: Double, _ sample: Double,
        _ stable: Int
    ) throws {
        let rows = try PublishedJudgements.rows("preferences/gpt4_repeats.jsonl", as: Repeats.self)
            .filter { benchmark.isEmpty || $0.benchmark == benchmark }
        let variance = RepeatVariance(rows.map(\.scores))
        #expect(variance.itemCount == items && variance.stableCount == equal)
        #expect(isClose(variance.retestAgreement.value, agreement))
        #expect(isClose(variance.meanPopulationVariance, population))
        #expect(isClose(variance.meanSampleVariance, sample))
        let passes = RepeatVariance(rows.map { $0.scores.map { $0 >= 4 ? 1 : 0 } })
        #expect(passes.stableCount == stable)
    }

    // MARK: LLMBar

    private struct Pair: Decodable {
        var id: String
        var subset: String
        var label: Int
    }

    private struct Verdict: Decodable {
        var pair: String
        var judge: String
        var strategy: String
        var swapped: Bool
        var winner: String?
    }

    private struct Counts: Decodable {
        struct Published: Decodable {
            var kappaAgreement: Double
        }
        var n: Int
        var correctUnswapped: Int
        var correctSwapped: Int
        var correctBoth: Int
        var sameWinnerBothOrders: Int
        var unparsed: Int
        var published: Published
    }

    /// A winner that is recorded with the swap undone, as the choice that the judge made between its slots.
    private static func choice(_ winner: String?, isSwapped: Bool) -> PreferenceVerdict.Choice? {
        let choice: PreferenceVerdict.Choice? = winner == "1" ? .first : winner == "2" ? .second : nil
        return isSwapped ? choice?.swapped : choice
    }

    @Test func llmBarAccuracyAndConsistencyInEveryGroup() throws {
        let labels = Dictionary(
            uniqueKeysWithValues: try PublishedJudgements.rows("preferences/llmbar_pairs.jsonl", as: Pair.self)
                .map { ($0.id, $0) })
        let expected = try PublishedJudgements.value("preferences/llmbar.expected.json", as: [String: Counts].self)
        var groups: [String: [String: [Bool: String?]]] = [:]
        for row in try PublishedJudgements.rows("preferences/llmbar_verdicts.jsonl", as: Verdict.self) {
            let subset = try #require(labels[row.pair]).subset
            groups["\(subset)/\(row.judge)/\(row.strategy)", default: [:]][row.pair, default: [:]][row.swapped] =
                .some(row.winner)
        }
        #expect(groups.count == expected.count && groups.count == 76)
        var kappaCount = 0
        for (name, pairs) in groups {
            let counts = try #require(expected[name])
            var vote = PairVote()
            var (correct, correctSwapped) = (0, 0)
            for (pair, winners) in pairs {
                let isFirstBetter = try #require(labels[pair]).label == 1
                let straight = Self.choice(try #require(winners[false]), isSwapped: false)
                let swapped = Self.choice(try #require(winners[true]), isSwapped: true)
                correct += straight == (isFirstBetter ? .first : .second) ? 1 : 0
                correctSwapped += swapped == (isFirstBetter ? .second : .first) ? 1 : 0
                vote.add(isFirstBetter: isFirstBetter, straight: straight, swapped: swapped)
            }
            #expect(vote.pairCount == counts.n)
            #expect(correct == counts.correctUnswapped && correctSwapped == counts.correctSwapped)
            // Upstream, two replies without a winner are the same; here a missing answer agrees with nothing.
            let bothMissing = pairs.values.count { $0.values.allSatisfy { $0 == nil } }
            #expect(vote.pairCount - vote.inconsistentCount + bothMissing == counts.sameWinnerBothOrders)
            // Unparsed replies apart, a sum above 0 is a pair that both orders got right.
            if counts.unparsed == 0 {
                #expect(vote.correctCount == counts.correctBoth && vote.tieCount == vote.inconsistentCount)
                let winners = pairs.values.map { ($0[false]?.flatMap(\.self) ?? "", $0[true]?.flatMap(\.self) ?? "") }
                let kappa = CohenKappa(winners.map(\.0), winners.map(\.1)).value
                #expect(isClose(kappa, counts.published.kappaAgreement), "\(name): \(kappa)")
                kappaCount += 1
            }
        }
        #expect(kappaCount > 50)
    }

    // MARK: JudgeBench

    private struct Decision: Decodable {
        var pair: String
        var label: String
        var responseModel: String
        var judge: String
        var order: String
        var decision: String?

        var choice: PreferenceVerdict.Choice? {
            switch decision {
            case "A>B": .first
            case "B>A": .second
            case "A=B": .tie
            default: nil
            }
        }
    }

    private struct Voting: Decodable {
        var pairs: Int
        var null: Int
        var inconsistent: Int
        var correct: Int
        var incorrect: Int
        var tie: Int
    }

    @Test func judgeBenchVotesOfBothOrdersAreUpstreams() throws {
        let rows = try PublishedJudgements.rows("preferences/judgebench_verdicts.jsonl", as: Decision.self)
        let expected = try PublishedJudgements.value("preferences/judgebench.expected.json", as: [String: Voting].self)
        #expect(expected.count == 7)
        for (group, voting) in expected {
            let own = rows.filter { "\($0.responseModel)|\($0.judge)" == group }
            var vote = PairVote()
            for straight in own where straight.order == "AB" {
                let swapped = try #require(own.first { $0.pair == straight.pair && $0.order == "BA" })
                vote.add(isFirstBetter: straight.label == "A>B", straight: straight.choice, swapped: swapped.choice)
            }
            #expect(vote.pairCount == voting.pairs && vote.unansweredCount == voting.null, "\(group)")
            #expect(vote.inconsistentCount == voting.inconsistent, "\(group)")
            #expect(vote.correctCount == voting.correct && vote.incorrectCount == voting.incorrect, "\(group)")
            #expect(vote.tieCount == voting.tie, "\(group)")
        }
    }

    // MARK: WildBench

    private struct Ratings: Decodable {
        var turbo: Double
        var omni: Double
        var outputChars: Double

        enum CodingKeys: String, CodingKey {
            case turbo = "gpt-4-turbo-2024-04-09"
            case omni = "gpt-4o-2024-05-13"
            case outputChars
        }
    }

    @Test func wildBenchJudgesCorrelateAsPublished() throws {
        let rows = try PublishedJudgements.rows("preferences/wildbench_scores.jsonl", as: Ratings.self)
        #expect(rows.count == 2_060)
        let (turbo, omni) = (rows.map(\.turbo), rows.map(\.omni))
        for (kind, expected) in [(Correlation.Kind.pearson, 0.851195), (.spearman, 0.834312), (.kendall, 0.739842)] {
            #expect(isClose(Correlation.of(kind, turbo, omni).map(\.coefficient), expected), "\(kind)")
        }
        let lengths = rows.map(\.outputChars)
        #expect(isClose(Correlation.pearson(turbo, lengths).map(\.coefficient), 0.271034))
        #expect(isClose(Correlation.pearson(omni, lengths).map(\.coefficient), 0.221323))
        #expect(isClose(Correlation.spearman(omni, lengths).map(\.coefficient), 0.28207))
    }
}
