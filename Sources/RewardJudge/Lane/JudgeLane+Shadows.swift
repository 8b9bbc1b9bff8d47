internal import RewardKernel
internal import RewardMemory

// Shadows: a second rubric is asked beside the one that counts, once that has been answered. It is no part of any reward, answer
// or bill of a request, and holds none of them up.

extension JudgeTicket {
    /// Beside those of canaries.
    private static let shadowBit: UInt64 = 1 << 62

    static func shadow(_ number: UInt64) -> JudgeTicket { JudgeTicket(number | shadowBit) }

    var isShadow: Bool { number & Self.shadowBit != 0 && !isCanary }
}

/// What a shadow is compared with.
struct ShadowedAnswer: Sendable {
    let task: Int
    let rollout: JudgedRollout
    let score: Double
}

/// How a second rubric compares with the one that counts.
struct ShadowCounts: Sendable, Equatable {
    var count = 0
    var agreementCount = 0
    /// Of the two scores.
    var differenceSum = 0.0
}

extension JudgeLane {
    /// Notes a rollout that has its score, for the second rubric to be asked about.
    mutating func noteShadowed(_ question: LaneQuestion, _ rollout: JudgedRollout, score: Double) {
        let task = question.asked.task
        guard !question.ticket.isOwn, catalog.tasks.indices.contains(task), catalog.tasks[task].shadow != nil else {
            return
        }
        let byteCount = shadowedByteCount + rollout.byteCount
        guard byteCount <= Limits.shadowByteCountMax, !isShuttingDown else {
            counts.shadowSkippedCount += 1
            return
        }
        shadowedByteCount = byteCount
        shadowed.append(ShadowedAnswer(task: task, rollout: rollout.detached(), score: score))
    }

    /// Lets go of all that wait.
    mutating func skipShadows() {
        counts.shadowSkippedCount += shadowed.count
        shadowed = []
        shadowedByteCount = 0
    }

    /// Asks the second rubric about a rollout that has its score. Where the lane is full it is not asked: rewards come first.
    mutating func begin(_ one: ShadowedAnswer, _ instant: LaneInstant, _ actions: inout [LaneAction]) {
        guard let rubric = catalog.tasks[one.task].shadow, questions.count < catalog.lane.questionCountMax else {
            counts.shadowSkippedCount += 1
            return
        }
        lastShadow += 1
        beginOwn(.shadow(lastShadow), one.task, rubric, one.rollout, shadowed: one, instant, &actions)
    }

    /// The rubric that a question of a task is about.
    func rubric(of question: LaneQuestion) -> RubricQuestion? {
        let task = catalog.tasks[question.asked.task]
        if question.ticket.isShadow { return task.shadow }
        guard case .rubric(let rubric) = task.question else { return nil }
        return rubric
    }

    /// Compares a second rubric's answer with the one that counted.
    mutating func takeShadow(_ work: LaneWork, _ actions: inout [LaneAction]) {
        guard let shadowed = work.shadowed, let answer = work.answers.first, answer.status == .scored,
            let rubric = catalog.tasks[shadowed.task].shadow
        else {
            // One that was not judged says nothing.
            counts.shadowFailedCount += 1
            return
        }
        let verdict = ShadowVerdict(
            task: catalog.tasks[shadowed.task].name, rubric: rubric.rubric.name, judge: answer.judge,
            completion: shadowed.rollout.completion, score: shadowed.score, shadowScore: answer.score,
            findings: answer.findings, rationale: answer.rationale)
        shadowCounts[shadowed.task].count += 1
        shadowCounts[shadowed.task].differenceSum += abs(verdict.score - verdict.shadowScore)
        if verdict.isAgreement { shadowCounts[shadowed.task].agreementCount += 1 }
        actions.append(.shadow(verdict))
        guard let change = shadowWatches[shadowed.task].add(isWrong: !verdict.isAgreement) else { return }
        let watch = shadowWatches[shadowed.task]
        let agreement = 1 - Double(watch.wrongCount) / Double(watch.count)
        actions.append(
            .notice(
                .shadowDrift(task: verdict.task, agreement: agreement, count: watch.count, isRaised: change == .raised))
        )
    }

    /// Of each task with a second rubric, under its name in `stats`.
    var shadowStatistics: [JudgeStatistics.Counter] {
        zip(catalog.tasks, shadowCounts).flatMap { task, counts -> [JudgeStatistics.Counter] in
            guard task.shadow != nil else { return [] }
            return [
                .init("shadows(\(task.name))", Double(counts.count)),
                .init("shadows_agreed(\(task.name))", Double(counts.agreementCount)),
                .init(
                    "shadow_difference(\(task.name))",
                    counts.count > 0 ? counts.differenceSum / Double(counts.count) : 0),
            ]
        }
    }
}
