import Dispatch
import Foundation
import GRDB
import RewardMemory
import RewardStore
import RewardWire
import ServerFixture
import Synchronization

/// A folder for a store's files, removed with the fixture.
final class StoreFolder: Sendable {
    let path: String
    /// Where the store goes.
    var file: String { path + "/store.db" }

    init() throws { path = try TemporaryFolder.make() }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Runs a query on the file, as somebody else's program would.
    func query<Value: DatabaseValueConvertible>(_ sql: String, as: Value.Type = Value.self) throws -> [Value] {
        try open().read { try Value.fetchAll($0, sql: sql) }
    }

    /// Waits for the store's own transactions.
    private func open() throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.busyMode = .timeout(60)
        return try DatabaseQueue(path: file, configuration: configuration)
    }

    func execute(_ sql: String) throws {
        try open().writeWithoutTransaction { try $0.execute(sql: sql) }
    }
}

/// What a store has said for the log.
final class StoreNoticeLog: Sendable {
    private let state = Mutex<[StoreNotice]>([])

    var notices: [StoreNotice] { state.withLock { $0 } }

    func append(_ notice: StoreNotice) { state.withLock { $0.append(notice) } }
}

extension RewardStore {
    func count(_ counter: StoreCounter) -> Int { Int(board[0].total(counter.rawValue)) }
}

extension DispatchGroup {
    /// Runs `body` so often at the same time, each on a thread of its own, and waits for all of them.
    static func run(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
        let group = DispatchGroup()
        for index in 0..<count {
            group.enter()
            Thread {
                body(index)
                group.leave()
            }.start()
        }
        group.wait()
    }
}
