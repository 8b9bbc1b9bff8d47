import ArgumentParser
import Glibc
import RewardConfig
import RewardKernel
import RewardMemory
import RewardReport
import TerminalText

/// `plaudit score`: scores a file of rollouts.
struct ScoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "score",
        abstract: "Scores a file of rollouts.",
        discussion: """
            The file has one JSON object a line: `completion`, and as the reward needs them `prompt` (a text or a list of \
            messages), `reference_answer`, `id`, `group_id`, `token_count`, `token_ids`, `truncated`; any other key is a field.

            The table at the end goes to standard error, one JSON object a rollout to --output (- is standard output). \
            Without --socket a sidecar is started for the run and stopped after it.

            Examples:
              plaudit score --config rewards.yaml --reward support_answer rollouts.jsonl
              plaudit score --config rewards.yaml --reward support_answer rollouts.jsonl --output - | jq .reward
              plaudit score --config rewards.yaml --reward r --socket /run/plaudit.sock rollouts.jsonl --output scored.jsonl
            """)

    @OptionGroup var target: ScoringTarget

    @Option(help: ArgumentHelp("Where scored rollouts go, as JSONL; - is standard output.", valueName: "file"))
    var output: String?

    @Flag(help: "Print the table as JSON on standard output.")
    var json = false

    mutating func validate() throws {
        if json && output == "-" { throw ValidationError("--json and --output - both want standard output") }
    }

    mutating func run() throws {
        let run = try ScoringRun(target)
        let sink = try output.map { try OutputFile($0) }
        let requests = try run.requests()
        let session = try SidecarSession(run.configuration, socket: target.socket)
        defer { session.close() }
        var bar = ProgressBar(label: "scoring", total: run.file.records.count, now: MonotonicClock.nanoseconds)
        var scored: ScoredBatch?
        for rows in requests {
            let batch = try run.score(rows, session, wantsRationales: false)
            try sink?.write(run.lines(of: batch, rows))
            if scored == nil {
                scored = batch
            } else if scored?.append(batch) == false {
                StandardStream.error.write("plaudit: the sidecar's configuration changed during the run")
                throw ExitStatus.failed
            }
            bar.advance(to: rows.upperBound, now: MonotonicClock.nanoseconds)
        }
        bar.finish()
        guard let scored else { throw ExitStatus.failed }
        let table = ScoreTable(scored, reward: run.reward.name)
        if json {
            StandardStream.output.write(table.json.indentedText)
        } else {
            StandardStream.error.write(table.lines(style: .standardError).joined(separator: "\n"))
        }
    }
}
