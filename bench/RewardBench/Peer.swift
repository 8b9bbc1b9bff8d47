import BenchSupport
import Foundation
import RewardClient

/// A server that listens on a socket of the run.
struct Peer {
    enum Kind: String { case echo, scores }

    let kind: Kind
    let socket: String
    let core: Int?
    private let process: ChildProcess
    /// What it said when it was ready, by its keys; empty for the echo.
    private(set) var readyLine: [String: String] = [:]

    /// Bytes that the process has in memory; the most it ever had with `isPeak`.
    func residentByteCount(isPeak: Bool = false) throws -> Int {
        try process.residentByteCount(isPeak: isPeak)
    }

    /// What the process does ends here and not when nobody holds it any longer.
    func stop(seconds: Int = 5) { process.stop(seconds: seconds) }

    var identifier: pid_t { process.identifier }

    /// A counter of the sidecar's judge lane.
    func judging(_ counter: String) throws -> Double {
        do throws(ClientError) {
            let stats = try SidecarConnection(path: socket).call("stats")
            guard let value = stats["judging"]?[counter]?.double else { throw ClientError.badReply }
            return value
        } catch { throw BenchError("no counter \(counter) of the judge lane: \(error.message)") }
    }

    /// The C echo; or, with `answers`, the C program that parses requests and answers them.
    static func echo(_ stage: Stage, name: String, core: Int?, answers: Bool = false) throws -> Peer {
        let socket = stage.path(name + ".sock")
        let process = try ChildProcess(
            stage.floor("echo_server"), [socket] + (answers ? ["answer"] : []), core: core)
        guard try process.readLine(seconds: 10) == "ready" else { throw BenchError("echo_server is not ready") }
        return Peer(kind: answers ? .scores : .echo, socket: socket, core: core, process: process)
    }

    /// Plaudit with that configuration, as the last words of the command `under` when there is one.
    static func plaudit(
        _ stage: Stage, name: String, executable: String, configuration: String, workers: Int, core: Int?,
        under command: [String] = []
    ) throws -> Peer {
        let socket = stage.path(name + ".sock")
        let words =
            command + [
                executable, "serve", "--config", configuration, "--socket", socket, "--workers", String(workers),
            ]
        let process = try ChildProcess(
            words[0], Array(words.dropFirst()), core: core, log: stage.path(name + ".log"))
        let line = try process.readLine(seconds: command.isEmpty ? 60 : 600)
        guard line.hasPrefix("plaudit ready socket=") else { throw BenchError("plaudit serve said: \(line)") }
        let pairs = line.split(separator: " ").map { $0.split(separator: "=", maxSplits: 1).map(String.init) }
        let ready = Dictionary(pairs.filter { $0.count == 2 }.map { ($0[0], $0[1]) }, uniquingKeysWith: { $1 })
        return Peer(kind: .scores, socket: socket, core: core, process: process, readyLine: ready)
    }

    /// One run of the load generator against this server, on the server's core when it is pinned.
    func load(
        _ stage: Stage, frames: String, requests: Int, warmUp: Int, spins: Bool = false
    ) throws -> LoadReport {
        let seconds = stage.settings.seconds
        let child = try beginLoad(
            stage, frames: frames, requests: requests, warmUp: warmUp, seconds: seconds, spins: spins)
        return try LoadReport(child.lastLine(seconds: 60 + Int(seconds)))
    }

    /// Starts a run of the load generator with `depth` requests under way at once; its last line is a `LoadReport`.
    func beginLoad(
        _ stage: Stage, frames: String, requests: Int, warmUp: Int, seconds: Double, depth: Int = 1, spins: Bool = false
    ) throws -> ChildProcess {
        let arguments = [
            "--socket", socket, "--frames", frames, "--requests", String(requests), "--warm-up", String(warmUp),
            "--seconds", String(seconds), "--expect", kind.rawValue, "--depth", String(depth),
            "--wait", spins ? "spin" : "sleep",
        ]
        return try ChildProcess(stage.floor("load_client"), arguments, core: core)
    }

    /// One run of the load generator with many connections: closed loops, or `rate` requests a second that arrive whatever
    /// becomes of the others.
    func crowd(_ stage: Stage, frames: String, connections: Int, rate: Double? = nil) throws -> LoadReport {
        let seconds = stage.settings.seconds
        let arguments = [
            "--socket", socket, "--frames", frames, "--connections", String(connections), "--seconds", String(seconds),
            "--warm-up", String(stage.settings.warmUp), "--expect", kind.rawValue, "--rate", String(rate ?? 0),
        ]
        let child = try ChildProcess(stage.floor("crowd_client"), arguments, core: core)
        return try LoadReport(child.lastLine(seconds: 60 + Int(seconds)))
    }
}
