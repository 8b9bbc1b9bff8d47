internal import RewardKernel
internal import RewardMemory

// Canaries: now and then a completion that is known to be bad is asked about, to see whether the judges notice.

extension JudgeTicket {
    /// Tickets of the lane's own; the server counts from 1 and does not come so far.
    private static let canaryBit: UInt64 = 1 << 63

    static func canary(_ number: UInt64) -> JudgeTicket { JudgeTicket(number | canaryBit) }

    var isCanary: Bool { number & Self.canaryBit != 0 }
}

/// A bad completion that waits to be asked about.
struct WaitingCanary: Sendable {
    let task: Int
    let rollout: JudgedRollout
    let sinceNanoseconds: UInt64
}

extension JudgeLane {
    /// Makes a canary of a share of the traffic.
    mutating func maybeMakeCanary(_ task: Int, _ rollout: JudgedRollout, _ instant: LaneInstant) {
        guard catalog.lane.canaryShare > 0, random.unit() < catalog.lane.canaryShare else { return }
        let candidate = Candidate(
            completion: rollout.completion, prompt: rollout.prompt, referenceAnswer: rollout.referenceAnswer,
            fields: rollout.fields)
        let kind: Canary.Kind = random.unit() < 0.5 ? .masterKey : .truncated
        guard let canary = Canary.make(kind, from: candidate, using: &random) else { return }
        var bad = rollout
        bad.completion = canary.candidate.completion
        guard bad.byteCount <= Limits.shadowByteCountMax / Self.waitingCanaryCountMax else { return }
        let waiting = WaitingCanary(task: task, rollout: bad, sinceNanoseconds: instant.monotonicNanoseconds)
        if canaries.count < Self.waitingCanaryCountMax {
            canaries.append(waiting)
        } else {
            // Any of those that wait, so that a large request is looked at from its beginning to its end. Not the first, whose age
            // tells when one must be asked.
            canaries[1 + random.index(below: canaries.count - 1)] = waiting
        }
    }

    /// A hundred say as much of a judge as thousands do. Together they take no more memory than shadows may, so none is made of a
    /// rollout of over 256 KiB.
    private static let waitingCanaryCountMax = 256

    /// Asks the task's own judges about a canary, past the gate and the cache.
    mutating func begin(_ canary: WaitingCanary, _ instant: LaneInstant, _ actions: inout [LaneAction]) {
        guard case .rubric(let rubric) = catalog.tasks[canary.task].question else { return }
        lastCanary += 1
        beginOwn(.canary(lastCanary), canary.task, rubric, canary.rollout, shadowed: nil, instant, &actions)
    }

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
