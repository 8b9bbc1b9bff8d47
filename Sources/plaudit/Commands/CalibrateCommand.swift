import ArgumentParser
import RewardMemory
import RewardReport
import RewardValidation
import TerminalText

/// `plaudit calibrate`: a judge held against people.
struct CalibrateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calibrate",
        abstract: "Holds a judge against what people say.",
        discussion: """
            Takes labels that people gave and the scores of the same rollouts, and tells for every criterion, component or \
            reward that was labelled: how far judge and people agree, Cohen's kappa with its interval, what each of them passes, \
            how good the scores are, which threshold would be better, whether the judge likes long texts, how many more \
            labels an interval of the wanted width takes, and whether the judge is good enough to train on.

            Labels are those in the store (from the review pages), or a JSONL or CSV file with one a line:
              {"id": "r1", "criterion": "polite", "value": true, "labeler": "ann"}
              {"id": "r2", "criteria": {"polite": true, "complete": false}}
              {"id": "r3", "component": "quality", "value": 0.75}
            Without `criterion` and `component` a label is of the reward. `line` may stand for `id` where rollouts have none.

            Rollouts of one prompt are resampled together, and the halves for the threshold share no prompt. A gate that too \
            few labels cannot decide is open.

            Examples:
              plaudit calibrate --store plaudit.db
              plaudit calibrate --store plaudit.db --labels labels.jsonl --segment language --html calibration.html
              plaudit calibrate --scored scored.jsonl --rollouts rollouts.jsonl --labels labels.jsonl --gate

            Exit codes: 0 done, 1 it could not be done, or with --gate not every gate passed, 2 wrong usage.
            """)

    @OptionGroup var source: ScoreSource

    @Option(help: ArgumentHelp("The labels, as JSONL or CSV. Default: those of the store.", valueName: "file"))
    var labels: String?

    @Option(help: ArgumentHelp("Also for every value of this field of the rollouts.", valueName: "field"))
    var segment: String?

    @Option(help: ArgumentHelp("A score, or a person's grade, of at least this is a pass.", valueName: "number"))
    var threshold = 0.5

    @Option(help: ArgumentHelp("The grades that people used, lowest and highest.", valueName: "low:high"))
    var scale = "0:1"

    @Option(help: ArgumentHelp("The width of kappa's interval that is wanted.", valueName: "number"))
    var width = 0.2

    @Option(help: ArgumentHelp("The gate of kappa.", valueName: "number"))
    var kappa = 0.6

    @Option(help: ArgumentHelp("The gate of the lower end of kappa's interval.", valueName: "number"))
    var kappaLow = 0.4

    @Option(help: ArgumentHelp("The gate of the number of labels; 30 % of it of each class.", valueName: "number"))
    var labelCount = 100

    @OptionGroup var resampling: ResamplingOptions
    @OptionGroup var output: ReportOutput

    mutating func validate() throws {
        if labels == nil && source.store == nil {
            throw ValidationError("--labels is missing; only a store has labels")
        }
        guard (0...1).contains(threshold) else { throw ValidationError("--threshold is from 0 to 1") }
        guard width > 0, width <= 2 else { throw ValidationError("--width is more than 0 and at most 2") }
        guard (-1...1).contains(kappa), (-1...1).contains(kappaLow) else {
            throw ValidationError("--kappa and --kappa-low are from -1 to 1")
        }
        guard (1...1_000_000).contains(labelCount) else { throw ValidationError("--label-count is from 1 to 1000000") }
        _ = try grades()
    }

    private func grades() throws -> ClosedRange<Double> {
        let ends = scale.split(separator: ":").compactMap { Double($0) }
        guard ends.count == 2, ends[0].isFinite, ends[1].isFinite, ends[0] < ends[1] else {
            throw ValidationError("--scale: wanted two numbers such as 1:5, found `\(scale)`")
        }
        return ends[0]...ends[1]
    }

    private var settings: CalibrationSettings {
        var settings = CalibrationSettings()
        settings.threshold = threshold
        settings.level = resampling.level
        settings.seed = resampling.seed
        settings.resampleCount = resampling.resamples
        settings.width = width
        settings.kappaMin = kappa
        settings.kappaLowMin = kappaLow
        settings.labelCountMin = labelCount
        settings.classCountMin = (labelCount * 3 + 9) / 10
        return settings
    }

    mutating func run() throws {
        let rollouts = try source.load()
        let scale = try grades()
        let given = try labels.map { path in
            try RecordFiles.told { () throws(InputFileError) in
                try LabelFile(RecordFile.load(path: path), scale: scale).labels
            }
        }
        let labelSource = labels ?? source.name
        let statements = given ?? rollouts.enumerated().flatMap { $1.givenLabels(row: $0) }
        guard !statements.isEmpty else {
            StandardStream.error.write(
                "plaudit: \(labelSource): has no labels; give --labels FILE, or label rollouts at /review")
            throw ExitStatus.failed
        }
        let input = try RecordFiles.told { () throws(InputFileError) in
            try CalibrationInput(rollouts: rollouts, labels: statements, segment: segment, threshold: threshold)
        }
        guard !input.parts.isEmpty else {
            StandardStream.error.write(
                "plaudit: \(labelSource): no label is of a rollout in \(source.name); they are joined by `id`")
            throw ExitStatus.failed
        }
        var bar = ProgressBar(label: "calibrating", total: input.parts.count, now: MonotonicClock.nanoseconds)
        let report = CalibrationReport(
            input, settings, labelSource: labelSource, scoreSource: source.name, segmentField: segment
        ) { bar.advance(to: $0, now: MonotonicClock.nanoseconds) }
        bar.finish()
        try output.show(page: report.page, json: report.json, lines: report.lines, hasPassed: report.passesGates)
    }
}
