import Foundation

/// What the figures were measured on and of: without it a figure means nothing.
struct Machine: Encodable {
    let processor: String
    let cores: Int
    let memoryGigabytes: Int
    let kernel: String
    let commit: String
    let loadBefore: String
    var loadAfter: String?

    private enum CodingKeys: String, CodingKey {
        case processor, cores, kernel, commit
        case memoryGigabytes = "memory_gigabytes"
        case loadBefore = "load_before"
        case loadAfter = "load_after"
    }

    init() {
        let processorLine = Self.text("/proc/cpuinfo").split(separator: "\n").first { $0.hasPrefix("model name") }
        processor = processorLine?.split(separator: ":").last?.trimmingCharacters(in: .whitespaces) ?? "unknown"
        cores = ProcessInfo.processInfo.activeProcessorCount
        memoryGigabytes = Int((Double(ProcessInfo.processInfo.physicalMemory) / 1e9).rounded())
        kernel = "Linux " + Self.text("/proc/sys/kernel/osrelease").trimmingCharacters(in: .whitespacesAndNewlines)
        commit = (try? ChildProcess.line(of: "git", ["describe", "--always", "--dirty"], seconds: 10)) ?? "unknown"
        loadBefore = Self.load()
    }

    /// Whether others already keep half of the cores busy.
    var isBusy: Bool {
        (Double(loadBefore) ?? 0) > Double(cores) / 2
    }

    /// The load average of the last minute: what else the machine was doing.
    static func load() -> String {
        text("/proc/loadavg").split(separator: " ").first.map(String.init) ?? "unknown"
    }

    /// The last core this process may use: interrupts prefer the first.
    static func lastCore() -> Int {
        let line = text("/proc/self/status").split(separator: "\n").first { $0.hasPrefix("Cpus_allowed_list:") }
        return line?.split(whereSeparator: { !$0.isNumber }).last.flatMap { Int($0) } ?? 0
    }

    private static func text(_ path: String) -> String {
        (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    }
}
