import Foundation
import RewardClient
import RewardConfig
import RewardJudge
import RewardJudgeHTTP
import RewardKernel
import RewardMemory
import RewardServer
import RewardStore
import RewardWire
import Synchronization

/// A real sidecar on a socket in a temporary folder, in the test process; made and stopped by `withServer`.
package final class TestServer: Sendable {
    package let path: String
    package let server: RewardServer
    /// The configuration that a reload reads.
    private let configuration: ConfigurationText
    private let notices = NoticeLog()
    private let hasEnded = DispatchSemaphore(value: 0)

    package init(
        _ yaml: String, workerCount: Int = 2, path: String? = nil, desk: (any JudgeDesk)? = nil,
        store: RewardStore? = nil, _ adjust: (inout SidecarSettings) -> Void = { _ in }
    ) throws {
        let socketPath = try path ?? TemporaryFolder.make() + "/s"
        self.path = socketPath
        var settings = SidecarSettings(socketPath: socketPath, workerCount: workerCount)
        if let store {
            settings.store = StoreTap(
                board: store.board, keepsTexts: true, textByteCountMax: Limits.auditTextByteCount)
            settings.storeOwner = store
        }
        adjust(&settings)
        let configuration = ConfigurationText(yaml)
        self.configuration = configuration
        server = try RewardServer(settings, serving: try TestServer.load(yaml, desk, store)) {
            () throws(ReloadFailure) in
            try TestServer.load(configuration.value, desk, store)
        }
        Thread { [server, notices, hasEnded] in
            server.run(signals: -1) { notices.append($0) }
            hasEnded.signal()
        }.start()
    }

    deinit {
        // The folder that was made for the socket; another one is not empty, or not ours to remove.
        rmdir(String(path.dropLast(2)))
    }

    private static func load(
        _ yaml: String, _ desk: (any JudgeDesk)?, _ store: RewardStore?
    ) throws(ReloadFailure) -> LoadedPlans {
        do throws(ConfigurationRefusal) {
            let configuration = try Configuration.read(Array(yaml.utf8), file: "test.yaml", baseDirectory: "")
            return LoadedPlans(
                plans: configuration.plans, configurationHash: configuration.hash,
                desk: desk ?? configuration.judges.flatMap { try? JudgeService(catalog: $0, journal: store) })
        } catch {
            throw ReloadFailure(error.description)
        }
    }

    /// What the next reload will find.
    package func setConfiguration(_ yaml: String) {
        configuration.value = yaml
    }

    package func connect() throws(ClientError) -> SidecarConnection {
        try SidecarConnection(path: path)
    }

    /// Waits until the server has said something that `isWanted`; false when it has not within half a minute.
    package func waitForNotice(_ isWanted: (ServerNotice) -> Bool) -> Bool {
        notices.wait(isWanted)
    }

    /// Waits until the server has drained and stopped.
    package func waitForEnd() {
        hasEnded.wait()
        hasEnded.signal()
    }

    /// Asks `stats` on a connection until its counters are as wanted; false when they are not within half a minute.
    package func waitForCounters(
        on connection: SidecarConnection, _ isWanted: (Counters) -> Bool
    ) throws -> Bool {
        let deadline = Deadline.soon
        while MonotonicClock.nanoseconds < deadline {
            if isWanted(try Counters(connection)) { return true }
        }
        return false
    }
}

/// Runs a server while `body` runs; the server has ended when this returns.
package func withServer<Outcome>(
    _ yaml: String, workerCount: Int = 2, desk: (any JudgeDesk)? = nil, store: RewardStore? = nil,
    _ adjust: (inout SidecarSettings) -> Void = { _ in }, _ body: (TestServer) throws -> Outcome
) throws -> Outcome {
    let server = try TestServer(yaml, workerCount: workerCount, desk: desk, store: store, adjust)
    defer {
        server.server.stop()
        server.waitForEnd()
    }
    return try body(server)
}

/// A moment on the monotonic clock by which anything that a test waits for has happened.
package enum Deadline {
    package static var soon: UInt64 { MonotonicClock.nanoseconds + 60_000_000_000 }
}

/// The counters of `stats`.
package struct Counters {
    private let value: MessageValue

    package init(_ connection: SidecarConnection) throws {
        value = try connection.call("stats")
    }

    package subscript(name: String) -> Int {
        Int(value[name]?.integer ?? -1)
    }

    package func reward(_ name: String) -> MessageValue? {
        value["rewards"]?[name]
    }

    /// Whether every rollout that came in is accounted for.
    package var areBalanced: Bool {
        self["rollouts_in"] == self["scored"] + self["neutral"] + self["refused"]
    }
}

package enum TemporaryFolder {
    /// A new folder with a short path, since a socket's path has at most 107 bytes.
    package static func make() throws -> String {
        var template = Array("/tmp/plaudit-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw CocoaError(.fileWriteUnknown) }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

/// The text that the server's `load` reads.
private final class ConfigurationText: Sendable {
    private let text: Mutex<String>

    init(_ text: String) {
        self.text = Mutex(text)
    }

    var value: String {
        get { text.withLock { $0 } }
        set { text.withLock { $0 = newValue } }
    }
}

/// What the server has said so far.
private final class NoticeLog: @unchecked Sendable {
    private let condition = NSCondition()
    private var notices: [ServerNotice] = []

    func append(_ notice: ServerNotice) {
        condition.withLock {
            notices.append(notice)
            condition.broadcast()
        }
    }

    func wait(_ isWanted: (ServerNotice) -> Bool) -> Bool {
        let end = Date(timeIntervalSinceNow: 30)
        return condition.withLock {
            while !notices.contains(where: isWanted) {
                guard condition.wait(until: end) else { return false }
            }
            return true
        }
    }
}
