import Foundation
import Testing

/// The published labels and verdicts that the figures are held against; not part of this repository: `PLAUDIT_DATA` names their
/// folder, else `../shared/data` beside the package is tried.
enum PublishedJudgements {
    private static let folder: URL? = {
        let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let named = ProcessInfo.processInfo.environment["PLAUDIT_DATA"].map { URL(fileURLWithPath: $0) }
        let candidate = named ?? package.appendingPathComponent("../shared/data").standardizedFileURL
        return FileManager.default.fileExists(atPath: candidate.path) ? candidate : nil
    }()

    /// Whether the data is there; says loudly when it is not, since a skipped test proves nothing.
    static let isPresent: Bool = {
        if folder == nil {
            FileHandle.standardError.write(
                Data("*** SKIPPED: no published labels; set PLAUDIT_DATA to the folder that holds them ***\n".utf8))
        }
        return folder != nil
    }()

    static func rows<Row: Decodable>(_ path: String, as type: Row.Type) throws -> [Row] {
        let decoder = decoder
        return try data(path).split(separator: UInt8(ascii: "\n")).map { try decoder.decode(type, from: $0) }
    }

    static func value<Value: Decodable>(_ path: String, as type: Value.Type) throws -> Value {
        try decoder.decode(type, from: data(path))
    }

    private static var decoder: JSONDecoder {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return decoder
    }

    private static func data(_ path: String) throws -> Data {
        try Data(contentsOf: #require(folder).appendingPathComponent(path))
    }
}
