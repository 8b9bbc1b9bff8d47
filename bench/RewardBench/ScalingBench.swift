import BenchSupport
import Foundation
import TerminalText

/// What becomes of the figures when batches, completions, connections and workers grow, and when requests arrive at a fixed rate.
struct ScalingBench {
    let stage: Stage
    let executable: String
    let configuration: String
    let floor: LibraryFloor

    private static let batchCounts = [1, 4, 16, 64, 256, 1_024, 4_096, 16_384, 65_536]
    private static let byteCounts = [200, 1_024, 2_048, 8_192, 32_768, 65_536]
    private static let connectionCounts = [1, 2, 4, 8, 16, 32, 64]
    private static let arrivalRates = [1_000, 5_000, 20_000]
    private static let arrivalConnectionCount = 8

    /// One, two, four … and as many as there are cores.
    private static let workerCounts: [Int] = {
        let cores = ProcessInfo.processInfo.activeProcessorCount
        return Array(sequence(first: 1) { $0 * 2 < cores ? $0 * 2 : nil }) + (cores > 1 ? [cores] : [])
    }()

    func figures(_ progress: (String) -> Void) throws -> [Figure] {
        try batches(progress) + sizes(progress) + connections(progress) + arrivals(progress)
    }

    private func sidecars(_ name: String) throws -> [Peer] {
        try Self.workerCounts.map { workers in
            try .plaudit(
                stage, name: "serve-\(name)-\(workers)", executable: executable, configuration: configuration,
                workers: workers, core: nil)
        }
    }

    private static func workers(_ index: Int) -> String {
        let count = workerCounts[index]
        return "\(count) worker\(count == 1 ? "" : "s")"
    }

    // MARK: Batches

    private func batches(_ progress: (String) -> Void) throws -> [Figure] {
        let section = "Batches of 1 to 65,536 x 2 KB over the socket, five components; one connection"
        let sidecars = try sidecars("batch")
        var rates = sidecars.map { _ in [Int: Rounds]() }
        var floors: [Int: Rounds] = [:]
        for batchCount in Self.batchCounts {
            let file = try stage.write("batches.bin", InputFile.frames(batchFrames(batchCount)))
            for round in 1...stage.settings.furtherRounds {
                progress("batches of \(Figures.count(batchCount)), round \(round) of \(stage.settings.furtherRounds)")
                let nanoseconds = try floor.measure("composite", passes: max(1, stage.settings.passes / 4)).nanoseconds
                floors[batchCount, default: Rounds()].add(1e9 / nanoseconds)
                for (index, sidecar) in sidecars.enumerated() {
                    let report = try sidecar.load(
                        stage, frames: file, requests: stage.settings.requests, warmUp: max(2, 640 / batchCount))
                    rates[index][batchCount, default: Rounds()].add(report.rolloutsPerSecond)
                }
            }
        }
        var figures: [Figure] = []
        for (index, byCount) in rates.enumerated() {
            for batchCount in Self.batchCounts {
                guard let rounds = byCount[batchCount], let floor = floors[batchCount] else { continue }
                figures.append(
                    Figure(
                        section: section, name: "\(Figures.count(batchCount)), \(Self.workers(index))",
                        unit: "rollouts/s", rounds: rounds, floor: floor,
                        floorName: "C++ loop on the same libraries, one core",
                        plot: PlotPoint(.batches, line: "Plaudit, \(Self.workers(index))", x: Double(batchCount))))
            }
            // The cost of a rollout must stay within a tenth: its rate within the inverse of that.
            for batchCount in Self.batchCounts.filter({ $0 > 1_024 }) {
                guard let rounds = byCount[batchCount], let usual = byCount[1_024] else { continue }
                figures.append(
                    Figure(
                        section: section,
                        name: "\(Figures.count(batchCount)) against 1,024, \(Self.workers(index))", unit: "rollouts/s",
                        rounds: rounds, floor: usual, floorName: "batches of 1,024", goal: .atLeast(1 / 1.1)))
            }
        }
        return try figures + sidecars.enumerated().map { try memory($0.element, Self.workers($0.offset), section) }
    }

    /// The most memory the sidecar ever had, against the limit that its ready line says.
    private func memory(_ sidecar: Peer, _ workers: String, _ section: String) throws -> Figure {
        guard let limit = sidecar.readyLine["memory_max_bytes"].flatMap(Double.init) else {
            throw BenchError("the sidecar's ready line has no memory_max_bytes")
        }
        let peak = Double(try sidecar.residentByteCount(isPeak: true))
        return Figure(
            section: section, name: "most memory, \(workers)", unit: "MB", rounds: Rounds([peak / 1e6]),
            floor: Rounds([limit / 1e6]), floorName: "the limit it prints", goal: .atMost(1))
    }

    private func batchFrames(_ rolloutCount: Int) -> [ScoreFrame] {
        let texts = stage.workload.texts
        return (0..<(rolloutCount < 4_096 ? 4 : 1)).map { turn in
            let rows = (0..<rolloutCount).map { texts[($0 + turn * 16) % texts.count] }
            return ScoreFrame(
                reward: "without_language", completions: rows.map(\.bytes), references: rows.map(\.reference))
        }
    }

    // MARK: Sizes

    private func sizes(_ progress: (String) -> Void) throws -> [Figure] {
        let sidecar = try Peer.plaudit(
            stage, name: "serve-size", executable: executable, configuration: configuration, workers: 1, core: nil)
        let rewards = [("checks", "four components"), ("checks_language", "language too")]
        return try rewards.flatMap { reward, description in
            try Self.byteCounts.map { byteCount in
                let texts = stage.workload.texts(byteCount: byteCount, seed: stage.settings.seed)
                let frame = ScoreFrame(
                    reward: reward, completions: texts.map(\.bytes), references: texts.map(\.reference))
                let file = try stage.write("sizes.bin", InputFile.frames([frame]))
                let megabytes = Double(texts.reduce(0) { $0 + $1.bytes.count }) / Double(texts.count) / 1e6
                var rates = Rounds()
                for round in 1...stage.settings.furtherRounds {
                    progress("completions of \(byteCount) bytes, round \(round) of \(stage.settings.furtherRounds)")
                    let report = try sidecar.load(
                        stage, frames: file, requests: stage.settings.requests, warmUp: 10)
                    rates.add(report.rolloutsPerSecond * megabytes)
                }
                return Figure(
                    section: "Completions of 200 B to 64 KB in batches of 64 over the socket; one worker",
                    name: "\(Figures.count(byteCount)) bytes, \(description)", unit: "MB/s", rounds: rates,
                    plot: PlotPoint(.sizes, line: "Plaudit, \(description)", x: Double(byteCount)))
            }
        }
    }

    // MARK: Connections

    private func connections(_ progress: (String) -> Void) throws -> [Figure] {
        let file = try cheapFrames()
        let sidecars = try sidecars("crowd")
        let echo = try Peer.echo(stage, name: "echo-crowd", core: nil)
        return try Self.connectionCounts.flatMap { count in
            var rates = [Rounds](repeating: Rounds(), count: sidecars.count)
            var floors = Rounds()
            for round in 1...stage.settings.furtherRounds {
                progress("\(count) connections, round \(round) of \(stage.settings.furtherRounds)")
                floors.add(try echo.crowd(stage, frames: file, connections: count).requestsPerSecond)
                for (index, sidecar) in sidecars.enumerated() {
                    rates[index].add(try sidecar.crowd(stage, frames: file, connections: count).requestsPerSecond)
                }
            }
            return rates.enumerated().map { index, rounds in
                Figure(
                    section:
                        "Requests of one rollout of 2 KB, length_penalty, on 1 to 64 connections, one under way on each",
                    name: "\(count), \(Self.workers(index))", unit: "requests/s", rounds: rounds, floor: floors,
                    floorName: "C echo, one thread",
                    plot: PlotPoint(.connections, line: "Plaudit, \(Self.workers(index))", x: Double(count)))
            }
        }
    }

    // MARK: Arrivals

    private func arrivals(_ progress: (String) -> Void) throws -> [Figure] {
        let file = try cheapFrames()
        let sidecar = try Peer.plaudit(
            stage, name: "serve-arrivals", executable: executable, configuration: configuration, workers: 1, core: nil)
        let echo = try Peer.echo(stage, name: "echo-arrivals", core: nil)
        return try Self.arrivalRates.flatMap { rate in
            var ours: [LoadReport] = []
            var theirs: [LoadReport] = []
            for round in 1...stage.settings.furtherRounds {
                progress("\(Figures.count(rate)) requests a second, round \(round) of \(stage.settings.furtherRounds)")
                func run(_ peer: Peer) throws -> LoadReport {
                    try peer.crowd(
                        stage, frames: file, connections: Self.arrivalConnectionCount, rate: Double(rate))
                }
                theirs.append(try run(echo))
                ours.append(try run(sidecar))
            }
            let name = Figures.count(rate) + "/s"
            return LoadReport.percentiles(isFull: true).map { percentile in
                Figure(
                    section:
                        "Requests that arrive at a fixed rate on \(Self.arrivalConnectionCount) connections, from the instant they were due; one worker",
                    name: "\(name), \(percentile.name)", unit: "us", rounds: percentile.rounds(ours),
                    floor: percentile.rounds(theirs), floorName: "C echo, \(name)",
                    plot: PlotPoint(.arrivals, line: "Plaudit, \(name)", x: percentile.above))
            }
        }
    }

    private func cheapFrames() throws -> String {
        let frames = stage.workload.plain2048.map { ScoreFrame(reward: "cheap", completions: [$0], references: nil) }
        return try stage.write("cheap.bin", InputFile.frames(frames))
    }
}
