import BenchSupport
import Foundation

/// Everything of a run as JSON: the figures, and on what and how they were measured.
struct Report: Encodable {
    var format = 1
    let machine: Machine
    let settings: Settings
    let figures: [Figure]

    func write(to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        do {
            try (try encoder.encode(self) + Data("\n".utf8)).write(to: URL(fileURLWithPath: path))
        } catch {
            throw BenchError("cannot write \(path): \(error.localizedDescription)")
        }
    }
}
