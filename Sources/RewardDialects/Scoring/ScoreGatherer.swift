import RewardClient
import RewardKernel
import RewardMemory
import RewardReport

/// Gathers the rollouts of many small requests into few on the socket: the first waits a moment for others of the same reward.
///
/// Nobody pays for another's mistake: when the sidecar refuses what was gathered, each request is asked alone.
package actor ScoreGatherer {
    package typealias Call = @Sendable (_ parameters: MessageValue) async throws(ClientError) -> MessageValue

    /// Requests that may share one of the socket: its columns are there for all rollouts or for none.
    private struct Kind: Hashable {
        let reward: String
        let fieldNames: [String]
        let wantsRationales: Bool
        let hasPrompts: Bool
        let hasIdentifiers: Bool
        let hasGroups: Bool
    }

    private struct Waiting {
        let rollouts: [RolloutRecord]
        let continuation: CheckedContinuation<Result<ScoredBatch, ClientError>, Never>
    }

    private struct Gathering {
        /// Tells it from the one before, when its time is over.
        let number: Int
        var waiting: [Waiting] = []
        var rolloutCount = 0
    }

    private let window: Duration
    private let deadline: Duration
    private let call: Call
    private var gatherings: [Kind: Gathering] = [:]
    private var gatheringCount = 0

    /// - Parameters:
    ///   - window: How long the first rollout waits for others.
    ///   - deadline: What the sidecar is told of how long it may take.
    ///   - call: Sends a `score` request.
    package init(
        window: Duration = .milliseconds(Limits.gatherMilliseconds), deadline: Duration, call: @escaping Call
    ) {
        self.window = window
        self.deadline = deadline
        self.call = call
    }

    /// Scores rollouts, of which there is at least one; their rows in the batch are theirs alone, and its usage is theirs where
    /// they gather no others.
    package func score(
        _ rollouts: [RolloutRecord], reward: String, fieldNames: [String], wantsRationales: Bool,
        gathersOthers: Bool = true
    ) async throws(ClientError) -> ScoredBatch {
        let kind = Kind(
            reward: reward, fieldNames: fieldNames, wantsRationales: wantsRationales,
            hasPrompts: rollouts.contains { $0.prompt != nil },
            hasIdentifiers: rollouts.allSatisfy { $0.identifier != nil },
            hasGroups: rollouts.allSatisfy { $0.groupIdentifier != nil })
        guard gathersOthers, rollouts.count < Limits.gatheredRolloutCountMax else {
            return try await ask(rollouts, kind)
        }
        let result = await withCheckedContinuation { continuation in
            gather(Waiting(rollouts: rollouts, continuation: continuation), kind)
        }
        return try result.get()
    }

    private func gather(_ waiting: Waiting, _ kind: Kind) {
        if gatherings[kind] == nil {
            let number = gatheringCount
            gatheringCount += 1
            gatherings[kind] = Gathering(number: number)
            Task {
                try? await Task.sleep(for: window)
                await finish(kind, number)
            }
        }
        gatherings[kind]?.waiting.append(waiting)
        gatherings[kind]?.rolloutCount += waiting.rollouts.count
        guard let gathering = gatherings[kind], gathering.rolloutCount >= Limits.gatheredRolloutCountMax else { return }
        Task { await finish(kind, gathering.number) }
    }

    private func finish(_ kind: Kind, _ number: Int) async {
        guard let gathering = gatherings[kind], gathering.number == number else { return }
        gatherings[kind] = nil
        do throws(ClientError) {
            let batch = try await ask(gathering.waiting.flatMap(\.rollouts), kind)
            var start = 0
            for waiting in gathering.waiting {
                let rows = start..<start + waiting.rollouts.count
                waiting.continuation.resume(returning: .success(batch.rows(rows)))
                start = rows.upperBound
            }
        } catch {
            guard case .refused = error, gathering.waiting.count > 1 else {
                for waiting in gathering.waiting { waiting.continuation.resume(returning: .failure(error)) }
                return
            }
            for waiting in gathering.waiting { Task { await askAlone(waiting, kind) } }
        }
    }

    private func askAlone(_ waiting: Waiting, _ kind: Kind) async {
        do throws(ClientError) {
            waiting.continuation.resume(returning: .success(try await ask(waiting.rollouts, kind)))
        } catch {
            waiting.continuation.resume(returning: .failure(error))
        }
    }

    private func ask(_ rollouts: [RolloutRecord], _ kind: Kind) async throws(ClientError) -> ScoredBatch {
        let parameters = ScoreParameters.make(
            rollouts[...], reward: kind.reward, fieldNames: kind.fieldNames, wantsRationales: kind.wantsRationales,
            deadline: deadline, sendsReferenceAnswers: true)
        let result = try await call(parameters)
        guard let batch = ScoredBatch(result, rolloutCount: rollouts.count) else { throw .badReply }
        return batch
    }
}
