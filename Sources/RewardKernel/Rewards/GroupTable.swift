internal import RewardMemory

/// Sums over the groups of one request: an open-addressing table in reserved memory, sized for the largest request.
///
/// The caller brings a hash and decides equality by a representative row, so that keys are never copied.
@safe
package struct GroupTable: ~Copyable {
    /// One group: the row that named it first, and what was summed over its rollouts.
    package struct Entry: BitwiseCopyable {
        package var hash: UInt64
        /// The first row of the group plus one; 0 marks a free slot.
        var rowPlusOne: UInt32
        package var rolloutCount: UInt32
        package var scoredCount: UInt32
        package var rewardSum: Double

        package var firstRow: Int { @_noAllocation get { Int(rowPlusOne) &- 1 } }
    }

    private let memory: ReservedMemory
    private var mask: Int = 0

    /// Nil when the address space is refused.
    // Allocates: address space, once per worker.
    package init?() {
        // Twice the rows keep the table at most half full.
        let slotCount = Limits.rolloutCountMax * 2
        guard let memory = ReservedMemory(byteCount: slotCount * MemoryLayout<Entry>.stride) else { return nil }
        self.memory = memory
    }

    private var slots: UnsafeMutablePointer<Entry> {
        @_noAllocation get { unsafe memory.base.assumingMemoryBound(to: Entry.self) }
    }

    /// Makes room for the groups of `rowCount` rows and forgets all others.
    @_noAllocation
    package mutating func reset(rowCount: Int) {
        precondition(rowCount <= Limits.rolloutCountMax, "a request has at most rolloutCountMax rows")
        var slotCount = 16
        while slotCount < rowCount &* 2 { slotCount &*= 2 }
        mask = slotCount &- 1
        unsafe slots.update(
            repeating: Entry(hash: 0, rowPlusOne: 0, rolloutCount: 0, scoredCount: 0, rewardSum: 0), count: slotCount)
    }

    /// The slot where a search for `hash` starts.
    @_noAllocation
    package func firstSlot(_ hash: UInt64) -> Int {
        Int(truncatingIfNeeded: hash) & mask
    }

    /// The slot behind `slot`.
    @_noAllocation
    package func slot(after slot: Int) -> Int {
        (slot &+ 1) & mask
    }

    /// The entry at `slot`; nil when the slot is free.
    @_noAllocation
    package func entry(_ slot: Int) -> Entry? {
        precondition(slot >= 0 && slot <= mask, "a slot lies inside the table")
        let entry = unsafe slots[slot]
        return entry.rowPlusOne == 0 ? nil : entry
    }

    /// Takes a free slot for the group that `row` names first.
    @_noAllocation
    package mutating func claim(_ slot: Int, hash: UInt64, row: Int) {
        precondition(slot >= 0 && slot <= mask, "a slot lies inside the table")
        unsafe slots[slot] = Entry(
            hash: hash, rowPlusOne: UInt32(truncatingIfNeeded: row &+ 1), rolloutCount: 0, scoredCount: 0, rewardSum: 0)
    }

    /// Counts one rollout of the group; `reward` is nil when it has none.
    @_noAllocation
    package mutating func add(_ slot: Int, reward: Double?, isScored: Bool) {
        precondition(slot >= 0 && slot <= mask, "a slot lies inside the table")
        unsafe slots[slot].rolloutCount &+= 1
        if isScored, let reward {
            unsafe slots[slot].scoredCount &+= 1
            unsafe slots[slot].rewardSum += reward
        }
    }

    package var slotCount: Int { @_noAllocation get { mask &+ 1 } }
}

extension GroupTable.Entry {
    /// The mean reward of the group's scored rollouts; nil when it has none.
    package var mean: Double? {
        @_noAllocation get { scoredCount == 0 ? nil : rewardSum / Double(scoredCount) }
    }

    /// A group of which more than half the rollouts have no score of their own: its advantages say little.
    package var isDegraded: Bool {
        @_noAllocation get { (rolloutCount &- scoredCount) &* 2 > rolloutCount }
    }
}
