import BenchSupport
import Foundation
import TerminalText

/// Round trips and batches over the real socket.
struct SocketBench {
    let stage: Stage
    let executable: String
    let configuration: String

    private func echo(_ name: String, core: Int? = nil) throws -> Peer {
        try .echo(stage, name: name, core: core)
    }

    private func plaudit(_ name: String, workers: Int, core: Int? = nil) throws -> Peer {
        try .plaudit(
            stage, name: name, executable: executable, configuration: configuration, workers: workers, core: core)
    }

    // MARK: Round trips

    /// Round trips of one rollout with one cheap component, against the C echo of the same frames.
    func roundTrips(_ progress: (String) -> Void) throws -> [Figure] {
        let core = stage.settings.core
        var figures: [Figure] = []
        for isPinned in [true, false] {
            let suffix = isPinned ? "pinned" : "free"
            let floor = try echo("echo-" + suffix, core: isPinned ? core : nil)
            let answerer =
                isPinned ? try Peer.echo(stage, name: "answer-" + suffix, core: core, answers: true) : nil
            let server = try plaudit("serve-" + suffix, workers: 1, core: isPinned ? core : nil)
            let section =
                "Round trip, one rollout, length_penalty; server and client "
                + (isPinned ? "on the same core" : "where the scheduler puts them")
            for (name, texts) in [("256 B", stage.workload.plain256), ("2 KB", stage.workload.plain2048)] {
                progress("round trip \(name), \(suffix)")
                let frames = texts.map { ScoreFrame(reward: "cheap", completions: [$0], references: nil) }
                let file = try stage.write("frames.bin", InputFile.frames(frames))
                figures += try roundTrips(
                    section: section, name: name, frames: file, server: server, floor: floor, answerer: answerer,
                    isGoal: isPinned)
            }
        }
        return figures + (stage.settings.isFull ? try busyRoundTrips(progress) : [])
    }

    /// Round trips of which neither side sleeps, each on a core of its own, against an echo that does.
    private func busyRoundTrips(_ progress: (String) -> Void) throws -> [Figure] {
        let path = try stage.write(
            "busy.yaml", Array(try String(contentsOfFile: configuration, encoding: .utf8).utf8) + Self.busyServer)
        let floor = try echo("echo-sleeping")
        let server = try Peer.plaudit(
            stage, name: "serve-busy", executable: executable, configuration: path, workers: 1, core: nil)
        var figures: [Figure] = []
        for (name, texts) in [("256 B", stage.workload.plain256), ("2 KB", stage.workload.plain2048)] {
            progress("round trip \(name), busy polling")
            let frames = texts.map { ScoreFrame(reward: "cheap", completions: [$0], references: nil) }
            let file = try stage.write("frames.bin", InputFile.frames(frames))
            figures += try roundTrips(
                section: "Round trip, one rollout, length_penalty; sidecar and client poll, on two cores",
                name: name, frames: file, server: server, floor: floor, isGoal: false, spins: true)
        }
        return figures
    }

    private static let busyServer = Array("server: {busy_poll_us: 10000, pin_workers: true}\n".utf8)

    /// `answerer`: the C program that answers, which is measured in the same rounds.
    private func roundTrips(
        section: String, name: String, frames: String, server: Peer, floor: Peer, answerer: Peer? = nil,
        isGoal: Bool, spins: Bool = false
    ) throws -> [Figure] {
        var ours: [LoadReport] = []
        var theirs: [LoadReport] = []
        var answers: [LoadReport] = []
        func load(_ peer: Peer, spins: Bool = false) throws -> LoadReport {
            try peer.load(
                stage, frames: frames, requests: stage.settings.requests, warmUp: stage.settings.warmUp, spins: spins)
        }
        for _ in 0..<(spins ? stage.settings.furtherRounds : stage.settings.rounds) {
            theirs.append(try load(floor))
            if let answerer { answers.append(try load(answerer)) }
            ours.append(try load(server, spins: spins))
        }
        let percentiles = LoadReport.percentiles(isFull: stage.settings.isFull)
        let bare = percentiles.filter { $0.name == "p50" && !answers.isEmpty }.flatMap { percentile in
            [
                Figure(
                    section: section, name: "\(name), \(percentile.name), a C program that only answers", unit: "us",
                    rounds: percentile.rounds(answers), floor: percentile.rounds(theirs),
                    floorName: "C echo, \(name)"),
                Figure(
                    section: section, name: "\(name), \(percentile.name), against that program", unit: "us",
                    rounds: percentile.rounds(ours), floor: percentile.rounds(answers),
                    floorName: "C program that only answers, \(name)"),
            ]
        }
        return percentiles.map { percentile in
            let goal: Goal? =
                switch percentile.name {
                case "p50": .atMost(1.15)
                case "p99": .atMost(1.3)
                default: nil
                }
            return Figure(
                section: section, name: "\(name), \(percentile.name)", unit: "us", rounds: percentile.rounds(ours),
                floor: percentile.rounds(theirs), floorName: "C echo, \(name)", goal: isGoal ? goal : nil,
                plot: PlotPoint(.latency, line: "Plaudit, \(name)\(spins ? ", busy" : "")", x: percentile.above))
        } + bare
    }

    // MARK: Batches

    private struct BatchKind {
        let reward: String
        let description: String
        let floorItem: String
    }

    /// Rollouts a second from one connection that sends one batch at a time, with one worker and with two.
    ///
    /// The floor is what the C++ loop on the same libraries does on as many cores as there are workers, with no socket.
    func batches(floor: LibraryFloor, _ progress: (String) -> Void) throws -> [Figure] {
        let peers = [try plaudit("serve-1", workers: 1), try plaudit("serve-2", workers: 2)]
        let kinds = [
            BatchKind(reward: "without_language", description: "five components", floorItem: "composite"),
            BatchKind(
                reward: "everything", description: "six components, language among them",
                floorItem: "composite_language"),
        ]
        var figures: [Figure] = []
        for kind in kinds {
            for rolloutCount in [64, 1_024] {
                progress("batches of \(rolloutCount), \(kind.description)")
                figures += try batches(kind, rolloutCount: rolloutCount, peers: peers, floor: floor)
            }
        }
        return figures
    }

    private func batches(
        _ kind: BatchKind, rolloutCount: Int, peers: [Peer], floor: LibraryFloor
    ) throws -> [Figure] {
        let file = try stage.write("frames.bin", InputFile.frames(frames(kind, rolloutCount: rolloutCount)))
        var rounds = [Rounds(), Rounds()]
        var floors = Rounds()
        for _ in 0..<stage.settings.rounds {
            let nanoseconds = try floor.measure(kind.floorItem, passes: max(1, stage.settings.passes / 4)).nanoseconds
            floors.add(1e9 / nanoseconds)
            for (index, peer) in peers.enumerated() {
                let report = try peer.load(
                    stage, frames: file, requests: stage.settings.requests, warmUp: max(2, 640 / rolloutCount))
                rounds[index].add(report.rolloutsPerSecond)
            }
        }
        let section = "Batches over the socket, \(kind.description); one connection, one batch at a time"
        let name = Figures.count(rolloutCount) + " x 2 KB"
        var figures = [1, 2].map { workers in
            Figure(
                section: section, name: "\(name), \(workers) worker\(workers == 1 ? "" : "s")", unit: "rollouts/s",
                rounds: rounds[workers - 1], floor: Rounds(floors.values.map { $0 * Double(workers) }),
                floorName: "C++ loop on the same libraries, times workers")
        }
        figures.append(
            Figure(
                section: section, name: "\(name), 2 workers against 1", unit: "rollouts/s", rounds: rounds[1],
                floor: rounds[0], floorName: "one worker", goal: rolloutCount == 1_024 ? .atLeast(1.8) : nil))
        return figures
    }

    /// Four frames that hold the same texts in different order.
    private func frames(_ kind: BatchKind, rolloutCount: Int) -> [ScoreFrame] {
        let texts = stage.workload.texts
        return (0..<4).map { turn in
            let rows = (0..<rolloutCount).map { texts[($0 + turn * 16) % texts.count] }
            return ScoreFrame(
                reward: kind.reward, completions: rows.map(\.bytes), references: rows.map(\.reference))
        }
    }
}
