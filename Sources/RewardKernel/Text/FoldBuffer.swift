internal import CLinux
package import RewardMemory

/// The buffer that text is folded into.
///
/// It has room for the worst text, eleven times its length, as address space that takes memory only where it is
/// written. Appending is unchecked against the capacity in release builds because `TextFold` checks the worst case
/// once.
@safe
package struct FoldBuffer: ~Copyable {
    private let memory: ReservedMemory
    /// The first byte; for `TextFold.fold`, which has checked the room for its worst case.
    let base: UnsafeMutableRawPointer
    package let capacity: Int
    package private(set) var count = 0

    // Allocates: address space, once per worker, and while a plan is compiled.
    package init(reserving capacity: Int) throws(PlanError) {
        guard let memory = ReservedMemory(byteCount: max(1, capacity)) else {
            throw PlanError(key: [], "the kernel refuses \(capacity) bytes of address space")
        }
        unsafe base = unsafe memory.base
        self.memory = memory
        self.capacity = capacity
    }

    /// What was folded, valid until the buffer changes.
    package var view: ByteView {
        @_noAllocation get {
            unsafe ByteView(unsafe: UnsafePointer(base.assumingMemoryBound(to: UInt8.self)), count: count)
        }
    }

    @_noAllocation
    package mutating func removeAll() {
        count = 0
    }

    /// Gives memory above `keptCount` bytes back to the kernel.
    @_noAllocation
    package mutating func releasePages(above keptCount: Int) {
        count = 0
        memory.releasePages(from: keptCount)
    }

    /// Takes over what was written straight to `base`.
    @_noAllocation @inline(__always)
    mutating func setCount(_ newCount: Int) {
        precondition(newCount >= 0 && newCount <= capacity, "a buffer holds at most its capacity")
        count = newCount
    }

    @_noAllocation @inline(__always)
    mutating func append(_ byte: UInt8) {
        assert(count < capacity)
        unsafe base.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
        count &+= 1
    }

    @_noAllocation @inline(__always)
    mutating func append(_ bytes: ByteView) {
        assert(count &+ bytes.count <= capacity)
        // Few bytes each time: a loop is quicker than a call.
        var index = 0
        while index < bytes.count {
            unsafe base.storeBytes(of: bytes[index], toByteOffset: count &+ index, as: UInt8.self)
            index &+= 1
        }
        count &+= bytes.count
    }

    /// The last scalar when it is one of three bytes, else 0.
    var lastThreeByteScalar: UInt32 {
        @_noAllocation get {
            guard count >= 3, view[count &- 3] & 0xF0 == 0xE0 else { return 0 }
            var index = count &- 3
            return UTF8Scalar.decode(view, at: &index)
        }
    }

    @_noAllocation
    mutating func replaceLastThreeBytes(with scalar: UInt32) {
        count &-= 3
        appendThreeBytes(scalar)
    }

    /// A scalar from U+0800 to U+FFFF.
    @_noAllocation
    mutating func appendThreeBytes(_ scalar: UInt32) {
        append(UInt8(truncatingIfNeeded: 0xE0 | scalar &>> 12))
        append(UInt8(truncatingIfNeeded: 0x80 | scalar &>> 6 & 0x3F))
        append(UInt8(truncatingIfNeeded: 0x80 | scalar & 0x3F))
    }
}
