import RewardMemory

/// Where the store keeps what, and how much of it.
package struct StoreSettings: Sendable, Equatable {
    /// The database's file; SQLite keeps two more beside it, with `-wal` and `-shm` behind its name.
    package var path: String
    /// Workers whose rows the audit log takes; 0 without one.
    package var ringCount: Int
    /// Age at which rows of the audit log are deleted; nil keeps them.
    package var retentionSeconds: Int?
    /// What the database may hold, in bytes; above it the oldest rows of the audit log make room. Nil is without a limit.
    package var byteCountMax: Int?

    package init(path: String, ringCount: Int = 0, retentionSeconds: Int? = nil, byteCountMax: Int? = nil) {
        self.path = path
        self.ringCount = min(max(0, ringCount), Limits.workerCountMax)
        self.retentionSeconds = retentionSeconds
        self.byteCountMax = byteCountMax
    }

    /// Bytes of a worker's ring: all of them together stay within the limit.
    var ringByteCount: Int {
        let share = Limits.auditQueueByteCountMax / max(1, ringCount)
        return 1 << (Int.bitWidth - 1 - share.leadingZeroBitCount)
    }
}

/// Why the store cannot be had.
package enum StoreError: Error, Sendable, Equatable {
    case cannotOpen(path: String, reason: String)
    /// A file that is no store: of another program, or no database at all.
    case foreign(path: String)
    case damaged(path: String, reason: String)
    /// Written by a later version.
    case newer(path: String)
    /// The kernel refuses memory or descriptors.
    case noResources
    /// The store has been closed.
    case closed

    package var message: String {
        switch self {
        case .cannotOpen(let path, let reason): "\(path): the store cannot be opened: \(reason)"
        case .foreign(let path): "\(path): is no store of plaudit; it is left as it is. Name another file"
        case .damaged(let path, let reason):
            "\(path): the store is damaged (\(reason)); move the file away, or mend it with `sqlite3 FILE .recover`"
        case .newer(let path): "\(path): was written by a later version of plaudit"
        case .noResources: "the kernel refuses address space or descriptors for the store"
        case .closed: "the store has been closed"
        }
    }
}

/// What the store has for the log.
package enum StoreNotice: Sendable, Equatable {
    /// Something could not be written; the sidecar goes on without it.
    case writeFailed(reason: String, failureCount: Int)
    /// Rows found no room since the last such notice.
    case rowsDropped(count: Int)

    package var message: String {
        switch self {
        case .writeFailed(let reason, let count):
            "store: writing fails (\(reason)), \(count) \(count == 1 ? "time" : "times") so far; rewards are not affected"
        case .rowsDropped(let count):
            "store: \(count) rows of the audit log were dropped, for the disk is slower than the rewards"
        }
    }
}
