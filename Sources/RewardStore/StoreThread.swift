import GRDB
import RewardJudge
import RewardMemory
import RewardWire

/// The store's thread: takes what waits, writes it in one transaction, and looks again.
final class StoreThread {
    private let settings: StoreSettings
    private let queue: DatabaseQueue
    private let board: RigidPool<StoreBoard>
    private let inbox: StoreInbox
    private let notify: @Sendable (StoreNotice) -> Void
    private var failureCount = 0
    private var reportedFailureNanoseconds: UInt64 = 0
    private var reportedDropCount: UInt64 = 0
    private var reportedDropNanoseconds: UInt64 = 0
    private var tidiedNanoseconds: UInt64 = 0
    private var untidyRowCount = 0
    private var hasMoreToTidy = false

    init(
        _ settings: StoreSettings, queue: DatabaseQueue, board: RigidPool<StoreBoard>, inbox: StoreInbox,
        notify: @escaping @Sendable (StoreNotice) -> Void
    ) {
        self.settings = settings
        self.queue = queue
        self.board = board
        self.inbox = inbox
        self.notify = notify
    }

    /// Rows of one transaction: enough for its cost to vanish, and a fraction of a second to lose.
    private static let transactionRowCountMax = 16_384
    /// Between two transactions when there is little to write: what comes meanwhile shares the next one.
    private static let gatheringMilliseconds: Int32 = 5
    /// Between two transactions when the last one failed: a disk that is full or gone is not asked without a pause.
    private static let mendingMilliseconds: Int32 = 100
    /// Between two looks at what is too old or too much.
    private static let tidyNanoseconds: UInt64 = 60_000_000_000
    /// Between two lines in the log about the same trouble.
    private static let noticeNanoseconds: UInt64 = 10_000_000_000

    /// Runs until the inbox is closed and everything has been written.
    func run() {
        queue.inDatabase { database in
            var rollouts = RolloutWriter()
            while true {
                let isClosing = inbox.isClosed
                let messages = inbox.takeAll()
                let outcome = write(messages, database, &rollouts)
                reportDrops()
                tidyIfDue(database, outcome.rowCount)
                let isEmpty = messages.isEmpty && !board[0].hasRows
                if isClosing && (isEmpty || outcome.hasFailed) { break }
                let isBusy = outcome.rowCount >= Self.transactionRowCountMax / 8 || hasMoreToTidy
                if !isBusy { rest(afterFailure: outcome.hasFailed, isClosing: isClosing) }
            }
            // So that one file is left, whole.
            _ = try? database.checkpoint(.truncate)
        }
    }

    private func rest(afterFailure hasFailed: Bool, isClosing: Bool) {
        board[0].gather(milliseconds: hasFailed ? Self.mendingMilliseconds : Self.gatheringMilliseconds)
        guard !isClosing else { return }
        let (board, inbox) = (board, inbox)
        board[0].wait(milliseconds: 1_000) { board[0].hasRows || !inbox.isEmpty || inbox.isClosed }
    }

    // MARK: Writing

    /// Writes rows and verdicts, and then does what was asked for. The number of rows taken, and whether they are lost.
    private func write(
        _ messages: [StoreInbox.Message], _ database: Database, _ rollouts: inout RolloutWriter
    ) -> (rowCount: Int, hasFailed: Bool) {
        let verdicts = messages.compactMap { message in
            if case .keep(let verdict) = message { verdict } else { nil }
        }
        var rowCount = 0
        var hasFailed = false
        if !verdicts.isEmpty || board[0].hasRows {
            do {
                try database.inTransaction(.immediate) {
                    for verdict in verdicts { try VerdictTable.insert(database, verdict) }
                    try take(database, &rollouts, count: &rowCount)
                    try rollouts.finish(database)
                    return .commit
                }
                board[0].count(.rowsWritten, rowCount)
                board[0].count(.verdictsWritten, verdicts.count)
            } catch {
                hasFailed = true
                rollouts.forget()
                board[0].count(.rowsLost, rowCount)
                board[0].count(.verdictsDropped, verdicts.count)
                report(error)
            }
        }
        for message in messages {
            if case .perform(let body) = message { body(database) }
        }
        return (rowCount, hasFailed)
    }

    /// Moves rows from the rings into the tables, from one ring after the other.
    private func take(_ database: Database, _ rollouts: inout RolloutWriter, count: inout Int) throws {
        for index in 0..<board[0].rings.capacity {
            while count < Self.transactionRowCountMax, let record = board[0].rings[index].first() {
                count += 1
                defer { board[0].rings[index].release() }
                try rollouts.insert(AuditRow(record), database)
            }
        }
    }

    private func report(_ error: any Error) {
        failureCount += 1
        board[0].count(.failures, 1)
        let now = MonotonicClock.nanoseconds
        guard reportedFailureNanoseconds == 0 || now - reportedFailureNanoseconds > Self.noticeNanoseconds else {
            return
        }
        reportedFailureNanoseconds = now
        let reason = (error as? DatabaseError)?.message ?? "\(error)"
        notify(.writeFailed(reason: reason, failureCount: failureCount))
    }

    private func reportDrops() {
        let count = board[0].droppedRowCount
        guard count > reportedDropCount else { return }
        let now = MonotonicClock.nanoseconds
        guard reportedDropNanoseconds == 0 || now - reportedDropNanoseconds > Self.noticeNanoseconds else { return }
        reportedDropNanoseconds = now
        notify(.rowsDropped(count: Int(count - reportedDropCount)))
        reportedDropCount = count
    }

    // MARK: Keeping to the limits

    private func tidyIfDue(_ database: Database, _ rowCount: Int) {
        untidyRowCount += rowCount
        let now = MonotonicClock.nanoseconds
        let isDue =
            tidiedNanoseconds == 0 || hasMoreToTidy || inbox.takeTidyingWish()
            || now - tidiedNanoseconds > Self.tidyNanoseconds
        guard isDue || untidyRowCount >= StoreTidying.rowCountStep else { return }
        untidyRowCount = 0
        tidiedNanoseconds = now
        do {
            if isDue, let limits = inbox.verdictLimits {
                try database.inTransaction(.immediate) {
                    try VerdictTable.prune(database, limits)
                    return .commit
                }
            }
            if isDue {
                try TrendSchema.prune(database)
                try ShadowTable.prune(database, retentionSeconds: settings.retentionSeconds)
            }
            let tidying = try StoreTidying.step(database, settings)
            board[0].count(.rowsDeleted, tidying.deletedRowCount)
            board[0].set(.fileByteCount, tidying.byteCount)
            // What is left over is done at the next turn.
            hasMoreToTidy = !tidying.isDone
        } catch {
            hasMoreToTidy = false
            report(error)
        }
    }
}
