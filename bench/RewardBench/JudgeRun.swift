import Foundation

/// What one closed loop of judge calls came to.
struct JudgeRun: Decodable {
    let callsPerSecond: Double
    /// Of the whole process, from the first call to the last.
    let processorSecondsPerThousandCalls: Double
    /// Of the answers, those with a score, and the calls that were made for one.
    var scoredShare = 1.0
    var callsPerAnswer = 1.0

    private enum CodingKeys: String, CodingKey {
        case callsPerSecond = "calls_per_second"
        case processorSecondsPerThousandCalls = "cpu_seconds_per_1000_calls"
    }

    init(callCount: Int, seconds: Double, processorSeconds: Double) {
        callsPerSecond = Double(callCount) / seconds
        processorSecondsPerThousandCalls = processorSeconds * 1_000 / Double(callCount)
    }

    /// Of this process so far.
    static func processorSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// A run of `judge_client`: the C loop over libcurl's multi interface.
    static func floor(
        _ stage: Stage, url: String, inFlightCount: Int, callCount: Int, bodyByteCount: Int
    ) throws -> JudgeRun {
        let arguments = [
            "--url", url + "/chat/completions", "--in-flight", String(inFlightCount), "--calls", String(callCount),
            "--body-bytes", String(bodyByteCount),
        ]
        let line = try ChildProcess.line(of: stage.floor("judge_client"), arguments, seconds: 600)
        return try JSONDecoder().decode(JudgeRun.self, from: Data(line.utf8))
    }

    /// A run of a Python client, by its name in `bench/peers/judge_clients.py`.
    static func peer(
        _ client: String, scripts: PeerScripts, url: String, inFlightCount: Int, callCount: Int, bodyByteCount: Int
    ) throws -> JudgeRun {
        let arguments = [
            client, "--url", url, "--in-flight", String(inFlightCount), "--calls", String(callCount),
            "--body-bytes", String(bodyByteCount),
        ]
        return try scripts.run("judge_clients", arguments)
    }
}
