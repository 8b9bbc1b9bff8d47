import BenchSupport
import Foundation
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
    private let input: JudgeInput

    init(_ stage: Stage, executable: String, scripts: PeerScripts?) throws {
        self.stage = stage
        self.scripts = scripts
        self.executable = executable
        Self.raiseOpenFileLimit()
        mock = try JudgeMock(stage)
        input = JudgeInput(stage: stage, url: mock.url)
    }

    func figures(_ progress: (String) -> Void) throws -> [Figure] {
        try JudgeCalls(stage: stage, scripts: scripts).figures(progress) + isolation(progress) + cache(progress)
            + (stage.settings.isFull ? JudgeSavings(stage: stage, executable: executable).figures(progress) : [])
    }

    // MARK: Isolation

    /// Round trips of a request that asks nobody, while another connection keeps the judge lane full and while it is idle.
    private func isolation(_ progress: (String) -> Void) throws -> [Figure] {
        let server = try plaudit("serve-judge", isCached: false)
        let single = try stage.write(
            "single.bin",
            InputFile.frames(
                stage.workload.plain2048.map { ScoreFrame(reward: "cheap", completions: [$0], references: nil) }))
        let judged = try stage.write("judged.bin", InputFile.frames([input.judgedFrame()]))
        var busy: [LoadReport] = []
        var idle: [LoadReport] = []
        var judgedRates = Rounds()
        var memory = Rounds()
        for round in 1...stage.settings.rounds {
            progress("requests beside judge calls, round \(round) of \(stage.settings.rounds)")
            try wait(server, until: { $0 == 0 })
            idle.append(try load(server, single))
            // Two requests, so that the next one's calls take the places of those that end.
            let background = try server.beginLoad(
                stage, frames: judged, requests: 100_000, warmUp: 2, seconds: 600, depth: 2)
            try wait(server, until: { $0 >= Double(JudgeInput.batchCount) })
            let before = (count: try server.judging("scored"), instant: MonotonicClock.nanoseconds)
            busy.append(try load(server, single))
            let seconds = Double(MonotonicClock.nanoseconds - before.instant) / 1e9
            memory.add(Double(try server.residentByteCount()) / 1e6)
            judgedRates.add((try server.judging("scored") - before.count) / seconds)
            background.stop()
        }
        let section = "Round trip, one rollout of 2 KB, length_penalty, beside 1,024 judge calls; one worker"
        let percentiles = LoadReport.percentiles(isFull: stage.settings.isFull).map { percentile in
            Figure(
                section: section, name: percentile.name, unit: "us", rounds: percentile.rounds(busy),
                floor: percentile.rounds(idle), floorName: "the same sidecar, its judge lane idle",
                goal: percentile.name == "p99" ? .atMost(2) : nil)
        }
        return percentiles + [
            Figure(section: section, name: "judged meanwhile", unit: "rollouts/s", rounds: judgedRates),
            Figure(
                section: section, name: "resident memory, 1,024 judge calls in flight", unit: "MB", rounds: memory,
                goal: .valueAtMost(64)),
        ]
    }

    private func load(_ server: Peer, _ frames: String) throws -> LoadReport {
        try server.load(stage, frames: frames, requests: stage.settings.requests, warmUp: stage.settings.warmUp)
    }

    /// Waits until as many calls are in flight as are wanted, which takes a while where others keep the cores busy.
    private func wait(_ server: Peer, until isWanted: (Double) -> Bool) throws {
        for _ in 0..<6_000 {
            if isWanted(try server.judging("in_flight")) { return }
            usleep(10_000)
        }
        throw BenchError("the sidecar has \(try server.judging("in_flight")) judge calls in flight for a minute")
    }

    // MARK: Cache

    /// A batch that was judged before: no call, and how quickly.
    private func cache(_ progress: (String) -> Void) throws -> [Figure] {
        let server = try plaudit("serve-cache", isCached: true)
        let file = try stage.write("judged.bin", InputFile.frames([input.judgedFrame()]))
        let first = try server.beginLoad(stage, frames: file, requests: 1, warmUp: 0, seconds: 30)
        _ = try first.lastLine(seconds: 60)
        let firstCallCount = try settledCallCount(server)
        var rates = Rounds()
        var callCounts = Rounds()
        var hits = Rounds()
        for round in 1...stage.settings.rounds {
            progress("judged batches from the cache, round \(round) of \(stage.settings.rounds)")
            let before = try settledCallCount(server)
            let cachedBefore = try server.judging("cached")
            rates.add(try server.load(stage, frames: file, requests: 1_000, warmUp: 2).rolloutsPerSecond)
            let callCount = try settledCallCount(server) - before
            let cachedCount = try server.judging("cached") - cachedBefore
            callCounts.add(callCount)
            guard cachedCount + callCount > 0 else { throw BenchError("the sidecar counts no questions") }
            hits.add(100 * cachedCount / (cachedCount + callCount))
        }
        let section = "Judged batches of 1,024 x 2 KB over the socket, all verdicts in the cache; one worker"
        return [
            Figure(section: section, name: "rate", unit: "rollouts/s", rounds: rates),
            Figure(section: section, name: "answers from the cache", unit: "%", rounds: hits),
            Figure(
                section: section, name: "calls of a round", unit: "calls", rounds: callCounts,
                floor: Rounds(callCounts.values.map { _ in firstCallCount }), floorName: "the first batch",
                goal: .atMost(0)),
        ]
    }

    /// Calls since the start, once the counters can no longer be of before the last reply.
    private func settledCallCount(_ server: Peer) throws -> Double {
        usleep(100_000)
        return try server.judging("calls")
    }

    private func plaudit(_ name: String, isCached: Bool) throws -> Peer {
        let file = try stage.write(name + ".yaml", Array(input.yaml(isCached: isCached).utf8))
        return try .plaudit(
            stage, name: name, executable: executable, configuration: file, workers: 1, core: nil)
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
