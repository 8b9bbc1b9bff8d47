import BenchSupport
import Foundation
import RewardClient
import RewardConfig
import RewardJudge
import RewardMemory
import TerminalText

/// Judge calls against an endpoint of fixed latency, and what they cost requests that ask nobody.
struct JudgeBench {
    private let stage: Stage
    private let executable: String
    /// The Python clients; nil to leave them out.
    private let scripts: PeerScripts?
    private let mock: JudgeMock

    /// Rollouts of one judged request, each a call; also the most that the lane has in flight.
    private static let batchCount = 1_024
    private static let prompt = "My export stops at the second page since yesterday. What can I do?"

    /// The Python clients, by their names in `bench/peers/judge_clients.py`.
    private static let peers = [("threads", "requests, a thread a call"), ("openai", "openai AsyncOpenAI")]

    init(_ stage: Stage, executable: String, scripts: PeerScripts?) throws {
        self.stage = stage
        self.scripts = scripts
        self.executable = executable
        Self.raiseOpenFileLimit()
        mock = try JudgeMock(stage)
    }

    func figures(_ progress: (String) -> Void) throws -> [Figure] {
        try calls(progress) + isolation(progress) + cache(progress)
    }

    // MARK: Calls

    /// The lane in process against the C client of the same library: calls a second, and processor time.
    private func calls(_ progress: (String) -> Void) throws -> [Figure] {
        var figures: [Figure] = []
        for inFlightCount in [64, 256, 1_024] {
            let loop = try loop(inFlightCount: inFlightCount)
            let bodyByteCount = try loop.meanBodyByteCount()
            var ours: [JudgeRun] = []
            var theirs: [JudgeRun] = []
            var peers = [[JudgeRun]](repeating: [], count: Self.peers.count)
            for round in 1...stage.settings.rounds {
                progress("judge calls, \(inFlightCount) in flight, round \(round) of \(stage.settings.rounds)")
                theirs.append(
                    try JudgeRun.floor(
                        stage, url: mock.url, inFlightCount: inFlightCount,
                        callCount: inFlightCount * stage.settings.turns, bodyByteCount: bodyByteCount))
                ours.append(try loop.run())
                guard let scripts, round <= Self.peerRoundCount else { continue }
                for (index, peer) in Self.peers.enumerated() {
                    peers[index].append(
                        try JudgeRun.peer(
                            peer.0, scripts: scripts, url: mock.url, inFlightCount: inFlightCount,
                            callCount: inFlightCount * stage.settings.turns, bodyByteCount: bodyByteCount))
                }
            }
            let section =
                "Judge calls, endpoint of \(JudgeMock.latencyMilliseconds) ms, bodies of \(bodyByteCount) bytes"
            let name = Figures.count(inFlightCount) + " in flight"
            let isGoal = inFlightCount == 1_024
            func rounds(_ runs: [JudgeRun], _ value: (JudgeRun) -> Double) -> Rounds { Rounds(runs.map(value)) }
            figures.append(
                Figure(
                    section: section, name: name, unit: "calls/s", rounds: rounds(ours, \.callsPerSecond),
                    floor: rounds(theirs, \.callsPerSecond), floorName: "C curl_multi client",
                    goal: isGoal ? .atLeast(0.97) : nil))
            func milliseconds(_ run: JudgeRun) -> Double { run.processorSecondsPerThousandCalls * 1e3 }
            figures.append(
                Figure(
                    section: section, name: name + ", CPU of 1,000 calls", unit: "ms",
                    rounds: rounds(ours, milliseconds), floor: rounds(theirs, milliseconds),
                    floorName: "C curl_multi client", goal: isGoal ? .atMost(1.15) : nil))
            for (peer, runs) in zip(Self.peers, peers) where !runs.isEmpty {
                let same = Array(ours.prefix(runs.count))
                figures.append(
                    Figure(
                        section: section, name: name, unit: "calls/s", rounds: rounds(same, \.callsPerSecond),
                        floor: rounds(runs, \.callsPerSecond), floorName: peer.1))
                figures.append(
                    Figure(
                        section: section, name: name + ", CPU of 1,000 calls", unit: "ms",
                        rounds: rounds(same, milliseconds), floor: rounds(runs, milliseconds), floorName: peer.1))
            }
        }
        return figures
    }

    /// Rounds beside the Python clients: they are slow, and far enough away.
    private static let peerRoundCount = 3

    private func loop(inFlightCount: Int) throws -> JudgeLoop {
        guard let configured = try configuration(isCached: false).judges else {
            throw BenchError("the configuration of the judge bench asks nobody")
        }
        // What the endpoint can do is set by hand, so that nothing is probed beside the calls.
        let endpoint = try JudgeEndpoint(
            api: .openai, url: mock.url, model: "mock-judge", credential: .key("sk-0123456789abcdef0123456789abcdef"),
            capabilities: EndpointCapabilities(structuredOutput: .jsonSchema))
        let limits = EndpointLimits(concurrencyStart: inFlightCount, concurrencyMax: inFlightCount)
        let judge = JudgeSettings(
            name: "mock", endpoints: [JudgeSettings.Endpoint(endpoint: endpoint, limits: limits)], temperature: 0)
        let completions = completions(count: inFlightCount * stage.settings.turns)
        let pieces = (0..<stage.settings.turns).map { turn in
            (0..<inFlightCount).map { row in
                JudgedRollout(
                    row: row, completion: String(decoding: completions[turn * inFlightCount + row], as: UTF8.self),
                    prompt: Self.prompt)
            }
        }
        return JudgeLoop(
            catalog: JudgeCatalog(judges: [judge], tasks: configured.tasks, lane: LaneSettings(cache: nil)),
            pieces: pieces)
    }

    // MARK: Isolation

    /// Round trips of a request that asks nobody, while another connection keeps the judge lane full and while it is idle.
    private func isolation(_ progress: (String) -> Void) throws -> [Figure] {
        let server = try plaudit("serve-judge", isCached: false)
        let single = try stage.write(
            "single.bin",
            InputFile.frames(
                stage.workload.plain2048.map { ScoreFrame(reward: "cheap", completions: [$0], references: nil) }))
        let judged = try stage.write("judged.bin", InputFile.frames([judgedFrame()]))
        var busy: [LoadReport] = []
        var idle: [LoadReport] = []
        var judgedRates = Rounds()
        for round in 1...stage.settings.rounds {
            progress("requests beside judge calls, round \(round) of \(stage.settings.rounds)")
            try wait(server, until: { $0 == 0 })
            idle.append(try load(server, single))
            // Two requests, so that the next one's calls take the places of those that end.
            let background = try server.beginLoad(
                stage, frames: judged, requests: 100_000, warmUp: 2, seconds: 600, depth: 2)
            try wait(server, until: { $0 >= Double(Self.batchCount) })
            let before = (count: try judging(server, "scored"), instant: MonotonicClock.nanoseconds)
            busy.append(try load(server, single))
            let seconds = Double(MonotonicClock.nanoseconds - before.instant) / 1e9
            judgedRates.add((try judging(server, "scored") - before.count) / seconds)
            background.stop()
        }
        let section = "Round trip, one rollout of 2 KB, length_penalty, beside 1,024 judge calls; one worker"
        let percentiles: [(String, (LoadReport) -> Double)] = [("p50", \.p50), ("p99", \.p99), ("p99.9", \.p999)]
        return percentiles.map { percentile, value in
            Figure(
                section: section, name: percentile, unit: "us", rounds: Rounds(busy.map { value($0) / 1e3 }),
                floor: Rounds(idle.map { value($0) / 1e3 }), floorName: "the same sidecar, its judge lane idle",
                goal: percentile == "p99" ? .atMost(2) : nil)
        } + [Figure(section: section, name: "judged meanwhile", unit: "rollouts/s", rounds: judgedRates)]
    }

    private func load(_ server: Peer, _ frames: String) throws -> LoadReport {
        try server.load(stage, frames: frames, requests: stage.settings.requests, warmUp: stage.settings.warmUp)
    }

    /// Waits until as many calls are in flight as are wanted.
    private func wait(_ server: Peer, until isWanted: (Double) -> Bool) throws {
        for _ in 0..<1_000 {
            if isWanted(try judging(server, "in_flight")) { return }
            usleep(10_000)
        }
        throw BenchError("the sidecar has \(try judging(server, "in_flight")) judge calls in flight for 10 s")
    }

    // MARK: Cache

    /// A batch that was judged before: no call, and how quickly.
    private func cache(_ progress: (String) -> Void) throws -> [Figure] {
        let server = try plaudit("serve-cache", isCached: true)
        let file = try stage.write("judged.bin", InputFile.frames([judgedFrame()]))
        let first = try server.beginLoad(stage, frames: file, requests: 1, warmUp: 0, seconds: 30)
        _ = try first.lastLine(seconds: 60)
        let firstCallCount = try settledCallCount(server)
        var rates = Rounds()
        var callCounts = Rounds()
        for round in 1...stage.settings.rounds {
            progress("judged batches from the cache, round \(round) of \(stage.settings.rounds)")
            let before = try settledCallCount(server)
            rates.add(try server.load(stage, frames: file, requests: 1_000, warmUp: 2).rolloutsPerSecond)
            callCounts.add(try settledCallCount(server) - before)
        }
        let section = "Judged batches of 1,024 x 2 KB over the socket, all verdicts in the cache; one worker"
        return [
            Figure(section: section, name: "rate", unit: "rollouts/s", rounds: rates),
            Figure(
                section: section, name: "calls of a round", unit: "calls", rounds: callCounts,
                floor: Rounds(callCounts.values.map { _ in firstCallCount }), floorName: "the first batch",
                goal: .atMost(0)),
        ]
    }

    /// Calls since the start, once the counters can no longer be of before the last reply.
    private func settledCallCount(_ server: Peer) throws -> Double {
        usleep(100_000)
        return try judging(server, "calls")
    }

    // MARK: Input

    private func plaudit(_ name: String, isCached: Bool) throws -> Peer {
        let file = try stage.write(name + ".yaml", Array(yaml(isCached: isCached).utf8))
        return try .plaudit(
            stage, name: name, executable: executable, configuration: file, workers: 1, core: nil)
    }

    private func configuration(isCached: Bool) throws -> Configuration {
        do {
            return try Configuration.load(
                path: try stage.write("judge.yaml", Array(yaml(isCached: isCached).utf8)))
        } catch { throw BenchError("the configuration of the judge bench is refused: \(error)") }
    }

    /// The criteria are those that the mock's answer decides.
    private func yaml(isCached: Bool) -> String {
        """
        version: 1
        rewards:
          cheap:
            components:
              length: {type: length_penalty, unit: characters, target: [0, 2500], tolerance: 1000}
          judged:
            components:
              quality: {type: judge, judge: mock, rubric: support}
        judges:
          mock:
            api: openai
            url: "\(mock.url)"
            model: mock-judge
            temperature: 0
            limits: {concurrency: \(Self.batchCount), concurrency_start: \(Self.batchCount)}
        rubrics:
          support:
            instructions: Judge the replies of a support assistant by what they say, not by how long they are.
            criteria:
              - {name: helpful, text: "The reply names the cause and the steps that remove it.", weight: 2}
              - {name: polite, text: "The reply is friendly and blames nobody."}
        judging: {cache: \(isCached)}

        """
    }

    private func judgedFrame() -> ScoreFrame {
        ScoreFrame(
            reward: "judged", completions: completions(count: Self.batchCount), references: nil, prompt: Self.prompt)
    }

    /// Texts of 2 KB that differ in their first words.
    private func completions(count: Int) -> [[UInt8]] {
        let texts = stage.workload.plain2048
        return (0..<count).map { index in
            let opening = Array("Reply \(index): ".utf8)
            return opening + texts[index % texts.count].dropLast(opening.count)
        }
    }

    /// A counter of the sidecar's judge lane.
    private func judging(_ server: Peer, _ counter: String) throws -> Double {
        do throws(ClientError) {
            let stats = try SidecarConnection(path: server.socket).call("stats")
            guard let value = stats["judging"]?[counter]?.double else { throw ClientError.badReply }
            return value
        } catch { throw BenchError("no counter \(counter) of the judge lane: \(error.message)") }
    }

    /// A connection for each call, here and in the programs that are started from here.
    private static func raiseOpenFileLimit() {
        var limit = rlimit()
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        guard getrlimit(resource, &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        _ = setrlimit(resource, &limit)
    }
}
