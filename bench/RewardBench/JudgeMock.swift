import Foundation

/// The C endpoint that answers every judge call after a given time.
struct JudgeMock {
    /// What it takes to answer, in the median.
    static let latencyMilliseconds = 200

    /// Of the loopback interface.
    let port: Int
    private let process: ChildProcess

    /// `options` as judge_mock.c has them: long-tailed latencies, failures.
    init(_ stage: Stage, latencyMilliseconds: Int = Self.latencyMilliseconds, options: [String] = []) throws {
        process = try ChildProcess(
            stage.floor("judge_mock"), ["--port", "0", "--latency-ms", String(latencyMilliseconds)] + options)
        let line = try process.readLine(seconds: 10)
        guard let port = line.split(separator: " ").last.flatMap({ Int($0) }), line.hasPrefix("ready ") else {
            throw BenchError("judge_mock said: \(line)")
        }
        self.port = port
    }

    /// Without the route of chat completions.
    var url: String { "http://127.0.0.1:\(port)/v1" }
}
