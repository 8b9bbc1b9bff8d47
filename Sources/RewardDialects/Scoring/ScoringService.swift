import RewardClient
import RewardJudge
import RewardKernel
import RewardMemory
import RewardReport

/// Scores rollouts through a sidecar, whatever dialect they came in.
package final class ScoringService: Sendable {
    package typealias Call =
        @Sendable (_ method: String, _ parameters: MessageValue) async throws(ClientError) -> MessageValue

    private let defaultReward: String?
    private let call: Call
    private let gatherer: ScoreGatherer
    private let directory: RewardDirectory

    /// - Parameters:
    ///   - defaultReward: The reward of requests that name none.
    ///   - deadline: How long a request may take.
    ///   - call: Calls a method of the sidecar.
    package init(defaultReward: String?, deadline: Duration, call: @escaping Call) {
        self.defaultReward = defaultReward
        self.call = call
        gatherer = ScoreGatherer(deadline: deadline) { parameters throws(ClientError) in
            try await call("score", parameters)
        }
        directory = RewardDirectory { () throws(ClientError) in try await call("hello", .map([])) }
    }

    /// - Parameter reward: Nil for the default one: of the command line, else the only one that there is.
    package func score(
        _ rollouts: [RolloutRecord], reward name: String?, wantsRationales: Bool = false
    ) async throws(ScoringError) -> [ScoredRollout] {
        guard !rollouts.isEmpty else { return [] }
        let batch = try await batch(of: rollouts, reward: name, wantsRationales: wantsRationales, gathersOthers: true)
        return (0..<batch.count).map { ScoredRollout(batch, row: $0) }
    }

    /// Scores one rollout in a request of its own, whose usage is so the rollout's.
    package func scoreAlone(
        _ rollout: RolloutRecord, reward name: String
    ) async throws(ScoringError) -> (rollout: ScoredRollout, usage: JudgeUsage) {
        let batch = try await batch(of: [rollout], reward: name, wantsRationales: false, gathersOthers: false)
        return (ScoredRollout(batch, row: 0), batch.usage)
    }

    /// - Parameter gathersOthers: Whether the rollouts may travel with those of other requests.
    private func batch(
        of rollouts: [RolloutRecord], reward name: String?, wantsRationales: Bool, gathersOthers: Bool
    ) async throws(ScoringError) -> ScoredBatch {
        // The sidecar may have been given another configuration since it was asked last, with other fields.
        var entry = try await directory.reward(name ?? defaultReward)
        for _ in 0..<2 {
            let batch: ScoredBatch
            do throws(ClientError) {
                batch = try await gatherer.score(
                    rollouts, reward: entry.name, fieldNames: entry.fieldNames, wantsRationales: wantsRationales,
                    gathersOthers: gathersOthers)
            } catch {
                await directory.forget()
                guard case .refused = error else { throw ScoringError(error) }
                let renewed = try await directory.reward(name ?? defaultReward)
                guard renewed.configurationHash != entry.configurationHash else { throw ScoringError(error) }
                entry = renewed
                continue
            }
            if batch.configurationHash == entry.configurationHash { return batch }
            await directory.forget()
            entry = try await directory.reward(name ?? defaultReward)
        }
        throw .unavailable("the sidecar's configuration keeps changing")
    }

    /// Calls a method of the sidecar that scores nothing.
    package func ask(_ method: String) async throws(ScoringError) -> MessageValue {
        do throws(ClientError) {
            return try await call(method, .map([]))
        } catch {
            throw ScoringError(error)
        }
    }

    /// The reward whose grader is that one; nil when the sidecar has none.
    package func reward(grading digest: String) async throws(ScoringError) -> String? {
        try await directory.rewardName(grading: digest)
    }
}
