import ArgumentParser
import Foundation
import RewardMemory
import RewardReport
import RewardStore
import TerminalText

/// `plaudit store`: what a sidecar has kept on disk.
struct StoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "store",
        abstract: "Shows, exports or compacts what a sidecar has kept on disk.",
        discussion: """
            With `store: {path: F, audit: true}` in its configuration, a sidecar writes down every rollout that it scores: \
            what came in, each component's score and status, what judges said, the reward, the configuration's hash. With \
            `store: {path: F}` or `judging: {cache: {path: F}}` it keeps the verdicts of judges, so that the next sidecar does \
            not ask again. The file is a SQLite database that a running sidecar lets others read:

              plaudit store info plaudit.db
              plaudit store export plaudit.db --status failed --output failed.jsonl
              sqlite3 plaudit.db "SELECT component, avg(score) FROM component_scores GROUP BY component"
            """,
        subcommands: [Info.self, Export.self, Vacuum.self])

    struct Info: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "info",
            abstract: "Says what a store holds.",
            discussion: """
                Of each reward: rollouts, how many of them have a score of their own, and their mean reward. A sidecar may \
                be running meanwhile.

                Example:
                  plaudit store info plaudit.db
                """)

        @Argument(help: ArgumentHelp("The store's file.", valueName: "file"))
        var file: String

        @Flag(help: "Print JSON.")
        var json = false

        func run() throws {
            let view = StoreSummaryView(
                path: file,
                try StoreCommand.told { () throws(StoreError) in
                    try StoreReader(path: file).summary()
                })
            StandardStream.output.write(
                json ? view.json.indentedText : view.lines(style: .standardOutput).joined(separator: "\n"))
        }
    }

    struct Export: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "export",
            abstract: "Writes the audit log as JSONL.",
            discussion: """
                One object a rollout, in the order in which they were scored: `completion`, `prompt` and the other keys that \
                `plaudit score` reads, so that an export can be scored again, and under `scored` what came of it. A sidecar may \
                be running meanwhile; what it scores during the export is left out.

                --status failed is whatever has no score of its own: neutral and refused rollouts.

                Examples:
                  plaudit store export plaudit.db --reward answer --since 2026-11-01 --output answers.jsonl
                  plaudit store export plaudit.db --since 2h --status failed | jq .scored.components
                """)

        @Argument(help: ArgumentHelp("The store's file.", valueName: "file"))
        var file: String

        @Option(help: ArgumentHelp("Only rollouts of this reward.", valueName: "name"))
        var reward: String?

        @Option(
            help: ArgumentHelp(
                "Only rollouts scored since: a date or time (2026-11-01, 2026-11-01T12:00:00Z) or an age (90s, 30m, 2h, 7d).",
                valueName: "when"))
        var since: String?

        @Option(help: "Only rollouts that ended so: scored, neutral, refused, failed (neutral or refused), all.")
        var status: StoreReader.Filter.StatusFilter = .all

        @Option(help: ArgumentHelp("Where the lines go; - is standard output.", valueName: "file"))
        var output = "-"

        mutating func validate() throws {
            if let since, StoreCommand.microseconds(since) == nil {
                throw ValidationError("--since: wanted a date, a time or an age such as 2h, found `\(since)`")
            }
        }

        func run() throws {
            let filter = StoreReader.Filter(
                reward: reward, since: since.flatMap { StoreCommand.microseconds($0) }, status: status)
            let (reader, count) = try StoreCommand.told { () throws(StoreError) in
                let reader = try StoreReader(path: file)
                return (reader, try reader.count(filter))
            }
            let sink = try OutputFile(output)
            var bar = ProgressBar(label: "exporting", total: count, now: MonotonicClock.nanoseconds)
            var exportedCount = 0
            var lines = ""
            try reader.export(filter) { rollout in
                lines += rollout.compactText + "\n"
                exportedCount += 1
                if lines.utf8.count > 1 << 16 {
                    try sink.write(lines)
                    lines = ""
                    bar.advance(to: exportedCount, now: MonotonicClock.nanoseconds)
                }
            }
            try sink.write(lines)
            bar.finish()
            if output != "-" {
                StandardStream.error.write("\(Figures.count(exportedCount)) rollouts written to \(output)")
            }
        }
    }

    struct Vacuum: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "vacuum",
            abstract: "Gives back the room that deleted rows have left in the file.",
            discussion: """
                The sidecar reuses such room by itself; this is for a file that shall be smaller. It needs as much free disk as \
                the store has left, and no sidecar that has the file open.

                Example:
                  plaudit store vacuum plaudit.db
                """)

        @Argument(help: ArgumentHelp("The store's file.", valueName: "file"))
        var file: String

        func run() throws {
            let before = try StoreCommand.told { () throws(StoreError) in try StoreReader(path: file).summary() }
            let after = try StoreCommand.told { () throws(StoreError) in
                try RewardStore.vacuum(path: file)
                return try StoreReader(path: file).summary()
            }
            StandardStream.output.write(
                "\(file): \(Figures.bytes(before.fileByteCount)) before, \(Figures.bytes(after.fileByteCount)) now")
        }
    }

    /// Runs `body`; a failure is told and ends the command.
    static func told<Outcome>(_ body: () throws(StoreError) -> Outcome) throws -> Outcome {
        do throws(StoreError) {
            return try body()
        } catch {
            StandardStream.error.write("plaudit: \(error.message)")
            throw ExitStatus.failed
        }
    }

    /// A date, a time or an age as microseconds since 1970.
    static func microseconds(_ text: String, now: Date = Date()) -> Int64? {
        let units: [Character: Double] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400]
        if let unit = text.last.flatMap({ units[$0] }), let count = Double(text.dropLast()), count >= 0, count < 1e9 {
            return Int64((now.timeIntervalSince1970 - count * unit) * 1e6)
        }
        let times = ISO8601DateFormatter()
        let dates = ISO8601DateFormatter()
        dates.formatOptions = [.withFullDate]
        return (times.date(from: text) ?? dates.date(from: text)).map { Int64($0.timeIntervalSince1970 * 1e6) }
    }
}

extension StoreReader.Filter.StatusFilter: ExpressibleByArgument {}
