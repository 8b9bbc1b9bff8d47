internal import RewardKernel
internal import RewardMemory
internal import RewardWire

/// What is left to do for rows that have been scored.
struct RowsOutcome: BitwiseCopyable {
    /// A row has no reward of its own: its group's mean, or the middle of the range, stands in.
    var leavesRewardsToGroups = false
    /// A row has no score of its own.
    var hasUnscored = false
    /// A row's judges have yet to be asked.
    var awaitsJudges = false

    @_noAllocation init() {}
}

/// Turns rows of a request into rollouts and scores them: a worker's kernel scratch with what surrounds it.
@safe
struct RowScorer: ~Copyable {
    var scratch: KernelScratch
    private var row = ScoreRow()
    private let completionByteCountMax: Int
    private let fields: UnsafeMutablePointer<FieldValue>
    /// Counts rollouts to time one in `timedRolloutInterval`.
    private var rolloutTick: UInt64 = 0
    private let anchor = Anchor()

    /// One rollout in so many has its components timed: often enough for a mean, too rare to cost anything.
    private static var timedRolloutInterval: UInt64 { @_noAllocation get { 32 } }

    // Allocates: once per worker and configuration.
    init(_ requirements: ScratchRequirements, _ limits: RequestLimits) throws(PlanError) {
        let scratch = try KernelScratch(requirements)
        self.scratch = scratch
        completionByteCountMax = limits.completionByteCount
        unsafe fields = .allocate(capacity: Limits.rewardFieldCountMax)
        unsafe fields.initialize(repeating: .absent, count: Limits.rewardFieldCountMax)
    }

    deinit {
        unsafe fields.deallocate()
    }

    /// Scores rows `first..<end` into the task's reply.
    @_noAllocation
    mutating func score(
        _ task: borrowing BatchTask, rows first: Int, _ end: Int, counters: CounterBlock, server: CounterBlock
    ) -> RowsOutcome {
        var rows = RowsOutcome()
        var pendingCount: UInt64 = 0
        var scoredCount: UInt64 = 0
        var neutralCount: UInt64 = 0
        var gatedCount: UInt64 = 0
        let deadline = task.deadlineNanoseconds
        let isExpired = deadline != UInt64.max && MonotonicClock.nanoseconds >= deadline
        for index in first..<end {
            let outcome = isExpired ? task.plan.refuse(.timeout, into: &row) : score(task, index)
            if let reward = outcome.reward {
                task.setReward(index, reward)
            } else {
                task.setReward(index, .nan)
                rows.leavesRewardsToGroups = true
            }
            task.setStatus(index, outcome.status)
            switch outcome.status.kind {
            case .value where outcome.status == .pending: pendingCount &+= 1
            case .value: scoredCount &+= 1
            case .neutral: neutralCount &+= 1
            case .error: break
            }
            if outcome.isGated { gatedCount &+= 1 }
            record(task, index, counters)
        }
        let rolloutCount = UInt64(end &- first)
        let refusedCount = rolloutCount &- scoredCount &- neutralCount &- pendingCount
        server.add(scoredCount, to: ServerCounter.scored.index)
        server.add(neutralCount, to: ServerCounter.neutral.index)
        server.add(refusedCount, to: ServerCounter.refused.index)
        server.add(gatedCount, to: ServerCounter.gated.index)
        if isExpired { server.add(rolloutCount, to: ServerCounter.expired.index) }
        let base = task.plan.counterIndex
        counters.add(rolloutCount, to: base)
        counters.add(scoredCount, to: base &+ 1)
        counters.add(neutralCount, to: base &+ 2)
        counters.add(refusedCount, to: base &+ 3)
        counters.add(gatedCount, to: base &+ 4)
        rows.awaitsJudges = pendingCount > 0
        rows.hasUnscored = scoredCount != rolloutCount
        return rows
    }

    /// Settles a row whose judges' answers stand in its columns.
    @_noAllocation
    mutating func settle(_ task: borrowing BatchTask, _ index: Int) -> RolloutOutcome {
        for component in 0..<task.plan.components.count {
            row.outcomes[component] = task.componentOutcome(component, index)
        }
        return task.plan.settle(row)
    }

    /// Scores one row into `self.row`.
    @_noAllocation
    private mutating func score(_ task: borrowing BatchTask, _ index: Int) -> RolloutOutcome {
        let (rollout, fault) = rollout(task, index)
        guard fault == .scored else { return task.plan.refuse(fault, into: &row) }
        rolloutTick &+= 1
        let isTimed = rolloutTick % Self.timedRolloutInterval == 0
        return task.plan.score(rollout, &scratch, isTimed: isTimed, into: &row)
    }

    /// Copies the row's outcomes into the reply's columns and the counters.
    @_noAllocation
    private func record(_ task: borrowing BatchTask, _ index: Int, _ counters: CounterBlock) {
        var counter = task.plan.counterIndex &+ RewardCounters.rewardCounterCount
        for component in 0..<task.plan.components.count {
            let outcome = row.outcomes[component]
            task.setComponent(component, index, score: outcome.score, status: outcome.status)
            // Spelt so because `!=` is generic, which optimised builds refuse here.
            if !(outcome.status == .pending) {
                counters.add(1, to: counter &+ RewardCounters.component(for: outcome.status))
            }
            if row.nanoseconds[component] >= 0 {
                counters.add(1, to: counter &+ 5)
                counters.add(UInt64(row.nanoseconds[component]), to: counter &+ 6)
            }
            counter &+= RewardCounters.componentCounterCount
        }
    }

    /// Writes the sentence about one component of one row; false when there is nothing to say.
    @_noAllocation
    mutating func explain(
        _ task: borrowing BatchTask, component: Int, row index: Int, into text: inout RigidBytes
    ) -> Bool {
        let status = task.componentStatus(component, index)
        guard status != Status.gated.code, status != Status.timeout.code else { return false }
        let (rollout, fault) = rollout(task, index)
        guard fault == .scored else { return false }
        // Deterministic components give the same outcome again: cheaper than keeping a finding for every row of every batch.
        let outcome = task.plan.components[component].plan.score(rollout, &scratch)
        task.plan.components[component].plan.explain(outcome, rollout, &scratch, into: &text)
        return !text.view.isEmpty
    }
}

// MARK: - Reading a row

extension RowScorer {
    /// The rollout of a row, every text of it proven valid; or the status that refuses it.
    @_noAllocation
    private mutating func rollout(_ task: borrowing BatchTask, _ index: Int) -> (Rollout, Status) {
        let request = task.request
        var rollout = Rollout(
            completion: .empty, completionIsASCII: true, prompt: nil, referenceAnswer: .absent,
            tokenCount: request.tokenCount(index), tokenIdentifiers: request.tokenIdentifiers(index),
            isTruncated: request.isTruncated(index),
            fields: unsafe FixedTable(unsafe: UnsafePointer(fields), count: task.plan.fieldNames.count))
        guard let completion = request.completion(index) else { return (rollout, .wrongType) }
        guard completion.count <= completionByteCountMax else { return (rollout, .oversize) }
        switch TextForm(completion) {
        case .ascii: break
        case .unicode: rollout.completionIsASCII = false
        case .invalid: return (rollout, .invalidUTF8)
        }
        rollout.completion = completion
        if task.plan.needsPrompts, let prompt = request.prompt(index) {
            // The tail is where the last turn asks; it starts at a character.
            var start = max(0, prompt.count &- Limits.promptByteCountMax)
            while start > 0 && start < prompt.count && prompt[start] & 0xC0 == 0x80 { start &+= 1 }
            let tail = prompt.slice(start, prompt.count)
            if case .invalid = TextForm(tail) { return (rollout, .invalidUTF8) }
            rollout.prompt = tail
        }
        if task.plan.needsReferenceAnswers {
            let (value, isValid) = fieldValue(request.message, request.referenceAnswerToken(index))
            guard isValid else { return (rollout, .invalidUTF8) }
            rollout.referenceAnswer = value
        }
        for field in 0..<task.plan.fieldNames.count {
            let array = task.tables.fieldArrays[field]
            let (value, isValid) = fieldValue(request.message, array < 0 ? -1 : array &+ 1 &+ index)
            guard isValid else { return (rollout, .invalidUTF8) }
            unsafe fields[field] = value
        }
        return (rollout, .scored)
    }

    /// The value of a token, and whether it is usable: text must be valid UTF-8.
    @_noAllocation
    private func fieldValue(_ message: MessageView, _ token: Int) -> (FieldValue, Bool) {
        guard token >= 0 else { return (.absent, true) }
        switch message.kind(token) {
        case .string, .binary:
            guard let text = message.text(token) else { return (.absent, true) }
            if case .invalid = TextForm(text) { return (.absent, false) }
            return (.text(text), true)
        case .unsigned, .negative:
            if let integer = message.integer(token) { return (.integer(integer), true) }
            return (.number(message.double(token) ?? 0), true)
        case .double: return (.number(message.double(token) ?? 0), true)
        case .yes: return (.boolean(true), true)
        case .no: return (.boolean(false), true)
        case .null, .array, .map, .extension: return (.absent, true)
        }
    }
}
