import ArgumentParser
import RewardConfig
import RewardReport
import TerminalText

/// `plaudit check`: whether a configuration is right, and what it says.
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Checks a configuration and prints what it says.",
        discussion: """
            Reads the file and everything it refers to, compiles every pattern, schema, word list and formula, and names \
            everything that is wrong in one go, each with file, line, column and key:

              $ plaudit check rewards.yaml
              rewards.yaml:12:9: rewards.support_answer.components.format.requird: unknown key; did you mean `required`?

            When nothing is wrong it prints each reward with its components, their weights and gates, the files read, \
            and the hash of the configuration: the same hash as in every reply of a sidecar that runs with it.

            The JSON of an OpenAI grader is checked too: what it is made of, what it reads and which models it asks.

            Examples:
              plaudit check rewards.yaml
              plaudit check grader.json
              plaudit check --json rewards.yaml | jq .hash

            Exit codes: 0 the configuration is right, 2 it is not.
            """)

    @Argument(
        help: ArgumentHelp("The configuration, or grader, to check.", valueName: "file"),
        completion: .file(extensions: ["yaml", "yml", "json"]))
    var file: String

    @Flag(help: "Print JSON: the summary, or the list of errors.")
    var json = false

    func run() throws {
        if let grader = try readGrader() {
            let text = json ? grader.json.indentedText : grader.lines(style: .standardOutput).joined(separator: "\n")
            StandardStream.output.write(text)
            return
        }
        let loaded: Configuration
        do {
            loaded = try Configuration.load(path: file)
        } catch {
            report(error)
            throw ExitStatus.usage
        }
        let summary = ConfigurationSummary(loaded)
        let style = TerminalStyle.standardError
        for warning in loaded.warnings where !json {
            StandardStream.error.write(
                style(.warning, "warning: ") + ConfigurationSummary.line(of: warning, style: style))
        }
        if json {
            StandardStream.output.write(summary.json.indentedText)
        } else {
            StandardStream.output.write(summary.lines(style: .standardOutput).joined(separator: "\n"))
        }
    }

    /// Nil when the file is no grader.
    private func readGrader() throws -> GraderSummary? {
        do throws(GraderError) {
            return try GraderSummary(file: file)
        } catch {
            report(ConfigurationRefusal(errors: [ConfigurationError(file: file, keyPath: error.place, error.message)]))
            throw ExitStatus.usage
        }
    }

    private func report(_ refusal: ConfigurationRefusal) {
        if json {
            StandardStream.output.write(ConfigurationSummary.json(of: refusal).indentedText)
        } else {
            let style = TerminalStyle.standardError
            let lines = refusal.errors.map { ConfigurationSummary.line(of: $0, style: style) }
            StandardStream.error.write(lines.joined(separator: "\n"))
        }
    }
}
