import GRDB
import Glibc

/// Opening the database's file.
enum DatabaseFile {
    /// "Plau": tells the store's files from those of others.
    private static let applicationIdentifier: Int64 = 0x506C_6175

    /// Opens the store for its one writer: makes the file when it is not there, readable for nobody else, and brings its
    /// schema up to date.
    static func openForWriting(_ path: String) throws(StoreError) -> DatabaseQueue {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0o600)
        guard descriptor >= 0 else { throw .cannotOpen(path: path, reason: reason(errno)) }
        try check(descriptor, path)
        return try translating(path) {
            let queue = try DatabaseQueue(path: path, configuration: configuration(isReadOnly: false))
            try queue.writeWithoutTransaction { try claim($0, path) }
            try StoreSchema.migrate(queue, path)
            return queue
        }
    }

    /// Opens a store that is there, beside the sidecar that may be writing to it.
    static func openForReading(_ path: String) throws(StoreError) -> DatabaseQueue {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
        guard descriptor >= 0 else { throw .cannotOpen(path: path, reason: reason(errno)) }
        try check(descriptor, path)
        return try translating(path) {
            let queue = try DatabaseQueue(path: path, configuration: configuration(isReadOnly: true))
            try queue.read { database in
                guard try isOurs(database) else { throw StoreError.foreign(path: path) }
                try StoreSchema.check(database, path)
            }
            return queue
        }
    }

    /// Opens a store that is there and that nobody else has open, to rebuild its file.
    static func openForCompacting(_ path: String) throws(StoreError) -> DatabaseQueue {
        // Not one that is made by being asked for.
        _ = try openForReading(path)
        return try openForWriting(path)
    }

    /// Only regular files: a pipe or a device would hang, or be written over. Closes the descriptor.
    private static func check(_ descriptor: Int32, _ path: String) throws(StoreError) {
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw .cannotOpen(path: path, reason: "it is not a regular file")
        }
    }

    private static func configuration(isReadOnly: Bool) -> Configuration {
        var configuration = Configuration()
        configuration.readonly = isReadOnly
        configuration.label = "plaudit store"
        // Another process that reads, or compacts the file, is waited for that long.
        configuration.busyMode = .timeout(2)
        configuration.prepareDatabase { database in
            guard !isReadOnly else { return }
            try database.execute(sql: "PRAGMA journal_mode = WAL")
            // A process that is killed loses nothing that was committed; a machine that loses its power, the last moments.
            try database.execute(sql: "PRAGMA synchronous = NORMAL")
            try database.execute(sql: "PRAGMA wal_autocheckpoint = 4000")
            try database.execute(sql: "PRAGMA cache_size = -65536")
        }
        return configuration
    }

    /// Puts our mark on an empty database; refuses one that holds something else.
    private static func claim(_ database: Database, _ path: String) throws {
        if try isOurs(database) { return }
        let tableCount = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_master") ?? 0
        let mark = try Int64.fetchOne(database, sql: "PRAGMA application_id") ?? 0
        guard tableCount == 0, mark == 0 else { throw StoreError.foreign(path: path) }
        try database.execute(sql: "PRAGMA application_id = \(applicationIdentifier)")
    }

    private static func isOurs(_ database: Database) throws -> Bool {
        try Int64.fetchOne(database, sql: "PRAGMA application_id") == applicationIdentifier
    }

    /// Turns what SQLite says into what can be done about it.
    static func translating<Outcome>(_ path: String, _ body: () throws -> Outcome) throws(StoreError) -> Outcome {
        do {
            return try body()
        } catch let error as StoreError {
            throw error
        } catch let error as DatabaseError {
            switch error.resultCode {
            case .SQLITE_NOTADB: throw .foreign(path: path)
            case .SQLITE_CORRUPT: throw .damaged(path: path, reason: error.message ?? "corrupt")
            default: throw .cannotOpen(path: path, reason: error.message ?? "\(error.resultCode)")
            }
        } catch {
            throw .cannotOpen(path: path, reason: "\(error)")
        }
    }

    private static func reason(_ code: Int32) -> String { String(cString: strerror(code)).lowercased() }
}
