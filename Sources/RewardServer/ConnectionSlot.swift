internal import CLinux
internal import RewardMemory

/// One connection's descriptor, buffers and state, in a worker's table.
///
/// Both buffers are address space for the largest frame, reserved when the slot is first used and kept: contiguous, never
/// moved, and backed by memory only as far as frames need.
@safe
struct ConnectionSlot: ~Copyable {
    /// -1: the slot is free.
    var descriptor: Int32 = -1
    /// Counted up with every connection, so that an epoll event of an earlier one is recognised.
    var generation: UInt32 = 0

    private var receiveBase: UnsafeMutablePointer<UInt8>?
    private var replyBase: UnsafeMutablePointer<UInt8>?

    /// Bytes received and not yet handled: `received[receiveStart..<receiveEnd]`.
    var receiveStart = 0
    var receiveEnd = 0
    /// Bytes of an unwanted body still to be thrown away.
    var discardCount = 0
    /// Reply bytes not yet taken by the peer: `replies[replyStart..<replyEnd]`.
    var replyStart = 0
    var replyEnd = 0
    /// Bytes charged to the server's budget: for the large frame at hand, and for large replies that wait to be taken.
    var frameChargedByteCount = 0
    /// Bytes of the receive buffer that are kept for the next large frame; what every connection may keep is part of them.
    var keptByteCount = 0
    var replyChargedByteCount = 0
    /// When the peer last took or sent something while something was owed.
    var progressNanoseconds: UInt64 = 0
    /// When bytes last came in: the arrival of every request that they complete.
    var receivedNanoseconds: UInt64 = 0
    /// A batch of this connection is queued or running, or a reload is awaited: no further frame is read.
    var isWaiting = false
    /// Requests of this connection whose judges have not answered yet.
    var parkedCount = 0
    /// The peer has sent its last byte; the connection closes once everything is answered.
    var isPeerDone = false
    /// The connection closes once its replies are out.
    var isClosing = false
    /// Events that epoll watches for this descriptor.
    var watchedEvents: UInt32 = 0
    /// When the request at hand was first read, while its batch is queued; 0 otherwise.
    var queuedNanoseconds: UInt64 = 0
    /// The message that awaits a reload, and the number of the reload that answers it.
    var reloadMessageIdentifier: UInt32?
    var awaitedReload = 0

    /// The largest frame behind what `compact` leaves standing, and one more read.
    static var receiveCapacity: Int {
        @_noAllocation get { Limits.frameByteCountMax &+ (1 << 20) }
    }

    /// What the receive buffer takes at most when it is filled up to there.
    @_noAllocation
    static func residentByteCount(filledTo byteCount: Int) -> Int {
        byteCount > Limits.smallPagesByteCount ? byteCount &+ Limits.hugePageByteCount : byteCount
    }

    // Allocates: nothing yet; buffers come with the first connection.
    init() {}

    deinit {
        if let receiveBase = unsafe receiveBase { unsafe plaudit_unreserve(receiveBase, Self.receiveCapacity) }
        if let replyBase = unsafe replyBase { unsafe plaudit_unreserve(replyBase, Limits.replyByteCountMax) }
        if descriptor >= 0 { close(descriptor) }
    }

    /// Takes a new connection. False when the address space for its buffers is refused.
    // Allocates: address space, the first time the slot is used.
    mutating func open(_ newDescriptor: Int32) -> Bool {
        if unsafe receiveBase == nil {
            unsafe receiveBase = plaudit_reserve(Self.receiveCapacity)?.assumingMemoryBound(to: UInt8.self)
            if let receiveBase = unsafe receiveBase {
                unsafe plaudit_prefer_huge_pages(receiveBase, Self.receiveCapacity, Limits.smallPagesByteCount)
            }
        }
        if unsafe replyBase == nil {
            unsafe replyBase = plaudit_reserve(Limits.replyByteCountMax)?.assumingMemoryBound(to: UInt8.self)
        }
        guard unsafe receiveBase != nil, unsafe replyBase != nil else { return false }
        descriptor = newDescriptor
        generation &+= 1
        receiveStart = 0
        receiveEnd = 0
        discardCount = 0
        replyStart = 0
        replyEnd = 0
        isWaiting = false
        parkedCount = 0
        isPeerDone = false
        isClosing = false
        queuedNanoseconds = 0
        reloadMessageIdentifier = nil
        receivedNanoseconds = MonotonicClock.nanoseconds
        progressNanoseconds = receivedNanoseconds
        return true
    }

    /// What has been received and not yet handled.
    var received: ByteView {
        @_noAllocation get {
            unsafe ByteView(unsafe: UnsafePointer(receiveBase! + receiveStart), count: receiveEnd &- receiveStart)
        }
    }

    /// What the peer has not taken yet.
    var unsent: ByteView {
        @_noAllocation get {
            unsafe ByteView(unsafe: UnsafePointer(replyBase! + replyStart), count: replyEnd &- replyStart)
        }
    }

    /// Where the next reply is written.
    var replyTail: UnsafeMutablePointer<UInt8> {
        @_noAllocation get { unsafe replyBase! + replyEnd }
    }

    var replyFreeCount: Int {
        @_noAllocation get { Limits.replyByteCountMax &- replyEnd }
    }

    /// Receives what has come, at most up to `byteCountMax`. The count, 0 at the end of the stream, or a negative errno.
    @_noAllocation
    mutating func receive(byteCountMax: Int) -> Int {
        let room = min(byteCountMax, Self.receiveCapacity &- receiveEnd)
        let count = unsafe plaudit_receive(descriptor, receiveBase! + receiveEnd, room)
        if count > 0 { receiveEnd &+= count }
        return count
    }

    /// Moves what is left to the front, once the handled part is worth it.
    @_noAllocation
    mutating func compact() {
        if receiveStart == receiveEnd {
            receiveStart = 0
            receiveEnd = 0
        } else if receiveStart >= 256 << 10 {
            unsafe plaudit_move(receiveBase!, receiveBase! + receiveStart, receiveEnd &- receiveStart)
            receiveEnd &-= receiveStart
            receiveStart = 0
        }
    }

    /// Moves waiting replies to the front, once the part that is sent is worth it. Not while a batch fills its reply.
    @_noAllocation
    mutating func compactReplies() {
        precondition(!isWaiting, "a reply that is being filled stays where it is")
        guard replyStart >= 256 << 10 else { return }
        unsafe plaudit_move(replyBase!, replyBase! + replyStart, replyEnd &- replyStart)
        replyEnd &-= replyStart
        replyStart = 0
    }

    /// Sends what waits. False when the peer is gone.
    @_noAllocation
    mutating func flush() -> Bool {
        let firstByte = replyStart
        while replyStart < replyEnd {
            let count = unsafe plaudit_send(descriptor, replyBase! + replyStart, replyEnd &- replyStart)
            if count > 0 {
                replyStart &+= count
                continue
            }
            if count == -Int(EINTR) { continue }
            // Whoever has taken everything owes nothing, so only a part that was taken is worth a look at the clock.
            if replyStart > firstByte { progressNanoseconds = MonotonicClock.nanoseconds }
            return count == -Int(EAGAIN) || count == 0
        }
        // While a batch fills its reply, that reply's place must not move.
        if !isWaiting {
            replyStart = 0
            replyEnd = 0
        }
        return true
    }

    /// Gives memory beyond what a connection keeps, and beyond what is still in use, back to the kernel.
    @_noAllocation
    func releaseReceivePages(keeping byteCount: Int = Limits.bufferByteCountKept) {
        let start = pageAligned(max(byteCount, receiveEnd))
        guard start < Self.receiveCapacity else { return }
        _ = unsafe plaudit_release_pages(receiveBase! + start, Self.receiveCapacity &- start)
    }

    @_noAllocation
    func releaseReplyPages() {
        let start = pageAligned(max(Limits.bufferByteCountKept, replyEnd))
        guard start < Limits.replyByteCountMax else { return }
        _ = unsafe plaudit_release_pages(replyBase! + start, Limits.replyByteCountMax &- start)
    }

    @_noAllocation
    private func pageAligned(_ offset: Int) -> Int { (offset &+ 4095) & ~4095 }
}
