import Glibc
import RewardMemory

/// Decodes the `server:` part.
enum ServerDecoder {
    /// The longest path a Unix socket can have: `sun_path` with its closing NUL.
    private static let socketPathByteCountMax = 107
    private static let accountCountMax = 64

    /// What could be read; only whole when nothing was reported.
    static func decode(_ reader: NodeReader) -> ServerSection? {
        guard let mapping = reader.mapping() else { return nil }
        var server = ServerSection()
        server.workerCount = mapping.optional("workers")?.integer(in: 1...Limits.workerCountMax)
        server.socketPath = mapping.optional("socket").flatMap(decodeSocketPath)
        if let mode = mapping.optional("socket_mode").flatMap(decodeMode) { server.socketMode = mode }
        server.allowedUsers = mapping.optional("allow_users").flatMap { decodeAccounts($0, kind: .user) } ?? []
        server.allowedGroups = mapping.optional("allow_groups").flatMap { decodeAccounts($0, kind: .group) } ?? []
        if let limits = mapping.optional("limits").flatMap(decodeLimits) { server.limits = limits }
        if let isPinned = mapping.optional("pin_workers")?.boolean() { server.pinsWorkers = isPinned }
        if let count = mapping.optional("busy_poll_us")?.integer(in: 0...10_000) { server.busyPollMicroseconds = count }
        mapping.finish()
        return server
    }

    private static func decodeSocketPath(_ reader: NodeReader) -> String? {
        guard let path = reader.nonEmptyString("the path of a socket") else { return nil }
        guard path.utf8.count <= socketPathByteCountMax, !path.utf8.contains(0) else {
            reader.report("the path of a socket has at most \(socketPathByteCountMax) bytes")
            return nil
        }
        return path
    }

    /// A file mode is written in octal whatever its prefix: `0600`, `600` and `0o600` are the same.
    private static func decodeMode(_ reader: NodeReader) -> UInt32? {
        let digits = reader.scalar.map { $0.text.hasPrefix("0o") ? $0.text.dropFirst(2) : $0.text[...] } ?? ""
        guard (3...4).contains(digits.utf8.count), digits.allSatisfy(\.isASCII), let mode = UInt32(digits, radix: 8)
        else {
            reader.reportUnexpected("a file mode in octal, such as 0600")
            return nil
        }
        guard mode <= 0o777, mode & 0o600 == 0o600 else {
            reader.report("\(digits) is no mode for a socket: the owner reads and writes, at most 0777")
            return nil
        }
        return mode
    }

    private static func decodeLimits(_ reader: NodeReader) -> RequestLimits? {
        guard let mapping = reader.mapping() else { return nil }
        var limits = RequestLimits()
        if let count = mapping.optional("frame_bytes")?.byteCount(in: 1_024...Limits.frameByteCountMax) {
            limits.frameByteCount = count
        }
        if let count = mapping.optional("completion_bytes")?.byteCount(in: 1...Limits.completionByteCountMax) {
            limits.completionByteCount = count
        }
        if let count = mapping.optional("rollouts")?.integer(in: 1...Limits.rolloutCountMax) {
            limits.rolloutCount = count
        }
        if let count = mapping.optional("connections")?.integer(in: 1...Limits.connectionCountMax) {
            limits.connectionCount = count
        }
        mapping.finish()
        return limits
    }
}

// MARK: - Accounts

extension ServerDecoder {
    private enum AccountKind: String { case user, group }

    private static func decodeAccounts(_ reader: NodeReader, kind: AccountKind) -> [Account]? {
        guard let elements = reader.sequence("a list of \(kind.rawValue) names or ids", countMax: accountCountMax)
        else {
            return nil
        }
        return elements.compactMap { decodeAccount($0, kind: kind) }
    }

    private static func decodeAccount(_ reader: NodeReader, kind: AccountKind) -> Account? {
        guard let scalar = reader.scalar else {
            reader.reportUnexpected("the name or the id of a \(kind.rawValue)")
            return nil
        }
        if case .number(let value) = scalar.kind {
            // The last number means "nobody" to the system's calls.
            guard let identifier = UInt32(exactly: value), identifier != .max else {
                reader.report("\(Quoting.shortened(scalar.text)) is not the id of a \(kind.rawValue)")
                return nil
            }
            return Account(name: scalar.text, identifier: identifier)
        }
        guard let name = reader.nonEmptyString("the name or the id of a \(kind.rawValue)") else { return nil }
        guard let identifier = identifier(of: name, kind: kind) else {
            reader.report("this machine has no \(kind.rawValue) \(Quoting.quoted(name))")
            return nil
        }
        return Account(name: name, identifier: identifier)
    }

    private static func identifier(of name: String, kind: AccountKind) -> UInt32? {
        guard !name.utf8.contains(0) else { return nil }
        // Room for an entry with a few thousand members; a larger one is reported as missing, not cut.
        var buffer = [CChar](repeating: 0, count: 256 << 10)
        switch kind {
        case .user:
            var entry = passwd()
            var found: UnsafeMutablePointer<passwd>?
            guard getpwnam_r(name, &entry, &buffer, buffer.count, &found) == 0 else { return nil }
            return found?.pointee.pw_uid
        case .group:
            var entry = group()
            var found: UnsafeMutablePointer<group>?
            guard getgrnam_r(name, &entry, &buffer, buffer.count, &found) == 0 else { return nil }
            return found?.pointee.gr_gid
        }
    }
}

extension NodeReader {
    /// A number of bytes: a whole number, or one with a binary unit, such as `64 MiB`.
    func byteCount(in bounds: ClosedRange<Int>) -> Int? {
        guard let scalar, scalar.kind == .string else { return integer(in: bounds) }
        let units: [(name: String, byteCount: Double)] = [
            ("KiB", 1_024), ("MiB", 1_048_576), ("GiB", 1_073_741_824),
        ]
        guard let unit = units.first(where: { scalar.text.hasSuffix($0.name) }) else {
            reportUnexpected("a number of bytes, such as 1048576 or `1 MiB`")
            return nil
        }
        var digits = scalar.text.dropLast(unit.name.count)
        while digits.last == " " { digits.removeLast() }
        guard case .number(let value) = Scalar(String(digits), isPlain: true).kind,
            let count = Int(exactly: value * unit.byteCount)
        else {
            reportUnexpected("a number of bytes, such as 1048576 or `1 MiB`")
            return nil
        }
        guard bounds.contains(count) else {
            report("\(count) bytes are out of range; it is between \(bounds.lowerBound) and \(bounds.upperBound)")
            return nil
        }
        return count
    }
}
