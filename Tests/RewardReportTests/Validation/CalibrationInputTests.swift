import RewardJudge
import RewardKernel
import RewardReport
import RewardValidation
import Testing

/// Labels joined to verdicts.
@Suite struct CalibrationInputTests {
    /// A rollout as `plaudit store export` has it.
    private static func rollout(
        _ id: String, group: String = "g", score: String = "0.75", status: String = "scored", polite: String = "met",
        extra: String = ""
    ) throws -> ScoredRollout {
        let text = """
            {"id": "\(id)", "group_id": "\(group)", "completion": "four", \(extra)
             "scored": {"reward": \(score), "reward_name": "r", "status": "\(status)", "completion_bytes": 4,
              "components": {"length": {"score": 1, "status": "scored"},
               "quality": {"score": \(score), "status": "\(status)", "judge": "m", "verdict": [
                {"name": "polite", "judgement": "\(polite)", "probability": 0.9},
                {"name": "complete", "judgement": "unmet"}]}}}}
            """.replacing("\n", with: " ")
        return try ScoredRollout(RecordFile(Array(text.utf8), name: "s.jsonl").records[0])
    }

    private static func labels(_ text: String) throws -> [GivenLabel] {
        try LabelFile(RecordFile(Array(text.utf8), name: "l.jsonl")).labels
    }

    private static func message(_ body: () throws -> Void) -> String {
        do {
            try body()
            return ""
        } catch {
            return "\(error)"
        }
    }

    @Test func labelsOfEverySubjectFindTheirVerdicts() throws {
        let rollouts = [try Self.rollout("a", group: "1"), try Self.rollout("b", group: "2", polite: "unmet")]
        let labels = try Self.labels(
            """
            {"id": "a", "criteria": {"polite": true, "complete": false, "length": null}}
            {"id": "b", "criterion": "polite", "component": "quality", "ground_truth": 1}
            {"id": "a", "component": "quality", "value": 0.5}
            {"id": "b", "value": 0}
            {"id": "gone", "value": 1}
            """)
        let input = try CalibrationInput(rollouts: rollouts, labels: labels)
        #expect(input.parts.map(\.subject.name) == ["quality.complete", "quality.polite", "quality", "reward"])
        let polite = input.parts[1]
        #expect(polite.items.map(\.human) == [1, 1] && polite.items.map(\.isPassed) == [true, false])
        // A probability is the score; a verdict without one is 1 or 0.
        #expect(polite.items.map(\.score) == [0.9, 0.9] && input.parts[0].items.map(\.score) == [0])
        #expect(polite.items.map(\.group) == ["1", "2"] && polite.items.map(\.length) == [4, 4])
        #expect(input.parts[2].items.map(\.human) == [0.5] && input.parts[3].items.map(\.score) == [0.75])
        #expect(input.strayLabelCount == 1 && input.labelCount == 6)
    }

    @Test func rolloutsStandInOneOrderWhateverWorkerEndedThemFirst() throws {
        let names = [("a", "2"), ("b", "1"), ("c", "2"), ("d", "1"), ("e", "3")]
        let rollouts = try names.map { try Self.rollout($0.0, group: $0.1) }
        for seed in 0..<8 {
            var generator = PoolRandom(seed: UInt64(seed))
            let ordered = ScoredRollout.inFixedOrder(rollouts.shuffled(using: &generator))
            #expect(ordered.map(\.identifier) == ["b", "d", "a", "c", "e"], "seed \(seed)")
        }
        let again = try [Self.rollout("a", score: "0.25"), Self.rollout("b"), Self.rollout("a", score: "0.5")]
        #expect(ScoredRollout.inFixedOrder(again).map(\.reward) == [0.25, 0.5, 0.75], "the last word stays the last")
    }

    @Test func severalPeopleAreAMajorityAndATieIsNone() throws {
        let rollouts = try ["a", "b", "c"].map { try Self.rollout($0) }
        let labels = try Self.labels(
            """
            {"id": "a", "value": 1, "labeler": "ann"}
            {"id": "a", "value": 0, "labeler": "bob"}
            {"id": "a", "value": 1, "labeler": "cid"}
            {"id": "b", "value": 1, "labeler": "ann"}
            {"id": "b", "value": 0, "labeler": "bob"}
            {"id": "c", "value": 0, "labeler": "ann"}
            {"id": "c", "value": 1, "labeler": "ann"}
            """)
        let part = try CalibrationInput(rollouts: rollouts, labels: labels).parts[0]
        #expect(part.items.map(\.human) == [1, 1])
        #expect(part.tiedCount == 1 && part.people.raterCount == 3 && part.people.sharedItemCount == 2)
        #expect(part.people.agreement == Proportion(1, of: 4))
        let graded = try CalibrationInput(
            rollouts: rollouts,
            labels: try Self.labels(
                "{\"id\": \"a\", \"value\": 0.5, \"labeler\": 1}\n{\"id\": \"a\", \"value\": 1, \"labeler\": 2}"))
        #expect(graded.parts[0].items.map(\.human) == [0.75])
    }

    @Test func labelledAndNotJudgedIsCountedByReason() throws {
        let rollouts = [
            try Self.rollout("a", score: "null", status: "neutral(parse_failed)"),
            try Self.rollout("b", score: "null", status: "neutral(timeout)"),
            try Self.rollout("c", polite: "cannot_assess"),
            try Self.rollout("d"),
        ]
        let labels = try Self.labels(
            ["a", "b", "c", "d"].map { "{\"id\": \"\($0)\", \"component\": \"quality\", \"value\": 1}" }
                .joined(separator: "\n"))
        let part = try CalibrationInput(rollouts: rollouts, labels: labels).parts[0]
        #expect(part.unjudged == ["parse failed": 1, "neutral(timeout)": 1])
        #expect(part.verdicts.scoredCount == 2 && part.verdicts.parseFailedCount == 1 && part.verdicts.otherCount == 1)
        let polite = try CalibrationInput(
            rollouts: rollouts, labels: try Self.labels("{\"id\": \"c\", \"criterion\": \"polite\", \"value\": 1}"))
        #expect(polite.parts[0].unjudged == ["cannot assess": 1] && polite.parts[0].items.isEmpty)
    }

    @Test func lastScoreOfARolloutCounts() throws {
        let rollouts = [try Self.rollout("a", score: "0.25"), try Self.rollout("a", score: "1")]
        let input = try CalibrationInput(rollouts: rollouts, labels: try Self.labels("{\"id\": \"a\", \"value\": 1}"))
        #expect(input.parts[0].items.map(\.score) == [1] && input.supersededCount == 1)
    }

    /// A label of a store is of the row it hangs on, which need not be the last of that name, nor have one.
    @Test func labelsThatCameWithARolloutStayWithIt() throws {
        let labelled = "\"labels\": [{\"criterion\": \"polite\", \"value\": 0, \"labeler\": \"ann\", \"weight\": 3}],"
        let rollouts = [
            try Self.rollout("a", extra: labelled), try Self.rollout("a", polite: "unmet"),
            try ScoredRollout(
                RecordFile(
                    Array(
                        "{\"labels\": [{\"value\": 1}], \"reward\": 0.5, \"status\": \"scored\", \"components\": {}}"
                            .utf8),
                    name: "s.jsonl"
                ).records[0]),
        ]
        let labels = rollouts.enumerated().flatMap { $1.givenLabels(row: $0) }
        let input = try CalibrationInput(rollouts: rollouts, labels: labels)
        #expect(input.strayLabelCount == 0 && input.parts.map(\.subject.name) == ["quality.polite", "reward"])
        #expect(input.parts[0].items.map(\.isPassed) == [true] && input.parts[0].items.map(\.weight) == [3])
        #expect(input.parts[1].items.map(\.human) == [1] && input.parts[1].items.map(\.isPassed) == [true])
    }

    @Test func weightsAndSegmentsComeAlong() throws {
        let rollouts = try ["a", "b"].map { try Self.rollout($0, extra: "\"language\": \"\($0)e\", \"hard\": true,") }
        let labels = try Self.labels(
            "{\"id\": \"a\", \"value\": 1, \"weight\": 4}\n{\"id\": \"b\", \"value\": 1, \"weight\": 2}")
        let input = try CalibrationInput(rollouts: rollouts, labels: labels, segment: "language")
        #expect(input.parts[0].items.map(\.weight) == [4, 2] && input.parts[0].items.map(\.segment) == ["ae", "be"])
        // Weights of some are weights of none.
        let mixed = try CalibrationInput(
            rollouts: rollouts, labels: labels + (try Self.labels("{\"id\": \"b\", \"value\": 1, \"labeler\": \"x\"}")),
            segment: "hard")
        #expect(
            mixed.parts[0].items.map(\.weight) == [1, 1] && mixed.parts[0].items.map(\.segment) == ["true", "true"])
    }

    @Test func rolloutsWithoutNamesAreFoundByTheirLine() throws {
        let line = "{\"line\": 3, \"reward\": 1, \"status\": \"scored\", \"components\": {}}"
        var rollout = try ScoredRollout(RecordFile(Array(line.utf8), name: "s.jsonl").records[0])
        let own = try RolloutFile(
            Array("\n\n{\"completion\": \"12345\", \"group_id\": 4, \"language\": \"de\"}".utf8), name: "r.jsonl")
        rollout.complete(from: own.records[0])
        let input = try CalibrationInput(
            rollouts: [rollout], labels: try Self.labels("{\"line\": 3, \"value\": false}"), segment: "language")
        #expect(input.parts[0].items.first?.length == 5 && input.parts[0].items.first?.group == "4")
        #expect(input.parts[0].items.first?.segment == "de" && input.parts[0].items.first?.human == 0)
    }

    @Test(arguments: [
        (
            #"{"id": "a", "criterion": "polit", "value": 1}"#,
            #"l.jsonl:1: `criterion`: "polit" is not in the scores; did you mean `polite`?"#
        ),
        (
            #"{"id": "a", "component": "qualty", "value": 1}"#,
            #"l.jsonl:1: `component`: "qualty" is not in the scores; did you mean `quality`?"#
        ),
        (
            #"{"id": "a", "component": "length", "criterion": "polite", "value": 1}"#,
            "l.jsonl:1: `criterion`: the scores have no verdicts of criteria"
        ),
        (#"{"id": "a", "valu": 1}"#, "l.jsonl:1: `value` is missing; did you mean it by `valu`?"),
        (#"{"value": 1}"#, "l.jsonl:1: `id` is missing"),
        (#"{"id": "a", "value": 4}"#, "l.jsonl:1: `value`: expected 0 to 1, found 4; say --scale LOW:HIGH"),
        (#"{"id": "a", "criteria": [1]}"#, "l.jsonl:1: `criteria`: expected an object, found an array"),
        (
            #"{"id": "a", "criteria": {"polite": "yes"}}"#,
            "l.jsonl:1: `criteria.polite`: expected a number or a boolean, found a string"
        ),
        (#"{"id": "a", "value": 1, "weight": 0}"#, "l.jsonl:1: `weight`: expected more than 0"),
    ])
    func wrongLabelsSayWhereAndWhat(_ label: String, _ expected: String) throws {
        let rollouts = [try Self.rollout("a")]
        let message = Self.message {
            _ = try CalibrationInput(rollouts: rollouts, labels: try Self.labels(label))
        }
        #expect(message.hasPrefix(expected), "\(message)")
    }

    @Test func gradesOfAnotherScaleAreBroughtToOurs() throws {
        let file = try RecordFile(Array("{\"id\": \"a\", \"value\": 4}".utf8), name: "l.jsonl")
        #expect(try LabelFile(file, scale: 1...5).labels.map(\.value) == [0.75])
    }

    @Test func scoresThatAreNoneSayWhere() throws {
        for (line, message) in [
            ("{\"id\": 1}", "s.jsonl:1: `status` is missing"),
            ("{\"id\": 1, \"status\": \"scored\"}", "s.jsonl:1: `components` is missing"),
        ] {
            let record = try RecordFile(Array(line.utf8), name: "s.jsonl").records[0]
            #expect(Self.message { _ = try ScoredRollout(record) } == message)
        }
    }
}
