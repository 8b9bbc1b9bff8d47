import ArgumentParser
import RewardMemory
import RewardReport
import RewardStore
import RewardValidation
import TerminalText

/// `plaudit monitor`: signs of reward hacking over training.
struct MonitorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "monitor",
        abstract: "Looks for signs of reward hacking in what a sidecar has scored.",
        discussion: """
            Cuts the rollouts of a store into windows over time and watches, window by window: whether reward goes with length, \
            whether rewards are all at their greatest or equal within groups, whether the judge is ever happier while the rules \
            are ever less, and how often each criterion is met. Changes are measured against the first quarter of the windows, \
            and raise an alarm when they are large and no chance.

            Examples:
              plaudit monitor plaudit.db
              plaudit monitor plaudit.db --reward answer --since 2d --windows 48 --html monitor.html
              plaudit monitor plaudit.db --gate || stop-training

            Exit codes: 0 done, 1 it could not be done, or with --gate there is an alarm in the last window, 2 wrong usage.
            """)

    @Argument(help: ArgumentHelp("The store of a sidecar with `audit: true`.", valueName: "store"))
    var store: String

    @Option(
        help: ArgumentHelp("The reward to look at; may be left out when there is only one.", valueName: "name"))
    var reward: String?

    @Option(
        help: ArgumentHelp(
            "Only rollouts scored since a date, a time or an age (2026-11-01, 90s, 2h, 7d).", valueName: "when"))
    var since: String?

    @Option(help: ArgumentHelp("In how many windows, of equally many rollouts.", valueName: "number"))
    var windows = 20

    @OptionGroup var output: ReportOutput

    mutating func validate() throws {
        guard (1...1_000).contains(windows) else { throw ValidationError("--windows is from 1 to 1000") }
        if let since, StoreCommand.microseconds(since) == nil {
            throw ValidationError("--since: wanted a date, a time or an age such as 2h, found `\(since)`")
        }
    }

    mutating func run() throws {
        let filter = try ScoreSource.storeFilter(store, reward: reward, since: since)
        let (reader, count) = try StoreCommand.told { () throws(StoreError) in
            let reader = try StoreReader(path: store)
            return (reader, try reader.count(filter))
        }
        var builder = MonitorBuilder(rolloutCount: count, windowCount: windows)
        var bar = ProgressBar(label: "reading", total: count, now: MonotonicClock.nanoseconds)
        var readCount = 0
        try reader.scan(filter) { rollout in
            builder.add(MonitoredRollout(rollout))
            readCount += 1
            bar.advance(to: readCount, now: MonotonicClock.nanoseconds)
        }
        bar.finish()
        guard let monitor = builder.finish(MonitorSettings()) else {
            StandardStream.error.write("plaudit: \(store): has no scored rollouts")
            throw ExitStatus.failed
        }
        let report = MonitorReport(monitor, reward: filter.reward ?? "", source: store)
        try output.show(page: report.page, json: report.json, lines: report.lines, hasPassed: !report.hasAlarm)
    }
}

extension MonitoredRollout {
    init(_ rollout: StoreReader.ScannedRollout) {
        func mean(_ scores: [Double]) -> Double? {
            scores.isEmpty ? nil : scores.reduce(0, +) / Double(scores.count)
        }
        var criteria: [String: Bool] = [:]
        for component in rollout.components {
            for finding in component.findings where finding.judgement != "cannot_assess" {
                criteria["\(component.name).\(finding.name)"] = finding.judgement == "met"
            }
        }
        self.init(
            at: rollout.at, reward: rollout.reward, group: rollout.group, length: Double(rollout.completionByteCount),
            judged: mean(rollout.components.filter(\.isJudged).compactMap(\.score)),
            deterministic: mean(rollout.components.filter { !$0.isJudged }.compactMap(\.score)), criteria: criteria)
    }
}
