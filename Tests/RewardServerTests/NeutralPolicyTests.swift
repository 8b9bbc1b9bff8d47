import RewardClient
import RewardServer
import ServerFixture
import Testing

/// What a rollout gets of which a part could not be had.
///
/// `digit` scores 1 for a text with a digit, else 0. `limited` scores 1, but uses up its match limit on `hard` and on `hardDigit`,
/// which is `hard` with a digit: its status is `limit_reached` then.
@Suite struct NeutralPolicyTests {
    private static let hard = MessageValue.string(Configurations.hostileText)
    private static let hardDigit = MessageValue.string(Configurations.hostileText + "7")
    private static let limitReached: UInt8 = 0x18
    private static let missingInput: UInt8 = 0x23

    private static func configuration(
        _ settings: String, weights: (Double, Double) = (1, 1), more: String = ""
    ) -> String {
        """
        version: 1
        rewards:
          r:
            \(settings)
            components:
              digit: {type: regex_match, pattern: '[0-9]', weight: \(weights.0)}
              limited: {type: regex_match, pattern: '\(Configurations.hostilePattern)', negate: true, weight: \(weights.1)}
              \(more)
        """
    }

    @Test(
        arguments: [
            ("neutral: renormalise", (1, 1), [1, 0.5, 0, 1, 0.5]),
            ("neutral: renormalise", (3, 1), [1, 0.25, 0, 1, 0.5]),
            ("neutral: {fixed: 0.3}", (1, 1), [1, 0.5, 0.15, 0.65, 0.3]),
            ("neutral: {fixed: 0.3}", (3, 1), [1, 0.25, 0.075, 0.825, 0.3]),
            ("neutral: null", (1, 1), [1, 0.5, 0, 0, 0]),
            ("aggregate: weighted_sum\n    neutral: renormalise", (0.75, 0.25), [1, 0.25, 0, 1, 0.5]),
            (
                "aggregate: weighted_sum\n    neutral: renormalise\n    range: [-1, 1]", (0.75, -0.25),
                [0.5, -0.25, 0, 1, 0]
            ),
            ("aggregate: weighted_sum\n    neutral: {fixed: 0.3}", (0.75, 0.25), [1, 0.25, 0.075, 0.825, 0.3]),
            ("aggregate: product\n    neutral: {fixed: 0.3}", (1, 1), [1, 0, 0, 0.3, 0.3]),
            ("aggregate: product\n    neutral: renormalise", (1, 1), [1, 0, 0, 1, 0.5]),
            ("aggregate: minimum\n    neutral: {fixed: 0.3}", (1, 1), [1, 0, 0, 0.3, 0.3]),
            (
                "aggregate: formula\n    formula: '(digit + limited) / 2'\n    neutral: {fixed: 0.3}", (1, 1),
                [1, 0.5, 0.15, 0.65, 0.3]
            ),
            // A formula has no weights to renormalise: the middle of the range stands in.
            ("aggregate: formula\n    formula: '(digit + limited) / 2'", (1, 1), [1, 0.5, 0.5, 0.5, 0.5]),
        ] as [(String, (Double, Double), [Double])])
    func policySaysWhatStandsIn(_ settings: String, _ weights: (Double, Double), _ expected: [Double]) throws {
        try withServer(Self.configuration(settings, weights: weights), workerCount: 1) { server in
            let connection = try server.connect()
            // The last one is no text at all: nothing of it could be had.
            let reply = try connection.score("r", ["1", "x", Self.hard, Self.hardDigit, .null])
            #expect(isClose(reply.rewards, expected), "\(reply.rewards)")
            #expect(reply.status == [0, 0, Self.limitReached, Self.limitReached, 0x22])
            #expect(reply.components["limited"]?.status == reply.status)
            #expect(reply.components["limited"]?.scores == [1, 1, 0, 0, 0])
            let counters = try Counters(connection)
            #expect(counters["scored"] == 2 && counters["neutral"] == 2 && counters["refused"] == 1)
        }
    }

    @Test func groupMeanIsTheMeanOfTheGroupsOwnScoredRollouts() throws {
        let settings = "aggregate: product\n    neutral: group_mean"
        try withServer(Self.configuration(settings)) { server in
            let completions: [MessageValue] = [
                "1", "2", "x", Self.hardDigit, "3", Self.hard, "y", "z", Self.hardDigit, .null, "4",
            ]
            let groups: MessageValue = ["a", "a", "a", "a", 7, 7, 7, "b", "c", "b", "7"]
            let reply = try server.connect().score("r", completions, [.init("group_ids", groups)])
            let expected: [Double] = [1, 1, 0, 2.0 / 3, 1, 0.5, 0, 0, 0.5, 0, 1]
            #expect(isClose(reply.rewards, expected), "\(reply.rewards)")
            #expect(
                reply.status.map { $0 == 0 } == [true, true, true, false, true, false, true, true, false, false, true])
            // Only `c` lost more than half its rollouts; the text "7" is another group than the number 7.
            #expect(reply.degradedGroups == ["c"])
        }
    }

    /// Identifiers come back as they went in, and one that is no text as bytes: the reply must stay readable.
    @Test func degradedGroupsComeBackAsTheyAre() throws {
        try withServer(Self.configuration("neutral: renormalise")) { server in
            let groups: [MessageValue] = [
                "text", .binary([0x62, 0x69]), .binary([0xFF]), -7, .unsigned(UInt64.max), 5_000_000_000, "",
            ]
            let completions = groups.map { _ in MessageValue.null }
            let connection = try server.connect()
            let reply = try connection.score("r", completions, [.init("group_ids", .array(groups))])
            #expect(reply.degradedGroups == groups)
            // A string that is no UTF-8: `s` followed by a byte that begins nothing.
            var frame = ScoreCall.frame(
                1, "score", ScoreCall.parameters("r", [.null], [.init("group_ids", ["s\u{7F}"])]))
            frame[try #require(frame.lastIndex(of: 0x7F))] = 0xFF
            try connection.send(frame, Deadline.soon)
            let header = try connection.receive(5, Deadline.soon)
            let body = try connection.receive(header.dropFirst().reduce(0) { $0 << 8 | Int($1) }, Deadline.soon)
            #expect(body.suffix(4) == [0xC4, 2, 0x73, 0xFF])
        }
    }

    /// The same in a batch that all workers share, with the groups' rollouts far apart.
    @Test func groupsOfALargeBatchAreSettledTheSame() throws {
        let settings = "aggregate: product\n    neutral: group_mean"
        try withServer(Self.configuration(settings)) { server in
            let groupCount = 97
            let completions = (0..<970).map { row -> MessageValue in
                // In group g, rollouts 0..<g % 11 cannot be had; of the others, every second has a digit.
                let (group, place) = (row % groupCount, row / groupCount)
                return place < group % 11 ? Self.hard : (place % 2 == 0 ? "1" : "x")
            }
            let groups = MessageValue.array((0..<970).map { .integer(Int64($0 % groupCount)) })
            let reply = try server.connect().score("r", completions, [.init("group_ids", groups)])
            for row in 0..<970 {
                let lost = row % groupCount % 11
                let kept = lost < 10 ? Array(lost..<10) : []
                let mean = kept.isEmpty ? 0.5 : Double(kept.filter { $0 % 2 == 0 }.count) / Double(kept.count)
                let place = row / groupCount
                let expected = place < lost ? mean : (place % 2 == 0 ? 1 : 0)
                #expect(abs(reply.rewards[row] - expected) <= 1e-12)
            }
            let degraded = (0..<groupCount).filter { $0 % 11 > 5 }.map { MessageValue.integer(Int64($0)) }
            #expect(reply.degradedGroups == degraded)
        }
    }

    @Test func rewardOfAnUnscoredRolloutIsNeverSmuggledIntoItsGroup() throws {
        // With a fixed stand-in, a rollout has a reward though it is not scored: others must not be measured by it.
        let settings = "neutral: {fixed: 1}"
        try withServer(Self.configuration(settings)) { server in
            let reply = try server.connect().score(
                "r", [Self.hardDigit, "x", .null], [.init("group_ids", ["g", "g", "g"])])
            #expect(isClose(reply.rewards, [1, 0.5, 1]))
            #expect(reply.degradedGroups == ["g"])
        }
    }

    @Test func missingReferenceRefusesItsRollout() throws {
        let more = "answer: {type: string_check}"
        try withServer(Self.configuration("neutral: group_mean", more: more)) { server in
            let reply = try server.connect().score(
                "r", ["1", "1", "1"],
                [.init("reference_answers", ["1", .null, "2"]), .init("group_ids", ["g", "g", "g"])])
            #expect(reply.status == [0, Self.missingInput, 0])
            #expect(isClose(reply.rewards, [1, (1 + 2.0 / 3) / 2, 2.0 / 3]), "\(reply.rewards)")
            #expect(reply.degradedGroups.isEmpty)
        }
    }

    // MARK: Gates and metrics

    @Test func gateThatDecidesLeavesTheRestGated() throws {
        let more = "safe: {type: safety_filter, words: [badword], gate: {below: 1, reward: 0.25}}"
        try withServer(Self.configuration("neutral: renormalise", more: more)) { server in
            let connection = try server.connect()
            let hostile = MessageValue.string("badword " + Configurations.hostileText)
            let reply = try connection.score(
                "r", ["1", "badword 1", hostile], [.init("rationales", true)])
            #expect(isClose(reply.rewards, [1, 0.25, 0.25]))
            #expect(reply.status == [0, 0, 0])
            for name in ["digit", "limited"] {
                #expect(reply.components[name]?.status == [0, 1, 1])
                #expect(reply.components[name]?.scores == [1, 0, 0])
                #expect(reply.rationales(name).map { $0 == nil } == [false, true, true])
            }
            #expect(reply.components["safe"]?.status == [0, 0, 0])
            #expect(reply.rationales("safe").allSatisfy { $0 != nil })
            let counters = try Counters(connection)
            #expect(counters["gated"] == 2 && counters["scored"] == 3)
            #expect(counters.reward("r")?["components"]?["digit"]?["gated"] == 2)
        }
    }

    @Test func gateWithoutAScoreDecidesNothing() throws {
        let more = "answer: {type: string_check, weight: 0, gate: {below: 1, reward: 0}}"
        try withServer(Self.configuration("neutral: renormalise", more: more)) { server in
            let reply = try server.connect().score("r", ["1", "1"], [.init("reference_answers", ["2", .null])])
            #expect(reply.rewards == [0, 1])
            #expect(reply.status == [0, Self.missingInput])
            #expect(reply.components["digit"]?.status == [1, 0])
        }
    }

    /// A component with weight 0 is reported, whatever becomes of it, and never heard.
    @Test(arguments: [
        "neutral: group_mean", "neutral: renormalise", "neutral: null", "aggregate: minimum",
        "aggregate: formula\n    formula: 'digit'",
    ])
    func metricNeverChangesTheReward(_ settings: String) throws {
        let configuration = """
            version: 1
            rewards:
              bare: {SETTINGS, components: {digit: {type: regex_match, pattern: '[0-9]'}}}
              measured:
                SETTINGS
                components:
                  hard: {type: regex_match, pattern: '\(Configurations.hostilePattern)', weight: 0}
                  digit: {type: regex_match, pattern: '[0-9]'}
                  answer: {type: string_check, weight: 0}
                  words: {type: length_penalty, target: 100, weight: 0}
            """
        let flow = settings.split(separator: "\n").joined(separator: ",")
        let text = configuration.replacing("{SETTINGS", with: "{" + flow).replacing("SETTINGS", with: settings)
        try withServer(text, workerCount: 1) { server in
            let connection = try server.connect()
            let completions: [MessageValue] = ["1", Self.hard, Self.hardDigit, "x", ""]
            let groups = MessageValue.Pair("group_ids", ["g", "g", "g", "g", "g"])
            let bare = try connection.score("bare", completions, [groups])
            let measured = try connection.score(
                "measured", completions, [groups, .init("reference_answers", ["1", .null, "2", .null, "x"])])
            #expect(bare.rewards == measured.rewards && bare.rewards == [1, 0, 1, 0, 0])
            #expect(bare.status == measured.status && measured.status == [0, 0, 0, 0, 0])
            #expect(measured.components["hard"]?.status == [0, Self.limitReached, Self.limitReached, 0, 0])
            #expect(measured.components["answer"]?.status == [0, Self.missingInput, 0, Self.missingInput, 0])
        }
    }

    // MARK: Deadlines

    @Test(arguments: [10, 100], ["renormalise", "{fixed: 0.3}", "group_mean", "null"])
    func deadlineThatIsOverLeavesEveryRolloutNeutral(_ rolloutCount: Int, _ policy: String) throws {
        try withServer(Self.configuration("neutral: \(policy)")) { server in
            let connection = try server.connect()
            let completions = [MessageValue](repeating: "1", count: rolloutCount)
            let groups = MessageValue.array((0..<rolloutCount).map { .integer(Int64($0 % 2)) })
            let reply = try connection.score(
                "r", completions, [.init("deadline_ms", 0), .init("group_ids", groups), .init("rationales", true)])
            #expect(reply.status == [UInt8](repeating: 0x10, count: rolloutCount))
            let standIn = policy == "null" ? 0 : (policy.hasPrefix("{") ? 0.3 : 0.5)
            #expect(reply.rewards == [Double](repeating: standIn, count: rolloutCount))
            #expect(reply.degradedGroups == [0, 1])
            #expect(reply.rationales("digit").allSatisfy { $0 == nil })
            let counters = try Counters(connection)
            #expect(counters["neutral"] == rolloutCount && counters["expired"] == rolloutCount && counters.areBalanced)
        }
    }

    // MARK: Helpers

    private func isClose(_ values: [Double], _ expected: [Double]) -> Bool {
        values.count == expected.count && zip(values, expected).allSatisfy { abs($0 - $1) <= 1e-12 }
    }
}
