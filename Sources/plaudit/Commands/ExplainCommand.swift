import ArgumentParser
import RewardReport
import TerminalText

/// `plaudit explain`: one rollout, taken apart.
struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Shows how one rollout came to its reward.",
        discussion: """
            Scores one line of a file and prints every component with its status, score, weight and what it found.

            Examples:
              plaudit explain --config rewards.yaml --reward support_answer rollouts.jsonl --row 3
              plaudit explain --config rewards.yaml --reward support_answer rollouts.jsonl --row 3 --json
            """)

    @OptionGroup var target: ScoringTarget

    @Option(
        help: ArgumentHelp("Which rollout of the file, counted from 1; empty lines do not count.", valueName: "number"))
    var row: Int

    @Flag(help: "Print JSON.")
    var json = false

    mutating func run() throws {
        let run = try ScoringRun(target)
        guard run.file.records.indices.contains(row - 1) else {
            StandardStream.error.write(
                "plaudit: --row \(row): \(run.file.name) has rows 1 to \(run.file.records.count)")
            throw ExitStatus.usage
        }
        let session = try SidecarSession(run.configuration, socket: target.socket)
        defer { session.close() }
        let batch = try run.score(row - 1..<row, session, wantsRationales: true)
        let explanation = Explanation(reward: run.reward, record: run.file.records[row - 1], batch: batch)
        if json {
            StandardStream.output.write(explanation.json.indentedText)
        } else {
            StandardStream.output.write(explanation.lines(style: .standardOutput).joined(separator: "\n"))
        }
    }
}
