import CLinux
import Foundation
import GRDB
import RewardJudge
import RewardMemory
import RewardWire

/// The store: one thread that owns a SQLite database, and takes what others hand it over bounded queues.
///
/// It keeps the audit log, the verdicts of judges, and what people say of rollouts. Nobody who hands something over waits for the
/// disk; what finds its queue full is dropped and counted. Ends with `close`, or with the last reference.
package final class RewardStore: VerdictJournal {
    package let path: String
    package let nonceSeed: UInt64
    /// For those who count and those who write rows.
    package let board: RigidPool<StoreBoard>
    private let inbox = StoreInbox()
    private let thread: UInt64
    private let isJoined = NSLock()
    nonisolated(unsafe) private var hasEnded = false

    /// Opens the database, making it when it is not there, and starts the thread.
    ///
    /// - Parameter notify: Called on the store's thread with what is for the log.
    package init(
        _ settings: StoreSettings, notify: @escaping @Sendable (StoreNotice) -> Void = { _ in }
    ) throws(StoreError) {
        path = settings.path
        let queue = try DatabaseFile.openForWriting(settings.path)
        nonceSeed = try DatabaseFile.translating(settings.path) {
            let seed = try queue.read { database in
                try Int64.fetchOne(database, sql: "SELECT value FROM settings WHERE name = 'nonce_seed'")
            }
            guard let seed else { throw StoreError.damaged(path: settings.path, reason: "it has lost its settings") }
            return UInt64(bitPattern: seed)
        }
        let board = RigidPool(capacity: 1) { _ in
            StoreBoard(ringCount: settings.ringCount, ringByteCount: settings.ringByteCount)
        }
        self.board = board
        guard board[0].isComplete else {
            board.destroy()
            throw .noResources
        }
        let worker = StoreThread(settings, queue: queue, board: board, inbox: inbox, notify: notify)
        let box = Unmanaged.passRetained(worker)
        var identifier: UInt64 = 0
        let outcome = plaudit_thread_start(
            "store",
            { context in
                guard let context else { return }
                Unmanaged<StoreThread>.fromOpaque(context).takeRetainedValue().run()
            }, box.toOpaque(), &identifier)
        thread = identifier
        guard outcome == 0 else {
            box.release()
            board.destroy()
            throw .noResources
        }
    }

    deinit {
        close()
        board.destroy()
    }

    /// Writes what has been handed over, and ends the thread. To be called when nobody writes rows any more.
    package func close() {
        isJoined.withLock {
            guard !hasEnded else { return }
            hasEnded = true
            inbox.close()
            board[0].wakeIfSleeping()
            plaudit_thread_join(thread)
        }
    }

    /// Waits until everything that was handed over has been committed, or has failed to be: for whoever has stopped handing over.
    package func flush() {
        repeat {
            guard (try? perform { _ in }) != nil else { return }
        } while board[0].waitingByteCount > 0
    }

    /// Looks at once for what is too old or too much, and waits until it has gone.
    package func tidy() {
        var deletedRowCount: UInt64
        repeat {
            deletedRowCount = board[0].total(StoreCounter.rowsDeleted.rawValue)
            inbox.askForTidying()
            // The first ends in the turn in which the second begins.
            flush()
            flush()
        } while board[0].total(StoreCounter.rowsDeleted.rawValue) > deletedRowCount
    }

    /// Has `body` run on the store's thread, and waits for nothing; what it throws is counted. False when it is not taken.
    func later(_ body: @escaping @Sendable (Database) throws -> Void) -> Bool {
        let board = board
        let isTaken = inbox.put(
            .perform { database in
                do { try body(database) } catch { board[0].count(.failures, 1) }
            })
        if isTaken { board[0].wakeIfSleeping() }
        return isTaken
    }

    /// Runs `body` on the store's thread, behind everything that was handed over before.
    func perform<Outcome: Sendable>(_ body: @escaping @Sendable (Database) throws -> Outcome) throws -> Outcome {
        let reply = StoreReply<Outcome>()
        let isTaken = inbox.put(.perform { database in reply.put(Result { try body(database) }) })
        guard isTaken else { throw StoreError.closed }
        board[0].wakeIfSleeping()
        return try reply.wait()
    }
}

// MARK: - Verdicts

extension RewardStore {
    package func load(_ limits: CacheLimits) -> [KeptVerdict] {
        inbox.setVerdictLimits(limits)
        let entries = try? perform { database in try VerdictTable.load(database, limits) }
        let verdicts = (entries ?? []).compactMap(\.verdict)
        board[0].count(.verdictsLoaded, verdicts.count)
        return verdicts
    }

    package func keep(_ verdict: KeptVerdict) {
        guard inbox.put(.keep(verdict)) else { return board[0].count(.verdictsDropped, 1) }
        board[0].wakeIfSleeping()
    }
}
