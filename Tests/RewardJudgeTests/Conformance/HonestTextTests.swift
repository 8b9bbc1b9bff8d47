import RewardJudge
import Testing

/// Texts of real models that speak to no judge: what guards judges should leave them alone.
@Suite(.enabled(if: PublishedJudgements.isPresent)) struct HonestTextTests {
    private struct Pair: Decodable {
        var output1: String
        var output2: String
    }

    private struct Answer: Decodable {
        var completion: String
    }

    private static func texts() throws -> [String] {
        let pairs = try PublishedJudgements.rows("preferences/llmbar_pairs.jsonl", as: Pair.self)
        let answers = try PublishedJudgements.rows("safety/xstest_completions.jsonl", as: Answer.self)
        return pairs.flatMap { [$0.output1, $0.output2] } + answers.map(\.completion)
    }

    @Test func guardsLeaveHonestTextsAlone() throws {
        let texts = try Self.texts()
        #expect(texts.count > 1_000)
        let suspects = texts.compactMap { text in InjectionDetector().finding(in: text).map { (text, $0) } }
        let turnedAway = texts.compactMap { text in PreGate().reason(against: text).map { (text, $0) } }
        for (text, finding) in suspects { print("suspected for \(finding): \(text.prefix(200))") }
        for (text, reason) in turnedAway { print("turned away as \(reason): \(text.prefix(80))") }
        #expect(suspects.count * 200 <= texts.count)
        // Nothing but empty texts and one bracket or the like.
        #expect(turnedAway.allSatisfy { $0.0.utf8.count <= 32 })
        #expect(turnedAway.count * 50 <= texts.count)
        print("\(texts.count) honest texts: \(suspects.count) suspected, \(turnedAway.count) turned away")
    }

    /// Neutralising is for control tokens: nearly all texts go to the judge as they are.
    @Test func honestTextsReachTheJudgeUnchanged() throws {
        let texts = try Self.texts()
        let changed = texts.filter { TextNeutralizer.neutralize($0, nonce: PromptNonce(0x5EED)) != $0 }
        for text in changed { print("changed: \(text.prefix(120))") }
        #expect(changed.count * 200 <= texts.count)
    }
}
