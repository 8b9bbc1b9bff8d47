import Foundation
import RewardClient
import RewardMemory
import RewardServer
import ServerFixture
import Testing

/// Full things refuse with a typed error, at once, and everything works again afterwards.
@Suite struct OverloadTests {
    private static let megabyte = 1 << 20

    /// A request of about `byteCount` bytes that scores one rollout; `label` is its msgid.
    private func largeFrame(_ identifier: UInt32, byteCount: Int) -> [UInt8] {
        let padding = [UInt8](repeating: 0x37, count: byteCount - 100)
        let fields: MessageValue = ["padding": [.binary(padding)]]
        return ScoreCall.frame(identifier, "score", ScoreCall.parameters("plain", ["7"], [.init("fields", fields)]))
    }

    @Test func requestBeyondTheBytesInFlightIsRefusedAtOnceAndCanComeAgain() throws {
        try withServer(Configurations.plain) {
            $0.pressureLimits.byteCountInFlight = 3 * Self.megabyte
        } _: { server in
            let (witness, first, second) = (try server.connect(), try server.connect(), try server.connect())
            let large = largeFrame(1, byteCount: 2 * Self.megabyte)
            // Half a frame holds its place in the budget.
            try first.send(Array(large.prefix(Self.megabyte)), Deadline.soon)
            #expect(try server.waitForCounters(on: witness) { $0["bytes_in_flight"] == large.count })
            // The refusal comes before the frame has: its first bytes are enough.
            let refused = largeFrame(70_000, byteCount: 2 * Self.megabyte)
            try second.send(Array(refused.prefix(1_000)), Deadline.soon)
            let refusal = try #require(try second.receiveMessage(Deadline.soon).array)
            #expect(refusal[1] == 70_000)
            #expect(refusal[2].array?[0] == 6 && refusal[2].array?[1] == "overloaded")
            // The rest of it is thrown away, and the connection goes on behind it.
            try second.send(Array(refused.dropFirst(1_000)), Deadline.soon)
            #expect(try second.score("plain", ["7"]).rewards == [1])
            try first.send(Array(large.dropFirst(Self.megabyte)), Deadline.soon)
            #expect(try ScoreReply(#require(try first.receiveMessage(Deadline.soon).array)[3]).rewards == [1])
            try second.send(largeFrame(3, byteCount: 2 * Self.megabyte), Deadline.soon)
            #expect(try ScoreReply(#require(try second.receiveMessage(Deadline.soon).array)[3]).rewards == [1])
            #expect(try server.waitForCounters(on: witness) { $0["bytes_in_flight"] == 0 && $0["overloaded"] == 1 })
        }
    }

    @Test func everyLargeFrameOfAConnectionIsCharged() throws {
        try withServer(Configurations.plain) {
            $0.pressureLimits.byteCountInFlight = 5 * Self.megabyte
        } _: { server in
            let (witness, connection) = (try server.connect(), try server.connect())
            let smaller = largeFrame(1, byteCount: 2 * Self.megabyte)
            let larger = largeFrame(2, byteCount: 4 * Self.megabyte - 100)
            // The second follows the first without a gap: its charge is its own.
            try connection.send(smaller + larger.prefix(Self.megabyte), Deadline.soon)
            _ = try connection.receiveMessage(Deadline.soon)
            #expect(try server.waitForCounters(on: witness) { $0["bytes_in_flight"] == larger.count })
            try connection.send(Array(larger.dropFirst(Self.megabyte)), Deadline.soon)
            _ = try connection.receiveMessage(Deadline.soon)
            #expect(try server.waitForCounters(on: witness) { $0["bytes_in_flight"] == 0 })
        }
    }

    @Test func memoryOfLargeFramesIsKeptWhileTheyComeAndGivenBackAfterwards() throws {
        try withServer(Configurations.plain) {
            $0.pressureLimits.slowReaderMilliseconds = 40
        } _: { server in
            let (witness, connection) = (try server.connect(), try server.connect())
            let frame = largeFrame(1, byteCount: 2 * Self.megabyte)
            let deadline = Deadline.soon
            var kept = 0
            while kept == 0 && MonotonicClock.nanoseconds < deadline {
                try connection.send(frame, Deadline.soon)
                _ = try connection.receiveMessage(Deadline.soon)
                kept = try Counters(witness)["bytes_kept"]
            }
            #expect(kept == frame.count)
            #expect(try server.waitForCounters(on: witness) { $0["bytes_kept"] == 0 })
            // What comes then takes its memory anew.
            try connection.send(frame, Deadline.soon)
            #expect(try ScoreReply(#require(try connection.receiveMessage(Deadline.soon).array)[3]).rewards == [1])
        }
    }

    @Test func memoryIsKeptByAsManyConnectionsAsTheLimitAllows() throws {
        try withServer(Configurations.plain) {
            $0.pressureLimits.keptByteCount = 3 * Self.megabyte
        } _: { server in
            let frame = largeFrame(1, byteCount: 2 * Self.megabyte)
            var connections = try (0..<3).map { _ in try server.connect() }
            let witness = try server.connect()
            for _ in 0..<3 {
                for connection in connections {
                    try connection.send(frame, Deadline.soon)
                    let reply = try #require(try connection.receiveMessage(Deadline.soon).array)
                    #expect(try ScoreReply(reply[3]).rewards == [1])
                    #expect(try Counters(witness)["bytes_kept"] <= frame.count)
                }
            }
            connections.removeAll()
            #expect(try server.waitForCounters(on: witness) { $0["bytes_kept"] == 0 })
        }
    }

    /// Behind its first 4 MiB a buffer takes memory by huge pages, so its last one counts as well.
    @Test func frameOfManyMegabytesIsChargedTheHugePageThatItEndsIn() throws {
        try withServer(Configurations.plain) { server in
            let (witness, connection) = (try server.connect(), try server.connect())
            let frame = largeFrame(1, byteCount: 6 * Self.megabyte)
            try connection.send(Array(frame.prefix(Self.megabyte)), Deadline.soon)
            let charged = frame.count + Limits.hugePageByteCount
            #expect(try server.waitForCounters(on: witness) { $0["bytes_in_flight"] == charged })
            try connection.send(Array(frame.dropFirst(Self.megabyte)), Deadline.soon)
            #expect(try ScoreReply(#require(try connection.receiveMessage(Deadline.soon).array)[3]).rewards == [1])
            #expect(try server.waitForCounters(on: witness) { $0["bytes_in_flight"] == 0 })
        }
    }

    @Test func peerThatLeavesInsideALargeFrameGivesItsBytesBack() throws {
        try withServer(Configurations.plain) { server in
            let witness = try server.connect()
            var leaving: SidecarConnection? = try server.connect()
            let frame = largeFrame(1, byteCount: 2 * Self.megabyte)
            try leaving?.send(Array(frame.prefix(Self.megabyte)), Deadline.soon)
            #expect(try server.waitForCounters(on: witness) { $0["bytes_in_flight"] == frame.count })
            leaving = nil
            #expect(try server.waitForCounters(on: witness) { $0["bytes_in_flight"] == 0 && $0["connections"] == 1 })
        }
    }

    @Test func connectionBeyondTheLimitIsToldSoAndOthersGoOn() throws {
        try withServer(Configurations.plain) {
            $0.limits.connectionCount = 3
        } _: { server in
            var held = try (0..<3).map { _ in try server.connect() }
            for connection in held { _ = try connection.call("ping") }
            for round in 1...10 {
                let beyond = try server.connect()
                // Once the server has refused and closed, sending fails: the reason must be read all the same.
                #expect(try server.waitForCounters(on: held[0]) { $0["overloaded"] == round })
                let refused = try #require(refusal { try beyond.call("ping") })
                #expect(refused.code == 6 && refused.name == "overloaded")
            }
            #expect(try Counters(held[0])["overloaded"] == 10)
            held.removeLast()
            #expect(try server.waitForCounters(on: held[0]) { $0["connections"] == 2 })
            let reply = try server.connect().score("plain", ["7"])
            #expect(reply.rewards == [1])
        }
    }

    /// A peer that sends and never reads: the server stops reading from it, keeps little for it, and drops it in the end.
    @Test func readerThatTakesNothingIsHeldBackThenDropped() throws {
        try withServer(Configurations.plain, workerCount: 1) {
            $0.pressureLimits.slowReaderMilliseconds = 200
        } _: { server in
            let (witness, greedy) = (try server.connect(), try server.connect())
            let rolloutCount = 60_000
            let rows = [MessageValue](repeating: .null, count: rolloutCount)
            let frame = ScoreCall.frame(1, "score", ScoreCall.parameters("plain", rows))
            let hasSentAll = DispatchSemaphore(value: 0)
            nonisolated(unsafe) let sender = greedy
            Thread {
                // Fails once the server has dropped the connection.
                try? sender.send([UInt8]([[UInt8]](repeating: frame, count: 64).joined()), Deadline.soon)
                hasSentAll.signal()
            }.start()
            #expect(try server.waitForCounters(on: witness) { $0["dropped_readers"] == 1 && $0["connections"] == 1 })
            hasSentAll.wait()
            let counters = try Counters(witness)
            // A reply has 1.1 MB: one fills the backlog, and the socket's buffer takes a part of another.
            #expect(counters["rollouts_in"] <= 3 * rolloutCount)
            #expect(counters["bytes_in_flight"] == 0)
            #expect(counters.areBalanced)
        }
    }

    @Test func peerThatStopsInsideALargeFrameIsDropped() throws {
        try withServer(Configurations.plain) {
            $0.pressureLimits.slowReaderMilliseconds = 100
        } _: { server in
            let (witness, stalled) = (try server.connect(), try server.connect())
            try stalled.send(Array(largeFrame(1, byteCount: 2 * Self.megabyte).prefix(1_000)), Deadline.soon)
            #expect(
                try server.waitForCounters(on: witness) { $0["dropped_readers"] == 1 && $0["bytes_in_flight"] == 0 })
            withExtendedLifetime(stalled) {}
        }
    }

    /// A client that always has the next request under way never lets its connection come to rest: the room of its replies,
    /// and what they were charged, must come free all the same.
    @Test func connectionThatNeverRestsIsServedForAnyNumberOfReplies() throws {
        let names = (0..<8).map { "c\($0): {type: regex_match, pattern: '[0-9]'}" }.joined(separator: ", ")
        let configuration = "version: 1\nrewards: {wide: {components: {\(names)}}}"
        try withServer(configuration, workerCount: 1) {
            $0.pressureLimits.byteCountInFlight = 4 * Self.megabyte
        } _: { server in
            // 14 KB of request, 1.1 MB of reply: all requests are there before the second reply begins.
            let connection = try server.connect()
            let rows = [MessageValue](repeating: .null, count: 14_000)
            let parameters = ScoreCall.parameters("wide", rows)
            try connection.send((0..<12).flatMap { ScoreCall.frame($0, "score", parameters) }, Deadline.soon)
            for identifier in 0..<12 {
                let reply = try #require(try connection.receiveMessage(Deadline.soon).array)
                #expect(reply[1].integer == Int64(identifier) && reply[2] == .null)
            }
        }
    }

    @Test func everyConnectionsBatchHasItsTurn() throws {
        try withServer(Configurations.slow, workerCount: 1) { server in
            let connections = try (0..<6).map { _ in try server.connect() }
            let rows = [MessageValue](repeating: .string(Configurations.hostileText), count: 40)
            for connection in connections {
                for identifier in 0..<3 as Range<UInt32> {
                    try connection.send(
                        ScoreCall.frame(identifier, "score", ScoreCall.parameters("slow", rows)), Deadline.soon)
                }
            }
            for connection in connections {
                for identifier in 0..<3 {
                    let reply = try #require(try connection.receiveMessage(Deadline.soon).array)
                    #expect(reply[1].integer == Int64(identifier))
                    #expect(try ScoreReply(reply[3]).status == [UInt8](repeating: 0x18, count: 40))
                }
            }
            // Each request is counted once, however often it was put off.
            #expect(try Counters(connections[0])["requests"] == 19)
        }
    }

    /// Milliseconds count from the request's arrival, not from the moment at which its turn comes.
    @Test func deadlineOfAQueuedBatchBeginsWhenItArrives() throws {
        try withServer(Configurations.slow, workerCount: 1) { server in
            let (witness, first, second) = (try server.connect(), try server.connect(), try server.connect())
            let rows = [MessageValue](repeating: .string(Configurations.hostileText), count: 400)
            try first.send(ScoreCall.frame(1, "score", ScoreCall.parameters("slow", rows)), Deadline.soon)
            #expect(try server.waitForCounters(on: witness) { $0["rollouts_in"] == 400 })
            let reply = try second.score("plain", [MessageValue](repeating: "7", count: 40), [.init("deadline_ms", 1)])
            #expect(reply.status == [UInt8](repeating: 0x10, count: 40))
            _ = try first.receiveMessage(Deadline.soon)
        }
    }

    @Test func smallRequestsAreAnsweredWhileABatchRuns() throws {
        try withServer(Configurations.slow, workerCount: 1) { server in
            let (witness, busy) = (try server.connect(), try server.connect())
            let rows = [MessageValue](repeating: .string(Configurations.hostileText), count: 1_000)
            try busy.send(ScoreCall.frame(1, "score", ScoreCall.parameters("slow", rows)), Deadline.soon)
            #expect(try server.waitForCounters(on: witness) { $0["rollouts_in"] == 1_000 })
            #expect(try witness.score("plain", ["7"]).rewards == [1])
            // It came in between: the batch is not done.
            let counters = try Counters(witness)
            #expect(counters["scored"] + counters["neutral"] < counters["rollouts_in"])
            _ = try busy.receiveMessage(Deadline.soon)
        }
    }
}
