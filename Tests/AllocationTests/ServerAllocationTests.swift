import CAllocationCounter
import CLinux
import Glibc
import RewardClient
import RewardMemory
import RewardServer
import RewardStore
import RewardWire
import ServerFixture
import Testing

/// The sidecar itself: ten thousand requests over its socket, with every component type switched on. Goal: after warm-up,
/// its workers never ask for memory. Their calls to the whole malloc family are counted, by the names of their threads.
@Suite(.serialized, .enabled(if: AllocationMeter.isCounting)) struct ServerAllocationTests {
    /// One round of requests; sent until ten thousand have been.
    private static let roundRequestCount = 200

    @Test func tenThousandRequestsAllocateNothing() throws {
        try exchangeTenThousand(store: nil)
    }

    /// The same with every rollout written to the audit log: the workers' part of that allocates nothing either.
    @Test func tenThousandAuditedRequestsAllocateNothing() throws {
        let folder = try TemporaryFolder.make()
        defer { for name in ["", "-wal", "-shm"] { unlink(folder + "/store.db" + name) } }
        let store = try RewardStore(StoreSettings(path: folder + "/store.db", ringCount: 2))
        try exchangeTenThousand(store: store)
        store.close()
        let rowCount = store.board[0].total(StoreCounter.rowsWritten.rawValue) + store.board[0].droppedRowCount
        #expect(rowCount > 10_000)
        rmdir(folder)
    }

    private func exchangeTenThousand(store: RewardStore?) throws {
        try withServer(Configurations.everything, store: store) {
            $0.threadName = "counted"
        } _: { server in
            let requests = PreparedRequests(Self.frames())
            let peer = try PreparedPeer(path: server.path)
            // Every request once and once more: buffers grow to what they need, lazy set-up is over.
            for _ in 0..<2 { try requests.exchange(with: peer) }
            plaudit_named_allocations_begin("counted-")
            for _ in 0..<10_000 / Self.roundRequestCount { try requests.exchange(with: peer) }
            let count = plaudit_named_allocations_end()
            #expect(count == 0)
            let counters = try Counters(server.connect())
            #expect(counters["requests"] > 10_000 && counters.areBalanced)
            #expect(counters["bad_requests"] == 0 && counters["bad_frames"] == 0)
            #expect(counters["scored"] > 1_000 && counters["neutral"] > 1_000 && counters["refused"] > 1_000)
        }
    }

    /// The instrument: a reload allocates on the workers' threads, and must be seen to.
    @Test func reloadIsSeenToAllocate() throws {
        try withServer(Configurations.plain) {
            $0.threadName = "reloaded"
        } _: { server in
            let connection = try server.connect()
            _ = try connection.call("ping")
            plaudit_named_allocations_begin("reloaded-")
            _ = try connection.call("reload")
            #expect(plaudit_named_allocations_end() > 0)
        }
    }

    /// Requests of 1, 8 and 64 rollouts, with and without rationales, and the small methods between them.
    private static func frames() -> [[UInt8]] {
        var generator = SeededGenerator(seed: 7)
        let texts = VariedTexts.make(1_000, using: &generator)
        return (0..<roundRequestCount).map { number in
            let size = number % 50 == 49 ? 64 : (number % 8 == 7 ? 8 : 1)
            if number % 40 == 20 {
                let method = ["ping", "hello", "stats", "cancel"][number / 40 % 4]
                return ScoreCall.frame(1, method, method == "cancel" ? ["msgid": 7] : [:])
            }
            let rows = (0..<size).map { (number * 13 + $0) % texts.count }
            let completions = rows.map { row -> MessageValue in
                row % 29 == 5 ? .null : (row % 31 == 6 ? .binary([0x61, 0xFF]) : .string(texts[row]))
            }
            let options: [MessageValue.Pair] =
                [.init("rationales", .boolean(number % 3 == 0))]
                + (number % 16 == 9 ? [.init("deadline_ms", 0)] : [])
            return ScoreCall.frame(
                UInt32(number), "score",
                ScoreCall.parameters("everything", completions, EverythingColumns.make(rows) + options))
        }
    }
}

/// Frames one behind the other, written before anything is counted.
private final class PreparedRequests {
    private let bytes: [UInt8]
    private let ends: [Int]

    init(_ frames: [[UInt8]]) {
        bytes = Array(frames.joined())
        var ends: [Int] = []
        for frame in frames { ends.append((ends.last ?? 0) + frame.count) }
        self.ends = ends
    }

    /// Sends each request and takes its reply before the next.
    func exchange(with peer: PreparedPeer) throws {
        var start = 0
        for end in ends {
            try bytes.withUnsafeBytes { try peer.send(UnsafeRawBufferPointer(rebasing: $0[start..<end])) }
            try peer.takeReply()
            start = end
        }
    }
}

/// A blocking client that only copies bytes.
private final class PreparedPeer {
    struct Broken: Error {}

    private let descriptor: Int32
    private let buffer = UnsafeMutableRawPointer.allocate(byteCount: 1 << 22, alignment: 16)

    init(path: String) throws {
        descriptor = plaudit_connect_unix(path)
        guard descriptor >= 0 else { throw Broken() }
    }

    deinit {
        close(descriptor)
        buffer.deallocate()
    }

    func send(_ bytes: UnsafeRawBufferPointer) throws {
        var sent = 0
        while sent < bytes.count {
            let count = Glibc.send(descriptor, bytes.baseAddress! + sent, bytes.count - sent, 0)
            guard count > 0 else { throw Broken() }
            sent += count
        }
    }

    /// Reads one whole reply and looks whether it is one.
    func takeReply() throws {
        try take(5)
        let header = buffer.assumingMemoryBound(to: UInt8.self)
        guard header[0] == 0xCE else { throw Broken() }
        try take((1...4).reduce(0) { $0 << 8 | Int(header[$1]) })
        guard header[0] == 0x94, header[1] == 1 else { throw Broken() }
    }

    private func take(_ byteCount: Int) throws {
        var received = 0
        while received < byteCount {
            let count = recv(descriptor, buffer + received, byteCount - received, 0)
            guard count > 0 else { throw Broken() }
            received += count
        }
    }
}
