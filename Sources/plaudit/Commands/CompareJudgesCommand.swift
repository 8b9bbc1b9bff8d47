import ArgumentParser
import JudgeTrials
import RewardJudge
import RewardMemory
import RewardReport

/// `plaudit compare-judges`: which of several judges, and at what price.
struct CompareJudgesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare-judges",
        abstract: "Asks several judges the same, and shows where they differ, how long they take and what they cost.",
        discussion: """
            Each judge is asked the component's rubric by itself, also where the component asks a panel or a lighter judge first. \
            The table has Cohen's kappa of every two judges, overall and by criterion, McNemar's test of whether one passes more \
            than the other, and beside them time, tokens and cost. Preferences are compared pair by pair, each asked in both \
            orders.

            Judges are those of the configuration, also such that no component asks.

            Examples:
              plaudit compare-judges --config rewards.yaml --component quality rollouts.jsonl
              plaudit compare-judges --config rewards.yaml --component quality rollouts.jsonl --judge small --judge large
              plaudit compare-judges --config rewards.yaml rollouts.jsonl --kappa-min 0.6 --gate --html judges.html

            Exit codes: 0 done, 1 the run failed or, with --gate, a kappa is below --kappa-min, 2 wrong usage or configuration.
            """)

    @OptionGroup var options: TrialOptions

    @Option(
        name: .customLong("judge"),
        help: ArgumentHelp("A judge to compare; to be repeated. Default: all of the configuration.", valueName: "name"))
    var judges: [String] = []

    @Option(help: ArgumentHelp("Only so many rollouts, from the first.", valueName: "count"))
    var limit: Int?

    @Option(help: ArgumentHelp("The score from which a completion has passed.", valueName: "score"))
    var threshold: Double = 0.5

    @Option(help: ArgumentHelp("The kappa that every two judges reach, for --gate.", valueName: "kappa"))
    var kappaMin: Double = 0.6

    func validate() throws {
        guard limit ?? 1 >= 1 else { throw ValidationError("--limit is at least 1") }
        guard threshold > 0, threshold <= 1 else { throw ValidationError("--threshold is above 0 and at most 1") }
        guard kappaMin >= -1, kappaMin <= 1 else { throw ValidationError("--kappa-min is from -1 to 1") }
    }

    func run() throws {
        let (subject, rollouts, file) = try options.open(limit: limit)
        let begun = MonotonicClock.nanoseconds
        let trial = try Trials.run { () throws(TrialError) in
            try JudgeComparisonTrial(subject, rollouts: rollouts, names: judges.isEmpty ? nil : judges)
        }
        var answers: [[InquiryAnswer]] = []
        for (place, judge) in trial.judges.enumerated() {
            // One after the other: none waits for another's processor or connection.
            let lane = try Trials.run { () throws(TrialError) in
                try TrialLane(subject.catalog, tasks: [trial.tasks[place]])
            }
            Trials.tell(warnings: lane.warnings)
            let service = try Trials.run { () throws(TrialError) in try lane.makeService() }
            answers.append(
                try Trials.ask(
                    JudgeAsking(service, openCountMax: lane.openCountMax), trial.inquiries(0),
                    label: subject.catalog.judges[judge].name))
        }
        let facts = TrialFacts(
            subject, judge: trial.judges.map(subject.title).joined(separator: ", "), rolloutFile: file.name,
            rolloutCount: rollouts.count, seconds: Double(MonotonicClock.nanoseconds - begun) / 1e9,
            version: PlauditVersion.text.description)
        let report = JudgeComparisonReport(subject, trial, answers, threshold: threshold, facts: facts)
        try options.output.show(
            page: report.page, json: report.json, lines: report.lines,
            hasPassed: report.lowestKappa.map { $0 >= kappaMin } ?? false
        )
    }
}
