import BenchSupport
import Foundation
import TerminalText

/// A request and its reply between Python and another process, against gRPC.
struct TransportPeers {
    let stage: Stage
    let scripts: PeerScripts
    let executable: String
    let configuration: String

    /// A server that answers calls of one size.
    private struct Answerer {
        let description: String
        let arguments: (Int) -> [String]
        var goal: Goal?
    }

    func figures(_ progress: (String) -> Void) throws -> [Figure] {
        let sidecar = try Peer.plaudit(
            stage, name: "serve-transport", executable: executable, configuration: configuration, workers: 1,
            core: scripts.core)
        let echo = try Peer.echo(stage, name: "echo-transport", core: scripts.core)
        let target = stage.path("grpc-python.sock")
        let python = try scripts.serve("grpc_server", [target])
        defer { python.process.stop() }
        func grpc(_ path: String) -> (Int) -> [String] {
            { ["grpc", "--target", "unix:" + path, "--bytes", String($0)] }
        }
        var peers = [
            Answerer(
                description: "grpcio on both sides", arguments: grpc(target), goal: .atLeast(30)),
            Answerer(description: "the C echo, plain socket") { byteCount in
                ["socket", "--socket", echo.socket, "--frames", framePath(byteCount), "--expect", "echo"]
            },
        ]
        let compiled = try compiledServer()
        defer { compiled?.process.stop() }
        if let compiled {
            peers.insert(
                Answerer(
                    description: "grpcio to a C++ gRPC server", arguments: grpc(compiled.path), goal: .atLeast(10)),
                at: 0)
        }
        var figures: [Figure] = []
        for byteCount in [1_024, 65_536] {
            try writeFrames(byteCount)
            let ours = ["socket", "client"].map { name in
                [name, "--socket", sidecar.socket, "--frames", framePath(byteCount)]
            }
            var rates = [[Rounds]](repeating: [], count: 2)
            rates = [[Rounds(), Rounds()], [Rounds](repeating: Rounds(), count: peers.count)]
            for round in 1...stage.settings.rounds {
                progress("transport, \(Figures.count(byteCount)) bytes, round \(round) of \(stage.settings.rounds)")
                for (index, arguments) in ours.enumerated() { rates[0][index].add(try rate(arguments)) }
                for (index, peer) in peers.enumerated() { rates[1][index].add(try rate(peer.arguments(byteCount))) }
            }
            figures += rows(byteCount, ours: rates[0], peers: peers, rates: rates[1])
        }
        return figures
    }

    private func rows(_ byteCount: Int, ours: [Rounds], peers: [Answerer], rates: [Rounds]) -> [Figure] {
        let names = ["plain socket", "plaudit.Client"]
        return zip(names, ours).flatMap { name, rounds in
            zip(peers, rates).map { peer, rate in
                Figure(
                    section:
                        "Round trips from Python: a completion scored by the sidecar (length_penalty), against echoes"
                        + scripts.placement,
                    name: "\(byteCount >> 10) KB by \(name), against \(peer.description)", unit: "calls/s",
                    rounds: rounds, floor: rate, floorName: peer.description,
                    goal: byteCount == 1_024 && name == names[0] && scripts.core != nil ? peer.goal : nil)
            }
        }
    }

    /// Calls a second, one under way at a time, by the median.
    private func rate(_ arguments: [String]) throws -> Double {
        let times: PeerTimes = try scripts.run(
            "echo", arguments + ["--seconds", String(stage.settings.seconds / 3)])
        return 1e6 / times.p50
    }

    private func framePath(_ byteCount: Int) -> String { stage.path("echo-\(byteCount).bin") }

    private func writeFrames(_ byteCount: Int) throws {
        let texts = stage.workload.plain2048
        let frames = texts.indices.map { index in
            let text = (0..<(byteCount / 2_048 + 1)).flatMap { texts[(index + $0) % texts.count] }
            return ScoreFrame(reward: "cheap", completions: [Array(text.prefix(byteCount))], references: nil)
        }
        _ = try stage.write("echo-\(byteCount).bin", InputFile.frames(frames))
    }

    /// The C++ gRPC server, where script/bench could compile it.
    private func compiledServer() throws -> (process: ChildProcess, path: String)? {
        let program = stage.floor("grpc_server")
        guard FileManager.default.isExecutableFile(atPath: program) else { return nil }
        let path = stage.path("grpc-compiled.sock")
        let process = try ChildProcess(program, [path], core: scripts.core)
        guard try process.readLine(seconds: 10) == "ready" else { throw BenchError("grpc_server is not ready") }
        return (process, path)
    }
}
