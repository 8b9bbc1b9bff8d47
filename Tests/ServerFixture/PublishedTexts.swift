import Foundation

/// Real completions and questions out of the published data that `PLAUDIT_DATA` names, else `../shared/data`.
package enum PublishedTexts {
    private static let sources = [
        ("gsm8k/solutions.jsonl", "completion"), ("multilingual/udhr.jsonl", "text"),
        ("multilingual/tatoeba.jsonl", "text"),
        ("multilingual/mixed_script.jsonl", "text"), ("multilingual/mgsm.jsonl", "question"),
    ]

    /// At most `count` texts, evenly from every source; nil, said loudly, when the data is not there.
    package static func load(_ count: Int) -> [String]? {
        let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let folder =
            ProcessInfo.processInfo.environment["PLAUDIT_DATA"].map { URL(fileURLWithPath: $0) }
            ?? package.appendingPathComponent("../shared/data").standardizedFileURL
        var texts: [String] = []
        for (path, key) in sources {
            guard let lines = try? String(contentsOf: folder.appendingPathComponent(path), encoding: .utf8) else {
                continue
            }
            let found = lines.split(separator: "\n").prefix(count / sources.count).compactMap { line in
                (try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])?[key] as? String
            }
            texts += found
        }
        guard !texts.isEmpty else {
            FileHandle.standardError.write(
                Data("*** NO PUBLISHED DATA: generated texts instead; set PLAUDIT_DATA to its folder ***\n".utf8))
            return nil
        }
        return texts
    }
}
