import Dispatch
import RewardJudge
import RewardMemory

/// Hands inquiries to a judge desk, a bounded number at a time, and waits for their answers.
///
/// The desk is the sidecar's own lane, so that a trial asks in the sidecar's words, through its pool, and reads replies as it does.
package struct JudgeAsking {
    private let desk: any JudgeDesk
    /// Inquiries that the desk has at any time.
    private let openCountMax: Int
    private let deadlineNanoseconds: UInt64

    /// Nobody trains meanwhile, so that an inquiry has the time that its calls' own limits leave it.
    package static let deadlineSecondsDefault = 1_800.0

    package init(_ desk: any JudgeDesk, openCountMax: Int, deadlineSeconds: Double = deadlineSecondsDefault) {
        precondition(openCountMax > 0, "something is asked at a time")
        self.desk = desk
        self.openCountMax = openCountMax
        deadlineNanoseconds = UInt64(deadlineSeconds * 1e9)
    }

    /// Asks every inquiry, and returns when all have been answered.
    ///
    /// Equal inquiries are asked as often as they stand in the list, provided that the desk keeps no cache. One that fails has
    /// the status of its failure.
    ///
    /// - Parameter progress: Called with the number of inquiries that are done.
    package func answers(
        to inquiries: [Inquiry], progress: (Int) -> Void = { _ in }
    ) throws(TrialError) -> [InquiryAnswer] {
        let arrived = DispatchSemaphore(value: 0)
        let mailbox = JudgeMailbox { arrived.signal() }
        defer { mailbox.close() }
        var answers = [InquiryAnswer?](repeating: nil, count: inquiries.count)
        var begun = [UInt64](repeating: 0, count: inquiries.count)
        var nextIndex = 0
        var doneCount = 0
        progress(0)
        while doneCount < inquiries.count {
            while nextIndex < inquiries.count, nextIndex - doneCount < openCountMax {
                begun[nextIndex] = MonotonicClock.nanoseconds
                guard desk.submit(work(inquiries[nextIndex], nextIndex, mailbox, now: begun[nextIndex])) else {
                    throw .failure("the judge lane takes no more work")
                }
                nextIndex += 1
            }
            // Every work is answered by its deadline; a lane that is silent for longer has died.
            let patience = deadlineNanoseconds / 1_000_000_000 + 60
            guard arrived.wait(timeout: .now() + .seconds(Int(patience))) == .success else {
                throw .failure("the judge lane says nothing for \(patience) s")
            }
            for answer in mailbox.takeAll() {
                let index = Int(answer.ticket.number) - 1
                guard answers.indices.contains(index), answers[index] == nil else { continue }
                let seconds = Double(MonotonicClock.nanoseconds - begun[index]) / 1e9
                answers[index] = InquiryAnswer(
                    answers: answer.answers, pairs: answer.pairs, usage: answer.usage, seconds: seconds)
                doneCount += 1
            }
            progress(doneCount)
        }
        return answers.compactMap(\.self)
    }

    private func work(_ inquiry: Inquiry, _ index: Int, _ mailbox: JudgeMailbox, now: UInt64) -> JudgeWork {
        let rollouts = inquiry.rollouts.enumerated().map { place, rollout in
            // Answers come by row: the place here, whatever the row of the file.
            var placed = rollout
            placed.row = place
            return placed
        }
        return JudgeWork(
            ticket: JudgeTicket(UInt64(index + 1)), deadlineNanoseconds: now + deadlineNanoseconds, rollouts: rollouts,
            questions: [JudgeQuestion(component: 0, task: inquiry.task, rollouts: Array(rollouts.indices))],
            mailbox: mailbox)
    }
}
