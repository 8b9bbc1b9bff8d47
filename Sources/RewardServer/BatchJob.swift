internal import CLinux
internal import RewardKernel
internal import RewardMemory
internal import RewardWire
internal import Synchronization

/// Where a component's two columns stand in a reply.
struct ColumnOffsets: BitwiseCopyable {
    var scores = 0
    var status = 0
}

/// The parts of a task that have one entry a field or component, made once and lent to one task after the other: a task is
/// handed on by value, and these would be most of its bytes.
struct TaskTables: BitwiseCopyable {
    /// Arrays of the fields that the plan reads, as tokens.
    let fieldArrays: RigidPool<Int>
    var columns: RigidPool<ColumnOffsets>

    // Allocates: once per worker.
    init() {
        fieldArrays = RigidPool(capacity: Limits.rewardFieldCountMax) { _ in -1 }
        columns = RigidPool(capacity: Limits.componentCountMax) { _ in ColumnOffsets() }
    }

    // Allocates: never; gives memory back, at the end.
    func destroy() {
        fieldArrays.destroy()
        columns.destroy()
    }
}

/// A score request on its way: its rows, its plan, and the reply that is filled in place.
///
/// The reply's columns have known sizes, so its head is written first and every worker stores scores straight into it.
@safe
struct BatchTask: BitwiseCopyable {
    let request: ScoreRequest
    private let planCell: FixedCell<RewardPlan>
    let messageIdentifier: UInt32
    let configurationHash: ByteView
    private(set) var tables: TaskTables
    /// Where the reply's frame begins; offsets count from here.
    var reply: UnsafeMutablePointer<UInt8>
    var replyCapacity: Int
    var replyCount = 0
    var rewardsOffset = 0
    var statusOffset = 0
    /// Where the time is filled in at the end, in a reply that was copied from a form; 0 where the tail is still to be written.
    private(set) var timeOffset = 0
    var arrivalNanoseconds: UInt64
    /// Monotonic, or `UInt64.max`.
    var deadlineNanoseconds: UInt64

    /// A reply written from `reply` on, at most `replyCapacity` bytes, which the caller vouches for.
    @_noAllocation
    init(
        request: ScoreRequest, plan: FixedCell<RewardPlan>, tables: TaskTables, messageIdentifier: UInt32,
        configurationHash: ByteView, unsafe reply: UnsafeMutablePointer<UInt8>,
        replyCapacity: Int, arrivalNanoseconds: UInt64, deadlineNanoseconds: UInt64
    ) {
        self.request = request
        planCell = plan
        self.tables = tables
        self.messageIdentifier = messageIdentifier
        self.configurationHash = configurationHash
        unsafe self.reply = unsafe reply
        self.replyCapacity = replyCapacity
        self.arrivalNanoseconds = arrivalNanoseconds
        self.deadlineNanoseconds = deadlineNanoseconds
    }

    var plan: RewardPlan {
        @_noAllocation unsafeAddress { unsafe planCell.address }
    }

    /// Copies `form` as the reply, which lacks its values and its time then.
    @_noAllocation
    mutating func begin(_ form: FixedCell<ReplyForm>) {
        precondition(form.value.frame.count <= replyCapacity, "a reply fits the bound computed for it")
        unsafe plaudit_copy(reply, form.value.frame.base, form.value.frame.count)
        replyCount = form.value.frame.count
        storeWide(messageIdentifier, at: ReplyWriter.messageIdentifierOffset)
        tables.columns = form.value.columns
        rewardsOffset = form.value.rewardsOffset
        statusOffset = form.value.statusOffset
        timeOffset = form.value.timeOffset
    }

    /// Fills in how long the reply took so far, in microseconds.
    @_noAllocation
    func setTime(at offset: Int) {
        let microseconds = (MonotonicClock.nanoseconds &- arrivalNanoseconds) / 1_000
        storeWide(UInt32(clamping: microseconds), at: offset)
    }

    /// Writes over the number of a `wide` whose last four bytes stand at `offset`.
    @_noAllocation
    private func storeWide(_ number: UInt32, at offset: Int) {
        precondition(offset >= 0 && offset &+ 4 <= replyCount, "a number lies inside the reply")
        unsafe UnsafeMutableRawPointer(reply + offset).storeBytes(of: number.bigEndian, as: UInt32.self)
    }

    @_noAllocation
    func setReward(_ row: Int, _ reward: Double) {
        precondition(row >= 0 && row < request.rolloutCount, "a row lies inside the batch")
        unsafe UnsafeMutableRawPointer(reply + rewardsOffset + row &* 8)
            .storeBytes(of: reward.bitPattern.littleEndian, as: UInt64.self)
    }

    @_noAllocation
    func reward(_ row: Int) -> Double {
        precondition(row >= 0 && row < request.rolloutCount, "a row lies inside the batch")
        let bits = unsafe UnsafeRawPointer(reply + rewardsOffset + row &* 8).loadUnaligned(as: UInt64.self)
        return Double(bitPattern: UInt64(littleEndian: bits))
    }

    @_noAllocation
    func setStatus(_ row: Int, _ status: Status) {
        precondition(row >= 0 && row < request.rolloutCount, "a row lies inside the batch")
        unsafe reply[statusOffset &+ row] = status.code
    }

    @_noAllocation
    func isScored(_ row: Int) -> Bool {
        precondition(row >= 0 && row < request.rolloutCount, "a row lies inside the batch")
        return unsafe reply[statusOffset &+ row] == Status.scored.code
    }

    @_noAllocation
    func setComponent(_ component: Int, _ row: Int, score: Double, status: Status) {
        precondition(row >= 0 && row < request.rolloutCount, "a row lies inside the batch")
        let offsets = tables.columns[component]
        unsafe UnsafeMutableRawPointer(reply + offsets.scores + row &* 8)
            .storeBytes(of: score.bitPattern.littleEndian, as: UInt64.self)
        unsafe reply[offsets.status &+ row] = status.code
    }

    /// Whether judges have yet to answer for the row.
    @_noAllocation
    func isPending(_ row: Int) -> Bool {
        precondition(row >= 0 && row < request.rolloutCount, "a row lies inside the batch")
        return unsafe reply[statusOffset &+ row] == Status.pending.code
    }

    /// What stands in a component's columns for a row.
    @_noAllocation
    func componentOutcome(_ component: Int, _ row: Int) -> ComponentOutcome {
        precondition(row >= 0 && row < request.rolloutCount, "a row lies inside the batch")
        let offsets = tables.columns[component]
        let bits = unsafe UnsafeRawPointer(reply + offsets.scores + row &* 8).loadUnaligned(as: UInt64.self)
        var outcome = ComponentOutcome(score: Double(bitPattern: UInt64(littleEndian: bits)))
        outcome.status = Status(code: unsafe reply[offsets.status &+ row])
        return outcome
    }

    /// The status byte of a component's row.
    @_noAllocation
    func componentStatus(_ component: Int, _ row: Int) -> UInt8 {
        precondition(row >= 0 && row < request.rolloutCount, "a row lies inside the batch")
        return unsafe reply[tables.columns[component].status &+ row]
    }
}

/// A batch that one worker offers to all, cut into chunks of rows.
///
/// The cursor packs a generation, the chunk count and the next chunk, so that a worker takes a chunk with one
/// compare-and-exchange and can never take one of a batch that is over: the owner reuses `task` only after every chunk that
/// was taken has been finished.
@safe
struct BatchJob: ~Copyable {
    /// Generation (24 bits), chunk count (20 bits), next chunk (20 bits).
    private let cursor = Atomic<UInt64>(0)
    private let finishedCount = Atomic<Int>(0)
    /// Whether a row waits for its group's mean.
    let hasPendingRewards = Atomic<Bool>(false)
    /// Whether a row waits for its judges.
    let awaitsJudges = Atomic<Bool>(false)
    /// Set when nobody waits for the batch any more: chunks still to come are skipped.
    let isAbandoned = Atomic<Bool>(false)
    private let versionCell = Atomic<Int>(-1)
    /// For the owner, and for a worker between taking a chunk and finishing it.
    let task: UnsafeMutablePointer<BatchTask>

    // Allocates: once per worker.
    init() {
        unsafe task = UnsafeMutableRawPointer.allocate(
            byteCount: MemoryLayout<BatchTask>.stride, alignment: MemoryLayout<BatchTask>.alignment
        ).assumingMemoryBound(to: BatchTask.self)
    }

    deinit {
        unsafe task.deallocate()
    }

    private static var chunkMask: UInt64 { @_noAllocation get { 0xF_FFFF } }

    /// Offers `newTask` to all workers that are at configuration `version`.
    @_noAllocation
    func publish(_ newTask: BatchTask, version: Int, chunkCount: Int) {
        unsafe task.pointee = newTask
        finishedCount.store(0, ordering: .relaxed)
        hasPendingRewards.store(false, ordering: .relaxed)
        awaitsJudges.store(false, ordering: .relaxed)
        isAbandoned.store(false, ordering: .relaxed)
        versionCell.store(version, ordering: .relaxed)
        let generation = (cursor.load(ordering: .relaxed) &>> 40) &+ 1
        let packed = generation &<< 40 | UInt64(truncatingIfNeeded: chunkCount) &<< 20
        // Ordered before the look at who sleeps, as a sleeper's flag is before its look at the cursor.
        cursor.store(packed, ordering: .sequentiallyConsistent)
    }

    /// Whether a worker at configuration `version` would find a chunk.
    @_noAllocation
    func hasChunk(version: Int) -> Bool {
        let packed = cursor.load(ordering: .sequentiallyConsistent)
        return packed & Self.chunkMask < packed &>> 20 & Self.chunkMask
            && versionCell.load(ordering: .relaxed) == version
    }

    /// Takes the next chunk; -1 when there is none left.
    @_noAllocation
    func takeChunk(version: Int) -> Int {
        var packed = cursor.load(ordering: .acquiring)
        while true {
            let next = packed & Self.chunkMask
            guard next < packed &>> 20 & Self.chunkMask, versionCell.load(ordering: .relaxed) == version else {
                return -1
            }
            let (exchanged, original) = cursor.compareExchange(
                expected: packed, desired: packed &+ 1, ordering: .acquiringAndReleasing)
            if exchanged { return Int(truncatingIfNeeded: next) }
            packed = original
        }
    }

    /// Notes that a taken chunk is done. True for the one that makes the batch complete.
    @_noAllocation
    func finishChunk() -> Bool {
        let chunkCount = Int(truncatingIfNeeded: cursor.load(ordering: .relaxed) &>> 20 & Self.chunkMask)
        return finishedCount.add(1, ordering: .sequentiallyConsistent).newValue == chunkCount
    }

    /// Whether every chunk is finished, waiting at most so long for others to finish theirs: falling asleep and being woken
    /// takes as long as a chunk.
    @_noAllocation
    func isComplete(within nanoseconds: UInt64) -> Bool {
        if isComplete { return true }
        let end = MonotonicClock.nanoseconds &+ nanoseconds
        while MonotonicClock.nanoseconds < end {
            plaudit_yield()
            if isComplete { return true }
        }
        return false
    }

    /// Whether every chunk has been finished.
    var isComplete: Bool {
        @_noAllocation get {
            let chunkCount = Int(truncatingIfNeeded: cursor.load(ordering: .relaxed) &>> 20 & Self.chunkMask)
            return finishedCount.load(ordering: .sequentiallyConsistent) == chunkCount
        }
    }
}
