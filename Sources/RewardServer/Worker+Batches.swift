internal import CLinux
internal import CMsgPack
internal import RewardKernel
internal import RewardMemory
internal import RewardWire
internal import Synchronization

/// Where the batch that this worker owns stands.
struct BatchProgress: BitwiseCopyable {
    enum Stage: BitwiseCopyable { case none, scoring, explaining }

    var stage = Stage.none
    /// The connection that the batch came from.
    var slot = -1
    var cursor = RationaleCursor()
    var degradedGroupCount = 0
    /// The connection broke while the batch ran.
    var isPeerGone = false

    @_noAllocation init() {}

    var isRunning: Bool {
        @_noAllocation get {
            if case .none = stage { return false }
            return true
        }
    }
}

extension Worker {
    // MARK: The queue of connections with a large request

    /// Queues the connection with the request that it has at hand, which came at `arrival`.
    @_noAllocation
    mutating func enqueue(_ slot: Int, _ arrival: UInt64) {
        precondition(queueCount < Limits.connectionCountMax, "a connection stands in the queue once")
        queue[(queueHead &+ queueCount) % Limits.connectionCountMax] = Int32(truncatingIfNeeded: slot)
        queueCount &+= 1
        slots[slot].isWaiting = true
        slots[slot].queuedNanoseconds = arrival
    }

    @_noAllocation
    mutating func removeFromQueue(_ slot: Int) {
        var kept = 0
        for position in 0..<queueCount {
            let waiting = queue[(queueHead &+ position) % Limits.connectionCountMax]
            if Int(waiting) == slot { continue }
            queue[(queueHead &+ kept) % Limits.connectionCountMax] = waiting
            kept &+= 1
        }
        queueCount = kept
    }

    // MARK: Running a batch

    /// Offers the task to all workers.
    @_noAllocation
    mutating func begin(_ slot: Int, _ task: BatchTask) {
        // The batch keeps the tape that its rows were read from; the next message gets the other one.
        swap(&tape, &batchTape)
        swap(&prompts, &batchPrompts)
        swap(&tables, &batchTables)
        count(.rolloutsIn, task.request.rolloutCount)
        slots[slot].isWaiting = true
        batch = BatchProgress()
        batch.stage = .scoring
        batch.slot = slot
        let chunkCount = (task.request.rolloutCount &+ Limits.chunkRolloutCount &- 1) / Limits.chunkRolloutCount
        board.job.publish(task, version: version, chunkCount: chunkCount)
        server.wakeOthers(than: index)
    }

    /// One step: a chunk of any worker's batch, or what follows this worker's own.
    @_noAllocation
    mutating func stepBatch() {
        if !batch.isRunning && queueCount > 0 { beginNext() }
        switch batch.stage {
        case .none: _ = workOnChunks()
        case .scoring:
            if workOnChunks() { return }
            if board.job.isComplete(within: Limits.chunkNanosecondsMax) { endScoring() }
        case .explaining: stepRationales()
        }
    }

    /// Starts the batch of the connection that has waited longest.
    @_noAllocation
    private mutating func beginNext() {
        let slot = Int(queue[queueHead])
        queueHead = (queueHead &+ 1) % Limits.connectionCountMax
        queueCount &-= 1
        slots[slot].isWaiting = false
        turnSlot = slot
        serve(slot)
        turnSlot = -1
    }

    /// Works on chunks for about as long as a small request may be kept waiting. False when there was none.
    @_noAllocation
    private mutating func workOnChunks() -> Bool {
        guard workOnChunk() else { return false }
        let end = MonotonicClock.nanoseconds &+ Limits.chunkNanosecondsMax
        while MonotonicClock.nanoseconds < end && workOnChunk() {}
        return true
    }

    /// Takes one chunk, of the own batch first, and scores it. False when there is none.
    @_noAllocation
    private mutating func workOnChunk() -> Bool {
        let workerCount = server.workerCount
        for distance in 0..<workerCount {
            let owner = (index &+ distance) % workerCount
            let chunk = server.workers[owner].job.takeChunk(version: version)
            if chunk >= 0 {
                score(chunk: chunk, of: owner)
                return true
            }
        }
        return false
    }

    @_noAllocation
    private mutating func score(chunk: Int, of owner: Int) {
        let first = chunk &* Limits.chunkRolloutCount
        let task = unsafe server.workers[owner].job.task
        let end = unsafe min(first &+ Limits.chunkRolloutCount, task.pointee.request.rolloutCount)
        let serverCounters = board.counters
        if server.workers[owner].job.isAbandoned.load(ordering: .acquiring) {
            // Nobody will read these rows: they count as refused, so that the books still balance.
            serverCounters.add(UInt64(truncatingIfNeeded: end &- first), to: ServerCounter.refused.index)
            serverCounters.add(UInt64(truncatingIfNeeded: end &- first), to: ServerCounter.cancelled.index)
        } else {
            let rows = unsafe scorer.score(
                task.pointee, rows: first, end, counters: counters, server: serverCounters)
            if rows.awaitsJudges { server.workers[owner].job.awaitsJudges.store(true, ordering: .relaxed) }
            if rows.leavesRewardsToGroups {
                server.workers[owner].job.hasPendingRewards.store(true, ordering: .relaxed)
            }
        }
        if server.workers[owner].job.finishChunk(), owner != index {
            server.workers[owner].wakeIfSleeping()
        }
    }

    /// Every row is scored: groups, then rationales, then the tail.
    @_noAllocation
    private mutating func endScoring() {
        if batch.isPeerGone { return endBatch() }
        let isPending = board.job.hasPendingRewards.load(ordering: .relaxed)
        let task = unsafe board.job.task
        if board.job.awaitsJudges.load(ordering: .relaxed) {
            unsafe park(batch.slot, task.pointee)
            return endBatch()
        }
        batch.degradedGroupCount = unsafe settleGroups(task.pointee, isPending: isPending)
        if unsafe task.pointee.request.wantsRationales {
            batch.stage = .explaining
            return
        }
        deliverBatch()
    }

    /// Writes a slice of the rationales.
    @_noAllocation
    private mutating func stepRationales() {
        if batch.isPeerGone { return endBatch() }
        let task = unsafe board.job.task
        var cursor = batch.cursor
        let isDone = unsafe writeRationales(&task.pointee, &cursor, rowCountMax: Limits.chunkRolloutCount)
        batch.cursor = cursor
        if isDone { deliverBatch() }
    }

    @_noAllocation
    private mutating func deliverBatch() {
        let task = unsafe board.job.task
        unsafe writeTail(&task.pointee, ReplyUsage(), degradedGroupCount: batch.degradedGroupCount)
        unsafe deliver(batch.slot, task.pointee)
        endBatch()
    }

    /// Forgets the batch and lets its connection go on, or go.
    @_noAllocation
    private mutating func endBatch() {
        let slot = batch.slot
        let isPeerGone = batch.isPeerGone
        batch = BatchProgress()
        let tapeByteCount =
            unsafe board.job.task.pointee.request.message.tokens.count &* MemoryLayout<plaudit_token>.stride
        if tapeByteCount > Limits.bufferByteCountKept { batchTape.releasePages(from: Limits.bufferByteCountKept) }
        if isPeerGone {
            slots[slot].isWaiting = false
            close(slot)
        } else {
            resume(slot)
        }
    }
}
