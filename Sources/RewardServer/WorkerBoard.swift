internal import CLinux
internal import RewardKernel
internal import RewardMemory
internal import Synchronization

/// Counters of the server that outlive a reload: the one list of them.
package enum ServerCounter: Int, CaseIterable, Sendable {
    case connections = 0, requests, rolloutsIn, scored, neutral, refused, gated
    case badFrames, badRequests, overloaded, forbidden, droppedReaders, byteCountIn, byteCountOut, expired, cancelled

    /// How many there are; `allCases` is an array, which the data plane does not touch.
    static var count: Int { @_noAllocation get { 16 } }

    /// The name in `stats` of the counter at `index`.
    @_noAllocation
    static func name(_ index: Int) -> StaticString {
        switch index {
        case 0: "connections_total"
        case 1: "requests"
        case 2: "rollouts_in"
        case 3: "scored"
        case 4: "neutral"
        case 5: "refused"
        case 6: "gated"
        case 7: "bad_frames"
        case 8: "bad_requests"
        case 9: "overloaded"
        case 10: "forbidden"
        case 11: "dropped_readers"
        case 12: "bytes_in"
        case 13: "bytes_out"
        case 14: "expired"
        default: "cancelled"
        }
    }

    /// Its place in a worker's block.
    var index: Int { @_noAllocation get { rawValue } }
}

/// What one worker shows to the others and to the control thread. Everything here is atomic or written before it is published.
@safe
struct WorkerBoard: ~Copyable {
    /// Wakes the worker; negative when the process has no descriptor left.
    let eventDescriptor: Int32
    /// Whether the worker waits, or is about to, so that work published for it needs a wake-up.
    let isSleeping = Atomic<Bool>(false)
    let connectionCount = Atomic<Int>(0)
    /// The latest outcome of a reload, counted up once per reload; odd: it failed.
    let reloadTicket = Atomic<Int>(0)
    /// The batch that this worker offers to all.
    let job = BatchJob()
    /// Connections handed over by the acceptor: a ring of descriptors with one writer and one reader.
    private let inbox: UnsafeMutablePointer<Atomic<Int32>>
    private let inboxHead = Atomic<Int>(0)
    private let inboxTail = Atomic<Int>(0)
    private let counterCells: UnsafeMutablePointer<Atomic<UInt64>>
    /// Rare events for the log: a ring with one writer and one reader.
    private let events: UnsafeMutablePointer<ServerEvent>
    private let eventHead = Atomic<Int>(0)
    private let eventTail = Atomic<Int>(0)

    private static let inboxCapacity = 512
    private static let eventCapacity = 256

    // Allocates: once, when the server starts.
    init() {
        eventDescriptor = plaudit_event_descriptor()
        unsafe inbox = .allocate(capacity: Self.inboxCapacity)
        for index in 0..<Self.inboxCapacity {
            unsafe (inbox + index).initialize(to: Atomic(-1))
        }
        unsafe counterCells = .allocate(capacity: ServerCounter.count)
        for index in 0..<ServerCounter.count {
            unsafe (counterCells + index).initialize(to: Atomic(0))
        }
        unsafe events = .allocate(capacity: Self.eventCapacity)
        unsafe events.initialize(repeating: ServerEvent(kind: .badFrame, detail: 0), count: Self.eventCapacity)
    }

    deinit {
        if eventDescriptor >= 0 { plaudit_close(eventDescriptor) }
        // Handed over as the worker was about to end.
        while true {
            let descriptor = takeDescriptor()
            guard descriptor >= 0 else { break }
            plaudit_close(descriptor)
        }
        unsafe inbox.deallocate()
        unsafe counterCells.deallocate()
        unsafe events.deallocate()
    }

    var counters: CounterBlock {
        @_noAllocation get { unsafe CounterBlock(unsafe: counterCells, count: ServerCounter.count) }
    }

    @_noAllocation
    func wake() {
        plaudit_event_signal(eventDescriptor)
    }

    /// Wakes the worker if it waits; returns at once if it is at work and will look by itself.
    @_noAllocation
    func wakeIfSleeping() {
        if isSleeping.load(ordering: .sequentiallyConsistent) { wake() }
    }

    /// Hands a descriptor to the worker. False when its inbox is full.
    @_noAllocation
    func offer(_ descriptor: Int32) -> Bool {
        let tail = inboxTail.load(ordering: .relaxed)
        guard tail &- inboxHead.load(ordering: .acquiring) < Self.inboxCapacity else { return false }
        unsafe inbox[tail % Self.inboxCapacity].store(descriptor, ordering: .relaxed)
        inboxTail.store(tail &+ 1, ordering: .releasing)
        return true
    }

    /// The next descriptor handed over, or -1.
    @_noAllocation
    func takeDescriptor() -> Int32 {
        let head = inboxHead.load(ordering: .relaxed)
        guard head != inboxTail.load(ordering: .acquiring) else { return -1 }
        let descriptor = unsafe inbox[head % Self.inboxCapacity].load(ordering: .relaxed)
        inboxHead.store(head &+ 1, ordering: .releasing)
        return descriptor
    }

    /// Notes an event for the log; a full ring drops it, since the counters have it anyway.
    @_noAllocation
    func note(_ event: ServerEvent) {
        let tail = eventTail.load(ordering: .relaxed)
        guard tail &- eventHead.load(ordering: .acquiring) < Self.eventCapacity else { return }
        unsafe events[tail % Self.eventCapacity] = event
        eventTail.store(tail &+ 1, ordering: .releasing)
    }

    /// The next event for the log.
    // Allocates: never; for the control thread.
    func takeEvent() -> ServerEvent? {
        let head = eventHead.load(ordering: .relaxed)
        guard head != eventTail.load(ordering: .acquiring) else { return nil }
        let event = unsafe events[head % Self.eventCapacity]
        eventHead.store(head &+ 1, ordering: .releasing)
        return event
    }
}

/// Something that happened on a degraded path and deserves a line in the log.
package struct ServerEvent: BitwiseCopyable, Sendable {
    package enum Kind: BitwiseCopyable, Sendable {
        case badFrame, badRequest, overloaded, forbidden, droppedReader, tooManyConnections, stalledFrame,
            noAddressSpace
    }

    package let kind: Kind
    /// The offset of a bad frame, the user that was refused, and so on.
    package let detail: Int

    @_noAllocation
    package init(kind: Kind, detail: Int) {
        self.kind = kind
        self.detail = detail
    }

    package var message: String {
        switch kind {
        case .badFrame: "a connection sent a bad frame (offset \(detail)) and was closed"
        case .badRequest: "a request was refused (code \(detail))"
        case .overloaded: "a request of \(detail) bytes was refused: too many bytes in flight"
        case .forbidden: "user \(detail) may not connect"
        case .droppedReader: "a connection took none of \(detail) waiting bytes for too long and was dropped"
        case .tooManyConnections: "a connection was refused: \(detail) are open already"
        case .stalledFrame: "a connection stopped inside a large frame (\(detail) bytes received) and was dropped"
        case .noAddressSpace: "a connection was refused: no address space for its buffers"
        }
    }
}
