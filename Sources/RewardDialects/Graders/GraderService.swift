import RewardClient
import RewardConfig
import RewardJudge
import RewardKernel
import RewardMemory
import RewardReport

/// Runs and checks graders that requests bring.
///
/// A grader that asks no model is compiled and run here, by the kernel that the sidecar has too. One that asks a model is the
/// sidecar's work, which has the judges: it is run by the reward that was made of the same grader (`grader:` in the
/// configuration), which `hello` names by the digest of its JSON. The gateway so needs no configuration and no secrets.
package struct GraderService: Sendable {
    private let scoring: ScoringService

    package init(_ scoring: ScoringService) {
        self.scoring = scoring
    }

    /// The reply of `graders/validate`: the grader, when it is right.
    package func validate(_ body: JSONValue) throws(GraderRequestError) -> JSONValue {
        let (grader, json) = try GraderRequest.grader(in: body)
        do throws(GraderError) {
            _ = try grader.compile()
        } catch {
            throw .grader(error)
        }
        return .object(["grader": json])
    }

    /// The reply of `graders/run`. What is wrong with the grader's values is flagged; a grader that is none is thrown.
    package func run(_ request: GraderRequest) async throws(GraderRequestError) -> JSONValue {
        let start = MonotonicClock.nanoseconds
        var reply = GraderReply(request.grader, nil, seconds: 0)
        if !request.missingPaths.isEmpty {
            reply.errors.invalidVariable = true
            return reply.json
        }
        let compiled: RewardPlans
        do throws(GraderError) {
            compiled = try request.grader.compile().plans
        } catch {
            guard error.kind == .formula else { throw .grader(error) }
            reply.errors.formula = true
            return reply.json
        }
        if request.grader.models.isEmpty {
            do throws(PlanError) {
                let scored = try LocalGrading.score(request.rollout, by: compiled)
                reply = GraderReply(request.grader, scored, seconds: Self.seconds(since: start))
            } catch {
                throw .grader(GraderError("", error.message))
            }
        } else {
            do throws(ScoringError) {
                let (scored, usage) = try await scoreBySidecar(request)
                reply = GraderReply(request.grader, scored, seconds: Self.seconds(since: start))
                reply.usage = usage
            } catch {
                reply.errors.modelServer = error.message
            }
        }
        reply.errors.sampleParse = request.isSampleUnreadable
        return reply.json
    }

    private func scoreBySidecar(
        _ request: GraderRequest
    ) async throws(ScoringError) -> (rollout: ScoredRollout, usage: JudgeUsage) {
        guard let reward = try await scoring.reward(grading: request.digest) else {
            let models = request.grader.models.joined(separator: ", ")
            throw .unknownGrader(
                "this grader asks \(models), and no reward of the sidecar is made of it: name its file in the "
                    + "configuration, `rewards: {NAME: {grader: FILE}}`")
        }
        return try await scoring.scoreAlone(request.rollout, reward: reward)
    }

    private static func seconds(since start: UInt64) -> Double {
        Double(MonotonicClock.nanoseconds - start) / 1e9
    }
}
