import BenchSupport
import Foundation

/// The directory of one run: prepared input, configuration and sockets. Gone when the run ends.
final class Stage {
    let directory: URL
    /// Where script/bench put the compiled C programs.
    let floors: URL
    let workload: Workload
    let settings: Settings

    init(workload: Workload, settings: Settings, floors: URL) throws {
        self.workload = workload
        self.settings = settings
        self.floors = floors
        var template = Array((NSTemporaryDirectory() + "plaudit-bench-XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else { throw BenchError("no temporary directory") }
        let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        directory = URL(fileURLWithPath: path, isDirectory: true)
    }

    deinit {
        try? FileManager.default.removeItem(at: directory)
    }

    func path(_ name: String) -> String {
        directory.appending(path: name).path
    }

    /// Writes a file of the run and returns its path.
    func write(_ name: String, _ bytes: [UInt8]) throws -> String {
        try Data(bytes).write(to: directory.appending(path: name))
        return path(name)
    }

    func floor(_ program: String) -> String {
        floors.appending(path: program).path
    }

    /// The literals, one a line, for Vectorscan in the floor and for the word list of the safety filter.
    func writePatterns() throws -> String {
        try write("patterns.txt", Array((workload.patterns.joined(separator: "\n") + "\n").utf8))
    }
}
