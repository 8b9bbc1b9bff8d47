import ArgumentParser
import ReportPages
import RewardKernel
import RewardReport
import TerminalText

/// Where a report goes.
struct ReportOptions: ParsableArguments {
    @Flag(help: "Print JSON.")
    var json = false

    @Option(help: ArgumentHelp("Write the report as one HTML file that needs nothing else.", valueName: "file"))
    var html: String?

    /// Writes the page where one is wanted, and the table or the JSON to standard output.
    func write(
        lines: (TerminalStyle) -> [String], json value: @autoclosure () -> JSONValue, page: @autoclosure () -> Page
    ) throws {
        if let html { try OutputFile(html).write(page().html) }
        StandardStream.output.write(
            json ? value().indentedText : lines(.standardOutput).joined(separator: "\n"))
        if let html, html != "-" { StandardStream.error.write("report written to \(html)") }
    }
}
