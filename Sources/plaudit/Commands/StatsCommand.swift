import ArgumentParser
import RewardReport
import TerminalText

/// `plaudit stats`: a running sidecar's counters.
struct StatsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stats",
        abstract: "Prints the counters of a running sidecar.",
        discussion: """
            Nothing is lost silently: of each reward, rollouts = scored + neutral + refused.

            Examples:
              plaudit stats --socket /run/plaudit.sock
              plaudit stats --socket /run/plaudit.sock --prometheus > plaudit.prom
            """)

    @Option(help: "Where the sidecar listens.")
    var socket: String

    @Flag(help: "Print Prometheus' text format.")
    var prometheus = false

    @Flag(help: "Print JSON.")
    var json = false

    mutating func validate() throws {
        if json && prometheus { throw ValidationError("give --json or --prometheus, not both") }
    }

    mutating func run() throws {
        let connection = try SidecarSession.connect(socket)
        let view = StatsView(try SidecarSession.call(connection, "stats"))
        if prometheus {
            StandardStream.output.write(view.prometheusText)
        } else if json {
            StandardStream.output.write(view.json.indentedText)
        } else {
            StandardStream.output.write(view.lines(style: .standardOutput).joined(separator: "\n"))
        }
    }
}
