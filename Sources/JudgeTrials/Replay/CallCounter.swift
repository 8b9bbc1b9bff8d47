import RewardJudge
import RewardKernel
import Synchronization

/// A desk that asks nobody: it counts the calls that the lane would make, with the verdicts that are known, and answers that the
/// work was cancelled.
package final class CallCounter: JudgeDesk {
    package struct Count: Sendable, Equatable {
        /// Questions about rollouts and groups.
        package var questionCount = 0
        /// Calls to begin with: where a light judge is asked first, those that it leaves to others come on top.
        package var callCount = 0
        /// Answered from the cache.
        package var cachedCount = 0

        package init() {}
    }

    package let deadlineMilliseconds: UInt64
    package var statistics: JudgeStatistics { JudgeStatistics() }
    private let state: Mutex<State>

    fileprivate struct State: Sendable {
        var lane: JudgeLane
        var count = Count()
        /// Moves with every piece of work.
        var nanoseconds: UInt64 = 1
    }

    /// - Parameter journal: Verdicts of earlier processes; nil counts without them.
    package init(_ catalog: JudgeCatalog, journal: (any VerdictJournal)?, wallClockSeconds: Int64) {
        deadlineMilliseconds = catalog.lane.deadlineMilliseconds
        var settings = catalog.lane
        settings.canaryShare = 0
        let quiet = JudgeCatalog(judges: catalog.judges, tasks: catalog.tasks, lane: settings)
        var lane = JudgeLane(catalog: quiet, nonceSeed: journal?.nonceSeed ?? 1, seed: 1)
        if let journal, let limits = lane.cacheLimits {
            lane.restore(
                journal.load(limits), LaneInstant(monotonicNanoseconds: 1, wallClockSeconds: wallClockSeconds))
        }
        state = Mutex(State(lane: lane))
    }

    package var count: Count { state.withLock { $0.count } }

    package func submit(_ work: JudgeWork) -> Bool {
        guard state.withLock({ $0.take(work) }) else { return false }
        let answers = work.questions.flatMap { question in
            question.rollouts.map { place in
                JudgeAnswer(
                    row: work.rollouts[place].row, component: question.component, score: 0, status: .cancelled,
                    rationale: "counted, not asked")
            }
        }
        work.mailbox.put(JudgeWorkAnswer(ticket: work.ticket, answers: answers, usage: JudgeUsage()))
        return true
    }

    package func cancel(_ ticket: JudgeTicket) {}
    package func shutDown() {}
}

extension CallCounter.State {
    /// Counts a piece of work, and takes it out of the lane again.
    fileprivate mutating func take(_ work: JudgeWork) -> Bool {
        let instant = LaneInstant(monotonicNanoseconds: nanoseconds, wallClockSeconds: 0)
        nanoseconds += 1
        let counted = JudgeWork(
            ticket: work.ticket, deadlineNanoseconds: .max, rollouts: work.rollouts, questions: work.questions,
            mailbox: JudgeMailbox {})
        let before = callCounts
        var actions: [LaneAction] = []
        guard lane.submit(counted, instant, &actions) else { return false }
        // The lane begins some questions at every step.
        for _ in work.questions {
            guard let timer = lane.nextTimerNanoseconds, timer <= instant.monotonicNanoseconds else { break }
            lane.advance(instant, &actions)
        }
        lane.cancel(work.ticket, instant, &actions)
        let after = callCounts
        count.questionCount += work.questions.count
        count.callCount += after.calls - before.calls
        count.cachedCount += after.cached - before.cached
        return true
    }

    private var callCounts: (calls: Int, cached: Int) {
        let counters = lane.statistics.counters
        func value(_ name: String) -> Int { Int(counters.first { $0.name == name }?.value ?? 0) }
        return (value("calls"), value("cached"))
    }
}
