internal import RewardJudge
internal import RewardKernel
internal import RewardMemory
internal import RewardWire
internal import Synchronization

/// A `compare` request whose judges have not answered.
// Allocates: the judge lane; counted among the parked requests.
struct ParkedComparison {
    let slot: Int
    let generation: UInt32
    let messageIdentifier: UInt32
    let epoch: PlanEpoch
    let count: Int
    let wantsRationales: Bool
    let arrivalNanoseconds: UInt64
    let chargedByteCount: Int
}

// `compare`: which of two completions is better, by the judge of the reward's preference component.

extension Worker {
    // Allocates: the judge lane.
    @_semantics("no_performance_analysis") @inline(never)
    mutating func compare(
        _ slot: Int, _ identifier: UInt32, _ message: MessageView, _ parameters: Int
    ) throws(RequestFault) {
        if server.isDraining.load(ordering: .relaxed) { throw .shuttingDown }
        let request = try CompareRequest(message, parameters: parameters, promptIndex: &prompts)
        guard let index = RewardPlan.index(of: request.rewardName, in: plans) else {
            throw .unknownReward(request.rewardName)
        }
        guard let task = preferenceTask(of: plans[index]), let desk = epoch.desk else {
            throw .noPreference(reward: plans[index].name)
        }
        guard parkedCount < Limits.parkedRequestCountMax, server.charge(message.body.count) else {
            throw .overloaded("as many requests wait for their judges as the sidecar holds; send the pairs again later")
        }
        let ticket = JudgeTicket(server.nextTicket.add(1, ordering: .relaxed).newValue)
        let arrival = slots[slot].receivedNanoseconds
        comparisons[ticket] = ParkedComparison(
            slot: slot, generation: slots[slot].generation, messageIdentifier: identifier, epoch: epoch,
            count: request.count, wantsRationales: request.wantsRationales, arrivalNanoseconds: arrival,
            chargedByteCount: message.body.count)
        parkedCount &+= 1
        slots[slot].parkedCount &+= 1
        let milliseconds = UInt64(
            request.deadlineMilliseconds >= 0 ? request.deadlineMilliseconds : Int64(desk.deadlineMilliseconds))
        let work = JudgeWork(
            ticket: ticket,
            deadlineNanoseconds: arrival &+ min(milliseconds, Limits.judgeDeadlineMillisecondsMax) &* 1_000_000,
            rollouts: Self.rollouts(request),
            questions: (0..<request.count).map {
                JudgeQuestion(component: 0, task: task, rollouts: [2 * $0, 2 * $0 + 1])
            }, mailbox: mailbox)
        if desk.submit(work) { return }
        _ = forget(ticket)
        throw .overloaded("the judge lane has as much work as it takes; send the pairs again later")
    }

    /// The judge task of the reward's first preference component.
    // Allocates: never; for the judge lane.
    private func preferenceTask(of plan: RewardPlan) -> Int? {
        for component in 0..<plan.components.count {
            if case .judged(let judged) = plan.components[component].plan, judged.kind == .preference {
                return judged.task
            }
        }
        return nil
    }

    // Allocates: the judge lane.
    private static func rollouts(_ request: CompareRequest) -> [JudgedRollout] {
        (0..<request.count).flatMap { row in
            let texts = request.completions(row)
            let prompt = request.prompt(row)
            let referenceAnswer = request.referenceAnswer(row)
            return [
                JudgedRollout(
                    row: 2 * row, completion: texts.first, prompt: prompt, referenceAnswer: referenceAnswer),
                JudgedRollout(
                    row: 2 * row + 1, completion: texts.second, prompt: prompt, referenceAnswer: referenceAnswer),
            ]
        }
    }

    /// Answers a comparison.
    // Allocates: the judge lane.
    mutating func finish(_ comparison: ParkedComparison, _ answer: JudgeWorkAnswer) {
        let slot = comparison.slot
        var sides: [JudgeAnswer?] = Array(repeating: nil, count: 2 * comparison.count)
        for one in answer.answers where sides.indices.contains(one.row) { sides[one.row] = one }
        var byteCount = 1_024 + comparison.count * 9
        if comparison.wantsRationales { byteCount += comparison.count * (Limits.rationaleByteCountMax + 5) }
        guard byteCount <= slots[slot].replyFreeCount else {
            count(.droppedReaders)
            note(.droppedReader, slots[slot].unsent.count)
            return close(slot)
        }
        var writer = replyWriter(slot)
        let start = writer.beginReply(comparison.messageIdentifier)
        writer.map(comparison.wantsRationales ? 6 : 5)
        var preferences: [UInt8] = []
        var statuses: [UInt8] = []
        for pair in 0..<comparison.count {
            let (preference, status) = Self.preference(sides[2 * pair], sides[2 * pair + 1])
            unsafe withUnsafeBytes(of: preference.bitPattern.littleEndian) { unsafe preferences.append(contentsOf: $0) }
            statuses.append(status.code)
        }
        writer.string("preferences")
        Self.write(preferences, &writer)
        writer.string("status")
        Self.write(statuses, &writer)
        if comparison.wantsRationales {
            writer.string("rationales")
            writer.array(comparison.count)
            for pair in 0..<comparison.count { write(sides[2 * pair]?.rationale ?? "", &writer) }
        }
        writer.string("usage")
        ReplyUsage(answer.usage).write(to: &writer)
        writer.string("timing_us")
        writer.unsigned((MonotonicClock.nanoseconds &- comparison.arrivalNanoseconds) / 1_000)
        writer.string("config_hash")
        writer.string(comparison.epoch.configurationHash)
        finish(slot, &writer, start)
        serve(slot)
    }

    /// 1 when the first is better, 0 when the second is, 0.5 for a tie; or why that cannot be said.
    // Allocates: never; for the judge lane.
    private static func preference(_ first: JudgeAnswer?, _ second: JudgeAnswer?) -> (Double, Status) {
        guard let first, let second else { return (0.5, .transport) }
        switch (first.status, second.status) {
        case (.scored, .scored):
            return (first.score == second.score ? 0.5 : (first.score > second.score ? 1 : 0), .scored)
        // One side has nothing in it, so that the other had nothing to be compared with: it is better.
        case (.scored, .abstained): return (0, .scored)
        case (.abstained, .scored): return (1, .scored)
        case (let status, .scored): return (0.5, status)
        case (_, let status): return (0.5, status)
        }
    }

    // Allocates: the judge lane.
    private static func write(_ bytes: [UInt8], _ writer: inout ReplyWriter) {
        unsafe bytes.withUnsafeBufferPointer { bytes in
            guard let base = bytes.baseAddress else { return writer.binary(.empty) }
            unsafe writer.binary(ByteView(unsafe: base, count: bytes.count))
        }
    }

    /// Takes a comparison off the books; nil when it is not there.
    // Allocates: the judge lane.
    mutating func forget(_ ticket: JudgeTicket) -> ParkedComparison? {
        guard let comparison = comparisons.removeValue(forKey: ticket) else { return nil }
        parkedCount &-= 1
        slots[comparison.slot].parkedCount &-= 1
        server.release(comparison.chargedByteCount)
        return comparison
    }
}
