// The lane's own questions, canaries and shadows: nobody waits for their answers, so they wait for everybody.

extension JudgeTicket {
    /// Whether the lane asks for itself: nobody waits for the answer.
    var isOwn: Bool { isCanary || isShadow }
}

extension JudgeLane {
    /// Begins a few of the lane's own questions in a pause: when no rollout has waited for a judge for a moment. In the place of a
    /// rollout's call, one of them would make a whole batch wait for that call's turn, and where requests follow each other
    /// closely the next one's calls come at once. A canary that has waited as long as a request may take goes first all the
    /// same, or a lane that never pauses would never look at its judges; shadows that no pause has come for by then are let go.
    mutating func beginOwn(_ instant: LaneInstant, _ actions: inout [LaneAction]) {
        noteIdleness(instant)
        guard hasOwnWaiting, !isShuttingDown else { return }
        let isPause = ownNanoseconds.map { $0 <= instant.monotonicNanoseconds } ?? false
        var count = 0
        while count < Self.ownCountMax, let canary = canaries.first {
            let age = instant.monotonicNanoseconds - min(canary.sinceNanoseconds, instant.monotonicNanoseconds)
            guard isPause || age >= catalog.lane.deadlineNanoseconds else { break }
            begin(canaries.removeFirst(), instant, &actions)
            count += 1
        }
        if isPause {
            let first = shadowed.prefix(Self.ownCountMax - count)
            shadowed.removeFirst(first.count)
            shadowedByteCount -= first.reduce(0) { $0 + $1.rollout.byteCount }
            for one in first { begin(one, instant, &actions) }
        }
        guard !shadowed.isEmpty else {
            shadowedSinceNanoseconds = nil
            return
        }
        let since = shadowedSinceNanoseconds ?? instant.monotonicNanoseconds
        shadowedSinceNanoseconds = since
        if !isPause, instant.monotonicNanoseconds > since + catalog.lane.deadlineNanoseconds { skipShadows() }
    }

    private var hasOwnWaiting: Bool { !shadowed.isEmpty || !canaries.isEmpty }

    /// When own questions may begin, so far as it is known; nil while there is none, or rollouts wait.
    var ownNanoseconds: UInt64? {
        hasOwnWaiting ? idleSinceNanoseconds.map { $0 + Self.pauseNanoseconds } : nil
    }

    /// No rollout waits for a judge, though answers may be under way.
    private mutating func noteIdleness(_ instant: LaneInstant) {
        guard hasBegunAll, gatherer.heldCount == 0, !pool.hasReadyCalls else {
            idleSinceNanoseconds = nil
            return
        }
        idleSinceNanoseconds = idleSinceNanoseconds ?? instant.monotonicNanoseconds
    }

    /// Longer than a request takes to follow another, and far shorter than a judge's answer.
    private static let pauseNanoseconds: UInt64 = 20_000_000

    /// Questions that one event begins: as many as of rollouts.
    private static let ownCountMax = 32

    /// Asks a question of the lane's own. It has twice the time of a request, since the pool takes calls by their deadlines: rollouts
    /// that come while it waits there overtake it, unless their request has named a longer deadline.
    mutating func beginOwn(
        _ ticket: JudgeTicket, _ task: Int, _ rubric: RubricQuestion, _ rollout: JudgedRollout,
        shadowed: ShadowedAnswer?, _ instant: LaneInstant, _ actions: inout [LaneAction]
    ) {
        let deadline = instant.monotonicNanoseconds + 2 * catalog.lane.deadlineNanoseconds
        let asked = JudgeQuestion(component: 0, task: task, rollouts: [0])
        var rollout = rollout
        rollout.row = 0
        var work = LaneWork(
            JudgeWork(
                ticket: ticket, deadlineNanoseconds: deadline, rollouts: [rollout], questions: [asked],
                mailbox: JudgeMailbox {}),
            begunNanoseconds: instant.monotonicNanoseconds)
        // The ticket's number, which is of a kind of its own, so that it is not taken for a question that waits for its turn.
        work.openQuestions = [ticket.number]
        work.shadowed = shadowed
        works.insert(work, for: ticket)
        deadlines.insert(ticket, deadline)
        questions.insert(LaneQuestion(asked, ticket: ticket), for: ticket.number)
        open(
            ticket.number, catalog.tasks[task], rubric, rollout, isLight: false, catalog.tasks[task].judges, instant,
            &actions)
    }
}
