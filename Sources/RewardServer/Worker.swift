internal import CLinux
internal import RewardJudge
internal import RewardKernel
internal import RewardMemory
internal import RewardWire
internal import Synchronization

/// One worker: an epoll loop over the connections it owns, the kernel's scratch, and its share of everybody's batches.
///
/// A small request is scored where it was read. A large one becomes a batch that all workers take chunks from; between two
/// chunks each worker looks at its sockets, so a small request waits for one chunk at most. Lives on its thread as a local
/// value: exclusive access is a matter of the compiler, not of locks.
@safe
struct Worker: ~Copyable {
    // First, for ThreadSanitizer's sake: where a pool of this struct is written to, Swift 6.3 notes a write to the struct's
    // first word as well, and its output is invalid when that word is no pointer. This one is the worker's own.
    let slots: RigidPool<ConnectionSlot>
    let index: Int
    private let serverPool: RigidPool<ServerBoard>
    let epoll: Int32
    let settings: SidecarSettings
    let limits: RequestLimits
    let pressureLimits: PressureLimits
    let store: StoreTap?
    /// Whether scored rollouts are written to the store.
    let isAudited: Bool
    private let busyPollNanoseconds: UInt64
    /// Until when the next event is looked for without sleep.
    private var busyPollEnd: UInt64 = 0
    /// -1 but for the worker that accepts, and for it too once the sidecar drains.
    var listener: Int32
    var isListenerPaused = false

    let events: UnsafeMutablePointer<epoll_event>
    /// Connections whose batch waits for the one that is running: a ring of slot indices.
    let queue: RigidPool<Int32>
    var queueHead = 0
    var queueCount = 0
    /// The connection whose turn it is, while it is served out of the queue; -1 otherwise.
    var turnSlot = -1

    var scorer: RowScorer
    var epoch: PlanEpoch
    /// What the hot path needs of the epoch, in plain memory that the epoch keeps alive.
    var plans: FixedTable<RewardPlan>
    var counters: CounterBlock
    var totals: CounterTotals
    var configurationHash: ByteView
    var replyForms: FixedTable<ReplyForm>
    var version: Int
    let source: EpochSource

    /// The message at hand, and the one whose batch is running.
    var tape: MessageTape
    var prompts: PromptIndex
    var tables = TaskTables()
    var batchTape: MessageTape
    var batchPrompts: PromptIndex
    var batchTables = TaskTables()
    var batch = BatchProgress()
    var groups: GroupTable
    /// Requests that wait for their judges, by ticket; touched by the judge lane only.
    var parked: [JudgeTicket: ParkedRequest] = [:]
    /// Comparisons that wait for theirs.
    var comparisons: [JudgeTicket: ParkedComparison] = [:]
    /// How many both are: a dictionary is nothing that the hot path may look at.
    var parkedCount = 0
    /// Where their answers arrive.
    let mailbox: JudgeMailbox
    /// Answers to connections whose batch is running; they are told when it has ended.
    var heldAnswers: [JudgeWorkAnswer] = []
    var text = RigidBytes(capacity: 4 << 10)
    var seenReloadTicket = 0
    /// Keys the hash of group identifiers, so that nobody outside can choose identifiers that collide.
    let hashSeed = UInt64.random(in: 0...UInt64.max)
    /// The next moment at which slow readers are looked for; 0 while nothing is owed.
    var nextSweepNanoseconds: UInt64 = 0

    private let anchor = Anchor()

    /// Tokens that epoll gives back for descriptors that are no connections.
    static var wakeToken: UInt64 { @_noAllocation get { UInt64.max } }
    static var listenerToken: UInt64 { @_noAllocation get { UInt64.max &- 1 } }

    // Allocates: once, when the server starts.
    init(
        index: Int, server: RigidPool<ServerBoard>, settings: SidecarSettings, source: EpochSource
    ) throws(ServerError) {
        guard let tape = MessageTape(tokenCountMax: Limits.tokenCountMax),
            let batchTape = MessageTape(tokenCountMax: Limits.tokenCountMax),
            let prompts = PromptIndex(), let batchPrompts = PromptIndex(), let groups = GroupTable()
        else { throw .noAddressSpace }
        let epoll = epoll_create1(Int32(O_CLOEXEC))
        guard epoll >= 0 else { throw .noDescriptors }
        let epoch = source.current
        let scorer: RowScorer
        do {
            scorer = try RowScorer(epoch.plans.requirements, settings.limits)
        } catch {
            plaudit_close(epoll)
            throw .plan(error.message)
        }
        self.scorer = scorer
        self.index = index
        serverPool = server
        self.settings = settings
        limits = settings.limits
        pressureLimits = settings.pressureLimits
        store = settings.store
        isAudited = settings.store.map { index < $0.board[0].rings.capacity } ?? false
        busyPollNanoseconds = settings.busyPollNanoseconds
        self.epoll = epoll
        listener = -1
        self.source = source
        self.epoch = epoch
        plans = epoch.plans.rewards
        counters = epoch.totals.counters(ofWorker: index)
        totals = epoch.totals
        configurationHash = epoch.configurationHash
        replyForms = epoch.replyForms
        version = epoch.version
        self.tape = tape
        self.batchTape = batchTape
        self.prompts = prompts
        self.batchPrompts = batchPrompts
        self.groups = groups
        slots = RigidPool(capacity: Limits.connectionCountMax) { _ in ConnectionSlot() }
        queue = RigidPool(capacity: Limits.connectionCountMax) { _ in -1 }
        unsafe events = .allocate(capacity: Limits.eventCountMax)
        mailbox = JudgeMailbox { [wake = server[0].workers[index].eventDescriptor] in plaudit_event_signal(wake) }
        let wake = server[0].workers[index].eventDescriptor
        _ = plaudit_epoll_control(epoll, EPOLL_CTL_ADD, wake, EPOLLIN.rawValue, Self.wakeToken)
    }

    deinit {
        mailbox.close()
        slots.destroy()
        queue.destroy()
        tables.destroy()
        batchTables.destroy()
        unsafe events.deallocate()
        if listener >= 0 { plaudit_close(listener) }
        plaudit_close(epoll)
    }

    /// What all workers share.
    var server: ServerBoard {
        @_noAllocation unsafeAddress { unsafe serverPool.address(0) }
    }

    /// What this worker shows to the others.
    var board: WorkerBoard {
        @_noAllocation unsafeAddress { unsafe server.workers.address(index) }
    }

    /// Serves until the sidecar has drained.
    // Allocates: when the configuration changes, and for accepted connections; the steps between do not.
    mutating func run() {
        var drainDeadline = UInt64.max
        while true {
            adoptEpoch()
            let ready = findEvents()
            handleEvents(ready)
            acceptHandedOver()
            stepBatch()
            if !mailbox.isEmpty || !heldAnswers.isEmpty { finishParked() }
            if nextSweepNanoseconds != 0 { sweep() }
            if server.isDraining.load(ordering: .acquiring) {
                if drainDeadline == UInt64.max {
                    drainDeadline = MonotonicClock.nanoseconds &+ pressureLimits.drainMilliseconds &* 1_000_000
                    stopListening()
                }
                refuseReloads()
                if parkedCount > 0 { hurryJudges(drainDeadline) }
                // With a full list of events, more connections may have something to say.
                if ready < Limits.eventCountMax { closeIdleConnections() }
                let isOverdue = MonotonicClock.nanoseconds > drainDeadline
                // Others may still write into the reply of this worker's batch: it goes only once that has ended.
                if isOverdue && batch.isRunning { close(batch.slot) }
                let isEmpty = board.connectionCount.load(ordering: .relaxed) == 0 && parkedCount == 0
                if (isEmpty || isOverdue) && !batch.isRunning { return }
            }
        }
    }

    /// Takes up a new configuration, between requests and while no batch of this worker runs.
    // Allocates: once per reload.
    private mutating func adoptEpoch() {
        let published = server.version.load(ordering: .acquiring)
        if published != version && !batch.isRunning {
            let next = source.current
            // The control thread has made this scratch once already, so it can be made again.
            if let scorer = try? RowScorer(next.plans.requirements, limits) {
                self.scorer = scorer
                epoch = next
                plans = next.plans.rewards
                counters = next.totals.counters(ofWorker: index)
                totals = next.totals
                configurationHash = next.configurationHash
                replyForms = next.replyForms
                version = next.version
            }
        }
        answerReloads()
    }

    /// Looks for events as long as is set since the last ones came, then waits for them. The number of events, in `events`.
    @_noAllocation
    private mutating func findEvents() -> Int {
        guard busyPollNanoseconds != 0 else { return waitForEvents() }
        var count = 0
        while count == 0, MonotonicClock.nanoseconds < busyPollEnd, !hasChunk {
            count = max(0, Int(unsafe plaudit_epoll_wait(epoll, events, Int32(Limits.eventCountMax), 0)))
        }
        if count == 0 { count = waitForEvents() }
        if count > 0 { busyPollEnd = MonotonicClock.nanoseconds &+ busyPollNanoseconds }
        return count
    }

    /// Waits for events, or only looks when there is a chunk to work on. The number of events, in `events`.
    @_noAllocation
    private func waitForEvents() -> Int {
        var timeout: Int32 = nextSweepNanoseconds != 0 ? sweepTimeout : -1
        if isListenerPaused || server.isDraining.load(ordering: .relaxed) { timeout = 50 }
        // Say so before looking: whoever publishes work after this look sees the flag and wakes us.
        board.isSleeping.store(true, ordering: .sequentiallyConsistent)
        if hasChunk { timeout = 0 }
        let count = unsafe plaudit_epoll_wait(epoll, events, Int32(Limits.eventCountMax), timeout)
        board.isSleeping.store(false, ordering: .relaxed)
        return max(0, Int(count))
    }

    /// Half the time between two sweeps, in milliseconds.
    private var sweepTimeout: Int32 {
        @_noAllocation get { Int32(truncatingIfNeeded: max(1, pressureLimits.sweepMilliseconds / 2)) }
    }

    /// Whether any worker's batch, or this one's own, has something to do right now.
    private var hasChunk: Bool {
        @_noAllocation get {
            if batch.isRunning {
                if board.job.isComplete { return true }
            } else if queueCount > 0 {
                return true
            }
            let workerCount = server.workerCount
            for other in 0..<workerCount where server.workers[other].job.hasChunk(version: version) {
                return true
            }
            return false
        }
    }

    // Allocates: for a new connection only.
    private mutating func handleEvents(_ count: Int) {
        for position in 0..<count {
            let readiness = unsafe events[position].events
            let token = unsafe plaudit_epoll_token(events + position)
            if token == Self.wakeToken {
                plaudit_event_drain(board.eventDescriptor)
            } else if token == Self.listenerToken {
                acceptConnections()
            } else {
                let slot = Int(truncatingIfNeeded: token & 0xFFFF_FFFF)
                let generation = UInt32(truncatingIfNeeded: token &>> 32)
                guard slots[slot].descriptor >= 0, slots[slot].generation == generation else { continue }
                handleReadiness(slot, readiness)
            }
        }
    }

    @_noAllocation @inline(__always)
    func count(_ counter: ServerCounter, _ amount: Int = 1) {
        board.counters.add(UInt64(truncatingIfNeeded: amount), to: counter.index)
    }

    /// Leaves a line for the log.
    @_noAllocation
    func note(_ kind: ServerEvent.Kind, _ detail: Int) {
        board.note(ServerEvent(kind: kind, detail: detail))
        server.wakeControl()
    }
}
