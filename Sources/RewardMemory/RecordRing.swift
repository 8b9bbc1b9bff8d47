internal import CLinux
internal import Synchronization

/// A bounded ring of records of bytes between one writer and one reader, each on a thread of its own.
///
/// A record is written in place: `reserve` gives room for the longest it can become, `commit` hands it over. A full ring
/// refuses, and nothing ever waits. Records never wrap: one that does not fit before the end of the memory begins anew, behind a
/// filler. Memory is taken only as far as the ring has been filled.
@safe
package struct RecordRing: ~Copyable {
    /// Nil when the kernel refused the address space.
    private let base: UnsafeMutableRawPointer?
    package let capacity: Int
    /// Bytes written and read since the beginning; the record at hand begins at `reserved`.
    private let written = Atomic<Int>(0)
    private let read = Atomic<Int>(0)
    private var reserved = 0
    private var reservedByteCount = 0
    /// Records that found no room.
    private let droppedCells = Atomic<UInt64>(0)

    /// Before each record: its length, and whether it is one.
    private static var headerByteCount: Int { @_noAllocation get { 8 } }
    private static var recordMark: UInt32 { @_noAllocation get { 1 } }
    private static var fillerMark: UInt32 { @_noAllocation get { 0 } }

    /// - Parameter capacity: Bytes, a power of two.
    // Allocates: address space, once, when the store starts.
    package init(capacity: Int) {
        precondition(capacity >= 4_096 && capacity & (capacity - 1) == 0, "a ring's size is a power of two")
        unsafe base = unsafe plaudit_reserve(capacity)
        self.capacity = capacity
    }

    deinit {
        if let base = unsafe base { unsafe plaudit_unreserve(base, capacity) }
    }

    /// Whether the address space could be had.
    package var isComplete: Bool { unsafe base != nil }

    /// Room for a record of at most so many bytes, until `commit`; nil, and counted, when the ring is too full for it.
    @_noAllocation
    package mutating func reserve(_ byteCount: Int) -> UnsafeMutablePointer<UInt8>? {
        precondition(byteCount >= 0, "a record has no negative length")
        let total = Self.headerByteCount &+ Self.padded(byteCount)
        let position = written.load(ordering: .relaxed)
        let offset = position & (capacity &- 1)
        let rest = capacity &- offset
        let filler = total > rest ? rest : 0
        let free = capacity &- (position &- read.load(ordering: .acquiring))
        guard let base = unsafe base, byteCount <= capacity / 2, filler &+ total <= free else {
            droppedCells.add(1, ordering: .relaxed)
            return nil
        }
        if filler > 0 { store(header: Self.fillerMark, rest &- Self.headerByteCount, at: offset) }
        reserved = position &+ filler
        reservedByteCount = byteCount
        let start = (reserved & (capacity &- 1)) &+ Self.headerByteCount
        return unsafe (base + start).assumingMemoryBound(to: UInt8.self)
    }

    /// Hands over the record that was written into the room reserved last.
    @_noAllocation
    package mutating func commit(_ byteCount: Int) {
        precondition(byteCount >= 0 && byteCount <= reservedByteCount, "a record fits the room reserved for it")
        store(header: Self.recordMark, byteCount, at: reserved & (capacity &- 1))
        reservedByteCount = 0
        written.store(reserved &+ Self.headerByteCount &+ Self.padded(byteCount), ordering: .releasing)
    }

    /// The oldest record, valid until `release`; nil when there is none.
    @_noAllocation
    package func first() -> ByteView? {
        let position = read.load(ordering: .relaxed)
        let end = written.load(ordering: .acquiring)
        guard position != end else { return nil }
        let offset = position & (capacity &- 1)
        let (mark, byteCount) = header(at: offset)
        if mark == Self.fillerMark {
            read.store(position &+ Self.headerByteCount &+ byteCount, ordering: .releasing)
            return first()
        }
        guard let base = unsafe base else { preconditionFailure("a ring without memory holds nothing") }
        let start = unsafe (base + offset + Self.headerByteCount).assumingMemoryBound(to: UInt8.self)
        return unsafe ByteView(unsafe: start, count: byteCount)
    }

    /// Lets go of the oldest record.
    @_noAllocation
    package func release() {
        let position = read.load(ordering: .relaxed)
        let (_, byteCount) = header(at: position & (capacity &- 1))
        read.store(position &+ Self.headerByteCount &+ Self.padded(byteCount), ordering: .releasing)
    }

    /// Bytes that wait to be read.
    package var waitingByteCount: Int {
        @_noAllocation get { written.load(ordering: .acquiring) &- read.load(ordering: .relaxed) }
    }

    package var droppedCount: UInt64 {
        @_noAllocation get { droppedCells.load(ordering: .relaxed) }
    }

    @_noAllocation
    private static func padded(_ byteCount: Int) -> Int { (byteCount &+ 7) & ~7 }

    @_noAllocation
    private func store(header mark: UInt32, _ byteCount: Int, at offset: Int) {
        guard let base = unsafe base else { preconditionFailure("a ring without memory takes nothing") }
        unsafe (base + offset).storeBytes(
            of: UInt64(mark) &<< 32 | UInt64(UInt32(truncatingIfNeeded: byteCount)), as: UInt64.self)
    }

    @_noAllocation
    private func header(at offset: Int) -> (mark: UInt32, byteCount: Int) {
        guard let base = unsafe base else { preconditionFailure("a ring without memory holds nothing") }
        let word = unsafe (base + offset).load(as: UInt64.self)
        return (UInt32(truncatingIfNeeded: word &>> 32), Int(UInt32(truncatingIfNeeded: word)))
    }
}
