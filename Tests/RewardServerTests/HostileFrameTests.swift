import RewardClient
import RewardMemory
import RewardServer
import ServerFixture
import Testing

/// Bytes that no client would send. Goal: the server never dies, other connections are answered, and the books balance.
@Suite struct HostileFrameTests {
    private static let scoreFrame = ScoreCall.frame(
        7, "score",
        ScoreCall.parameters(
            "plain", ["1", .null, .binary([0xFF]), "x"],
            [
                .init("prompts", ["p", [["role": "user", "content": "q"]], .null, []]),
                .init("reference_answers", [1, -2.5, "x", true]), .init("ids", [1, "b", 3, 4]),
                .init("group_ids", ["g", "g", 7, -7]), .init("token_counts", [1, 2, .null, 70_000]),
                .init("truncated", [true, false, .null, true]), .init("fields", ["f": ["x", 1, .null, false]]),
                .init("deadline_ms", 60_000), .init("rationales", true),
            ]))

    private static let corpus = [
        scoreFrame, ScoreCall.frame(1, "hello", ["protocol": 1, "client": "test"]), ScoreCall.frame(2, "stats"),
        ScoreCall.frame(3, "cancel", ["msgid": 2]), ScoreCall.frame(4, "ping"), ScoreCall.frame(5, "reload"),
    ]

    @Test func peersThatLeaveInsideAFrameHarmNobody() throws {
        try withServer(Configurations.plain) { server in
            let witness = try server.connect()
            for count in 0...Self.scoreFrame.count {
                try server.connect().send(Array(Self.scoreFrame[..<count]), Deadline.soon)
                if count % 50 == 0 { _ = try witness.call("ping") }
            }
            #expect(try server.waitForCounters(on: witness) { $0["connections"] == 1 })
            let counters = try Counters(witness)
            #expect(counters.areBalanced)
            #expect(counters["bad_frames"] == 0)
        }
    }

    @Test func everySingleByteMutationIsAnsweredOrCloses() throws {
        var generator = SeededGenerator.forTest("everySingleByteMutationIsAnsweredOrCloses")
        try withServer(Configurations.plain) { server in
            let witness = try server.connect()
            var counts = (mutants: 0, replies: 0)
            for frame in Self.corpus {
                for index in frame.indices {
                    let original = frame[index]
                    let chosen: Set<UInt8> = [
                        0, 0xFF, original ^ 1, original ^ 0x80, 0x90, 0x80, 0xA0, 0xC0, 0xC1, 0xCE, 0xDB, 0xDD, 0xDF,
                        UInt8.random(in: 0...255, using: &generator),
                    ]
                    for byte in chosen.sorted() where byte != original {
                        var mutant = frame
                        mutant[index] = byte
                        counts.mutants += 1
                        counts.replies += try answers(to: mutant, from: server).count
                    }
                    _ = try witness.call("ping")
                }
            }
            #expect(try server.waitForCounters(on: witness) { $0["connections"] == 1 })
            let counters = try Counters(witness)
            #expect(counters.areBalanced)
            // Most mutants reach the server as something to answer: a reply or a refusal.
            #expect(counts.replies > counts.mutants / 2)
            #expect(counters["bad_frames"] > 100 && counters["bad_requests"] > 100)
            #expect(counters["bytes_in_flight"] == 0)
        }
    }

    @Test(arguments: [
        ("array of four billion", SidecarConnection.frame([0xDD, 0xFF, 0xFF, 0xFF, 0xFF])),
        ("map of four billion", SidecarConnection.frame([0x94, 0, 1, 0xA4] + "ping".utf8 + [0xDF, 0xFF, 0xFF, 0xFF, 0xFF])),
        ("33 levels", SidecarConnection.frame([UInt8](repeating: 0x91, count: 33) + [0xC0])),
        ("a million levels", SidecarConnection.frame([UInt8](repeating: 0x91, count: 1_000_000))),
        ("no body", [0xCE, 0, 0, 0, 0]), ("a length above the limit", [0xCE, 0x10, 0, 0, 1]),
        ("the largest length", [0xCE, 0xFF, 0xFF, 0xFF, 0xFF]), ("garbage", [1, 2, 3, 4, 5]),
        ("text", Array("GET / HTTP/1.1\r\n\r\n".utf8)), ("a second value", SidecarConnection.frame([0xC0, 0xC0])),
        ("no request", SidecarConnection.frame([0xC0])), ("no method name", ScoreCall.frame(1, "").dropLast()),
        ("string past the end", SidecarConnection.frame([0x94, 0, 1, 0xDB, 0xFF, 0xFF, 0xFF, 0xFF])),
    ] as [(String, [UInt8])])
    func bombIsRefusedAsABadFrameAndItsConnectionCloses(_ name: String, _ bytes: [UInt8]) throws {
        try withServer(Configurations.plain, workerCount: 1) { server in
            let witness = try server.connect()
            let connection = try server.connect()
            // What stands behind a bad frame is not read any more.
            try connection.send(bytes + ScoreCall.frame(9, "ping"), Deadline.soon)
            if name == "no method name" { connection.finishSending() }
            let replies = try untilClosed(connection)
            let error = try #require(replies.first?.array)
            #expect(replies.count == 1)
            #expect(error[1] == .null)
            #expect(error[2].array?.first == 1 && error[2].array?[1] == "bad_frame")
            #expect(error[2].array?[3]["offset"]?.integer != nil)
            _ = try witness.call("ping")
            #expect(try Counters(witness)["bad_frames"] == 1)
        }
    }

    @Test func emptyMethodNameIsUnknown() throws {
        try withServer(Configurations.plain, workerCount: 1) { server in
            let connection = try server.connect()
            let refusal = ClientError.refused(code: 2, name: "unknown_method", message: "there is no method ``")
            #expect(throws: refusal) { () throws in try connection.call("") }
            _ = try connection.call("ping")
        }
    }

    @Test func frameMayComeByteByByte() throws {
        try withServer(Configurations.plain) { server in
            let connection = try server.connect()
            for byte in Self.scoreFrame { try connection.send([byte], Deadline.soon) }
            let reply = try #require(try connection.receiveMessage(Deadline.soon).array)
            #expect(reply[1] == 7)
            #expect(try ScoreReply(reply[3]).status == [0x00, 0x22, 0x20, 0x00])
        }
    }

    @Test func requestsPipelinedInOneWriteAreAllAnsweredInOrder() throws {
        try withServer(Configurations.plain) { server in
            let connection = try server.connect()
            let frames = (0..<1_000).map { index -> [UInt8] in
                let completion: MessageValue = index % 2 == 0 ? "7" : "x"
                return ScoreCall.frame(UInt32(index), "score", ScoreCall.parameters("plain", [completion]))
            }
            try connection.send(Array(frames.joined()), Deadline.soon)
            for index in 0..<1_000 {
                let reply = try #require(try connection.receiveMessage(Deadline.soon).array)
                #expect(reply[1].integer == Int64(index))
                #expect(try ScoreReply(reply[3]).rewards == [index % 2 == 0 ? 1 : 0])
            }
        }
    }

    /// Requests held back while replies piled up must go on once the replies are out, though nothing more comes in.
    @Test func requestsHeldBackByWaitingRepliesAreAnsweredWithoutANudge() throws {
        try withServer(Configurations.plain, workerCount: 1) {
            $0.pressureLimits.replyBacklogByteCount = 100
        } _: { server in
            let connection = try server.connect()
            try connection.send((0..<1_000).flatMap { ScoreCall.frame($0, "ping") }, Deadline.soon)
            connection.finishSending()
            #expect(try untilClosed(connection).map { $0.array?[1].integer } == (0..<1_000).map { $0 })
        }
    }

    @Test func smallReplyBeforeALargeBatchDoesNotMoveTheBatchsReply() throws {
        try withServer(Configurations.plain) { server in
            let connection = try server.connect()
            let rows = [MessageValue](repeating: "7", count: 500)
            for round in 0..<20 as Range<UInt32> {
                let frames = ScoreCall.frame(round, "ping")
                    + ScoreCall.frame(round + 100, "score", ScoreCall.parameters("plain", rows))
                    + ScoreCall.frame(round + 200, "ping")
                try connection.send(frames, Deadline.soon)
                let replies = try (0..<3).map { _ in try connection.receiveMessage(Deadline.soon).array ?? [] }
                #expect(replies.map { $0[1].integer } == [Int64(round), Int64(round) + 100, Int64(round) + 200])
                #expect(try ScoreReply(replies[1][3]).rewards == [Double](repeating: 1, count: 500))
            }
        }
    }

    @Test(arguments: [1, 500]) func halfClosedPeerStillGetsItsReply(_ rolloutCount: Int) throws {
        try withServer(Configurations.plain) { server in
            let connection = try server.connect()
            let rows = [MessageValue](repeating: "7", count: rolloutCount)
            try connection.send(ScoreCall.frame(1, "score", ScoreCall.parameters("plain", rows)), Deadline.soon)
            connection.finishSending()
            let replies = try untilClosed(connection)
            #expect(replies.count == 1)
            #expect(try ScoreReply(#require(replies.first?.array)[3]).rewards.count == rolloutCount)
        }
    }

    @Test func peersThatLeaveInTheMiddleOfABatchHarmNobody() throws {
        try withServer(Configurations.slow) { server in
            let witness = try server.connect()
            let rows = [MessageValue](repeating: .string(Configurations.hostileText), count: 400)
            for round in 1...5 {
                var leaving: SidecarConnection? = try server.connect()
                let frame = ScoreCall.frame(1, "score", ScoreCall.parameters("slow", rows, [.init("rationales", true)]))
                try leaving?.send(frame, Deadline.soon)
                #expect(try server.waitForCounters(on: witness) { $0["rollouts_in"] == 400 * round })
                leaving = nil
                #expect(try server.waitForCounters(on: witness) { $0["connections"] == 1 && $0.areBalanced })
            }
            #expect(try witness.score("plain", ["7"]).rewards == [1])
        }
    }

    // MARK: Helpers

    /// What the server answers to bytes on a connection of their own, until it closes.
    private func answers(to bytes: [UInt8], from server: TestServer) throws -> [MessageValue] {
        let connection = try server.connect()
        do { try connection.send(bytes, Deadline.soon) } catch { guard error == .connectionLost else { throw error } }
        connection.finishSending()
        return try untilClosed(connection)
    }

    /// Every message until the server closes the connection. Each is a reply, or this fails.
    private func untilClosed(_ connection: SidecarConnection) throws -> [MessageValue] {
        var replies: [MessageValue] = []
        while true {
            do {
                let reply = try connection.receiveMessage(Deadline.soon)
                try #require(reply.array?.count == 4 && reply.array?[0] == 1)
                replies.append(reply)
            } catch let error as ClientError where error == .connectionLost {
                return replies
            }
        }
    }
}
