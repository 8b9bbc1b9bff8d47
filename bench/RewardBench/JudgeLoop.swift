import Dispatch
import Foundation
import RewardJudge
import RewardJudgeHTTP
import RewardKernel
import RewardMemory

/// The judge lane in process: rubric questions through a `JudgeService`, as many calls in flight as the endpoint takes.
struct JudgeLoop {
    let catalog: JudgeCatalog
    /// The rollouts of each piece of work; one call each.
    let pieces: [[JudgedRollout]]
    /// Whether the endpoint fails at times, so that calls are repeated and some rollouts go without a score.
    var mayFail = false
    /// Pieces under way at any time. Two are enough where all calls take the same time; where some take far longer than others, a
    /// piece waits for its slowest call and more pieces must fill the places of those that have ended.
    var underWayCount = 2

    /// Long enough that no work runs out of time.
    private static let deadlineNanoseconds: UInt64 = 300_000_000_000

    /// The requests of a piece's calls: asked of the lane itself, with no service behind it.
    func requests() throws -> [HTTPRequest] {
        var lane = JudgeLane(catalog: catalog, nonceSeed: 1, seed: 1)
        var actions: [LaneAction] = []
        var instant = LaneInstant(monotonicNanoseconds: MonotonicClock.nanoseconds, wallClockSeconds: 0)
        guard lane.submit(work(0, JudgeMailbox {}), instant, &actions) else { throw BenchError("the lane is full") }
        // Past the window in which calls wait for each other.
        instant.monotonicNanoseconds += catalog.lane.batchWindowNanoseconds
        lane.advance(instant, &actions)
        let requests: [HTTPRequest] = actions.compactMap { action in
            if case .send(_, let request, _) = action { request } else { nil }
        }
        guard !requests.isEmpty else { throw BenchError("the lane asks nothing") }
        return requests
    }

    /// Runs all pieces once, with so many under way that there are always calls that wait for a free place. The service is a
    /// new one: both sides of the comparison open their connections within the measurement.
    func run() throws -> JudgeRun {
        let service: JudgeService
        do { service = try JudgeService(catalog: catalog) } catch { throw BenchError("no judge lane: \(error)") }
        let arrived = DispatchSemaphore(value: 0)
        let mailbox = JudgeMailbox { arrived.signal() }
        var works = pieces.indices.map { work($0, mailbox) }[...]
        func submitNext() throws {
            guard let work = works.popFirst() else { return }
            guard service.submit(work) else { throw BenchError("the judge lane is full") }
        }
        let begin = MonotonicClock.nanoseconds
        let processorBegin = JudgeRun.processorSeconds()
        for _ in 0..<underWayCount { try submitNext() }
        var endedCount = 0
        var scoredCount = 0
        var callCount = 0
        while endedCount < pieces.count {
            guard arrived.wait(timeout: .now() + .seconds(60)) == .success else {
                throw BenchError("the judge lane says nothing for 60 s")
            }
            for answer in mailbox.takeAll() {
                if !mayFail { try Self.check(answer) }
                scoredCount += answer.answers.count(where: { $0.status == .scored })
                callCount += answer.usage.callCount
                endedCount += 1
                try submitNext()
            }
        }
        let seconds = Double(MonotonicClock.nanoseconds - begin) / 1e9
        let answerCount = pieces.reduce(0) { $0 + $1.count }
        var run = JudgeRun(
            callCount: answerCount, seconds: seconds, processorSeconds: JudgeRun.processorSeconds() - processorBegin)
        run.scoredShare = Double(scoredCount) / Double(answerCount)
        run.callsPerAnswer = Double(callCount) / Double(answerCount)
        return run
    }

    private func work(_ index: Int, _ mailbox: JudgeMailbox) -> JudgeWork {
        JudgeWork(
            ticket: JudgeTicket(UInt64(index + 1)),
            deadlineNanoseconds: MonotonicClock.nanoseconds + Self.deadlineNanoseconds, rollouts: pieces[index],
            questions: pieces[index].indices.map { JudgeQuestion(component: 0, task: 0, rollouts: [$0]) },
            mailbox: mailbox)
    }

    /// Failures would be quick, and repeated questions free.
    private static func check(_ answer: JudgeWorkAnswer) throws {
        if let failed = answer.answers.first(where: { $0.status != .scored }) {
            throw BenchError("a judge call failed: \(failed.rationale)")
        }
        guard answer.usage.callCount == answer.answers.count else {
            throw BenchError("\(answer.usage.callCount) calls for \(answer.answers.count) questions")
        }
    }
}
