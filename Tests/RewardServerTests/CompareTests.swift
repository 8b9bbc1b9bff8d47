import RewardClient
import RewardJudge
import RewardKernel
import ServerFixture
import Testing

/// `compare`: pairs in, preferences out. The judge is played and prefers the longer text.
@Suite struct CompareTests {
    private static let yaml = """
        version: 1
        rewards:
          r: {components: {better: {type: preference, judge: local, criteria: The longer one.}}}
          plain: {components: {length: {type: length_penalty, unit: characters, target: [1, 5], tolerance: 0}}}
        judges:
          local: {api: openai, url: "http://127.0.0.1:1", model: m}
        """

    private static let longer: @Sendable (JudgedRollout) -> (Double, Status) = { rollout in
        switch rollout.completion {
        case "": (0, .scored)
        case "alone": (0, .abstained)
        case "lost": (0, .timeout)
        default: (1 - 1 / Double(1 + rollout.completion.utf8.count), .scored)
        }
    }

    private func compare(_ first: [MessageValue], _ second: [MessageValue]) throws -> MessageValue {
        try withServer(Self.yaml, desk: PlayedDesk(Self.longer)) { server in
            try server.connect().call(
                "compare",
                .map([
                    .init("reward", "r"), .init("completions_a", .array(first)), .init("completions_b", .array(second)),
                    .init("rationales", .boolean(true)),
                ]))
        }
    }

    @Test func longerTextIsPreferredAndEqualOnesTie() throws {
        let reply = try compare(["long text", "short", "same"], ["x", "much longer", "same"])
        #expect(reply["preferences"]?.binary == [1, 0, 0.5].flatMap(Self.bytes))
        #expect(reply["status"]?.binary == [0, 0, 0])
        #expect(reply["rationales"]?.array?.first == "said of long text")
        #expect(reply["usage"]?["judge_calls"]?.integer == 6)
    }

    @Test func emptyTextLosesAndLostVerdictIsAStatus() throws {
        let reply = try compare(["", "alone", "lost", "text"], ["alone", "", "text", "lost"])
        #expect(reply["preferences"]?.binary == [0, 1, 0.5, 0.5].flatMap(Self.bytes))
        #expect(reply["status"]?.binary == [0, 0, 0x10, 0x10])
    }

    @Test(
        arguments: [
            (["reward": "plain", "completions_a": ["a"], "completions_b": ["b"]], "has no preference component"),
            (["reward": "none", "completions_a": ["a"], "completions_b": ["b"]], "has no reward `none`"),
            (["reward": "r", "completions_a": ["a"]], "lacks `completions_b`"),
            (["reward": "r", "completions_a": ["a"], "completions_b": ["b", "c"]], "`completions_b` has 2 rows"),
            (["reward": "r", "completions_a": ["a"], "completions_b": [1]], "`completions_b`, row 0"),
            (["reward": "r", "completions_a": ["a"], "completions_b": ["b"], "prompts": [7]], "`prompts`, row 0"),
            (["reward": "r", "completions": ["a"]], "unknown key `completions`"),
        ] as [(MessageValue, String)])
    func refusalNamesWhatIsWrong(parameters: MessageValue, message: String) throws {
        try withServer(Self.yaml, desk: PlayedDesk(Self.longer)) { server in
            let connection = try server.connect()
            let refused = try #require(refusal { try connection.call("compare", parameters) })
            #expect(refused.message.contains(message), "\(refused.message)")
            #expect(try connection.call("ping")["time_us"] != nil)
        }
    }

    @Test func comparisonsAreNoRolloutsAndGoWithTheirConnection() throws {
        let desk = PlayedDesk()
        try withServer(Self.yaml, desk: desk) { server in
            do {
                let connection = try server.connect()
                let parameters: MessageValue = ["reward": "r", "completions_a": ["a"], "completions_b": ["b"]]
                try connection.send(ScoreCall.frame(4, "compare", parameters), Deadline.soon)
                #expect(desk.waitForWork())
            }
            let other = try server.connect()
            #expect(try server.waitForCounters(on: other) { _ in desk.cancelledCount == 1 })
            #expect(try Counters(other)["rollouts_in"] == 0)
        }
    }

    private static func bytes(_ value: Double) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) }
    }
}
