import ArgumentParser
import Glibc
import JudgeTrials
import ReportPages
import RewardConfig
import RewardJudge
import RewardKernel
import RewardMemory
import RewardReport
import RewardStore
import Synchronization
import TerminalText

/// `plaudit replay`: what another configuration would have made of it.
struct ReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract:
            "Scores the rollouts of an audit log again, by another rubric, judge or threshold, and shows what changes.",
        discussion: """
            Takes rollouts that a sidecar has kept (`store: {path, audit: true}`), scores them by --config, and compares each \
            reward and component with what came of it then. Verdicts that the store's cache knows are not asked for again, so \
            that another weight or gate costs no call; new ones are kept there. Nothing is written to the audit log.

            A rollout that was kept without its texts, or with cut ones, cannot be scored again; it is counted and left out. \
            Rollouts of one `group_id` are scored together.

            Examples:
              plaudit replay --config new.yaml --store plaudit.db --dry-run          how many calls would it make?
              plaudit replay --config new.yaml --store plaudit.db --since 2h --html replay.html
              plaudit replay --config rewards.yaml --store plaudit.db --failed       what a judge's outage left unscored
              plaudit replay --config new.yaml --store plaudit.db --json | jq .reward_change

            Exit codes: 0 done, 1 the run failed, 2 wrong usage or configuration.
            """)

    @Option(
        help: ArgumentHelp("The new configuration.", valueName: "file"), completion: .file(extensions: ["yaml", "yml"]))
    var config: String

    @Option(help: ArgumentHelp("The store; may be left out when the configuration names it.", valueName: "file"))
    var store: String?

    @Option(help: ArgumentHelp("The reward; may be left out when the configuration has only one.", valueName: "name"))
    var reward: String?

    @Option(
        help: ArgumentHelp(
            "Only rollouts scored since: a date or time (2026-11-01, 2026-11-01T12:00:00Z) or an age (90s, 30m, 2h, 7d).",
            valueName: "when"))
    var since: String?

    @Flag(help: "Only rollouts without a score of their own: neutral and refused ones.")
    var failed = false

    @Option(help: ArgumentHelp("Only so many rollouts, the latest.", valueName: "count"))
    var limit: Int?

    @Option(help: ArgumentHelp("The reward from which a rollout has passed.", valueName: "reward"))
    var threshold: Double = 0.5

    @Flag(help: "Ask nobody and change nothing: say how many calls it would make.")
    var dryRun = false

    @Flag(help: "Print JSON on standard output instead of the table.")
    var json = false

    @Option(help: ArgumentHelp("Write the report as a page of one file.", valueName: "file"))
    var html: String?

    func validate() throws {
        guard limit ?? 1 >= 1 else { throw ValidationError("--limit is at least 1") }
        guard threshold.isFinite else { throw ValidationError("--threshold is a number") }
        if let since, StoreCommand.microseconds(since) == nil {
            throw ValidationError("--since: wanted a date, a time or an age such as 2h, found `\(since)`")
        }
        if dryRun && html != nil { throw ValidationError("--dry-run has no report to write") }
    }

    /// Rollouts of one request: all their judges are waited for at once.
    private static let requestRolloutCount = 64
    private static let deadline = Duration.seconds(590)

    func run() throws {
        let configuration = try ConfigurationFile.load(config)
        guard let store = store ?? configuration.store?.path else {
            StandardStream.error.write("plaudit: no store; give --store FILE, or `store: {path: FILE}` in \(config)")
            throw ExitStatus.usage
        }
        let rewardIndex = try ScoringRun.rewardIndex(reward, configuration)
        let name = configuration.rewards[rewardIndex].name
        let input = try read(store, reward: name)
        let run = try ScoringRun(configuration, rewardIndex: rewardIndex) { () throws(InputFileError) in
            try input.file(name: store)
        }
        if dryRun { return try count(run, input, store) }
        let begun = MonotonicClock.nanoseconds
        let session = try SidecarSession(configuration, keeping: .verdicts(path: journal(configuration, store)))
        defer { session.close() }
        let scored = try score(run, session, label: "replaying")
        let rows = zip(run.file.records.indices, input.outcomes).map { index, before in
            let record = run.file.records[index]
            return ReplayReport.Row(
                name: record.identifier?.operandText ?? "rollout \(index + 1)",
                group: record.groupIdentifier?.compactText, completion: record.completion, before: before,
                after: StoredOutcome(scored, row: index))
        }
        let facts = ReplayFacts(
            store: store, configurationFile: configuration.file, configurationHash: configuration.hash, reward: name,
            input: input, seconds: Double(MonotonicClock.nanoseconds - begun) / 1e9,
            version: PlauditVersion.text.description)
        let report = ReplayReport(rows, threshold: threshold, usage: scored.usage, facts: facts)
        StandardStream.output.write(
            json ? report.json.indentedText : report.lines(style: .standardOutput).joined(separator: "\n"))
        if let html { try OutputFile(html).write(report.page.html) }
    }

    private func read(_ store: String, reward: String) throws -> ReplayInput {
        let filter = StoreReader.Filter(
            reward: reward, since: since.flatMap { StoreCommand.microseconds($0) }, status: failed ? .failed : .all)
        let (reader, count) = try StoreCommand.told { () throws(StoreError) in
            let reader = try StoreReader(path: store)
            return (reader, try reader.count(filter))
        }
        var input = ReplayInput()
        var skipCount = limit.map { max(0, count - $0) } ?? 0
        try reader.export(filter) { rollout in
            if skipCount > 0 { skipCount -= 1 } else { input.add(rollout) }
        }
        guard input.count > 0 else {
            let kind = failed ? "failed rollouts" : "rollouts"
            let why = count > 0 ? " that were kept with their texts" : ""
            StandardStream.error.write("plaudit: \(store) has no \(kind) of the reward `\(reward)`\(why)")
            // That nothing has failed is no failure.
            throw failed && count == 0 ? ExitStatus.done : ExitStatus.failed
        }
        input.gatherGroups()
        return input
    }

    /// Where verdicts are known and kept; nil where the configuration wants no cache.
    private func journal(_ configuration: Configuration, _ store: String) -> String? {
        configuration.judges?.lane.cache == nil ? nil : store
    }

    private func score(_ run: ScoringRun, _ session: SidecarSession, label: String) throws -> ScoredBatch {
        let requests = try run.requests(
            rolloutCountMax: run.configuration.judges == nil
                ? RolloutFile.requestRolloutCountMax : Self.requestRolloutCount)
        var bar = ProgressBar(label: label, total: run.file.records.count, now: MonotonicClock.nanoseconds)
        var scored: ScoredBatch?
        for rows in requests {
            let batch = try run.score(rows, session, wantsRationales: false, deadline: Self.deadline)
            if scored == nil { scored = batch } else { _ = scored?.append(batch) }
            bar.advance(to: rows.upperBound, now: MonotonicClock.nanoseconds)
        }
        bar.finish()
        guard let scored else { throw ExitStatus.failed }
        return scored
    }

    private func count(_ run: ScoringRun, _ input: ReplayInput, _ store: String) throws {
        let counter = Mutex<CallCounter?>(nil)
        let session = try SidecarSession(
            run.configuration, keeping: .verdicts(path: journal(run.configuration, store))
        ) { catalog, journal, _, _ in
            let made = CallCounter(catalog, journal: journal, wallClockSeconds: Int64(time(nil)))
            counter.withLock { $0 = made }
            return made
        }
        defer { session.close() }
        _ = try score(run, session, label: "counting")
        let count = counter.withLock { $0?.count } ?? CallCounter.Count()
        let leftOut = input.textlessCount + input.cutCount
        if json {
            let value = JSONValue.object([
                "command": .string("replay"), "dry_run": .bool(true), "rollouts": .count(input.count),
                "left_out": .count(leftOut), "questions": .count(count.questionCount), "calls": .count(count.callCount),
                "cached": .count(count.cachedCount),
            ])
            StandardStream.output.write(value.indentedText)
            return
        }
        StandardStream.output.write(
            "\(Figures.count(input.count)) rollouts"
                + (leftOut > 0 ? ", \(Figures.count(leftOut)) left out" : "")
                + "; \(Figures.count(count.questionCount)) questions to judges: \(Figures.count(count.callCount)) calls, "
                + "\(Figures.count(count.cachedCount)) known to the cache")
    }
}
