import RewardJudge
import RewardKernel
import RewardMemory
import Synchronization

/// A judge lane whose judges are played by the test: work is kept until the test answers it, or answered at once.
package final class PlayedDesk: JudgeDesk {
    private struct State {
        var waiting: [JudgeWork] = []
        var cancelled: [JudgeTicket] = []
        var isShutDown = false
    }

    private let state = Mutex(State())
    /// Answers each rollout of each question as it comes; nil keeps the work.
    private let verdict: (@Sendable (JudgedRollout) -> (Double, Status))?
    private let takesWork: Bool

    package init(takesWork: Bool = true, _ verdict: (@Sendable (JudgedRollout) -> (Double, Status))? = nil) {
        self.takesWork = takesWork
        self.verdict = verdict
    }

    package func submit(_ work: JudgeWork) -> Bool {
        guard takesWork else { return false }
        if let verdict {
            answer(work, verdict)
        } else {
            state.withLock { $0.waiting.append(work) }
        }
        return true
    }

    package func cancel(_ ticket: JudgeTicket) {
        state.withLock { state in
            state.cancelled.append(ticket)
            state.waiting.removeAll { $0.ticket == ticket }
        }
    }

    package func shutDown() {
        let waiting = state.withLock { state in
            state.isShutDown = true
            let waiting = state.waiting
            state.waiting = []
            return waiting
        }
        for work in waiting { answer(work) { _ in (0, .shuttingDown) } }
    }

    package var statistics: JudgeStatistics {
        JudgeStatistics(
            counters: [.init("calls", 7), .init("cost", 0.25)],
            judges: [(name: "local", counters: [.init("in_flight", 1)])])
    }

    package var deadlineMilliseconds: UInt64 { 60_000 }

    package var cancelledCount: Int { state.withLock { $0.cancelled.count } }

    /// Waits until so many pieces of work are kept; false when they are not within a minute.
    package func waitForWork(_ count: Int = 1) -> Bool {
        while MonotonicClock.nanoseconds < Deadline.soon {
            if state.withLock({ $0.waiting.count >= count }) { return true }
        }
        return false
    }

    /// The work that has waited longest.
    package func next() -> JudgeWork? {
        state.withLock { $0.waiting.isEmpty ? nil : $0.waiting.removeFirst() }
    }

    package func answer(_ work: JudgeWork, _ verdict: (JudgedRollout) -> (Double, Status)) {
        var answers: [JudgeAnswer] = []
        for question in work.questions {
            for index in question.rollouts {
                let (score, status) = verdict(work.rollouts[index])
                answers.append(
                    JudgeAnswer(
                        row: work.rollouts[index].row, component: question.component, score: score, status: status,
                        rationale: "said of \(work.rollouts[index].completion)"))
            }
        }
        var usage = JudgeUsage()
        usage.callCount = answers.count
        usage.inputTokenCount = 100
        usage.cost = 0.5
        work.mailbox.put(JudgeWorkAnswer(ticket: work.ticket, answers: answers, usage: usage))
    }
}
