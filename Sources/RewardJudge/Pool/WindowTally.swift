/// Two counts over the last while, kept in ten slots: the slot under way and the nine before it.
package struct WindowTally: Sendable {
    private static let slotCount = 10

    private let slotNanoseconds: UInt64
    private var slots: [Slot]

    private struct Slot {
        /// Which stretch of time the counts belong to.
        var number: UInt64 = 0
        var all = 0
        var some = 0
    }

    package init(windowNanoseconds: UInt64) {
        slotNanoseconds = max(1, windowNanoseconds / UInt64(Self.slotCount))
        slots = Array(repeating: Slot(), count: Self.slotCount)
    }

    /// Adds to the counts: to `all`, and to `some` of them.
    package mutating func add(all: Int, some: Int, now: UInt64) {
        let number = now / slotNanoseconds
        let index = Int(number % UInt64(Self.slotCount))
        if slots[index].number != number { slots[index] = Slot(number: number) }
        slots[index].all += all
        slots[index].some += some
    }

    /// The counts of the window that ends now.
    package func totals(now: UInt64) -> (all: Int, some: Int) {
        let number = now / slotNanoseconds
        var totals = (all: 0, some: 0)
        for slot in slots where slot.number + UInt64(Self.slotCount) > number {
            totals.all += slot.all
            totals.some += slot.some
        }
        return totals
    }

    package mutating func reset() {
        for index in slots.indices { slots[index] = Slot() }
    }
}
