import RewardJudge
import Testing

@Suite struct PreGateTests {
    @Test(arguments: [
        ("", PreGate.Reason.empty), (" \n\t\u{3000}", .empty), (".", .onlyPunctuation), (":", .onlyPunctuation),
        ("--- \u{200B} …!?", .onlyPunctuation), ("<think>42</think>", .onlyThoughts),
        ("<think>never closed 42", .onlyThoughts), ("<think>a</think> . ", .onlyPunctuation),
        ("Thought process:", .masterKey), ("  thought   PROCESS ", .masterKey), ("Solution", .masterKey),
        ("**Solution:**", .masterKey), ("Sol\u{200B}ution", .masterKey),
        ("Let's solve this problem step by step.", .masterKey), ("<think>x</think>\nSolution:", .masterKey),
        ("解", .masterKey),
    ])
    func completionWithNothingInItFailsWithoutACall(completion: String, reason: PreGate.Reason) {
        #expect(PreGate().reason(against: completion) == reason)
    }

    @Test(arguments: [
        "4", "yes", "∞", "👍", "Solution: x = 4", "Let's solve this problem step by step. First, 2 + 2 = 4.",
        "<think>hm</think>4", "a < b", "é",
    ])
    func completionWithSomethingInItGoesToTheJudge(completion: String) {
        #expect(PreGate().reason(against: completion) == nil)
    }

    @Test func limitAndKeysAreTheUsers() {
        let gate = PreGate(contentCountMin: 5, furtherKeys: ["As an AI language model"])
        #expect(gate.reason(against: "four") == .tooShort)
        #expect(gate.reason(against: "<think>long enough</think>four") == .tooShort)
        #expect(gate.reason(against: "fiver") == nil)
        #expect(gate.reason(against: "as an AI language model...") == .masterKey)
    }

    @Test func longCompletionsAreReadInOneGo() {
        let size = 500_000
        #expect(PreGate().reason(against: String(repeating: "<", count: size)) == nil)
        #expect(PreGate().reason(against: String(repeating: "<think>", count: size / 7)) == .onlyThoughts)
        #expect(PreGate().reason(against: String(repeating: "!", count: size)) == .onlyPunctuation)
    }
}
