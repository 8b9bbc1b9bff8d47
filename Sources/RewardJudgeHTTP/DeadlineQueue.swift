/// The deadlines of transfers under way, the earliest first: a binary heap that knows where each slot stands.
///
/// libcurl's own timeout is not used because its clock starts anew when a transfer gets a connection: one that waits
/// for a connection would never expire.
package struct DeadlineQueue {
    private struct Entry {
        var deadlineNanoseconds: UInt64
        var slot: Int
    }

    private var heap: [Entry] = []
    /// By slot: its index in the heap, or -1.
    private var positions: [Int]

    /// A queue for slots from 0 up to `slotCount`.
    package init(slotCount: Int) {
        positions = Array(repeating: -1, count: slotCount)
    }

    package var count: Int { heap.count }

    /// The earliest deadline, in nanoseconds of the monotonic clock.
    package var earliestNanoseconds: UInt64? { heap.first?.deadlineNanoseconds }

    /// The slot must not be in the queue.
    package mutating func insert(slot: Int, deadlineNanoseconds: UInt64) {
        precondition(positions[slot] < 0, "a slot has one deadline")
        heap.append(Entry(deadlineNanoseconds: deadlineNanoseconds, slot: slot))
        positions[slot] = heap.count - 1
        moveUp(heap.count - 1)
    }

    /// Does nothing when the slot is not in the queue.
    package mutating func remove(slot: Int) {
        let index = positions[slot]
        guard index >= 0 else { return }
        positions[slot] = -1
        let last = heap.removeLast()
        guard index < heap.count else { return }
        place(last, at: index)
        moveUp(index)
        moveDown(positions[last.slot])
    }

    /// Takes out the slot with the earliest deadline if that has come by `now`.
    package mutating func popDue(now: UInt64) -> Int? {
        guard let first = heap.first, first.deadlineNanoseconds <= now else { return nil }
        remove(slot: first.slot)
        return first.slot
    }

    private mutating func place(_ entry: Entry, at index: Int) {
        heap[index] = entry
        positions[entry.slot] = index
    }

    private mutating func moveUp(_ start: Int) {
        let entry = heap[start]
        var index = start
        while index > 0 {
            let parent = (index - 1) / 2
            guard heap[parent].deadlineNanoseconds > entry.deadlineNanoseconds else { break }
            place(heap[parent], at: index)
            index = parent
        }
        place(entry, at: index)
    }

    private mutating func moveDown(_ start: Int) {
        let entry = heap[start]
        var index = start
        while 2 * index + 1 < heap.count {
            var child = 2 * index + 1
            if child + 1 < heap.count, heap[child + 1].deadlineNanoseconds < heap[child].deadlineNanoseconds {
                child += 1
            }
            guard heap[child].deadlineNanoseconds < entry.deadlineNanoseconds else { break }
            place(heap[child], at: index)
            index = child
        }
        place(entry, at: index)
    }
}
