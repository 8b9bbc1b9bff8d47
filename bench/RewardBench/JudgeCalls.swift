import BenchSupport
import Foundation
import RewardConfig
import RewardJudge
import TerminalText

/// The judge lane in process against the C client of the same library, and against what people write in Python: calls a
/// second, and processor time.
struct JudgeCalls {
    let stage: Stage
    /// The Python clients; nil to leave them out.
    let scripts: PeerScripts?

    /// How an endpoint behaves, and how many calls it is asked at once.
    private struct Course {
        let description: String
        let options: [String]
        let inFlightCounts: [Int]
        var fails = false
        /// Whether some calls take far longer than others.
        var isUneven = false
        var hasPeers = false
        /// Of what is in the headline: at 1,024 in flight.
        var hasGoals = false
    }

    /// A Python client, by its name in `bench/peers/judge_clients.py`.
    private struct Client {
        let name: String
        let description: String
        /// Of our processor time over theirs.
        var goal: Goal?
        /// Fewer calls, where thousands would take minutes.
        var callCountMax = Int.max
    }

    private static let clients = [
        Client(name: "threads", description: "requests, a thread a call"),
        Client(name: "aiohttp", description: "aiohttp, uvloop, orjson", goal: .atMost(0.35)),
        Client(name: "httpx", description: "httpx.AsyncClient", callCountMax: 1_024),
        Client(name: "openai", description: "openai AsyncOpenAI", goal: .atMost(0.03), callCountMax: 4_096),
        Client(name: "litellm", description: "litellm", goal: .atMost(0.03), callCountMax: 4_096),
    ]
    /// Rounds beside the Python clients: they are slow, and far enough away.
    private static let clientRoundCount = 3
    private static let floorName = "C curl_multi client"

    private var courses: [Course] {
        let usual = Course(
            description: "\(JudgeMock.latencyMilliseconds) ms", options: [], inFlightCounts: [64, 256, 1_024],
            hasPeers: true, hasGoals: true)
        guard stage.settings.isFull else { return [usual] }
        return [
            usual,
            Course(
                description: "\(JudgeMock.latencyMilliseconds) ms, few and many calls", options: [],
                inFlightCounts: [1, 16, 4_096]),
            Course(
                description: "\(JudgeMock.latencyMilliseconds) ms in the median, one in a hundred 5 times that",
                options: ["--tail", "0.7"], inFlightCounts: [256, 1_024], isUneven: true),
            Course(
                description: "\(JudgeMock.latencyMilliseconds) ms, 5 % of the calls fail",
                options: ["--fail-percent", "5"], inFlightCounts: [256], fails: true, isUneven: true),
        ]
    }

    func figures(_ progress: (String) -> Void) throws -> [Figure] {
        try courses.flatMap { course in
            let mock = try JudgeMock(stage, options: course.options)
            let input = JudgeInput(stage: stage, url: mock.url)
            return try course.inFlightCounts.flatMap { try figures(course, input, inFlightCount: $0, progress) }
        }
    }

    private func figures(
        _ course: Course, _ input: JudgeInput, inFlightCount: Int, _ progress: (String) -> Void
    ) throws -> [Figure] {
        let loop = try loop(course, input, inFlightCount: inFlightCount)
        let requests = try loop.requests()
        let bodyByteCount = requests.reduce(0) { $0 + $1.body.count } / requests.count
        let callCount = inFlightCount * stage.settings.turns
        let carriage = JudgeCarriage(request: requests[0], inFlightCount: inFlightCount, callCount: callCount)
        let scripts = course.hasPeers ? scripts : nil
        var ours: [JudgeRun] = []
        var floors: [JudgeRun] = []
        var carriages: [JudgeRun] = []
        var clients = [[JudgeRun]](repeating: [], count: Self.clients.count)
        let roundCount = course.hasGoals ? stage.settings.rounds : stage.settings.furtherRounds
        for round in 1...roundCount {
            progress("judge calls, \(Figures.count(inFlightCount)) in flight, round \(round) of \(roundCount)")
            // The C client ends at the first answer that is none.
            if !course.fails {
                floors.append(
                    try JudgeRun.floor(
                        stage, url: input.url, inFlightCount: inFlightCount, callCount: callCount,
                        bodyByteCount: bodyByteCount))
            }
            if course.hasGoals { carriages.append(try carriage.run()) }
            ours.append(try loop.run())
            guard let scripts, round <= Self.clientRoundCount else { continue }
            for (index, client) in Self.clients.enumerated() {
                clients[index].append(
                    try JudgeRun.peer(
                        client.name, scripts: scripts, url: input.url, inFlightCount: inFlightCount,
                        callCount: min(callCount, max(client.callCountMax, inFlightCount)),
                        bodyByteCount: bodyByteCount))
            }
        }
        let rows = Rows(
            section: "Judge calls, endpoint of \(course.description)", inFlightCount: inFlightCount,
            hasGoals: course.hasGoals && inFlightCount == 1_024)
        guard !course.fails else { return rows.unreliable(ours) }
        let others = zip(Self.clients, clients).filter { !$1.isEmpty }
        return rows.figures(ours, floors, Self.floorName, .atLeast(0.97), .atMost(1.15))
            + rows.carriage(carriages, floors, Self.floorName, .atLeast(0.97), .atMost(1.15))
            + others.flatMap {
                rows.figures(ours, $1, $0.description, nil, $0.goal)
                    + rows.carriage(carriages, $1, $0.description, nil, $0.goal)
            }
    }

    /// The figures of one number of calls in flight.
    private struct Rows {
        let section: String
        let inFlightCount: Int
        let hasGoals: Bool

        private var name: String { Figures.count(inFlightCount) + " in flight" }

        private func plot() -> PlotPoint { PlotPoint(.judgeCalls, line: "Plaudit", x: Double(inFlightCount)) }

        /// Calls a second and processor time, against as many rounds as the other has.
        func figures(
            _ ours: [JudgeRun], _ theirs: [JudgeRun], _ other: String, _ callGoal: Goal?, _ processorGoal: Goal?
        ) -> [Figure] {
            let same = ours.prefix(theirs.count)
            func milliseconds(_ run: JudgeRun) -> Double { run.processorSecondsPerThousandCalls * 1e3 }
            return [
                Figure(
                    section: section, name: "\(name), against \(other)", unit: "calls/s",
                    rounds: Rounds(same.map(\.callsPerSecond)), floor: Rounds(theirs.map(\.callsPerSecond)),
                    floorName: other, goal: hasGoals ? callGoal : nil, plot: plot()),
                Figure(
                    section: section + ", processor time", name: "\(name), 1,000 calls, against \(other)", unit: "ms",
                    rounds: Rounds(same.map(milliseconds)), floor: Rounds(theirs.map(milliseconds)), floorName: other,
                    goal: hasGoals ? processorGoal : nil, plot: plot()),
            ]
        }

        /// The driver alone, where it was measured: a client against a client, as the goals were set.
        func carriage(
            _ ours: [JudgeRun], _ theirs: [JudgeRun], _ other: String, _ callGoal: Goal?, _ processorGoal: Goal?
        ) -> [Figure] {
            guard !ours.isEmpty else { return [] }
            return figures(ours, theirs, other, callGoal, processorGoal).map { figure in
                var figure = figure
                figure.name = "the HTTP driver alone, " + figure.name
                figure.plot = nil
                return figure
            }
        }

        /// Of an endpoint that fails at times: what was answered nevertheless, and what it took.
        func unreliable(_ ours: [JudgeRun]) -> [Figure] {
            [
                Figure(
                    section: section, name: name, unit: "answers/s", rounds: Rounds(ours.map(\.callsPerSecond))),
                Figure(
                    section: section, name: "\(name), answers with a score", unit: "%",
                    rounds: Rounds(ours.map { $0.scoredShare * 100 })),
                Figure(
                    section: section, name: "\(name), calls of an answer", unit: "calls",
                    rounds: Rounds(ours.map(\.callsPerAnswer))),
            ]
        }
    }

    private func loop(_ course: Course, _ input: JudgeInput, inFlightCount: Int) throws -> JudgeLoop {
        guard let configured = try input.configuration(isCached: false).judges else {
            throw BenchError("the configuration of the judge bench asks nobody")
        }
        // What the endpoint can do is set by hand, so that nothing is probed beside the calls.
        let endpoint = try JudgeEndpoint(
            api: .openai, url: input.url, model: "mock-judge",
            credential: .key("sk-0123456789abcdef0123456789abcdef"),
            capabilities: EndpointCapabilities(structuredOutput: .jsonSchema))
        // One endpoint takes so many calls at most; more of them are several endpoints, here at the same address.
        let endpointCount = (inFlightCount + EndpointLimits.concurrencyCeiling - 1) / EndpointLimits.concurrencyCeiling
        let share = inFlightCount / endpointCount
        let limits = EndpointLimits(concurrencyStart: share, concurrencyMax: share)
        let judge = JudgeSettings(
            name: "mock",
            endpoints: Array(
                repeating: JudgeSettings.Endpoint(endpoint: endpoint, limits: limits), count: endpointCount),
            temperature: 0)
        let completions = input.completions(count: inFlightCount * stage.settings.turns)
        let pieces = (0..<stage.settings.turns).map { turn in
            (0..<inFlightCount).map { row in
                JudgedRollout(
                    row: row, completion: String(decoding: completions[turn * inFlightCount + row], as: UTF8.self),
                    prompt: JudgeInput.prompt)
            }
        }
        return JudgeLoop(
            catalog: JudgeCatalog(judges: [judge], tasks: configured.tasks, lane: LaneSettings(cache: nil)),
            pieces: pieces, mayFail: course.fails, underWayCount: course.isUneven ? pieces.count : 2)
    }
}
