import RewardJudge
import RewardKernel
import Testing

@Suite struct PreferenceLaneTests {
    private static func winner(_ name: String) -> String { #"{"reason": "because", "winner": "\#(name)"}"# }

    @Test func biasedJudgeIsCaughtAndGivesTies() throws {
        var lane = try LaneFixture([LaneFixture.preference()])
        lane.submit(1, ["one", "two", "three"], [(0, [0, 1, 2])])
        #expect(lane.waiting.count == 6, "three pairs in both orders")
        lane.answerAll { _ in Self.winner("A") }
        let answer = try #require(lane.answers.first)
        #expect(answer.answers.map(\.score) == [0.5, 0.5, 0.5])
        #expect(answer.answers.allSatisfy { $0.status == .scored })
        #expect(lane.counter("flips") == 3 && lane.counter("pairs") == 3 && lane.counter("ties") == 3)
    }

    @Test func honestJudgeOrdersTheGroup() throws {
        var lane = try LaneFixture([LaneFixture.preference()])
        let texts = ["bad", "better text", "the best text of all", "good text"]
        lane.submit(1, texts, [(0, [0, 1, 2, 3])])
        lane.answerAll { Self.winner(Self.isFirstLonger($0.text, texts) ? "A" : "B") }
        #expect(lane.requestCount == 12)
        let scores = try #require(lane.answers.first?.answers.map(\.score))
        #expect(scores[2] > scores[1] && scores[1] > scores[3] && scores[3] > scores[0])
        #expect(scores.allSatisfy { $0 > 0 && $0 < 1 })
        #expect(lane.counter("flips") == 0)
    }

    @Test func largeGroupIsComparedOnARing() throws {
        var lane = try LaneFixture([LaneFixture.preference()])
        lane.submit(1, (0..<8).map { "text number \($0)" }, [(0, Array(0..<8))])
        // The pool takes eight at a time.
        lane.answerAll { _ in Self.winner("tie") }
        #expect(lane.requestCount == 32)
        #expect(lane.answers.first?.answers.allSatisfy { abs($0.score - 0.5) < 1e-9 } == true)
    }

    @Test func swissRoundsFollowEachOther() throws {
        var lane = try LaneFixture([LaneFixture.preference(.swiss)])
        let texts = (0..<8).map { String(repeating: "word ", count: $0 + 1) + "end" }
        lane.submit(1, texts, [(0, Array(0..<8))])
        #expect(lane.waiting.count == 8, "four pairs in both orders")
        lane.answerAll { Self.winner(Self.isFirstLonger($0.text, texts) ? "A" : "B") }
        // Four rounds; a pair that meets again is known already.
        #expect((24...32).contains(lane.requestCount))
        let scores = try #require(lane.answers.first?.answers.map(\.score))
        #expect(scores[7] == scores.max() && scores[0] == scores.min())
    }

    @Test func groupIsScoredInOneCallByIdentifier() throws {
        var lane = try LaneFixture([LaneFixture.preference(.group)])
        lane.submit(1, ["first text", "second text", "third text"], [(0, [0, 1, 2])])
        #expect(lane.waiting.count == 1)
        lane.answerAll { request in
            let scores = ["first": 0.1, "second": 0.5, "third": 0.9]
            let shown = ["first", "second", "third"].map { name -> (String, Int) in
                (name, request.text.offset(of: name + " text"))
            }.sorted { $0.1 < $1.1 }
            let entries = shown.enumerated().map { index, entry in
                #""c\#(index + 1)": {"reason": "so", "score": \#(scores[entry.0] ?? 0)}"#
            }
            return "{" + entries.joined(separator: ", ") + "}"
        }
        #expect(lane.answers.first?.answers.map(\.score) == [0.1, 0.5, 0.9])
    }

    @Test func equalTextsAreATieWithoutACall() throws {
        var lane = try LaneFixture([LaneFixture.preference()])
        lane.submit(1, ["same", "same"], [(0, [0, 1])])
        #expect(lane.requestCount == 0)
        #expect(lane.answers.first?.answers.map(\.score) == [0.5, 0.5])
    }

    @Test func rolloutAloneInItsGroupAbstains() throws {
        var lane = try LaneFixture([LaneFixture.preference()])
        lane.submit(1, ["alone", "", "pair"], [(0, [0]), (0, [1, 2])])
        let answer = try #require(lane.answers.first)
        #expect(answer.answers.map(\.status) == [.abstained, .scored, .abstained])
        #expect(lane.requestCount == 0)
    }

    @Test func pairOfWhichAnOrderIsLostDoesNotCount() throws {
        var lane = try LaneFixture([LaneFixture.preference()])
        lane.submit(1, ["one", "two", "three"], [(0, [0, 1, 2])])
        lane.fail(.authentication)
        lane.answerAll { _ in Self.winner("A") }
        // The others flip: a judge that always takes the first gives nobody an advantage.
        #expect(lane.answers.first?.answers.map(\.score) == [0.5, 0.5, 0.5])
        #expect(lane.counter("pairs") == 2 && lane.counter("flips") == 2)
        lane.submit(2, ["four", "five"], [(0, [0, 1])])
        lane.fail(.authentication)
        lane.answerAll { _ in Self.winner("A") }
        #expect(lane.answers.last?.answers.map(\.status) == [.transport, .transport])
        #expect(lane.lane.heldCount == 0)
    }

    /// Whether the text shown as A is longer than the one shown as B.
    private static func isFirstLonger(_ text: String, _ texts: [String]) -> Bool {
        let first = text.offset(of: "Completion A:")
        let second = text.offset(of: "Completion B:")
        let start = text.utf8.index(text.utf8.startIndex, offsetBy: first)
        let middle = text.utf8.index(text.utf8.startIndex, offsetBy: second)
        let shownFirst = text[start..<middle]
        let shownSecond = text[middle...]
        let longest = texts.sorted { $0.count > $1.count }
        let inFirst = longest.firstIndex { shownFirst.contains($0) } ?? Int.max
        let inSecond = longest.firstIndex { shownSecond.contains($0) } ?? Int.max
        return inFirst < inSecond
    }
}

extension LaneFixture {
    func counter(_ name: String) -> Double? {
        lane.statistics.counters.first { $0.name == name }?.value
    }
}

extension String {
    /// Bytes before the first occurrence of `part`; all of them when there is none.
    func offset(of part: String) -> Int {
        guard let range = ranges(of: part).first else { return utf8.count }
        return utf8.distance(from: utf8.startIndex, to: range.lowerBound)
    }
}
