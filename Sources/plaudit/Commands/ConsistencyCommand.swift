import ArgumentParser
import JudgeTrials
import RewardMemory
import RewardReport

/// `plaudit consistency`: whether a judge says the same twice.
struct ConsistencyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "consistency",
        abstract: "Asks a judge the same rollouts again and again, and measures how much it differs from itself.",
        discussion: """
            Every repeat is a call of its own with the same bytes, past the cache. A rubric is reported by criterion: how often \
            it was met, the variance of its verdicts, how many rollouts flipped, how often two answers are equal; and how much of \
            what tells the completions of a group apart is the judge's noise. Preferences are asked in both orders, pair by pair \
            within groups (`group_id`, else rollouts of the same prompt): how often the order changes the winner, and whether the \
            slot shown first is favoured.

            Gates: test-retest agreement of at least 95 %, parse failures of at most 1 %, and of preferences a flip rate of at \
            most 15 %. A failed call is a failed question with its status, never a verdict.

            Examples:
              plaudit consistency --config rewards.yaml --reward answer rollouts.jsonl --limit 40
              plaudit consistency --config rewards.yaml --component better rollouts.jsonl --repeats 2 --html order.html
              plaudit consistency --config rewards.yaml rollouts.jsonl --json --gate | jq .gates

            Exit codes: 0 done, 1 the run failed or, with --gate, a gate was not passed, 2 wrong usage or configuration.
            """)

    @OptionGroup var options: TrialOptions

    @Option(help: ArgumentHelp("How often each question is asked.", valueName: "count"))
    var repeats: Int = 5

    @Option(help: ArgumentHelp("Only so many rollouts, from the first.", valueName: "count"))
    var limit: Int?

    func validate() throws {
        guard (2...100).contains(repeats) else { throw ValidationError("--repeats is from 2 to 100") }
        guard limit ?? 1 >= 1 else { throw ValidationError("--limit is at least 1") }
    }

    func run() throws {
        let (subject, rollouts, file) = try options.open(limit: limit)
        let begun = MonotonicClock.nanoseconds
        let trial = try Trials.run { () throws(TrialError) in
            try ConsistencyTrial(subject, rollouts: rollouts, repeatCount: repeats)
        }
        let lane = try Trials.run { () throws(TrialError) in try TrialLane(subject.catalog, tasks: trial.tasks) }
        Trials.tell(warnings: lane.warnings)
        let service = try Trials.run { () throws(TrialError) in try lane.makeService() }
        let answers = try Trials.ask(
            JudgeAsking(service, openCountMax: lane.openCountMax), trial.inquiries, label: "asking")
        let facts = TrialFacts(
            subject, rolloutFile: file.name, rolloutCount: rollouts.count,
            seconds: Double(MonotonicClock.nanoseconds - begun) / 1e9, version: PlauditVersion.text.description)
        let report = ConsistencyReport(subject, trial, answers, facts: facts)
        try options.output.show(
            page: report.page, json: report.json, lines: report.lines, hasPassed: report.gates.allSatisfy(\.hasPassed))
    }
}
