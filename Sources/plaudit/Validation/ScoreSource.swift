import ArgumentParser
import RewardConfig
import RewardKernel
import RewardMemory
import RewardReport
import RewardStore
import TerminalText

/// Where the scores of a validation come from.
struct ScoreSource: ParsableArguments {
    @Option(help: ArgumentHelp("The store of a sidecar with `audit: true`.", valueName: "file"))
    var store: String?

    @Option(
        help: ArgumentHelp(
            "What `plaudit score --output` or `plaudit store export` has written, in place of a store.",
            valueName: "file")
    )
    var scored: String?

    @Option(
        help: ArgumentHelp(
            "The rollouts that were scored, for their lengths, groups and fields: a store keeps only fields that the reward reads.",
            valueName: "file"))
    var rollouts: String?

    @Option(
        help: ArgumentHelp("The reward to look at; may be left out when there is only one.", valueName: "name"))
    var reward: String?

    @Option(
        help: ArgumentHelp(
            "With --store: only rollouts scored since a date, a time or an age (2026-11-01, 90s, 2h, 7d).",
            valueName: "when"))
    var since: String?

    mutating func validate() throws {
        guard (store == nil) != (scored == nil) else {
            throw ValidationError("say where the scores are: --store FILE or --scored FILE")
        }
        if since != nil && store == nil { throw ValidationError("--since goes with --store") }
        if let since, StoreCommand.microseconds(since) == nil {
            throw ValidationError("--since: wanted a date, a time or an age such as 2h, found `\(since)`")
        }
    }

    /// For messages.
    var name: String { store ?? scored ?? "" }

    /// Reads everything, into an order of its own; what is wrong is told, and ends the command.
    func load() throws -> [ScoredRollout] {
        let rollouts = try (store.map(loadStore) ?? loadFile(scored ?? "")).map(try completion())
        guard !rollouts.isEmpty else {
            StandardStream.error.write("plaudit: \(name): has no scored rollouts" + (reward.map { " of \($0)" } ?? ""))
            throw ExitStatus.failed
        }
        return ScoredRollout.inFixedOrder(rollouts)
    }

    private func loadStore(_ path: String) throws -> [ScoredRollout] {
        let filter = try Self.storeFilter(path, reward: reward, since: since)
        let (reader, count) = try StoreCommand.told { () throws(StoreError) in
            let reader = try StoreReader(path: path)
            return (reader, try reader.count(filter))
        }
        var bar = ProgressBar(label: "reading", total: count, now: MonotonicClock.nanoseconds)
        var rollouts: [ScoredRollout] = []
        rollouts.reserveCapacity(count)
        try reader.export(filter) { rollout in
            guard case .object(let members) = rollout else { return }
            rollouts.append(
                try ScoredRollout(RecordFile.Record(file: path, line: rollouts.count + 1, members: members)))
            bar.advance(to: rollouts.count, now: MonotonicClock.nanoseconds)
        }
        bar.finish()
        return rollouts
    }

    /// The store's rows of the reward, which is found when there is only one.
    static func storeFilter(_ path: String, reward: String?, since: String?) throws -> StoreReader.Filter {
        let summary = try StoreCommand.told { () throws(StoreError) in try StoreReader(path: path).summary() }
        let names = Set(summary.rewards.map(\.name)).sorted()
        return StoreReader.Filter(
            reward: try chosen(reward, of: names, in: path), since: since.flatMap { StoreCommand.microseconds($0) })
    }

    private static func chosen(_ reward: String?, of names: [String], in path: String) throws -> String? {
        guard let reward else {
            guard names.count > 1 else { return names.first }
            StandardStream.error.write(
                "plaudit: --reward is missing; \(path) has: \(names.joined(separator: ", "))")
            throw ExitStatus.usage
        }
        guard names.contains(reward) else {
            let suggestion = NearestName.suggestion(for: reward, in: names, listed: "\(path) has")
            StandardStream.error.write(
                "plaudit: no reward is called \(Quoting.quoted(reward))" + (suggestion.map { "; \($0)" } ?? ""))
            throw ExitStatus.usage
        }
        return reward
    }

    private func loadFile(_ path: String) throws -> [ScoredRollout] {
        try RecordFiles.told { () throws(InputFileError) in
            var scored: [ScoredRollout] = []
            for record in try RecordFile.load(path: path).records { scored.append(try ScoredRollout(record)) }
            return scored
        }.filter { rollout in reward == nil || rollout.rewardName == nil || rollout.rewardName == reward }
    }

    /// Brings what the rollouts' own file knows of each, found by its name or by its line.
    private func completion() throws -> (ScoredRollout) -> ScoredRollout {
        guard let rollouts else { return { $0 } }
        let file: RolloutFile
        do throws(InputFileError) { file = try RolloutFile.load(path: rollouts) } catch {
            StandardStream.error.write("plaudit: \(error)")
            throw ExitStatus.failed
        }
        var byName: [String: RolloutRecord] = [:]
        var byLine: [Int: RolloutRecord] = [:]
        for record in file.records {
            if let name = record.identifier?.nameText { byName[name] = record }
            byLine[record.line] = record
        }
        return { rollout in
            var rollout = rollout
            let record = rollout.identifier.flatMap { byName[$0] } ?? rollout.line.flatMap { byLine[$0] }
            if let record { rollout.complete(from: record) }
            return rollout
        }
    }
}

/// Reading files of records for a command; what is wrong is told, and ends the command.
enum RecordFiles {
    static func told<Outcome>(_ body: () throws(InputFileError) -> Outcome) throws -> Outcome {
        do throws(InputFileError) {
            return try body()
        } catch {
            StandardStream.error.write("plaudit: \(error)")
            throw ExitStatus.failed
        }
    }
}

/// How intervals are made.
struct ResamplingOptions: ParsableArguments {
    @Option(help: "The seed of the resamples and of the halves: the same seed, the same figures.")
    var seed: UInt64 = 0

    @Option(help: ArgumentHelp("Resamples of each interval.", valueName: "number"))
    var resamples = 9_999

    @Option(help: ArgumentHelp("The confidence of the intervals.", valueName: "share"))
    var level = 0.95

    mutating func validate() throws {
        guard (99...1_000_000).contains(resamples) else { throw ValidationError("--resamples is from 99 to 1000000") }
        guard level > 0.5, level < 1 else { throw ValidationError("--level is more than 0.5 and less than 1") }
    }
}
