internal import CLinux
internal import RewardJudge
internal import RewardKernel
internal import RewardMemory
internal import RewardWire
internal import Synchronization

// From a score request to its reply.

extension Worker {
    /// Scores a request: at once when it is small, as a batch of all workers when it is large.
    @_noAllocation
    mutating func score(
        _ slot: Int, _ identifier: UInt32, _ message: MessageView, _ parameters: Int
    ) throws(RequestFault) {
        let queuedNanoseconds = slots[slot].queuedNanoseconds
        let arrival = queuedNanoseconds == 0 ? slots[slot].receivedNanoseconds : queuedNanoseconds
        slots[slot].queuedNanoseconds = 0
        if server.isDraining.load(ordering: .relaxed) && queuedNanoseconds == 0 { throw .shuttingDown }
        let request = try ScoreRequest(message, parameters: parameters, promptIndex: &prompts)
        guard request.rolloutCount <= limits.rolloutCount else {
            throw .tooManyRollouts(request.rolloutCount, limit: limits.rolloutCount)
        }
        let isLarge = request.rolloutCount >= Limits.chunkedRolloutCountMin
        if isLarge && mustQueue(slot) {
            // One batch a worker at a time; this one is read again when its turn comes.
            enqueue(slot, arrival)
            return
        }
        var task = try makeTask(slot, identifier, request, arrival)
        if isLarge {
            begin(slot, task)
            return
        }
        count(.rolloutsIn, request.rolloutCount)
        let serverCounters = board.counters
        let rows = scorer.score(task, rows: 0, request.rolloutCount, counters: counters, server: serverCounters)
        if rows.awaitsJudges { return park(slot, task) }
        let groups = rows.hasUnscored ? settleGroups(task, isPending: rows.leavesRewardsToGroups) : 0
        if request.wantsRationales {
            var cursor = RationaleCursor()
            writeRationales(&task, &cursor, rowCountMax: Int.max)
        }
        if task.timeOffset > 0 {
            task.setTime(at: task.timeOffset)
        } else {
            writeTail(&task, ReplyUsage(), degradedGroupCount: groups)
        }
        deliver(slot, task)
    }

    /// Whether a large request must wait: for the batch at hand, for those that came before it, and for a configuration that
    /// can only be taken up between two batches.
    @_noAllocation
    private func mustQueue(_ slot: Int) -> Bool {
        if batch.isRunning { return true }
        return slot != turnSlot && (queueCount > 0 || server.version.load(ordering: .relaxed) != version)
    }

    /// Checks that the request brings what its reward reads, and writes the head of the reply.
    @_noAllocation @inline(__always)
    private func makeTask(
        _ slot: Int, _ identifier: UInt32, _ request: ScoreRequest, _ arrival: UInt64
    ) throws(RequestFault) -> BatchTask {
        guard let index = RewardPlan.index(of: request.rewardName, in: plans) else {
            throw .unknownReward(request.rewardName)
        }
        try checkNeeds(plans[index], request)
        if plans[index].judgedCount > 0 && parkedCount >= Limits.parkedRequestCountMax {
            throw .overloaded("as many requests wait for their judges as the sidecar holds; send the batch again later")
        }
        let capacity = replyByteCountMax(plans[index], request)
        guard capacity <= Limits.replyByteCountMax else { throw .replyTooLarge(byteCount: capacity) }
        guard capacity <= slots[slot].replyFreeCount else {
            throw .overloaded("the replies before this one wait to be taken")
        }
        if capacity > Limits.bufferByteCountKept {
            guard server.charge(capacity) else {
                throw .overloaded("too many bytes of other replies are in flight; send the batch again later")
            }
            slots[slot].replyChargedByteCount &+= capacity
        }
        var task = unsafe BatchTask(
            request: request, plan: plans.cell(index), tables: tables, messageIdentifier: identifier,
            configurationHash: configurationHash, unsafe: slots[slot].replyTail, replyCapacity: capacity,
            arrivalNanoseconds: arrival,
            deadlineNanoseconds: deadline(request.deadlineMilliseconds, arrival))
        // What only judges and groups can tell is not in a form.
        let isPlain = !request.wantsRationales && !request.hasGroupIdentifiers && plans[index].judgedCount == 0
        if request.rolloutCount == 1 && isPlain {
            task.begin(replyForms.cell(index))
        } else {
            writeHead(&task)
        }
        return task
    }

    @_noAllocation
    private func writeHead(_ task: inout BatchTask) {
        var writer = unsafe ReplyWriter(unsafe: task.reply, capacity: task.replyCapacity)
        let offsets = ScoreReply.writeHead(
            to: &writer, task.plan, messageIdentifier: task.messageIdentifier, rolloutCount: task.request.rolloutCount,
            wantsRationales: task.request.wantsRationales, columns: task.tables.columns)
        precondition(!writer.isOverfull, "the head of a reply fits the bound computed for it")
        task.rewardsOffset = offsets.rewardsOffset
        task.statusOffset = offsets.statusOffset
        task.replyCount = writer.count
    }

    /// Checks that every column and field that the plan reads is there, and notes where the fields are.
    @_noAllocation @inline(__always)
    private func checkNeeds(_ plan: RewardPlan, _ request: ScoreRequest) throws(RequestFault) {
        if plan.needsPrompts && !request.hasPrompts { throw .neededColumn("prompts", reward: plan.name) }
        if plan.needsReferenceAnswers && !request.hasReferenceAnswers {
            throw .neededColumn("reference_answers", reward: plan.name)
        }
        if plan.needsTokenCounts && !request.hasTokenCounts { throw .neededColumn("token_counts", reward: plan.name) }
        if plan.needsGroupIdentifiers && !request.hasGroupIdentifiers {
            throw .neededColumn("group_ids", reward: plan.name)
        }
        for field in 0..<plan.fieldNames.count {
            let array = request.fieldArray(named: plan.fieldNames[field])
            guard array >= 0 else { throw .neededField(plan.fieldNames[field], reward: plan.name) }
            tables.fieldArrays[field] = array
        }
    }

    @_noAllocation
    private func deadline(_ milliseconds: Int64, _ arrival: UInt64) -> UInt64 {
        guard milliseconds >= 0 else { return UInt64.max }
        let nanoseconds = UInt64(milliseconds).multipliedReportingOverflow(by: 1_000_000)
        let (deadline, isOverflow) = arrival.addingReportingOverflow(nanoseconds.partialValue)
        return nanoseconds.overflow || isOverflow ? UInt64.max : deadline
    }

    /// An upper bound of the reply's bytes, so that it is refused before it is begun or not at all.
    @_noAllocation @inline(__always)
    private func replyByteCountMax(_ plan: RewardPlan, _ request: ScoreRequest) -> Int {
        var byteCount = ScoreReply.byteCountMax(plan, rolloutCount: request.rolloutCount)
        if request.wantsRationales {
            let perRow = Limits.rationaleByteCountMax &+ 5
            byteCount &+= plan.components.count &* (request.rolloutCount &* perRow &+ Limits.nameByteCountMax)
        }
        // Degraded groups are echoed: together no longer than the request, every identifier's header counted anew.
        if request.hasGroupIdentifiers { byteCount &+= request.message.body.count &+ request.rolloutCount &* 4 }
        return byteCount
    }

    // MARK: Writing the reply

    /// Writes up to `rowCountMax` rationales from where `cursor` stands. True when all are written.
    @_noAllocation @discardableResult
    mutating func writeRationales(_ task: inout BatchTask, _ cursor: inout RationaleCursor, rowCountMax: Int) -> Bool {
        let componentCount = task.plan.components.count
        let rolloutCount = task.request.rolloutCount
        var writer = unsafe ReplyWriter(
            unsafe: task.reply + task.replyCount, capacity: task.replyCapacity &- task.replyCount)
        var written = 0
        if cursor.component == 0 && cursor.row == 0 && !cursor.isBegun {
            writer.string("rationales")
            writer.map(componentCount)
            cursor.isBegun = true
        }
        while cursor.component < componentCount && written < rowCountMax {
            if cursor.row == 0 && !cursor.isColumnBegun {
                writer.string(task.plan.components[cursor.component].name)
                writer.array(rolloutCount)
                cursor.isColumnBegun = true
            }
            if cursor.row < rolloutCount {
                text.removeAll()
                if scorer.explain(task, component: cursor.component, row: cursor.row, into: &text) {
                    writer.string(text.view.prefix(ofWholeCharacters: Limits.rationaleByteCountMax))
                } else {
                    writer.null()
                }
                cursor.row &+= 1
                written &+= 1
            }
            if cursor.row == rolloutCount {
                cursor.component &+= 1
                cursor.row = 0
                cursor.isColumnBegun = false
            }
        }
        precondition(!writer.isOverfull, "the rationales of a reply fit the bound computed for it")
        task.replyCount &+= writer.count
        return cursor.component == componentCount
    }

    /// The keys behind the columns, and the frame's header.
    @_noAllocation
    mutating func writeTail(_ task: inout BatchTask, _ usage: ReplyUsage, degradedGroupCount: Int) {
        var writer = unsafe ReplyWriter(
            unsafe: task.reply + task.replyCount, capacity: task.replyCapacity &- task.replyCount)
        let timeOffset = ScoreReply.writeTail(
            to: &writer, usage, configurationHash: task.configurationHash, degradedGroupCount: degradedGroupCount)
        if degradedGroupCount > 0 { writeDegradedGroups(task, &writer) }
        precondition(!writer.isOverfull, "the tail of a reply fits the bound computed for it")
        let tailOffset = task.replyCount
        task.replyCount &+= writer.count
        task.setTime(at: tailOffset &+ timeOffset)
        unsafe ReplyWriter.sealFrame(at: task.reply, byteCount: task.replyCount)
    }

    /// Hands the finished reply to the connection.
    @_noAllocation
    func deliver(_ slot: Int, _ task: borrowing BatchTask) {
        slots[slot].replyEnd &+= task.replyCount
        count(.byteCountOut, task.replyCount)
    }
}

/// How far the rationales of a reply are written: a large batch writes them in slices between which sockets are served.
struct RationaleCursor: BitwiseCopyable {
    var component = 0
    var row = 0
    var isBegun = false
    var isColumnBegun = false

    @_noAllocation init() {}
}
