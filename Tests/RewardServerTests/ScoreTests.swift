import RewardClient
import RewardKernel
import RewardMemory
import RewardServer
import ServerFixture
import Testing

/// What a score request gets: rows, refusals, rationales.
@Suite struct ScoreTests {
    private static let configuration = """
        version: 1
        rewards:
          plain: {components: {digit: {type: regex_match, pattern: '[0-9]'}}}
          needy:
            components:
              language: {type: language_consistency}
              tokens: {type: length_penalty, unit: tokens, target: 5}
              answer: {type: string_check}
              topic: {type: string_check, reference: {field: topic}}
          grouped: {neutral: group_mean, components: {digit: {type: regex_match, pattern: '[0-9]'}}}
          repeating: {range: [-1, 0], components: {again: {type: repetition_penalty, unit: tokens, ngram_size: 2}}}
        """

    @Test func helloSaysWhatIsServed() throws {
        try withServer(Self.configuration) { server in
            let hello = try server.connect().call("hello", ["protocol": 1, "client": "test"])
            #expect(hello["server"] == "plaudit" && hello["protocol"] == 1 && hello["workers"] == 2)
            #expect(hello["rewards"] == ["plain", "needy", "grouped", "repeating"])
            #expect(hello["components"]?["needy"] == ["language", "tokens", "answer", "topic"])
            #expect(hello["fields"]?["needy"] == ["topic"] && hello["fields"]?["plain"] == [])
            #expect(hello["graders"]?.map?.isEmpty == true)
            #expect(hello["config_hash"]?.string?.count == 64)
            #expect(hello["limits"]?["frame_bytes"] == 268_435_456 && hello["limits"]?["nesting"] == 32)
            #expect(hello["limits"]?["rollouts"] == 65_536 && hello["limits"]?["connections"] == 256)
        }
    }

    @Test func otherProtocolIsRefused() throws {
        try withServer(Self.configuration) { server in
            let connection = try server.connect()
            let error = refusal { try connection.call("hello", ["protocol": 2]) }
            #expect(try #require(error) == (3, "bad_request", "this sidecar speaks protocol 1, not 2"))
        }
    }

    @Test func cancelFindsNothingLeftToCancel() throws {
        try withServer(Self.configuration) { server in
            let reply = try server.connect().call("cancel", ["msgid": 1])
            #expect(reply == ["cancelled": false])
        }
    }

    /// One rollout's reply is copied from a form, a batch's is written value by value: nobody can tell.
    @Test(arguments: [0, 1, 200, UInt32.max]) func replyToOneRolloutSaysWhatItsRowInABatchSays(
        _ identifier: UInt32
    ) throws {
        try withServer(Self.configuration, workerCount: 1) { server in
            let connection = try server.connect()
            for (text, reward) in [("7" as MessageValue, 1.0), ("none", 0), ("8", 1)] {
                let replies = try [[text], [text, text]].map { texts in
                    let frame = ScoreCall.frame(identifier, "score", ScoreCall.parameters("plain", texts))
                    try connection.send(frame, Deadline.soon)
                    let message = try #require(try connection.receiveMessage(Deadline.soon).array)
                    #expect(message[0] == 1 && message[1] == .integer(Int64(identifier)) && message[2] == .null)
                    return message[3]
                }
                let (one, two) = (try ScoreReply(replies[0]), try ScoreReply(replies[1]))
                #expect(one.rewards == [reward] && two.rewards == [reward, reward])
                for key in ["usage", "config_hash", "degraded_groups"] { #expect(replies[0][key] == replies[1][key]) }
                let columns = replies.map { $0["components"]?["digit"]?["scores"]?.binary }
                #expect(columns[1] == columns[0].map { $0 + $0 })
                #expect(try #require(replies[0]["timing_us"]?.integer) < 60_000_000)
            }
        }
    }

    @Test func notificationIsNotAnswered() throws {
        try withServer(Self.configuration) { server in
            let connection = try server.connect()
            try connection.send(SidecarConnection.frame(([2, "ping", [:]] as MessageValue).encoded), Deadline.soon)
            // The next reply is the next request's.
            let reply = try connection.call("ping")
            #expect(reply["time_us"]?.integer != nil)
        }
    }

    @Test(
        arguments: [
            ("nothing", [:], 4, "unknown_reward", "the configuration has no reward `nothing`"),
            ("needy", [:], 3, "bad_request", "the reward `needy` needs the column `prompts`"),
            (
                "needy", ["prompts": ["p"]], 3, "bad_request",
                "the reward `needy` needs the column `reference_answers`"
            ),
            (
                "needy", ["prompts": ["p"], "reference_answers": ["a"]], 3, "bad_request",
                "the reward `needy` needs the column `token_counts`"
            ),
            (
                "needy", ["prompts": ["p"], "reference_answers": ["a"], "token_counts": [5]], 3, "bad_request",
                "the reward `needy` needs the field `topic` in `fields`"
            ),
            ("grouped", [:], 3, "bad_request", "the reward `grouped` needs the column `group_ids`"),
            ("repeating", [:], 3, "bad_request", "the reward `repeating` needs the column `token_ids`"),
            ("plain", ["ids": [1, 2]], 3, "bad_request", "`ids` has 2 rows, `completions` has 1"),
            ("plain", ["truncated": ["no"]], 3, "bad_request", "`truncated`, row 0: must be true, false or nil"),
            ("plain", ["complete": true], 3, "bad_request", "the request has the unknown key `complete`"),
        ] as [(String, MessageValue, Int, String, String)])
    func refusalNamesWhatIsWrong(
        _ reward: String, _ options: MessageValue, _ code: Int, _ name: String, _ message: String
    ) throws {
        try withServer(Self.configuration, workerCount: 1) { server in
            let connection = try server.connect()
            let error = refusal { try connection.score(reward, ["7"], options.map ?? []).value }
            #expect(try #require(error) == (code, name, message))
            // The connection goes on.
            #expect(try connection.score("plain", ["7"]).rewards == [1])
            let counters = try Counters(connection)
            #expect(counters["bad_requests"] == 1 && counters["rollouts_in"] == 1 && counters.areBalanced)
        }
    }

    @Test func rewardThatNeedsColumnsScoresWithThem() throws {
        try withServer(Self.configuration) { server in
            let reply = try server.connect().score(
                "needy", ["yes", "no"],
                [
                    .init("prompts", ["p", "p"]), .init("reference_answers", ["yes", "yes"]),
                    .init("token_counts", [5, 9]),
                    .init("fields", ["topic": ["yes", "no"]]),
                ])
            #expect(reply.status == [0, 0])
            #expect(reply.components["answer"]?.scores == [1, 0] && reply.components["topic"]?.scores == [1, 1])
            #expect(reply.components["tokens"]?.scores == [1, 0])
            #expect(reply.components["language"]?.status == [2, 2])
        }
    }

    @Test func tokensReachTheComponentThatReadsThem() throws {
        try withServer(Self.configuration) { server in
            let once: [UInt8] = [7, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF]
            let reply = try server.connect().score(
                "repeating", ["", "", ""],
                [.init("token_ids", [.binary(once + once + once.prefix(4)), .binary([]), .null])])
            #expect(reply.rewards[0] == -0.5 && reply.rewards[1] == 0)
            #expect(reply.status == [0, 0, Status.missingInput.code])
        }
    }

    @Test func unusableCompletionCostsItsOwnRolloutOnly() throws {
        try withServer(Self.configuration) { server in
            let oversize = [UInt8](repeating: 0x61, count: Limits.completionByteCountMax + 1)
            let most = [UInt8](repeating: 0x37, count: Limits.completionByteCountMax)
            let completions: [MessageValue] = [
                "7", .null, .binary([0x37, 0xFF]), .binary(oversize), 7, 1.5, true, .binary(most),
                .binary([0xED, 0xA0, 0x80]),
                "x\u{0}7", "",
            ]
            let reply = try server.connect().score("plain", completions)
            #expect(reply.status == [0, 0x22, 0x20, 0x21, 0x22, 0x22, 0x22, 0, 0x20, 0, 0])
            #expect(reply.components["digit"]?.status == reply.status)
            #expect(reply.components["digit"]?.scores == [1, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0])
            // Nothing stands in but the policy's value, here the middle of the range.
            #expect(reply.rewards == [1, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 1, 0.5, 1, 0])
            let counters = try Counters(server.connect())
            #expect(counters["rollouts_in"] == 11 && counters["scored"] == 4 && counters["refused"] == 7)
            #expect(counters.reward("plain")?["components"]?["digit"]?["error"] == 7)
        }
    }

    @Test func noRolloutsGetAnEmptyReply() throws {
        try withServer(Self.configuration) { server in
            let reply = try server.connect().score("plain", [], [.init("rationales", true)])
            #expect(reply.rewards.isEmpty && reply.status.isEmpty && reply.degradedGroups.isEmpty)
            #expect(reply.value["rationales"] == ["digit": []])
        }
    }

    @Test func moreRolloutsThanTheConfigurationAllowsAreTooLarge() throws {
        try withServer(Self.configuration) {
            $0.limits.rolloutCount = 10
        } _: { server in
            let connection = try server.connect()
            let error = refusal {
                try connection.score("plain", [MessageValue](repeating: "7", count: 11)).value
            }
            #expect(try #require(error) == (5, "too_large", "11 rollouts, the limit is 10"))
            #expect(try connection.score("plain", [MessageValue](repeating: "7", count: 10)).rewards.count == 10)
        }
    }

    /// Small requests are scored where they are read, large ones in chunks by all workers: the sentences must not differ.
    @Test func rationalesDoNotDependOnTheSizeOfTheBatch() throws {
        let texts = (0..<1_000).map { index -> String in
            [
                "{\"answer\": \"\(index)\"}", "word \(index)", "", "aaa \(index) badword",
                "<think>\n\(index)\n</think>\nx",
            ][index % 5]
        }
        let single = try withServer(Configurations.everything) { server in
            let connection = try server.connect()
            return try texts.enumerated().map { try explain(connection, [$1], from: $0) }
        }
        #expect(single.contains { $0.contains { $0?[0] != nil } })
        for batchCount in [31, 32, 33, 1_000] {
            try withServer(Configurations.everything) { server in
                let connection = try server.connect()
                for start in stride(from: 0, to: texts.count, by: batchCount) {
                    let end = min(start + batchCount, texts.count)
                    let columns = try explain(connection, Array(texts[start..<end]), from: start)
                    for row in start..<end {
                        #expect(columns.map { $0?[row - start] } == single[row].map { $0?[0] })
                    }
                }
            }
        }
    }

    // MARK: Helpers

    private func explain(_ connection: SidecarConnection, _ texts: [String], from start: Int) throws -> [[String?]?] {
        let indices = Array(start..<start + texts.count)
        let reply = try connection.score(
            "everything", texts.map { .string($0) },
            EverythingColumns.make(indices) + [.init("rationales", true)])
        let names = try #require(reply.value["components"]?.map).map(\.key)
        #expect(names.count > 15)
        return names.map { reply.rationales($0) }
    }
}
