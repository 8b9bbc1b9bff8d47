import RewardClient
import RewardMemory
import RewardServer
import ServerFixture
import Testing

@Suite struct ReloadAndDrainTests {
    private static let other = """
        version: 1
        rewards:
          plain: {components: {letter: {type: regex_match, pattern: '[a-z]'}}}
          added: {components: {digit: {type: regex_match, pattern: '[0-9]'}}}
        """

    // MARK: Reload

    @Test(arguments: [1, 2]) func reloadBringsTheNewConfigurationToEveryConnection(_ workerCount: Int) throws {
        try withServer(Configurations.plain, workerCount: workerCount) { server in
            let connections = try (0..<4).map { _ in try server.connect() }
            let before = try hash(connections[0])
            #expect(try connections[0].score("plain", ["7"]).rewards == [1])
            server.setConfiguration(Self.other)
            let after = try connections[1].call("reload")["config_hash"]
            #expect(after != nil && after != before)
            for connection in connections {
                // The worker of another connection may still be on its way; it is there when its hash is.
                let deadline = Deadline.soon
                while try hash(connection) != after, MonotonicClock.nanoseconds < deadline {}
                let reply = try connection.score("plain", ["7", "x"])
                #expect(reply.rewards == [0, 1] && reply.value["config_hash"] == after)
                #expect(try connection.score("added", ["7"]).rewards == [1])
            }
            let counters = try Counters(connections[0])
            #expect(counters["reloads"] == 1 && counters["reload_failures"] == 0)
            // Counters of the server outlive the reload, those of a reward begin anew.
            #expect(counters["rollouts_in"] == 13 && counters.areBalanced)
            #expect(counters.reward("added")?["scored"] == 4)
        }
    }

    @Test func configurationThatIsWrongLeavesTheOldOneInForce() throws {
        try withServer(Configurations.plain) { server in
            let connection = try server.connect()
            let before = try hash(connection)
            server.setConfiguration("version: 1\nrewards: {plain: {componets: {}}}")
            let refused = try #require(refusal { try connection.call("reload") })
            #expect(refused.code == 8 && refused.name == "reload_failed")
            #expect(refused.message.contains("test.yaml") && refused.message.contains("componets"))
            #expect(try hash(connection) == before)
            #expect(try connection.score("plain", ["7"]).rewards == [1])
            server.setConfiguration(Self.other)
            _ = try connection.call("reload")
            #expect(try connection.score("plain", ["7"]).rewards == [0])
            let counters = try Counters(connection)
            #expect(counters["reloads"] == 1 && counters["reload_failures"] == 1)
        }
    }

    @Test func serverReloadsWhenItsOwnerAsks() throws {
        try withServer(Configurations.plain) { server in
            let connection = try server.connect()
            server.setConfiguration("wrong")
            server.server.reload()
            #expect(server.waitForNotice { if case .reloadFailed = $0 { true } else { false } })
            #expect(try connection.score("plain", ["7"]).rewards == [1])
            server.setConfiguration(Self.other)
            server.server.reload()
            #expect(server.waitForNotice { if case .reloaded = $0 { true } else { false } })
            // `reload` again: the answer says that this worker scores by what is in force.
            _ = try connection.call("reload")
            #expect(try connection.score("plain", ["7"]).rewards == [0])
        }
    }

    /// A new configuration is taken up between two batches, not when a connection has no more of them.
    @Test func reloadComesThroughBetweenPipelinedBatches() throws {
        try withServer(Configurations.slow, workerCount: 1) { server in
            let (asking, busy) = (try server.connect(), try server.connect())
            let rows = [MessageValue](repeating: .string(Configurations.hostileText), count: 64)
            let frame = ScoreCall.frame(1, "score", ScoreCall.parameters("slow", rows))
            try busy.send([UInt8]([[UInt8]](repeating: frame, count: 12).joined()), Deadline.soon)
            #expect(try server.waitForCounters(on: asking) { $0["rollouts_in"] >= 64 })
            server.setConfiguration(Configurations.slow + "\n# another text, another hash")
            let hash = try asking.call("reload")["config_hash"]
            #expect(try Counters(asking)["rollouts_in"] < 12 * 64)
            let hashes = try (0..<12).map { _ in
                try ScoreReply(#require(try busy.receiveMessage(Deadline.soon).array)[3]).value["config_hash"]
            }
            // Each batch was scored by one configuration, the old one first.
            #expect(hashes.first != hash && hashes.last == hash)
            #expect(hashes == hashes.filter { $0 != hash } + hashes.filter { $0 == hash })
        }
    }

    // MARK: Drain

    @Test func requestsUnderWayAreAnsweredAndNewOnesAreNot() throws {
        let server = try TestServer(Configurations.slow, workerCount: 1)
        let (witness, busy, queued) = (try server.connect(), try server.connect(), try server.connect())
        let rows = [MessageValue](repeating: .string(Configurations.hostileText), count: 300)
        let batch = ScoreCall.parameters("slow", rows)
        try busy.send(
            ScoreCall.frame(1, "score", batch) + ScoreCall.frame(2, "score", ScoreCall.parameters("plain", ["7"])),
            Deadline.soon)
        #expect(try server.waitForCounters(on: witness) { $0["rollouts_in"] == 300 })
        // A batch that waits for its turn has been accepted as well. One worker reads what came first first.
        try queued.send(ScoreCall.frame(1, "score", batch), Deadline.soon)
        let byteCount = try Counters(witness)["bytes_in"] + ScoreCall.frame(1, "score", batch).count
        #expect(try server.waitForCounters(on: witness) { $0["bytes_in"] >= byteCount })
        server.server.stop()
        #expect(server.waitForNotice { if case .draining = $0 { true } else { false } })
        let first = try #require(try busy.receiveMessage(Deadline.soon).array)
        #expect(try ScoreReply(first[3]).status == [UInt8](repeating: 0x18, count: 300))
        let second = try #require(try busy.receiveMessage(Deadline.soon).array)
        #expect(second[1] == 2 && second[2].array?[0] == 7 && second[2].array?[1] == "shutting_down")
        let third = try #require(try queued.receiveMessage(Deadline.soon).array)
        #expect(try ScoreReply(third[3]).status.count == 300)
        for connection in [witness, busy, queued] {
            #expect(throws: ClientError.connectionLost) { () throws in try connection.receiveMessage(Deadline.soon) }
        }
        server.waitForEnd()
    }

    @Test func batchThatOutlastsTheDrainIsCutOffWithoutAScore() throws {
        let server = try TestServer(Configurations.slow, workerCount: 2) { $0.pressureLimits.drainMilliseconds = 50 }
        let (witness, busy) = (try server.connect(), try server.connect())
        let rows = [MessageValue](repeating: .string(Configurations.hostileText), count: 20_000)
        try busy.send(ScoreCall.frame(1, "score", ScoreCall.parameters("slow", rows)), Deadline.soon)
        #expect(try server.waitForCounters(on: witness) { $0["rollouts_in"] == 20_000 })
        server.server.stop()
        // Nothing is better than rewards that nobody computed.
        #expect(throws: ClientError.connectionLost) { () throws in try busy.receiveMessage(Deadline.soon) }
        server.waitForEnd()
    }

    @Test func idleServerStopsAtOnce() throws {
        let server = try TestServer(Configurations.plain)
        let idle = try server.connect()
        _ = try idle.call("ping")
        server.server.stop()
        server.waitForEnd()
        #expect(throws: ClientError.connectionLost) { () throws in try idle.call("ping") }
    }

    @Test func serversComeAndGo() throws {
        for round in 0..<20 {
            try withServer(Configurations.plain, workerCount: round % 4 + 1) { server in
                let reply = try server.connect().score("plain", [MessageValue](repeating: "7", count: 100))
                #expect(reply.rewards.allSatisfy { $0 == 1 })
            }
        }
    }

    /// The hash of the configuration that the connection's worker scores by.
    private func hash(_ connection: SidecarConnection) throws -> MessageValue? {
        try connection.call("hello")["config_hash"]
    }
}
