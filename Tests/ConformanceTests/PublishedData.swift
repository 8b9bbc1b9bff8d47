import Foundation
import RewardKernel
import RewardMemory
import Testing

/// The published suites and recordings that these tests hold the kernel against. They are not part of this
/// repository: `PLAUDIT_DATA` names their folder, else `../shared/data` beside the package is tried.
enum PublishedData {
    static let folder: URL? = {
        let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let named = ProcessInfo.processInfo.environment["PLAUDIT_DATA"].map { URL(fileURLWithPath: $0) }
        let candidate = named ?? package.appendingPathComponent("../shared/data").standardizedFileURL
        return FileManager.default.fileExists(atPath: candidate.path) ? candidate : nil
    }()

    /// Whether the data is there; says loudly when it is not, since a skipped test proves nothing.
    static let isPresent: Bool = {
        if folder == nil {
            FileHandle.standardError.write(
                Data("*** SKIPPED: no published data; set PLAUDIT_DATA to the folder that holds it ***\n".utf8))
        }
        return folder != nil
    }()

    static func url(_ path: String) throws -> URL {
        try #require(folder).appendingPathComponent(path)
    }

    /// Every line of a .jsonl file, parsed by the kernel's own parser.
    static func lines(_ path: String) throws -> [JSONValue] {
        try Data(contentsOf: url(path)).split(separator: UInt8(ascii: "\n")).map { try JSONValue.make(parsing: $0) }
    }
}
