internal import RewardMemory

/// Gives keys of 64 bits names: numbers from 0 on, in the order of first appearance.
///
/// Keys that are built from names and few further bits stand for sequences of any length, exactly and without a copy:
/// a word is the name of its beginning and its next five bytes, an n-gram the name of the (n-1)-gram and one more unit.
/// Open addressing with linear probing; the work of each use is bounded, whatever keys hostile text leads to.
package struct NameTable: ~Copyable {
    struct Slot: BitwiseCopyable {
        var key: UInt64
        /// The use of the table that filled the slot: emptying it is counting on.
        var generation: UInt32
        var name: UInt32
    }

    /// What `find` answers for a key without a name.
    package static var none: UInt32 { @_noAllocation get { UInt32.max } }

    private let slots: ScratchTable<Slot>
    private var mask = 0
    private var shift: UInt64 = 63
    private var generation: UInt32 = 0
    private var stepsLeft = 0
    /// Names given.
    package private(set) var count = 0
    /// Whether the work's bound was reached: names are meaningless then.
    package private(set) var isExhausted = false

    /// - Parameter slots: A power of two of them.
    // Allocates: never; once per worker and configuration.
    init(_ slots: ScratchTable<Slot>) {
        precondition(slots.capacity.nonzeroBitCount == 1, "a table's capacity is a power of two")
        self.slots = slots
    }

    /// Forgets all names and makes room for `lookupCount` lookups, of which at most so many give a name.
    @_noAllocation
    mutating func removeAll(forLookups lookupCount: Int) {
        let wanted = max(64, lookupCount &+ lookupCount / 2)
        let bitCount = UInt64.bitWidth &- (wanted &- 1).leadingZeroBitCount
        precondition(1 &<< bitCount <= slots.capacity, "a table has room for the longest text")
        mask = 1 &<< bitCount &- 1
        shift = UInt64(UInt64.bitWidth &- bitCount)
        // A lookup takes two steps when keys fall as they should. Eight times that only crafted text needs.
        stepsLeft = 16 &* lookupCount &+ 1024
        count = 0
        isExhausted = false
        if generation == UInt32.max {
            slots.releasePages(above: 0)
            generation = 0
        }
        generation &+= 1
    }

    /// The key's name, a new one when it has none.
    @_noAllocation @inline(__always)
    mutating func name(_ key: UInt64) -> UInt32 {
        var index = start(key)
        while true {
            guard slots[index].generation == generation else { break }
            if slots[index].key == key { return slots[index].name }
            guard step(&index) else { return 0 }
        }
        precondition(count <= mask, "a table is never full")
        let name = UInt32(truncatingIfNeeded: count)
        slots[index] = Slot(key: key, generation: generation, name: name)
        count &+= 1
        return name
    }

    /// The key's name, or `none`.
    @_noAllocation @inline(__always)
    mutating func find(_ key: UInt64) -> UInt32 {
        var index = start(key)
        while slots[index].generation == generation {
            if slots[index].key == key { return slots[index].name }
            guard step(&index) else { return Self.none }
        }
        return Self.none
    }

    @_noAllocation @inline(__always)
    private func start(_ key: UInt64) -> Int {
        let mixed = (key ^ key &>> 32) &* 0x9E37_79B9_7F4A_7C15
        return Int(truncatingIfNeeded: (mixed ^ mixed &<< 23) &>> shift)
    }

    @_noAllocation @inline(__always)
    private mutating func step(_ index: inout Int) -> Bool {
        index = (index &+ 1) & mask
        stepsLeft &-= 1
        if stepsLeft < 0 { isExhausted = true }
        return stepsLeft >= 0
    }

    @_noAllocation
    func releasePages(above keptCount: Int) {
        slots.releasePages(above: keptCount)
    }
}
