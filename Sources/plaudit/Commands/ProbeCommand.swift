import ArgumentParser
import RewardConfig
import RewardJudge
import RewardJudgeHTTP
import RewardReport
import TerminalText

/// `plaudit probe`: what the judges of a configuration can do.
struct ProbeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "probe",
        abstract: "Asks each judge endpoint for a verdict and prints what it can do.",
        discussion: """
            Every endpoint is asked a plain question with a schema for the answer, in each way that its API offers until one \
            holds the model to the schema; then for probabilities and for several answers in one call. At most 10 small \
            calls an endpoint, which cost what such calls cost.

            structured   json_schema, json_object_with_schema or tool: the answer's form is enforced
                         prompt_only: it is not, and verdicts are looked for in what comes back
            probabilities, several answers: whether the endpoint gives them

            Examples:
              plaudit probe rewards.yaml
              plaudit probe rewards.yaml --judge local

            Exit codes: 0 every endpoint answered, 1 one did not, 2 the configuration is wrong.
            """)

    @Argument(
        help: ArgumentHelp("The configuration whose judges to probe.", valueName: "file"),
        completion: .file(extensions: ["yaml", "yml"]))
    var file: String

    @Option(help: ArgumentHelp("Only this judge.", valueName: "name"))
    var judge: String?

    @Option(help: ArgumentHelp("Seconds that each call may take.", valueName: "seconds"))
    var timeout: Double = 60

    func validate() throws {
        guard timeout > 0, timeout <= 3_600 else {
            throw ValidationError("--timeout is more than 0 and at most 3600 seconds")
        }
    }

    func run() throws {
        let configuration = try ConfigurationFile.load(file)
        guard let catalog = configuration.judges else {
            StandardStream.error.write("plaudit: \(file) has no component that a judge scores")
            throw ExitStatus.usage
        }
        let judges = catalog.judges.filter { judge == nil || $0.name == judge }
        guard !judges.isEmpty else {
            let names = catalog.judges.map(\.name).joined(separator: ", ")
            StandardStream.error.write("plaudit: no judge is called \(judge ?? ""); there are: \(names)")
            throw ExitStatus.usage
        }
        let rows = judges.flatMap { judge in judge.endpoints.map { (name: judge.name, endpoint: $0.endpoint) } }
        var hasFailed = false
        do throws(HTTPDriverError) {
            try EndpointProber.run(rows.map(\.endpoint), timeoutNanoseconds: UInt64(timeout * 1e9)) {
                index, result, time in
                let row = rows[index]
                StandardStream.output.write(
                    "\(row.name)  \(row.endpoint.api.rawValue) \(row.endpoint.model) at \(Self.address(row.endpoint))")
                switch result {
                case .success(let capabilities):
                    for line in Self.lines(capabilities) { StandardStream.output.write("  " + line) }
                    StandardStream.output.write("  probed in         \(time / 1_000_000) ms")
                case .failure(let failure):
                    hasFailed = true
                    let code = failure.statusCode.map { " (HTTP \($0))" } ?? ""
                    let style = TerminalStyle.standardOutput
                    StandardStream.output.write(
                        "  " + style(.failure, "failed")
                            + "            \(failure.kind.words)\(code): \(failure.message)")
                }
            }
        } catch {
            StandardStream.error.write("plaudit: \(error)")
            throw ExitStatus.failed
        }
        if hasFailed { throw ExitStatus.failed }
    }

    private static func address(_ endpoint: JudgeEndpoint) -> String {
        endpoint.url.unixSocketPath.map { "unix:\($0)" } ?? endpoint.url.url(target: endpoint.url.basePath)
    }

    private static func lines(_ capabilities: EndpointCapabilities) -> [String] {
        func word(_ isTrue: Bool) -> String { isTrue ? "yes" : "no" }
        let form =
            switch capabilities.structuredOutput {
            case .jsonSchema: "json_schema"
            case .jsonObjectWithSchema: "json_object_with_schema"
            case .tool: "tool"
            case .promptOnly: "prompt_only (not enforced)"
            }
        return [
            "structured        \(form)",
            "probabilities     \(word(capabilities.givesProbabilities))",
            "several answers   \(word(capabilities.takesSampleCount))",
            "several questions \(word(capabilities.takesBatch))",
            "temperature       \(word(capabilities.takesTemperature))",
            "seed              \(word(capabilities.takesSeed))",
        ]
    }
}
