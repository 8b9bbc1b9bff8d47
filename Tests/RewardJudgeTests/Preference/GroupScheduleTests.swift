import RewardJudge
import Testing

@Suite struct GroupScheduleTests {
    private static func verdict(_ chunk: [Int], _ score: (Int) -> Double) -> GroupVerdict {
        let identifiers = ComparisonPrompt.identifiers(count: chunk.count)
        return GroupVerdict(entries: zip(identifiers, chunk).map { .init(identifier: $0, score: score($1)) })
    }

    @Test func everyCompletionIsShownAndLargeGroupsShareAnchors() {
        var generator = SeededGenerator.forTest("everyCompletionIsShownAndLargeGroupsShareAnchors")
        for count in 2...70 {
            let schedule = GroupSchedule(count: count, using: &generator)
            #expect(Set(schedule.chunks.flatMap { $0 }) == Set(0..<count))
            #expect(schedule.chunks.allSatisfy { (2...8).contains($0.count) && Set($0).count == $0.count })
            #expect(schedule.anchors.count == (count > 8 ? 2 : 0))
            for chunk in schedule.chunks { #expect(Set(schedule.anchors).isSubset(of: chunk)) }
            #expect(schedule.chunks.reduce(0) { $0 + $1.count } == count + 2 * max(schedule.chunks.count - 1, 0))
        }
    }

    @Test func scoresGoBackToThePlacesTheyCameFrom() {
        var generator = SeededGenerator.forTest("scoresGoBackToThePlacesTheyCameFrom")
        for count in [2, 8, 9, 20] {
            let schedule = GroupSchedule(count: count, using: &generator)
            let scores = schedule.scores(schedule.chunks.map { Self.verdict($0) { Double($0) / 32 } })
            #expect(scores == (0..<count).map { Double($0) / 32 })
        }
    }

    @Test func sternChunkIsMovedByItsAnchors() {
        var generator = SeededGenerator.forTest("sternChunkIsMovedByItsAnchors")
        let schedule = GroupSchedule(count: 14, using: &generator)
        #expect(schedule.chunks.count == 2)
        let verdicts = schedule.chunks.indices.map { chunk in
            Self.verdict(schedule.chunks[chunk]) { 0.25 + Double($0) / 64 + (chunk == 0 ? 0 : 0.125) }
        }
        let scores = schedule.scores(verdicts)
        #expect(scores == (0..<14).map { 0.3125 + Double($0) / 64 })
    }

    @Test func failedChunkLeavesItsMembersWithoutAScore() {
        var generator = SeededGenerator.forTest("failedChunkLeavesItsMembersWithoutAScore")
        let schedule = GroupSchedule(count: 14, using: &generator)
        let scores = schedule.scores([Self.verdict(schedule.chunks[0]) { _ in 0.5 }, nil])
        #expect(Set(scores.indices.filter { scores[$0] != nil }) == Set(schedule.chunks[0]))
        #expect(schedule.scores([nil, nil]).allSatisfy { $0 == nil })
        #expect(schedule.scores([]).allSatisfy { $0 == nil })
        // A verdict on other completions is none.
        #expect(schedule.scores([Self.verdict([1, 2]) { _ in 1 }, nil]).allSatisfy { $0 == nil })
    }
}
