import Foundation
import RewardJudge
import RewardKernel
import Testing

/// The recorded responses and signatures that the adapters are held against; not part of this repository:
/// `PLAUDIT_DATA` names their folder, else `../shared/data` beside the package is tried.
enum ProviderData {
    static let folder: URL? = {
        let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let named = ProcessInfo.processInfo.environment["PLAUDIT_DATA"].map { URL(fileURLWithPath: $0) }
        let candidate = named ?? package.appendingPathComponent("../shared/data").standardizedFileURL
        return FileManager.default.fileExists(atPath: candidate.path) ? candidate : nil
    }()

    /// Whether the recordings are there; says loudly when they are not, since a skipped test proves nothing.
    static let hasRecordings = isPresent("provider-replay/responses.jsonl")
    /// Whether the reference signatures are there, which lie beside the data.
    static let hasSignatures = isPresent("../reference/sigv4.json")

    private static func isPresent(_ path: String) -> Bool {
        if let folder, FileManager.default.fileExists(atPath: folder.appendingPathComponent(path).path) { return true }
        FileHandle.standardError.write(
            Data("*** SKIPPED: no \(path); set PLAUDIT_DATA to the folder of the published data ***\n".utf8))
        return false
    }

    static func value(_ path: String) throws -> JSONValue {
        try JSONValue.make(parsing: Data(contentsOf: try #require(folder).appendingPathComponent(path)))
    }

    static func lines(_ path: String) throws -> [JSONValue] {
        try Data(contentsOf: try #require(folder).appendingPathComponent(path)).split(separator: UInt8(ascii: "\n"))
            .map { try JSONValue.make(parsing: $0) }
    }
}

extension JSONValue {
    /// The text of a fixture's member.
    func text(_ name: String) -> String? {
        if case .string(let text)? = self[name] { return text }
        return nil
    }

    func int(_ name: String) -> Int? {
        if case .integer(let number)? = self[name] { return Int(number) }
        return nil
    }

    func flag(_ name: String) -> Bool? {
        if case .bool(let flag)? = self[name] { return flag }
        return nil
    }

    func list(_ name: String) -> [JSONValue] {
        if case .array(let items)? = self[name] { return items }
        return []
    }

    /// The members of a fixture's object of texts, such as headers.
    func texts(_ name: String) -> [String: String] {
        guard case .object(let members)? = self[name] else { return [:] }
        return Dictionary(
            members.compactMap { member in
                if case .string(let text) = member.value { return (member.name, text) }
                return nil
            }, uniquingKeysWith: { _, last in last })
    }
}
