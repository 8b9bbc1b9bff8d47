import BenchSupport
import Foundation

/// What `load_client` printed about one run.
struct LoadReport: Decodable {
    let requests: Int
    let p50: Double
    let p99: Double
    let p999: Double
    let rolloutsPerSecond: Double

    private enum CodingKeys: String, CodingKey {
        case requests
        case p50 = "p50_ns"
        case p99 = "p99_ns"
        case p999 = "p999_ns"
        case rolloutsPerSecond = "rollouts_per_second"
    }

    init(_ line: String) throws {
        self = try JSONDecoder().decode(LoadReport.self, from: Data(line.utf8))
    }
}

/// A server that listens on a socket of the run.
struct Peer {
    enum Kind: String { case echo, scores }

    let kind: Kind
    let socket: String
    let core: Int?
    private let process: ChildProcess

    /// The C echo.
    static func echo(_ stage: Stage, name: String, core: Int?) throws -> Peer {
        let socket = stage.path(name + ".sock")
        let process = try ChildProcess(stage.floor("echo_server"), [socket], core: core)
        guard try process.readLine(seconds: 10) == "ready" else { throw BenchError("echo_server is not ready") }
        return Peer(kind: .echo, socket: socket, core: core, process: process)
    }

    /// Plaudit with that configuration.
    static func plaudit(
        _ stage: Stage, name: String, executable: String, configuration: String, workers: Int, core: Int?
    ) throws -> Peer {
        let socket = stage.path(name + ".sock")
        let arguments = ["serve", "--config", configuration, "--socket", socket, "--workers", String(workers)]
        let process = try ChildProcess(executable, arguments, core: core, log: stage.path(name + ".log"))
        let line = try process.readLine(seconds: 60)
        guard line.hasPrefix("plaudit ready socket=") else { throw BenchError("plaudit serve said: \(line)") }
        return Peer(kind: .scores, socket: socket, core: core, process: process)
    }

    /// One run of the load generator against this server, on the server's core when it is pinned.
    func load(_ stage: Stage, frames: String, requests: Int, warmUp: Int) throws -> LoadReport {
        let seconds = stage.settings.seconds
        let child = try beginLoad(stage, frames: frames, requests: requests, warmUp: warmUp, seconds: seconds)
        return try LoadReport(child.lastLine(seconds: 60 + Int(seconds)))
    }

    /// Starts a run of the load generator with `depth` requests under way at once; its last line is a `LoadReport`.
    func beginLoad(
        _ stage: Stage, frames: String, requests: Int, warmUp: Int, seconds: Double, depth: Int = 1
    ) throws -> ChildProcess {
        let arguments = [
            "--socket", socket, "--frames", frames, "--requests", String(requests), "--warm-up", String(warmUp),
            "--seconds", String(seconds), "--expect", kind.rawValue, "--depth", String(depth),
        ]
        return try ChildProcess(stage.floor("load_client"), arguments, core: core)
    }
}
