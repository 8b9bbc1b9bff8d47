import JudgeTrials
import RewardJudge
import RewardKernel
import RewardReport
import Testing

/// Judges are shown in trials what a sidecar shows them.
@Suite struct TrialRolloutTests {
    private static func list(_ lines: String..., fields: [String] = []) throws -> [TrialRollout] {
        let file = try RolloutFile(Array(lines.joined(separator: "\n").utf8), name: "rollouts.jsonl")
        return TrialRollout.list(file, countMax: nil, JudgedSettings(kind: .rubric, task: 0, fields: fields))
    }

    @Test func promptsAreTextsOrTranscripts() throws {
        let rollouts = try Self.list(
            #"{"completion": "c", "prompt": "Why?"}"#,
            #"{"completion": "c", "prompt": [{"role": "user", "content": "Why?"}]}"#,
            #"{"completion": "c", "prompt": [{"role": "system", "content": "Be brief."}, {"content": "Why?"}]}"#,
            """
            {"completion": "c", "prompt": [{"role": "user", "content": [{"type": "image"}, {"type": "text", "text": "Why?"}]},
             {"role": "assistant", "content": "So."}]}
            """.replacing("\n", with: ""), #"{"completion": "c"}"#)
        #expect(
            rollouts.map(\.shown.prompt) == [
                "Why?", "Why?", "system: Be brief.\n\nuser: Why?", "user: Why?\n\nassistant: So.", nil,
            ])
    }

    @Test func referencesAndFieldsAreTexts() throws {
        let rollouts = try Self.list(
            #"{"completion": "c", "reference_answer": 42, "lang": "de", "strict": true, "other": 1}"#,
            #"{"completion": "c", "reference_answer": "42", "lang": ["de"]}"#, fields: ["lang", "strict"])
        #expect(rollouts.map(\.shown.referenceAnswer) == ["42", "42"])
        #expect(rollouts.map(\.shown.fields) == [["lang": "de", "strict": "true"], [:]])
    }

    @Test func groupsAreNamedOrThoseOfAPrompt() throws {
        let rollouts = try Self.list(
            #"{"completion": "c", "prompt": "p", "group_id": 1, "id": "x"}"#, #"{"completion": "c", "prompt": "p"}"#,
            #"{"completion": "d", "prompt": "p"}"#, #"{"completion": "c"}"#, #"{"completion": "c"}"#)
        #expect(rollouts[0].name == "x" && rollouts[1].name == "row 2")
        #expect(rollouts[1].group == rollouts[2].group)
        #expect(Set(rollouts.map(\.group)).count == 4)
    }
}
