import ArgumentParser
import BenchSupport
import Foundation
import TerminalText

/// What part of the bench is run.
enum Part: String, CaseIterable, ExpressibleByArgument {
    case kernel
    case roundTrips = "round-trips"
    case batches
    case footprint
    case scaling
    case judge
    case store
    case peers
}

@main
struct RewardBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plaudit-bench",
        abstract: "Measures Plaudit against C floors, interleaved in one run, and prints each figure beside its floor.",
        discussion: """
            script/bench builds everything this needs and runs it. See docs/benchmarks.md for what each figure is.
            Exit code 0 when the run is complete (goals met or not), 1 when it failed, 2 on wrong usage; with --check, \
            1 when a goal is missed.
            """)

    @Option(
        help: """
            Where the compiled floors are (crowd_client, echo_server, judge_client, judge_mock, library_floor,
            load_client, store_floor; grpc_server when there is one).
            """)
    var floors: String
    @Option(help: "The plaudit executable, a release build.")
    var plaudit: String
    @Option(
        help: """
            A Python interpreter that has what bench/peers/requirements.txt names: everything is measured beside that, too.
            """)
    var peers: String?
    @Option(help: "Write all figures as JSON to this file.")
    var json: String?
    @Option(help: "Write all figures as tables in Markdown to this file.")
    var markdown: String?
    @Option(
        parsing: .upToNextOption,
        help: "Only these parts: kernel, round-trips, batches, footprint, scaling (with --full), judge, store, peers.")
    var only: [Part] = Part.allCases
    @Option(help: "Seed of the workload.")
    var seed: UInt64 = 1
    @Flag(help: "A third of the rounds and a quarter of the work: to see that it runs, not to quote.")
    var quick = false
    @Flag(help: "More workloads: how things grow, arrivals at a fixed rate, judges that are slow or fail at times.")
    var full = false
    @Flag(help: "Fail when a goal is missed.")
    var check = false
    @Option(
        help: """
            Count instructions and allocations instead, on made-up text, and fail when they are not what this file says.
            """)
    var gates: String?
    @Flag(help: "With --gates: write what was counted into that file.")
    var accept = false

    func run() throws {
        signal(SIGPIPE, SIG_IGN)
        if accept && gates == nil { throw ValidationError("--accept goes with --gates") }
        if let gates { return try hold(gates) }
        var machine = Machine()
        let prose = Prose.load(from: Self.dataDirectory())
        var settings = Settings(isQuick: quick, isFull: full, seed: seed)
        settings.prose = prose.origin
        #if DEBUG
        print("warning: this is a debug build; its figures mean nothing")
        #endif
        let stage = try Stage(
            workload: Workload(prose: prose, seed: seed), settings: settings, floors: URL(fileURLWithPath: floors))
        print("Plaudit bench: \(machine.processor), \(machine.cores) cores, \(machine.memoryGigabytes) GB")
        print("\(machine.kernel), commit \(machine.commit), load \(machine.loadBefore) before the run")
        print(settings.text)
        if machine.isBusy {
            print("warning: the machine is busy; batches, tails and rows that are not pinned will say little")
        }
        let figures = try measure(stage)
        machine.loadAfter = Machine.load()
        print("")
        for line in FigureTable(figures).lines(style: .standardOutput) { print(line) }
        print("value and floor: medians; spread: distance of the quartiles over the median; ratio: median of the")
        print("rounds' own ratios, with quartiles. Load \(machine.loadAfter ?? "") after the run.")
        let report = Report(machine: machine, settings: settings, figures: figures)
        if let json { try report.write(json: json) }
        if let markdown { try report.write(markdown: markdown) }
        if check && figures.contains(where: { $0.isGoalMet == false }) { throw ExitCode(1) }
    }

    private func hold(_ path: String) throws {
        let stage = try Stage(
            workload: Workload(prose: .generated(), seed: 1),
            settings: Settings(isQuick: false, isFull: false, seed: 1), floors: URL(fileURLWithPath: floors))
        let progress = ProgressLine()
        let bench = CountBench(stage: stage, executable: plaudit, patterns: try stage.writePatterns())
        let counts = try bench.counts(progress.show)
        progress.clear()
        for count in counts {
            print(
                "\(count.name): \(Figures.count(count.instructions)) instructions, "
                    + "\(count.allocations) allocations of the request")
        }
        if accept {
            try CountThresholds(tolerancePercent: 3, counts: counts).write(to: path)
            return print("written to \(path)")
        }
        let departures = try CountThresholds(contentsOf: path).departures(of: counts)
        for departure in departures { print("FAILED: \(departure)") }
        guard departures.isEmpty else {
            print(
                "If that is meant, `script/bench --gates --accept` writes it down: see CONTRIBUTING.md. The counts are those of a"
            )
            print("processor with AVX2: on one without it all of them are others.")
            throw ExitCode(1)
        }
        print("as \(path) says")
    }

    private func measure(_ stage: Stage) throws -> [Figure] {
        let progress = ProgressLine()
        defer { progress.clear() }
        var figures: [Figure] = []
        let scripts = peers.map { PeerScripts(python: $0) }
        if only == [.peers] && scripts == nil { throw ValidationError("peers are measured with --peers only") }
        if only.contains(where: { $0 != .judge && $0 != .store }) {
            figures += try measureScoring(stage, scripts, progress)
        }
        if only.contains(.judge) {
            figures += try JudgeBench(stage, executable: plaudit, scripts: scripts).figures(progress.show)
        }
        if only.contains(.store) { figures += try StoreBench(stage: stage).figures(progress.show) }
        return figures
    }

    /// The parts that ask nobody.
    private func measureScoring(
        _ stage: Stage, _ scripts: PeerScripts?, _ progress: ProgressLine
    ) throws -> [Figure] {
        let patterns = try stage.writePatterns()
        let configuration = try stage.write("bench.yaml", Array(BenchConfiguration.yaml(patterns: patterns).utf8))
        let kernel = try KernelBench(stage, configuration: configuration)
        let floor = try LibraryFloor(stage, patterns: patterns, stripped: kernel.strippedTexts())
        let socket = SocketBench(stage: stage, executable: plaudit, configuration: configuration)
        var figures: [Figure] = []
        if only.contains(.kernel) { figures += try kernel.figures(floor: floor, progress.show) }
        if only.contains(.roundTrips) { figures += try socket.roundTrips(progress.show) }
        if only.contains(.batches) { figures += try socket.batches(floor: floor, progress.show) }
        if only.contains(.footprint) {
            figures += try FootprintBench(stage: stage, executable: plaudit, patterns: patterns).figures(progress.show)
        }
        if only.contains(.scaling) && full {
            figures += try ScalingBench(
                stage: stage, executable: plaudit, configuration: configuration, floor: floor
            ).figures(progress.show)
        }
        if only.contains(.peers), let scripts {
            try kernel.compare(with: floor)
            for core in [stage.settings.core, nil] {
                let scripts = PeerScripts(python: scripts.python, core: core)
                figures += try ScoringPeers(
                    stage: stage, scripts: scripts, executable: plaudit, configuration: configuration, floor: floor
                ).figures(progress.show)
                figures += try TransportPeers(
                    stage: stage, scripts: scripts, executable: plaudit, configuration: configuration
                ).figures(progress.show)
            }
        }
        return figures
    }

    /// Real text: PLAUDIT_DATA, else `../shared/data` beside the package when that is there.
    private static func dataDirectory() -> URL? {
        let path = ProcessInfo.processInfo.environment["PLAUDIT_DATA"] ?? "../shared/data"
        return FileManager.default.fileExists(atPath: path) ? URL(fileURLWithPath: path) : nil
    }
}
