import ArgumentParser
import RewardMemory

/// The command line.
@main
struct Plaudit: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plaudit",
        abstract:
            "Scores the rollouts of a reinforcement fine-tuning run: one reward for each, from deterministic components and judges.",
        discussion: """
            A trainer sends rollouts over a Unix socket to the sidecar, which answers with a reward for each of them and \
            with every component's score and status. What the rewards are made of stands in one YAML file.

            Start here:
              plaudit check rewards.yaml                                       is the file right, and what does it say?
              plaudit probe rewards.yaml                                       what can its judges do?
              plaudit score --config rewards.yaml --reward R rollouts.jsonl    what rewards does it give?
              plaudit explain --config rewards.yaml --reward R rollouts.jsonl --row 1
              plaudit serve --config rewards.yaml --socket /run/plaudit.sock   for the trainer

            Exit codes: 0 done, 1 the run failed, 2 wrong usage or configuration.
            """,
        version: "\(PlauditVersion.text)",
        subcommands: [
            CheckCommand.self, ProbeCommand.self, ServeCommand.self, ScoreCommand.self, ExplainCommand.self,
            StatsCommand.self, TopCommand.self, StoreCommand.self, ConsistencyCommand.self, CompareJudgesCommand.self,
            CalibrateCommand.self, CorrelateCommand.self, AttackCommand.self, ReplayCommand.self, MonitorCommand.self,
        ])

    /// Runs the command that the arguments name, and ends the process with the code that `ExitStatus` promises.
    static func main() {
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch {
            exit(after: error)
        }
    }

    private static func exit(after error: any Error) -> Never {
        if let status = error as? ExitStatus { status.leave() }
        let message = fullMessage(for: error)
        // `--help` and `--version` arrive as errors too.
        guard !exitCode(for: error).isSuccess else {
            StandardStream.output.write(message)
            ExitStatus.done.leave()
        }
        StandardStream.error.write(message)
        ExitStatus.usage.leave()
    }
}
