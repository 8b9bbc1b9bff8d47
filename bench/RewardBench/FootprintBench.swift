import BenchSupport
import Foundation
import RewardMemory

/// What a sidecar takes that does nothing: time until it is ready, memory; and the system calls of a request.
struct FootprintBench {
    let stage: Stage
    let executable: String
    let patterns: String

    private struct Kind {
        let name: String
        let file: String
        let component: String
        let startGoal: Goal
        let memoryGoal: Goal
    }

    func figures(_ progress: (String) -> Void) throws -> [Figure] {
        let kinds = [
            Kind(
                name: "small configuration", file: "small",
                component: "length: {type: length_penalty, unit: characters, target: [0, 2500], tolerance: 1000}",
                startGoal: .valueAtMost(25), memoryGoal: .valueAtMost(32)),
            Kind(
                name: "1,000 patterns", file: "patterns",
                component: #"safety: {type: safety_filter, lists: ["\#(patterns)"]}"#,
                startGoal: .valueAtMost(250), memoryGoal: .valueAtMost(64)),
        ]
        let section = "A sidecar that waits, one worker"
        var figures = try kinds.flatMap { kind in
            let text = "version: 1\nrewards:\n  cheap:\n    components:\n      \(kind.component)\n"
            let file = try stage.write(kind.file + ".yaml", Array(text.utf8))
            var starts = Rounds()
            var floors = Rounds()
            var memory = Rounds()
            for round in 1...stage.settings.rounds {
                progress("start, \(kind.name), round \(round) of \(stage.settings.rounds)")
                floors.add(try milliseconds { try Peer.echo(stage, name: "echo-start", core: nil) }.time)
                let started = try milliseconds {
                    try Peer.plaudit(
                        stage, name: "serve-start", executable: executable, configuration: file, workers: 1, core: nil)
                }
                starts.add(started.time)
                memory.add(Double(try started.peer.residentByteCount()) / 1e6)
                started.peer.stop()
            }
            return [
                Figure(
                    section: section, name: "from its start until it is ready, \(kind.name)", unit: "ms",
                    rounds: starts, floor: floors, floorName: "C echo", goal: kind.startGoal),
                Figure(
                    section: section, name: "resident memory, \(kind.name)", unit: "MB", rounds: memory,
                    goal: kind.memoryGoal),
            ]
        }
        if let calls = try systemCalls(stage.path("small.yaml"), progress) { figures.append(calls) }
        return figures
    }

    private func milliseconds(_ start: () throws -> Peer) rethrows -> (peer: Peer, time: Double) {
        let begin = MonotonicClock.nanoseconds
        let peer = try start()
        return (peer, Double(MonotonicClock.nanoseconds - begin) / 1e6)
    }

    // MARK: System calls

    private static let shortCount = 1_000
    private static let longCount = 5_000

    /// By the slope between two runs of another length, which leaves out what belongs to no request. Nil without strace, or where
    /// it may not look.
    private func systemCalls(_ configuration: String, _ progress: (String) -> Void) throws -> Figure? {
        guard (try? ChildProcess.line(of: "strace", ["--version"], seconds: 10)) != nil else {
            return nil
        }
        let frames = stage.workload.plain2048.map { ScoreFrame(reward: "cheap", completions: [$0], references: nil) }
        let file = try stage.write("traced.bin", InputFile.frames(frames))
        let sidecar = try Peer.plaudit(
            stage, name: "serve-traced", executable: executable, configuration: configuration, workers: 1, core: nil)
        var rounds = Rounds()
        for round in 1...3 {
            progress("system calls, round \(round) of 3")
            guard let short = try traced(sidecar, file, Self.shortCount),
                let long = try traced(sidecar, file, Self.longCount)
            else { return nil }
            rounds.add(Double(long - short) / Double(Self.longCount - Self.shortCount))
        }
        return Figure(
            section: "A request of one rollout of 2 KB, length_penalty, one under way", name: "system calls",
            unit: "calls", rounds: rounds, goal: .valueAtMost(3))
    }

    /// All system calls of the sidecar while it answers so many requests, and a few more.
    private func traced(_ sidecar: Peer, _ frames: String, _ requestCount: Int) throws -> Int? {
        let summary = stage.path("strace.txt")
        let tracer = try ChildProcess(
            "strace", ["-f", "-c", "-o", summary, "-p", String(sidecar.identifier)], log: stage.path("strace.log"))
        // It says so when it looks on, or why it may not.
        var log = ""
        for _ in 0..<500 where !log.contains("attached") {
            usleep(10_000)
            log = (try? String(contentsOfFile: stage.path("strace.log"), encoding: .utf8)) ?? ""
            if log.contains("not permitted") { return nil }
        }
        let child = try sidecar.beginLoad(stage, frames: frames, requests: requestCount, warmUp: 1, seconds: 600)
        let report = try LoadReport(child.lastLine(seconds: 600))
        guard report.requests == requestCount else {
            throw BenchError("\(report.requests) requests of \(requestCount)")
        }
        tracer.stop()
        return StraceSummary.callCount((try? String(contentsOfFile: summary, encoding: .utf8)) ?? "")
    }
}
