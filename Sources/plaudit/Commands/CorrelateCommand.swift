import ArgumentParser
import RewardReport
import RewardValidation
import TerminalText

/// `plaudit correlate`: whether rewards follow what happens in production.
struct CorrelateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "correlate",
        abstract: "Tells whether rewards follow a production metric.",
        discussion: """
            Takes a metric that production has measured, such as ratings, resolved tickets or edits, and the scores of the same \
            rollouts: Pearson's, Spearman's and Kendall's coefficients with intervals, inside prompt groups and between them, by \
            segment, and with a lag.

            The metric is JSONL, or CSV with a header:
              {"id": "r1", "value": 4, "language": "de"}
              {"step": 1200, "value": 0.31}
              {"time": "2026-11-01T12:00:00Z", "value": 0.31}
            `id` names a rollout of the scores. With `step`, or `time`, means of both are compared over training, the metric \
            up to --lag steps before and after the rewards. Rollouts have a step where they bring a field `step`.

            A correlation over everything can come from easy and hard prompts alone, or have the other sign inside the groups \
            (Simpson's paradox): a trainer that compares the completions of one prompt learns from the inside. The report warns.

            Examples:
              plaudit correlate ratings.csv --store plaudit.db
              plaudit correlate ratings.jsonl --store plaudit.db --component quality --segment language --html report.html
              plaudit correlate daily.csv --store plaudit.db --value resolved --window 86400 --lag 7

            Exit codes: 0 done, 1 it could not be done, or with --gate no correlation can be seen or the report warns, 2 wrong usage.
            """)

    @Argument(help: ArgumentHelp("The metric, as JSONL or CSV.", valueName: "metric"))
    var metric: String

    @OptionGroup var source: ScoreSource

    @Option(help: ArgumentHelp("Look at this component's score in place of the reward.", valueName: "name"))
    var component: String?

    @Option(help: ArgumentHelp("The key, or column, that holds the metric.", valueName: "key"))
    var value = "value"

    @Option(
        help: ArgumentHelp("Also for every value of this field, of the metric or of the rollouts.", valueName: "field"))
    var segment: String?

    @Option(help: ArgumentHelp("Steps that the metric may come before or after the rewards.", valueName: "steps"))
    var lag = 3

    @Option(help: ArgumentHelp("How long a step is where there are only times, in seconds.", valueName: "seconds"))
    var window = 3_600

    @OptionGroup var resampling: ResamplingOptions
    @OptionGroup var output: ReportOutput

    mutating func validate() throws {
        guard (0...1_000).contains(lag) else { throw ValidationError("--lag is from 0 to 1000 steps") }
        guard (1...31_536_000).contains(window) else { throw ValidationError("--window is from 1 second to a year") }
    }

    mutating func run() throws {
        let file = try RecordFiles.told { () throws(InputFileError) in
            try MetricFile(RecordFile.load(path: metric), valueKey: value, segment: segment)
        }
        let rollouts = try source.load()
        let input = try RecordFiles.told { () throws(InputFileError) in
            try CorrelationInput(
                rollouts: rollouts, metric: file, component: component, segment: segment, windowSeconds: Int64(window))
        }
        let report = CorrelationReport(
            input, metric: file, scoreSource: source.name, component: component, segmentField: segment, lagMax: lag,
            bootstrap: Bootstrap(
                resampleCount: resampling.resamples, seed: resampling.seed, level: resampling.level))
        try output.show(page: report.page, json: report.json, lines: report.lines, hasPassed: report.isClear)
        guard report.correlation != nil || !report.lags.isEmpty else { throw ExitStatus.failed }
    }
}
