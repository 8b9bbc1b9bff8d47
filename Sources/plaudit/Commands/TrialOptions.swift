import ArgumentParser
import Glibc
import JudgeTrials
import ReportPages
import RewardConfig
import RewardKernel
import RewardMemory
import RewardReport
import TerminalText

/// What all trials of judges need to be told.
struct TrialOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("The configuration file.", valueName: "file"),
        completion: .file(extensions: ["yaml", "yml"]))
    var config: String

    @Option(help: ArgumentHelp("The reward; may be left out when there is only one.", valueName: "name"))
    var reward: String?

    @Option(
        help: ArgumentHelp("The judged component; may be left out when the reward has only one.", valueName: "name"))
    var component: String?

    @Argument(
        help: ArgumentHelp("The rollouts, one JSON object a line.", valueName: "rollouts.jsonl"),
        completion: .file(extensions: ["jsonl"]))
    var rollouts: String

    @OptionGroup var output: ReportOutput

    /// Reads everything; what is wrong is told, and ends the command.
    func open(limit: Int?) throws -> (subject: TrialSubject, rollouts: [TrialRollout], file: RolloutFile) {
        let configuration = try ConfigurationFile.load(config)
        let subject = try Trials.run { () throws(TrialError) in
            try TrialSubject(configuration, reward: reward, component: component)
        }
        do throws(InputFileError) {
            let file = try RolloutFile.load(path: rollouts)
            return (subject, TrialRollout.list(file, countMax: limit, subject.settings), file)
        } catch {
            StandardStream.error.write("plaudit: \(error)")
            throw ExitStatus.failed
        }
    }
}

/// Where a report goes, and what its gates decide.
struct ReportOutput: ParsableArguments {
    @Flag(help: "Print JSON on standard output instead of the table.")
    var json = false

    @Option(help: ArgumentHelp("Write the report as a page of one file.", valueName: "file"))
    var html: String?

    @Flag(help: "Exit with 1 when a gate is not passed.")
    var gate = false

    /// Shows a report, and ends the command where its gates say so.
    func show(
        page: @autoclosure () -> Page, json: @autoclosure () -> JSONValue, lines: (TerminalStyle) -> [String],
        hasPassed: Bool
    ) throws {
        if self.json {
            StandardStream.output.write(json().indentedText)
        } else {
            StandardStream.output.write(lines(.standardOutput).joined(separator: "\n"))
        }
        // Last: calls have been paid for, and a file that cannot be written takes nothing from them.
        if let html { try OutputFile(html).write(page().html) }
        if gate && !hasPassed { throw ExitStatus.failed }
    }
}

/// What the commands that try judges do alike.
enum Trials {
    /// Runs a part of a trial; an error is told, and ends the command.
    static func run<Value>(_ body: () throws(TrialError) -> Value) throws -> Value {
        do throws(TrialError) { return try body() } catch {
            StandardStream.error.write("plaudit: \(error.message)")
            throw error.kind == .usage ? ExitStatus.usage : ExitStatus.failed
        }
    }

    static func tell(warnings: [String]) {
        for warning in warnings {
            StandardStream.error.write(TerminalStyle.standardError(.warning, "warning: ") + warning)
        }
    }

    /// Asks with a bar that shows how far it is.
    static func ask(_ asking: JudgeAsking, _ inquiries: [Inquiry], label: String) throws -> [InquiryAnswer] {
        guard !inquiries.isEmpty else { return [] }
        var bar = ProgressBar(label: label, total: inquiries.count, now: MonotonicClock.nanoseconds)
        let answers = try run { () throws(TrialError) in
            try asking.answers(to: inquiries) { bar.advance(to: $0, now: MonotonicClock.nanoseconds) }
        }
        bar.finish()
        return answers
    }
}
