import Digests
import RewardMemory

/// Why a file could not be had.
package enum FileError: Error, Sendable, Equatable {
    case notFound
    case notReadable(reason: String)
    /// A directory, a pipe, a device: reading it may never end.
    case notRegular
    case tooLarge(byteCount: Int, byteCountMax: Int)
}

extension FileError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notFound: "there is no such file"
        case .notReadable(let reason): "cannot be read (\(reason))"
        case .notRegular: "is not a regular file"
        case .tooLarge(let byteCount, let byteCountMax): "has \(byteCount) bytes; at most \(byteCountMax) are read"
        }
    }
}

/// A file that a configuration refers to.
package struct ReferencedFile: Sendable, Equatable {
    /// The path as the configuration writes it.
    package let name: String
    package let byteCount: Int
    let digest: [UInt8]
}

/// The files that a configuration refers to: relative paths start at the folder of the configuration, each file is read
/// once, and all of them together stay within a limit.
final class ReferencedFiles {
    /// Reads a file of at most so many bytes. A parameter, so that tests and fuzzers need no disk.
    typealias Read = (_ path: String, _ byteCountMax: Int) throws(FileError) -> [UInt8]

    private let baseDirectory: String
    private let readFile: Read
    private var contents: [String: [UInt8]] = [:]
    /// In the order of the first reference.
    private(set) var files: [ReferencedFile] = []

    init(baseDirectory: String, readFile: @escaping Read = RegularFile.read) {
        self.baseDirectory = baseDirectory
        self.readFile = readFile
    }

    func read(_ name: String) throws(FileError) -> [UInt8] {
        if let known = contents[name] { return known }
        let bytesLeft = Limits.referencedByteCountMax - files.reduce(0) { $0 + $1.byteCount }
        let bytes = try readFile(path(of: name), min(Limits.referencedFileByteCountMax, bytesLeft))
        contents[name] = bytes
        files.append(ReferencedFile(name: name, byteCount: bytes.count, digest: SHA256.hash(data: bytes)))
        return bytes
    }

    /// Reads a file with a secret in it, which leaves no trace here: not in the list of files, not in the hash.
    func readSecret(_ name: String) throws(FileError) -> [UInt8] {
        try readFile(path(of: name), JudgeLaneLimits.secretFileByteCountMax)
    }

    /// Where a file lies that the configuration calls so.
    func path(of name: String) -> String {
        name.hasPrefix("/") || baseDirectory.isEmpty ? name : "\(baseDirectory)/\(name)"
    }
}

extension NodeReader {
    /// The bytes of the file that this value names; what goes wrong is reported here.
    func fileContents() -> [UInt8]? {
        guard let name = nonEmptyString("the path of a file") else { return nil }
        guard !name.utf8.contains(0) else {
            report("a path contains no NUL character")
            return nil
        }
        do {
            return try context.files.read(name)
        } catch {
            report(
                "\(Quoting.quoted(name)): \(error)",
                suggestion: error == .notFound
                    ? "relative paths start at the folder of the configuration" : nil)
            return nil
        }
    }
}
