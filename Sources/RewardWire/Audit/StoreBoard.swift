internal import CLinux
package import RewardMemory
internal import Synchronization

/// What the store counts: the one list of it, shown under `store` in `stats`.
package enum StoreCounter: Int, CaseIterable, Sendable {
    case rowsWritten = 0, rowsLost, rowsDeleted, verdictsLoaded, verdictsWritten, verdictsDropped, failures,
        fileByteCount

    /// How many there are; `allCases` is an array, which the data plane does not touch.
    package static var count: Int { @_noAllocation get { 8 } }

    /// The name in `stats` of the counter at `index`.
    @_noAllocation
    package static func name(_ index: Int) -> StaticString {
        switch index {
        case 0: "rows_written"
        case 1: "rows_lost"
        case 2: "rows_deleted"
        case 3: "verdicts_loaded"
        case 4: "verdicts_written"
        case 5: "verdicts_dropped"
        case 6: "failures"
        default: "file_bytes"
        }
    }
}

/// The store as workers see it: where their rows go, and what goes into them.
package struct StoreTap: BitwiseCopyable, Sendable {
    /// A pool of one; its rings are the workers', in their order, or none when nothing is audited.
    package let board: RigidPool<StoreBoard>
    package let keepsTexts: Bool
    /// Bytes of one text that are kept.
    package let textByteCountMax: Int

    @_noAllocation
    package init(board: RigidPool<StoreBoard>, keepsTexts: Bool, textByteCountMax: Int) {
        self.board = board
        self.keepsTexts = keepsTexts
        self.textByteCountMax = textByteCountMax
    }
}

/// What the store's thread shares with those who give it work: a ring of rows for each worker, the wake-up, and the counters.
@safe
package struct StoreBoard: ~Copyable {
    /// Rows of the audit log, a ring a worker; none when the log is off.
    package let rings: RigidPool<RecordRing>
    /// Wakes the store's thread; negative when the process has no descriptor left.
    package let eventDescriptor: Int32
    private let isSleeping = Atomic<Bool>(false)
    private let counterCells: RigidPool<Atomic<UInt64>>

    // Allocates: once, when the store starts.
    package init(ringCount: Int, ringByteCount: Int) {
        rings = RigidPool(capacity: ringCount) { _ in RecordRing(capacity: ringByteCount) }
        eventDescriptor = plaudit_event_descriptor()
        counterCells = RigidPool(capacity: StoreCounter.count) { _ in Atomic(0) }
    }

    deinit {
        rings.destroy()
        counterCells.destroy()
        if eventDescriptor >= 0 { plaudit_close(eventDescriptor) }
    }

    /// Whether everything could be had from the kernel.
    package var isComplete: Bool {
        guard eventDescriptor >= 0 else { return false }
        for index in 0..<rings.capacity where !rings[index].isComplete { return false }
        return true
    }

    /// To be called behind each piece of work: wakes the store's thread if it waits, and is one exchange if it does not.
    @_noAllocation
    package func wakeIfSleeping() {
        if isSleeping.exchange(false, ordering: .sequentiallyConsistent) { plaudit_event_signal(eventDescriptor) }
    }

    /// Waits until there is work or the time is over; on the store's thread. Says so before looking a last time, so that whoever
    /// gives work after that look wakes it.
    // Allocates: never; for the store's thread.
    package func wait(milliseconds: Int32, unless hasWork: () -> Bool) {
        isSleeping.store(true, ordering: .sequentiallyConsistent)
        if !hasWork() { _ = plaudit_wait_readable(eventDescriptor, -1, milliseconds) }
        isSleeping.store(false, ordering: .relaxed)
        plaudit_event_drain(eventDescriptor)
    }

    /// Lets so much time pass, in which more work can come; on the store's thread.
    // Allocates: never; for the store's thread.
    package func gather(milliseconds: Int32) {
        _ = plaudit_wait_readable(-1, -1, milliseconds)
    }

    /// Whether rows wait in some ring.
    package var hasRows: Bool {
        for index in 0..<rings.capacity where rings[index].waitingByteCount > 0 { return true }
        return false
    }

    @_noAllocation
    package func count(_ counter: StoreCounter, _ amount: Int) {
        counterCells[counter.rawValue].add(UInt64(truncatingIfNeeded: amount), ordering: .relaxed)
    }

    /// Sets a counter that goes up and down.
    @_noAllocation
    package func set(_ counter: StoreCounter, _ value: Int) {
        counterCells[counter.rawValue].store(UInt64(truncatingIfNeeded: value), ordering: .relaxed)
    }

    @_noAllocation
    package func total(_ counter: Int) -> UInt64 {
        counterCells[counter].load(ordering: .relaxed)
    }

    /// Rows that found their ring full.
    package var droppedRowCount: UInt64 {
        @_noAllocation get {
            var sum: UInt64 = 0
            for index in 0..<rings.capacity { sum &+= rings[index].droppedCount }
            return sum
        }
    }

    /// Bytes of rows that wait to be written.
    package var waitingByteCount: Int {
        @_noAllocation get {
            var sum = 0
            for index in 0..<rings.capacity { sum &+= rings[index].waitingByteCount }
            return sum
        }
    }
}
