import BenchSupport
import Foundation

/// Everything of a run as JSON or Markdown: the figures, and on what and how they were measured.
struct Report: Encodable {
    var format = 1
    let machine: Machine
    let settings: Settings
    let figures: [Figure]

    func write(json path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try write(try encoder.encode(self) + Data("\n".utf8), to: path)
    }

    /// A page of tables.
    func write(markdown path: String) throws {
        let head = [
            "# Figures", "",
            "Written by `script/bench --full`; [benchmarks.md](../benchmarks.md) says how each is measured.", "",
            "\(machine.processor), \(machine.cores) cores, \(machine.memoryGigabytes) GB, \(machine.kernel), commit "
                + "\(machine.commit); load \(machine.loadBefore) before and \(machine.loadAfter ?? "?") after the run.",
            settings.text + ".",
        ]
        let text = (head + FigureMarkdown(figures).lines).joined(separator: "\n") + "\n"
        try write(Data(text.utf8), to: path)
    }

    private func write(_ data: Data, to path: String) throws {
        do {
            try data.write(to: URL(fileURLWithPath: path))
        } catch {
            throw BenchError("cannot write \(path): \(error.localizedDescription)")
        }
    }
}
