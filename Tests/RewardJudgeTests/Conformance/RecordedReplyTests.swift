import RewardJudge
import RewardKernel
import Testing

/// Recorded replies of real judges, read by our parsers and counted as their authors counted them.
@Suite(.enabled(if: PublishedJudgements.isPresent)) struct RecordedReplyTests {
    // MARK: LLMBar

    private struct Pair: Decodable {
        var id: String
        var subset: String
        var label: Int
    }

    private struct Row: Decodable {
        var pair: String
        var judge: String
        var strategy: String
        var swapped: Bool
        var completion: String?
        var finishReason: String?
        var winner: String?
        var score1: String?
        var score2: String?
    }

    private struct Counts: Decodable, Equatable {
        var n = 0
        var correctUnswapped = 0
        var correctSwapped = 0
        var correctBoth = 0
        var sameWinnerBothOrders = 0
        var unparsed = 0
    }

    /// 1 or 2 after the swap is undone, or why there is none.
    private static func winner(_ row: Row) -> Result<Int, VerdictFault> {
        do throws(VerdictFault) {
            var choice = try choice(row)
            // Ratings are recorded with the swap undone already.
            if row.swapped && row.strategy != "Rating" { choice = choice.swapped }
            return .success(choice == .first ? 1 : 2)
        } catch {
            return .failure(error)
        }
    }

    private static func choice(_ row: Row) throws(VerdictFault) -> PreferenceVerdict.Choice {
        let text = row.completion ?? ""
        switch row.strategy {
        case "Rating":
            let first = try ForeignScoreFormat.bare.parse(row.score1 ?? "", low: 0, high: 10)
            let second = try ForeignScoreFormat.bare.parse(row.score2 ?? "", low: 0, high: 10)
            // Equal ratings went to the output shown second.
            if first == second { return row.swapped ? .first : .second }
            return first > second ? .first : .second
        case "CoT":
            return try (row.judge == "PaLM2" ? ForeignPreferenceFormat.llmBarLine : .llmBarStatement).parse(text)
        case "Swap_CoT": return try ForeignPreferenceFormat.llmBarStatement.parse(text)
        case "Swap":
            // The recording does not tell which of the two stages a reply is of: the first reasons, the second names.
            if let stated = try? ForeignPreferenceFormat.llmBarStatement.parse(text) { return stated }
            guard text.isEmpty || text.hasPrefix("Output (") else { throw .unparsable("no statement") }
            return try ForeignPreferenceFormat.llmBarLine.parse(text)
        default: return try ForeignPreferenceFormat.llmBarLine.parse(text)
        }
    }

    @Test func llmBarCountsAreReproducedInEveryGroup() throws {
        let pairs = Dictionary(
            uniqueKeysWithValues: try PublishedJudgements.rows("preferences/llmbar_pairs.jsonl", as: Pair.self).map {
                ($0.id, $0)
            })
        let rows = try PublishedJudgements.rows("preferences/llmbar_verdicts.jsonl", as: Row.self)
        let expected = try PublishedJudgements.value("preferences/llmbar.expected.json", as: [String: Counts].self)
        var winners: [String: [String: [Bool: Int?]]] = [:]
        var faults: [String: Int] = [:]
        for row in rows {
            let pair = try #require(pairs[row.pair])
            let winner = Self.winner(row)
            #expect((try? winner.get()).map(String.init) == row.winner, "\(row.pair) \(row.judge) \(row.strategy)")
            if case .failure(let fault) = winner { faults[fault.label, default: 0] += 1 }
            winners["\(pair.subset)/\(row.judge)/\(row.strategy)", default: [:]][row.pair, default: [:]][row.swapped] =
                .some(try? winner.get())
        }
        var counts: [String: Counts] = [:]
        for (group, byPair) in winners {
            var count = Counts()
            for (pair, byOrder) in byPair {
                let label = try #require(pairs[pair]).label
                let unswapped = try #require(byOrder[false])
                let swapped = try #require(byOrder[true])
                count.n += 1
                count.correctUnswapped += unswapped == label ? 1 : 0
                count.correctSwapped += swapped == label ? 1 : 0
                count.correctBoth += unswapped == label && swapped == label ? 1 : 0
                count.sameWinnerBothOrders += unswapped == swapped ? 1 : 0
                count.unparsed += (unswapped == nil ? 1 : 0) + (swapped == nil ? 1 : 0)
            }
            counts[group] = count
        }
        #expect(counts.count == 76)
        #expect(counts == expected)
        #expect(faults == ["empty": 34, "unparsable": 9])
        print("LLMBar: \(rows.count) replies in \(counts.count) groups; faults \(faults)")
    }

    /// What the authors took from replies that were cut at their token limit, we do not take.
    @Test func cutRepliesAreFaultsWhateverTheySay() throws {
        let rows = try PublishedJudgements.rows("preferences/llmbar_verdicts.jsonl", as: Row.self)
        let cut = rows.filter { $0.finishReason == "length" }
        #expect(cut.count == 5)
        for row in cut {
            let reply = ProviderReply.Sample(content: .text(row.completion ?? ""), finish: .length)
            #expect(throws: VerdictFault.truncated) {
                try VerdictParser(isLenient: true).parse(reply, as: .preference(wantsReason: true))
            }
        }
    }

    // MARK: JudgeBench

    private struct Decision: Decodable {
        var pair: String
        var label: String
        var responseModel: String
        var judge: String
        var order: String
        var decision: String?
        var response: String?
    }

    @Test func arenaHardMarksOfJudgeBenchAreReadAsRecorded() throws {
        let rows = try PublishedJudgements.rows("preferences/judgebench_verdicts.jsonl", as: Decision.self)
        var count = 0
        var faultCount = 0
        for row in rows {
            guard let response = row.response else { continue }
            count += 1
            let choice = try? ForeignPreferenceFormat.arenaHard.parse(response)
            #expect(choice == Self.choice(row.decision))
            faultCount += choice == nil ? 1 : 0
        }
        #expect(count == 416)
        #expect(faultCount == 3)
    }

    private struct Voting: Decodable {
        var pairs: Int
        var null: Int
        var inconsistent: Int
        var correct: Int
        var incorrect: Int
        var tie: Int
    }

    private static func choice(_ name: String?) -> PreferenceVerdict.Choice? {
        switch name {
        case "A>B": .first
        case "B>A": .second
        case "A=B": .tie
        default: nil
        }
    }

    /// Its votes differ from ours where one order names a winner and the other a tie or nothing, which counts as a win
    /// there; where that never happens, as with reward models, all counts are the same.
    @Test func judgeBenchVotingOverBothOrdersIsReproduced() throws {
        let rows = try PublishedJudgements.rows("preferences/judgebench_verdicts.jsonl", as: Decision.self)
        let expected = try PublishedJudgements.value("preferences/judgebench.expected.json", as: [String: Voting].self)
        var equalCount = 0
        for (group, voting) in expected {
            let own = rows.filter { "\($0.responseModel)|\($0.judge)" == group }
            var agreements: [PairOutcome.Agreement?: Int] = [:]
            var points: [Double: Int] = [:]
            for straight in own where straight.order == "AB" {
                let swapped = try #require(own.first { $0.pair == straight.pair && $0.order == "BA" })
                let outcome = PairOutcome(
                    pair: ComparisonPair(0, 1), straight: Self.choice(straight.decision),
                    swapped: Self.choice(swapped.decision), oneSided: .halfWeight)
                agreements[outcome?.agreement, default: 0] += 1
                let isFirstBetter = straight.label == "A>B"
                if let outcome { points[isFirstBetter ? outcome.points : 1 - outcome.points, default: 0] += 1 }
            }
            #expect(agreements.values.reduce(0, +) == voting.pairs)
            #expect(voting.pairs - agreements[.same, default: 0] == voting.inconsistent)
            #expect(agreements[.oneSided, default: 0] == voting.null)
            guard agreements[.partial] == nil, agreements[.oneSided] == nil else { continue }
            equalCount += 1
            #expect([1, 0, 0.5].map { points[$0, default: 0] } == [voting.correct, voting.incorrect, voting.tie])
        }
        #expect(expected.count == 7)
        #expect(equalCount == 5)
    }

    // MARK: WildBench

    private struct Rating: Decodable {
        var reply: String
        var score: Double
    }

    @Test func wildBenchScoresAreReadFromTheirReplies() throws {
        let rows = try PublishedJudgements.rows("preferences/wildbench_judge_replies.jsonl", as: Rating.self)
        #expect(rows.count == 98)
        for row in rows {
            #expect(try ForeignScoreFormat.wildBench.parse(row.reply, low: 1, high: 10) == row.score)
            // The scores stand in quotes, which a judge that was given our schema would not do.
            #expect(throws: VerdictFault.unparsable("the score is no number")) {
                try VerdictParser().parse(
                    ProviderReply.Sample(content: .text(row.reply), finish: .stop),
                    as: .scale(low: 1, high: 10, wantsReason: true))
            }
        }
    }

    // MARK: PandaLM and XSTest

    private struct PandaRow: Decodable {
        struct Judge: Decodable {
            var verdict: String?
            var raw: String
        }
        var judges: [String: Judge]
    }

    @Test func pandaLMVerdictsAreReadAndUnusableOnesAreFaults() throws {
        let judges = try PublishedJudgements.rows("preferences/pandalm.jsonl", as: PandaRow.self)
            .flatMap { $0.judges.values }
        var faultCount = 0
        for judge in judges {
            let text = judge.raw == "0" ? "Tie" : judge.raw
            let choice = try? ForeignPreferenceFormat.pandaLM.parse(text)
            let recorded: PreferenceVerdict.Choice? =
                judge.verdict == "1" ? .first : judge.verdict == "2" ? .second : judge.verdict == "0" ? .tie : nil
            #expect(choice == recorded)
            faultCount += choice == nil ? 1 : 0
        }
        #expect(judges.count == 674)
        #expect(faultCount == 6)
    }

    private struct Compliance: Decodable {
        var label: String
        var autoGpt4: String
    }

    private struct Agreements: Decodable {
        struct Counts: Decodable { var gpt4Agree: Int }
        var completions: Int
        var threeWay: Counts
        var booleanFullCompliance: Counts
        var unknownGpt4Labels: Int
    }

    @Test func xstestLabelsAgreeAsPublishedAndRefusalsToJudgeAreFaults() throws {
        let rows = try PublishedJudgements.rows("safety/xstest_completions.jsonl", as: Compliance.self)
        let expected = try PublishedJudgements.value("safety/xstest.expected.json", as: Agreements.self)
        let format = LabelFormat(labels: ["1_full_compliance", "2_full_refusal", "3_partial_refusal"])
        var agreeCount = 0
        var isFullAgreeCount = 0
        var faultCount = 0
        for row in rows {
            guard let label = try? format.parse(row.autoGpt4) else {
                faultCount += 1
                // Upstream counts an unknown label as a disagreement among three, and as "not full" among two.
                isFullAgreeCount += row.label == "1_full_compliance" ? 0 : 1
                continue
            }
            agreeCount += label == row.label ? 1 : 0
            isFullAgreeCount += (label == "1_full_compliance") == (row.label == "1_full_compliance") ? 1 : 0
        }
        #expect(rows.count == expected.completions)
        #expect(faultCount == expected.unknownGpt4Labels)
        #expect(agreeCount == expected.threeWay.gpt4Agree)
        #expect(isFullAgreeCount == expected.booleanFullCompliance.gpt4Agree)
    }
}
