import BenchSupport
import Foundation

/// Instructions and allocations of the hot path in the release build, over the real socket, counted by Valgrind: the same on every
/// machine of one instruction set, however busy.
struct CountBench {
    private struct Work {
        let name: String
        let reward: String
        let frames: [ScoreFrame]
        let shortCount: Int
        let longCount: Int
    }

    let stage: Stage
    let executable: String
    let patterns: String

    func counts(_ progress: (String) -> Void) throws -> [WorkCount] {
        guard (try? ChildProcess.line(of: "valgrind", ["--version"], seconds: 10)) != nil else {
            throw BenchError("there is no valgrind; script/bench --gates installs it")
        }
        let program = try strippedProgram()
        return try works.map { work in
            let frames = try stage.write("counted.bin", InputFile.frames(work.frames))
            // With that reward alone: others would take long to compile, under Valgrind.
            let configuration = try stage.write(
                "counted.yaml", Array(BenchConfiguration.yaml(patterns: patterns, only: work.reward).utf8))
            func profile(_ requestCount: Int) throws -> CallgrindProfile {
                progress("\(work.name), \(requestCount) requests")
                return try self.profile(program, configuration, frames, requestCount: requestCount)
            }
            let (short, long) = (try profile(work.shortCount), try profile(work.longCount))
            return WorkCount(
                name: work.name, short: short, long: long, requests: work.longCount - work.shortCount,
                rollouts: work.frames[0].rolloutCount)
        }
    }

    private var works: [Work] {
        let single = stage.workload.plain256.map { ScoreFrame(reward: "cheap", completions: [$0], references: nil) }
        let texts = stage.workload.texts
        func batches(_ name: String, _ reward: String, _ counts: ClosedRange<Int>) -> Work {
            let frame = ScoreFrame(reward: reward, completions: texts.map(\.bytes), references: texts.map(\.reference))
            return Work(
                name: "one of 64 rollouts of 2 KB: \(name)", reward: reward, frames: [frame],
                shortCount: counts.lowerBound, longCount: counts.upperBound)
        }
        return [
            Work(
                name: "one rollout of 256 B: length_penalty", reward: "cheap", frames: single, shortCount: 1_000,
                longCount: 5_000),
            batches("JSON, literals, length, number, regex", "without_language", 10...60),
            batches("these and the language", "everything", 2...22),
            batches("eight other components", "others", 2...22),
        ]
    }

    /// The program without what debuggers read, which Valgrind's reader does not understand of Swift.
    private func strippedProgram() throws -> String {
        let path = stage.path("plaudit")
        try ChildProcess("strip", ["-g", "-o", path, executable]).awaitSuccess()
        return path
    }

    private func profile(
        _ program: String, _ configuration: String, _ frames: String, requestCount: Int
    ) throws -> CallgrindProfile {
        let file = stage.path("callgrind.out")
        try? FileManager.default.removeItem(atPath: file)
        let sidecar = try Peer.plaudit(
            stage, name: "serve-counted", executable: program, configuration: configuration, workers: 1, core: nil,
            under: ["valgrind", "--tool=callgrind", "--callgrind-out-file=\(file)", "--"])
        let load = try sidecar.beginLoad(stage, frames: frames, requests: requestCount, warmUp: 2, seconds: 600)
        let report = try LoadReport(load.lastLine(seconds: 600))
        guard report.requests == requestCount else {
            throw BenchError("\(report.requests) requests of \(requestCount)")
        }
        // It writes its profile as it ends.
        sidecar.stop(seconds: 60)
        guard let profile = (try? String(contentsOfFile: file, encoding: .utf8)).flatMap(CallgrindProfile.init) else {
            throw BenchError("valgrind wrote no whole profile")
        }
        return profile
    }
}
