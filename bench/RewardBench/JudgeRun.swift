import Foundation

/// What one closed loop of judge calls came to.
struct JudgeRun: Decodable {
    let callsPerSecond: Double
    /// Of the whole process, from the first call to the last.
    let processorSecondsPerThousandCalls: Double

    private enum CodingKeys: String, CodingKey {
        case callsPerSecond = "calls_per_second"
        case processorSecondsPerThousandCalls = "cpu_seconds_per_1000_calls"
    }

    init(callCount: Int, seconds: Double, processorSeconds: Double) {
        callsPerSecond = Double(callCount) / seconds
        processorSecondsPerThousandCalls = processorSeconds * 1_000 / Double(callCount)
    }

    /// A run of `judge_client`: the C loop over libcurl's multi interface.
    static func floor(
        _ stage: Stage, url: String, inFlightCount: Int, callCount: Int, bodyByteCount: Int
    ) throws -> JudgeRun {
        let arguments = [
            "--url", url + "/chat/completions", "--in-flight", String(inFlightCount), "--calls", String(callCount),
            "--body-bytes", String(bodyByteCount),
        ]
        return try run(stage.floor("judge_client"), arguments)
    }

    /// A run of a Python client, by its name in `bench/peers/judge_clients.py`.
    static func peer(
        _ client: String, python: String, url: String, inFlightCount: Int, callCount: Int, bodyByteCount: Int
    ) throws -> JudgeRun {
        let arguments = [
            "bench/peers/judge_clients.py", client, "--url", url, "--in-flight", String(inFlightCount),
            "--calls", String(callCount), "--body-bytes", String(bodyByteCount),
        ]
        return try run(python, arguments)
    }

    private static func run(_ program: String, _ arguments: [String]) throws -> JudgeRun {
        // A Python client on a busy machine takes minutes.
        let line = try ChildProcess.line(of: program, arguments, seconds: 600)
        return try JSONDecoder().decode(JudgeRun.self, from: Data(line.utf8))
    }
}
