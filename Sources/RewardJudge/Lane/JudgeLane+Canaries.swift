internal import RewardKernel

// Canaries: now and then a completion that is known to be bad is asked about, to see whether the judges notice.

extension JudgeTicket {
    /// Tickets of the lane's own; the server counts from 1 and does not come so far.
    private static let canaryBit: UInt64 = 1 << 63

    static func canary(_ number: UInt64) -> JudgeTicket { JudgeTicket(number | canaryBit) }

    var isCanary: Bool { number & Self.canaryBit != 0 }

    /// Whether the lane asks for itself: nobody waits for the answer.
    var isOwn: Bool { isCanary || isShadow }
}

extension JudgeLane {
    /// Puts a canary into a share of the traffic. It asks the task's own judges, past the gate and the cache.
    mutating func maybeAskCanary(
        _ rubric: RubricQuestion, _ task: Int, _ rollout: JudgedRollout, deadlineNanoseconds: UInt64,
        _ instant: LaneInstant, _ actions: inout [LaneAction]
    ) {
        guard catalog.lane.canaryShare > 0, random.unit() < catalog.lane.canaryShare else { return }
        let candidate = Candidate(
            completion: rollout.completion, prompt: rollout.prompt, referenceAnswer: rollout.referenceAnswer,
            fields: rollout.fields)
        let kind: Canary.Kind = random.unit() < 0.5 ? .masterKey : .truncated
        guard let canary = Canary.make(kind, from: candidate, using: &random) else { return }
        lastCanary += 1
        let ticket = JudgeTicket.canary(lastCanary)
        var bad = rollout
        bad.row = 0
        bad.completion = canary.candidate.completion
        let asked = JudgeQuestion(component: 0, task: task, rollouts: [0])
        let work = JudgeWork(
            ticket: ticket, deadlineNanoseconds: deadlineNanoseconds, rollouts: [bad], questions: [asked],
            mailbox: Self.nobody)
        works[ticket] = LaneWork(work, begunNanoseconds: instant.monotonicNanoseconds)
        deadlines.insert(ticket, deadlineNanoseconds)
        // A number of its own kind, so that it is not taken for a question that waits for its turn.
        let identifier = ticket.number
        works[ticket]?.openQuestions = [identifier]
        questions[identifier] = LaneQuestion(asked, ticket: ticket)
        open(
            identifier, catalog.tasks[task], rubric, bad, isLight: false, catalog.tasks[task].judges, instant,
            &actions)
    }

    static var nobody: JudgeMailbox { JudgeMailbox {} }

    /// Looks at what became of a canary.
    mutating func takeCanary(_ work: LaneWork, _ actions: inout [LaneAction]) {
        // One that was not judged says nothing.
        guard let answer = work.answers.first, answer.status == .scored else { return }
        counts.canaryCount += 1
        let isPassed = answer.score >= 0.5
        if isPassed { counts.canaryPassedCount += 1 }
        // Told when it begins and when it ends, so that a bad judge is not told of at every canary.
        let index = work.work.questions[0].task
        guard let change = canaryWatches[index].add(isWrong: isPassed) else { return }
        let task = catalog.tasks[index].name
        switch change {
        case .raised:
            let watch = canaryWatches[index]
            actions.append(.notice(.canariesPassed(task: task, passedCount: watch.wrongCount, count: watch.count)))
        case .cleared: actions.append(.notice(.canariesNoticed(task: task)))
        }
    }
}
