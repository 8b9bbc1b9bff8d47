import RewardClient
import RewardJudge
import RewardKernel
import RewardServer
import ServerFixture
import Testing

/// Requests with components that judges score: parked, finished, given up. The judges are played.
@Suite struct JudgedRequestTests {
    private static func configuration(_ settings: String = "", components: String = "") -> String {
        """
        version: 1
        rewards:
          r:
            \(settings)
            components:
              \(components)
              quality: {type: judge, judge: local, rubric: helpful}
          plain: {components: {length: {type: length_penalty, unit: characters, target: [1, 5], tolerance: 0}}}
        judges:
          local: {api: openai, url: "http://127.0.0.1:1", model: m}
        rubrics:
          helpful: {criteria: [{name: helps, text: It helps.}]}
        """
    }

    private static let pass: @Sendable (JudgedRollout) -> (Double, Status) = {
        ($0.completion == "bad" ? 0 : 1, .scored)
    }

    @Test func judgesScoreStandsBesideTheOthers() throws {
        let yaml = Self.configuration(
            components: "short: {type: length_penalty, unit: characters, target: [1, 3], tolerance: 0}")
        try withServer(yaml, desk: PlayedDesk(Self.pass)) { server in
            let connection = try server.connect()
            let reply = try connection.score(
                "r", ["good", "bad"], [.init("prompts", ["p", "p"]), .init("rationales", .boolean(true))])
            #expect(reply.rewards == [0.5, 0.5] && reply.status == [0, 0])
            #expect(reply.components["quality"]?.scores == [1, 0])
            #expect(reply.components["short"]?.scores == [0, 1])
            #expect(reply.rationales("quality") == ["said of good", "said of bad"])
            #expect(reply.rationales("short").allSatisfy { $0?.contains("characters") == true })
            #expect(reply.value["usage"]?["judge_calls"]?.integer == 2)
            #expect(reply.value["usage"]?["cost"]?.double == 0.5)
            let counters = try Counters(connection)
            #expect(counters["rollouts_in"] == 2 && counters["scored"] == 2 && counters.areBalanced)
        }
    }

    @Test func gateThatFailsSavesTheCall() throws {
        let desk = PlayedDesk()
        let yaml = Self.configuration(
            components: "digit: {type: regex_match, pattern: '[0-9]', gate: {below: 1, reward: 0.25}}")
        try withServer(yaml, desk: desk) { server in
            let reply = try server.connect().score("r", ["x", "y"], [.init("prompts", ["p", "p"])])
            #expect(reply.rewards == [0.25, 0.25] && reply.status == [0, 0])
            #expect(reply.components["quality"]?.status == [1, 1])
            #expect(desk.next() == nil)
        }
    }

    @Test(arguments: [1, 64, 200]) func judgedBatchOfAnySizeIsAnswered(count: Int) throws {
        try withServer(Self.configuration(), desk: PlayedDesk(Self.pass)) { server in
            let completions = (0..<count).map { $0 % 3 == 0 ? MessageValue.string("bad") : "good" }
            let prompts = MessageValue.array(completions.map { _ in "p" })
            let reply = try server.connect().score("r", completions, [.init("prompts", prompts)])
            #expect(reply.rewards == (0..<count).map { $0 % 3 == 0 ? 0 : 1 })
        }
    }

    /// In a group whose true rewards are [1, 1, 0, 1], the lost verdict gets the mean of the others: its advantage is 0.
    @Test func lostVerdictGetsTheMeanOfItsGroup() throws {
        let desk = PlayedDesk { $0.completion == "lost" ? (0, .timeout) : Self.pass($0) }
        try withServer(Self.configuration("neutral: group_mean"), desk: desk) { server in
            let connection = try server.connect()
            let reply = try connection.score(
                "r", ["a", "b", "bad", "lost"],
                [.init("prompts", ["p", "p", "p", "p"]), .init("group_ids", [1, 1, 1, 1])])
            #expect(reply.status == [0, 0, 0, 0x10])
            let mean = reply.rewards.reduce(0, +) / 4
            #expect(abs(reply.rewards[3] - mean) < 1e-12 && abs(mean - 2.0 / 3) < 1e-12)
            #expect(reply.degradedGroups.isEmpty)
            let counters = try Counters(connection)
            #expect(counters["neutral"] == 1 && counters["scored"] == 3 && counters.areBalanced)
        }
    }

    @Test func groupThatLostMostVerdictsIsNamed() throws {
        let desk = PlayedDesk { $0.completion == "lost" ? (0, .rateLimited) : Self.pass($0) }
        try withServer(Self.configuration("neutral: group_mean"), desk: desk) { server in
            let reply = try server.connect().score(
                "r", ["a", "lost", "lost", "b"],
                [.init("prompts", ["p", "p", "p", "p"]), .init("group_ids", ["x", "x", "x", "y"])])
            #expect(reply.degradedGroups == ["x"])
        }
    }

    @Test func otherRequestsOfTheConnectionGoOnMeanwhile() throws {
        let desk = PlayedDesk()
        try withServer(Self.configuration(), desk: desk) { server in
            let connection = try server.connect()
            try connection.post(
                ScoreCall.frame(1, "score", ScoreCall.parameters("r", ["good"], [.init("prompts", ["p"])])))
            #expect(desk.waitForWork())
            try connection.post(ScoreCall.frame(2, "score", ScoreCall.parameters("plain", ["abc"])))
            #expect(try connection.next().messageIdentifier == 2)
            let work = try #require(desk.next())
            desk.answer(work, Self.pass)
            #expect(try connection.next().messageIdentifier == 1)
        }
    }

    @Test func deterministicPartIsToldAheadWhenAsked() throws {
        let desk = PlayedDesk()
        let yaml = Self.configuration(
            components: "short: {type: length_penalty, unit: characters, target: [1, 3], tolerance: 0}")
        try withServer(yaml, desk: desk) { server in
            let connection = try server.connect()
            let parameters = ScoreCall.parameters(
                "r", ["bad"], [.init("prompts", ["p"]), .init("partial", .boolean(true))])
            try connection.post(ScoreCall.frame(9, "score", parameters))
            let notice = try connection.next()
            #expect(notice.method == "partial" && notice.result?["msgid"]?.integer == 9)
            #expect(notice.result?["components"]?["quality"]?["status"]?.binary == [3])
            #expect(notice.result?["components"]?["short"]?["status"]?.binary == [0])
            let work = try #require(desk.next())
            desk.answer(work, Self.pass)
            #expect(try connection.next().messageIdentifier == 9)
        }
    }

    @Test func cancelledRequestGetsNoReplyAndCountsAsRefused() throws {
        let desk = PlayedDesk()
        try withServer(Self.configuration(), desk: desk) { server in
            let connection = try server.connect()
            let parameters = ScoreCall.parameters("r", ["good", "bad"], [.init("prompts", ["p", "p"])])
            try connection.post(ScoreCall.frame(5, "score", parameters))
            #expect(desk.waitForWork())
            #expect(try connection.call("cancel", ["msgid": 5])["cancelled"] == .boolean(true))
            #expect(try connection.call("cancel", ["msgid": 5])["cancelled"] == .boolean(false))
            #expect(desk.cancelledCount == 1)
            let counters = try Counters(connection)
            #expect(counters["refused"] == 2 && counters["cancelled"] == 2 && counters.areBalanced)
        }
    }

    @Test func closedConnectionGivesItsRequestsUp() throws {
        let desk = PlayedDesk()
        try withServer(Self.configuration(), desk: desk) { server in
            do {
                let connection = try server.connect()
                let parameters = ScoreCall.parameters("r", ["good"], [.init("prompts", ["p"])])
                try connection.post(ScoreCall.frame(5, "score", parameters))
                #expect(desk.waitForWork())
            }
            let other = try server.connect()
            #expect(try server.waitForCounters(on: other) { $0["cancelled"] == 1 && $0.areBalanced })
            #expect(desk.cancelledCount == 1)
        }
    }

    @Test func fullLaneIsAStatusAndNoWait() throws {
        try withServer(Self.configuration(), desk: PlayedDesk(takesWork: false)) { server in
            let connection = try server.connect()
            let reply = try connection.score("r", ["good"], [.init("prompts", ["p"])])
            #expect(reply.status == [0x15])
            #expect(try Counters(connection).areBalanced)
        }
    }

    @Test func drainAnswersWhatJudgesHaveNotSaid() throws {
        let desk = PlayedDesk()
        let server = try TestServer(Self.configuration(), desk: desk) { $0.pressureLimits.drainMilliseconds = 200 }
        let connection = try server.connect()
        try connection.post(ScoreCall.frame(1, "score", ScoreCall.parameters("r", ["good"], [.init("prompts", ["p"])])))
        #expect(desk.waitForWork())
        server.server.stop()
        let reply = try ScoreReply(try #require(try connection.next().result))
        #expect(reply.status == [0x17])
        server.waitForEnd()
    }

    @Test func reloadLeavesWaitingRequestsTheirConfiguration() throws {
        let desk = PlayedDesk()
        try withServer(Self.configuration(), desk: desk) { server in
            let connection = try server.connect()
            try connection.post(
                ScoreCall.frame(1, "score", ScoreCall.parameters("r", ["good"], [.init("prompts", ["p"])])))
            #expect(desk.waitForWork())
            server.setConfiguration(Self.configuration(components: "other: {type: regex_match, pattern: x}"))
            let other = try server.connect()
            let hash = try other.call("reload")["config_hash"]?.string
            let work = try #require(desk.next())
            desk.answer(work, Self.pass)
            let reply = try #require(try connection.next().result)
            #expect(reply["config_hash"]?.string != hash)
            #expect(try ScoreReply(reply).components.keys.sorted() == ["quality"])
        }
    }

    @Test func statsShowTheJudgeLane() throws {
        try withServer(Self.configuration(), desk: PlayedDesk()) { server in
            let judging = try server.connect().call("stats")["judging"]
            #expect(judging?["calls"]?.integer == 7 && judging?["cost"]?.double == 0.25)
            #expect(judging?["judges"]?["local"]?["in_flight"]?.integer == 1)
        }
    }
}

/// A message from the sidecar, taken apart.
private struct Received {
    let messageIdentifier: Int64?
    let method: String?
    let result: MessageValue?
}

extension SidecarConnection {
    fileprivate func post(_ frame: [UInt8]) throws {
        try send(frame, Deadline.soon)
    }

    /// The next reply or notification.
    fileprivate func next() throws -> Received {
        let parts = try receiveMessage(Deadline.soon).array ?? []
        guard parts.count == 4 else {
            return Received(messageIdentifier: nil, method: parts[1].string, result: parts.last)
        }
        return Received(messageIdentifier: parts[1].integer, method: nil, result: parts[3])
    }
}
