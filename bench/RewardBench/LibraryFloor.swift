import BenchSupport
import Foundation

/// The C++ loop on the same libraries, waiting for the next round of one of its items.
final class LibraryFloor {
    private struct Answer: Decodable {
        let ns: Double
        let found: Int
    }

    private let process: ChildProcess

    /// `stripped` are the texts as the language identifier sees them.
    init(_ stage: Stage, patterns: String, stripped: [[UInt8]]) throws {
        let texts = stage.workload.texts
        let textFile = try stage.write("texts.bin", InputFile.texts(texts.map { ($0.bytes, $0.reference) }))
        let strippedFile = try stage.write("stripped.bin", InputFile.texts(stripped.map { ($0, 0) }))
        process = try ChildProcess(
            stage.floor("library_floor"),
            ["--texts", textFile, "--patterns", patterns, "--regex", Workload.regex, "--stripped", strippedFile])
        guard try process.readLine(seconds: 60) == "ready" else { throw BenchError("library_floor is not ready") }
    }

    /// One round: nanoseconds a rollout, and what was found in one pass over the texts.
    func measure(_ item: String, passes: Int) throws -> (nanoseconds: Double, found: Int) {
        try process.write(line: "\(item) \(passes)")
        let answer = try JSONDecoder().decode(Answer.self, from: Data(try process.readLine(seconds: 120).utf8))
        return (answer.ns, answer.found)
    }
}
