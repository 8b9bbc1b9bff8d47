import RewardJudge
import Testing

@Suite struct JudgedRolloutTests {
    private func rollout(_ range: Range<Int>, of bytes: [UInt8]) -> JudgedRollout {
        JudgedRollout(
            row: 3, completion: range, of: RequestBytes(bytes), prompt: "Where?", referenceAnswer: nil, fields: [:])
    }

    @Test func completionIsReadWhereItsRequestLies() {
        let shared = rollout(2..<7, of: Array("..Paris..".utf8))
        #expect(shared.completion == "Paris")
        #expect(shared == JudgedRollout(row: 3, completion: "Paris", prompt: "Where?"))
        #expect(shared != JudgedRollout(row: 3, completion: "paris", prompt: "Where?"))
        #expect(rollout(0..<0, of: []).completion.isEmpty)
    }

    @Test func brokenTextIsRepaired() {
        #expect(rollout(0..<3, of: [0x61, 0xFF, 0x62]).completion == "a\u{FFFD}b")
    }

    @Test func completionThatIsReplacedIsTheRolloutsOwn() {
        var bad = rollout(2..<7, of: Array("..Paris..".utf8))
        bad.completion = "Thought process:"
        #expect(bad.completion == "Thought process:")
        #expect(bad.prompt == "Where?")
    }
}
