import ArgumentParser
import RewardClient
import RewardConfig
import RewardKernel
import RewardMemory
import RewardReport
import TerminalText

/// What `score` and `explain` both need to be told.
struct ScoringTarget: ParsableArguments {
    @Option(help: ArgumentHelp("The configuration file.", valueName: "file"))
    var config: String

    @Option(help: ArgumentHelp("The reward to compute; may be left out when there is only one.", valueName: "name"))
    var reward: String?

    @Option(
        help: ArgumentHelp("Where a running sidecar listens. Default: one is started for this run.", valueName: "path"))
    var socket: String?

    @Argument(help: ArgumentHelp("The rollouts, one JSON object a line.", valueName: "rollouts.jsonl"))
    var rollouts: String
}

/// A configuration, one of its rewards and the rollouts to score by it.
struct ScoringRun {
    let configuration: Configuration
    let reward: RewardSettings
    let file: RolloutFile
    private let fieldNames: [String]

    /// Reads everything; what is wrong is told, and ends the command.
    init(_ target: ScoringTarget) throws {
        let configuration = try ConfigurationFile.load(target.config)
        let index = try Self.rewardIndex(target.reward, configuration)
        try self.init(configuration, rewardIndex: index) { () throws(InputFileError) in
            try RolloutFile.load(path: target.rollouts)
        }
    }

    /// With rollouts from elsewhere.
    init(
        _ configuration: Configuration, rewardIndex: Int, file: () throws(InputFileError) -> RolloutFile
    ) throws {
        self.configuration = configuration
        reward = configuration.rewards[rewardIndex]
        let plan = configuration.plans.rewards[rewardIndex]
        fieldNames = (0..<plan.fieldNames.count).map { String(decoding: plan.fieldNames[$0].bytes, as: UTF8.self) }
        do throws(InputFileError) { self.file = try file() } catch { throw Self.fail(error) }
    }

    /// The reward of that name, or the only one; what is wrong is told, and ends the command.
    static func rewardIndex(_ name: String?, _ configuration: Configuration) throws -> Int {
        let names = configuration.rewards.map(\.name)
        let wanted = name ?? (names.count == 1 ? names[0] : nil)
        guard let wanted, let index = names.firstIndex(of: wanted) else {
            let complaint = wanted.map { "no reward is called \(Quoting.quoted($0))" } ?? "--reward is missing"
            let suggestion = NearestName.suggestion(for: wanted ?? "", in: names, listed: "\(configuration.file) has")
            StandardStream.error.write("plaudit: \(complaint)" + (suggestion.map { "; \($0)" } ?? ""))
            throw ExitStatus.usage
        }
        return index
    }

    func requests(rolloutCountMax: Int = RolloutFile.requestRolloutCountMax) throws -> [Range<Int>] {
        do throws(InputFileError) {
            return try file.requests(
                within: configuration.server.limits, keepsGroupsWhole: reward.neutral == .groupMean,
                rolloutCountMax: rolloutCountMax)
        } catch {
            throw Self.fail(error)
        }
    }

    /// - Parameter deadline: For the judges; nil for the configuration's own.
    func score(
        _ rows: Range<Int>, _ session: SidecarSession, wantsRationales: Bool, deadline: Duration? = nil
    ) throws -> ScoredBatch {
        let parameters = ScoreParameters.make(
            file.records[rows], reward: reward.name, fieldNames: fieldNames, wantsRationales: wantsRationales,
            deadline: deadline)
        let reply = try SidecarSession.call(session.connection, "score", parameters)
        guard let batch = ScoredBatch(reply, rolloutCount: rows.count),
            batch.components.map(\.name) == reward.components.map(\.name)
        else {
            StandardStream.error.write("plaudit: the sidecar runs another configuration than \(configuration.file)")
            throw ExitStatus.failed
        }
        if batch.configurationHash != configuration.hash && rows.lowerBound == 0 {
            StandardStream.error.write(
                TerminalStyle.standardError(.warning, "warning: ")
                    + "the sidecar runs another version of \(configuration.file) (hash \(batch.configurationHash.prefix(12)))"
            )
        }
        return batch
    }

    /// The output's lines for the rows of a batch.
    func lines(of batch: ScoredBatch, _ rows: Range<Int>) -> String {
        rows.map { row in
            batch.json(row: row - rows.lowerBound, of: file.records[row], hasStandIns: reward.neutral != .null)
                .compactText
                + "\n"
        }.joined()
    }

    private static func fail(_ error: InputFileError) -> ExitStatus {
        StandardStream.error.write("plaudit: \(error)")
        return .failed
    }
}
