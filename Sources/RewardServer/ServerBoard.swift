internal import CLinux
internal import RewardMemory
internal import Synchronization

/// What all workers share: budgets, the drain flag, and the workers' boards.
@safe
struct ServerBoard: ~Copyable {
    let workerCount: Int
    let workers: RigidPool<WorkerBoard>
    /// Wakes the control thread: a reload is wanted, or the log has something to say.
    let controlDescriptor: Int32
    let startNanoseconds: UInt64
    let connectionCount = Atomic<Int>(0)
    /// Bytes of large frames and their replies in flight.
    let byteCountInFlight = Atomic<Int>(0)
    private let byteCountInFlightMax: Int
    /// Bytes of receive buffers that connections keep between large frames.
    let keptByteCount = Atomic<Int>(0)
    private let keptByteCountMax: Int
    let isDraining = Atomic<Bool>(false)
    let isReloadWanted = Atomic<Bool>(false)
    /// Reloads begun so far. A client that asks for one is answered by the first that begins after that.
    let reloadsBegun = Atomic<Int>(0)
    /// The version of the configuration in force.
    let version = Atomic<Int>(0)
    /// Numbers the work that is handed to judges.
    let nextTicket = Atomic<UInt64>(0)
    let reloadCount = Atomic<UInt64>(0)
    let reloadFailureCount = Atomic<UInt64>(0)

    // Allocates: once, when the server starts.
    init(workerCount: Int, _ pressureLimits: PressureLimits) {
        self.workerCount = workerCount
        byteCountInFlightMax = pressureLimits.byteCountInFlight
        keptByteCountMax = pressureLimits.keptByteCount
        controlDescriptor = plaudit_event_descriptor()
        startNanoseconds = MonotonicClock.nanoseconds
        workers = RigidPool(capacity: workerCount) { _ in WorkerBoard() }
    }

    deinit {
        workers.destroy()
        if controlDescriptor >= 0 { plaudit_close(controlDescriptor) }
    }

    /// Whether every descriptor could be had.
    var isComplete: Bool {
        guard controlDescriptor >= 0 else { return false }
        for index in 0..<workerCount where workers[index].eventDescriptor < 0 { return false }
        return true
    }

    /// Charges `byteCount` to the budget for large frames. False, and nothing charged, when that would exceed it.
    @_noAllocation
    func charge(_ byteCount: Int) -> Bool {
        let (_, total) = byteCountInFlight.add(byteCount, ordering: .relaxed)
        if total <= byteCountInFlightMax { return true }
        byteCountInFlight.subtract(byteCount, ordering: .relaxed)
        return false
    }

    @_noAllocation
    func release(_ byteCount: Int) {
        byteCountInFlight.subtract(byteCount, ordering: .relaxed)
    }

    /// Takes `byteCount` out of what all connections may keep between large frames. False, and nothing taken, when there is
    /// too little.
    @_noAllocation
    func keep(_ byteCount: Int) -> Bool {
        let (_, total) = keptByteCount.add(byteCount, ordering: .relaxed)
        if total <= keptByteCountMax { return true }
        keptByteCount.subtract(byteCount, ordering: .relaxed)
        return false
    }

    @_noAllocation
    func letGo(_ byteCount: Int) {
        keptByteCount.subtract(byteCount, ordering: .relaxed)
    }

    /// Wakes every worker but `own` that waits.
    @_noAllocation
    func wakeOthers(than own: Int) {
        for index in 0..<workerCount where index != own {
            workers[index].wakeIfSleeping()
        }
    }

    @_noAllocation
    func wakeControl() {
        plaudit_event_signal(controlDescriptor)
    }

    /// A counter summed over all workers.
    @_noAllocation
    func total(counter: Int) -> UInt64 {
        var sum: UInt64 = 0
        for index in 0..<workerCount { sum &+= workers[index].counters.load(counter) }
        return sum
    }
}
