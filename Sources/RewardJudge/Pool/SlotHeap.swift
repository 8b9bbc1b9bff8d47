/// The places of calls in the order of an instant, the earliest first, and of equal ones in that of a number. A binary heap
/// that knows where each place lies, so that any can be taken out in O(log n) and nothing stays behind.
struct SlotHeap: Sendable {
    private var entries: [Entry] = []
    /// Index among the entries of each place; -1 for none.
    private var positions: [Int32] = []

    private struct Entry {
        var instant: UInt64
        var number: UInt64
        var slot: Int

        func precedes(_ other: Entry) -> Bool {
            instant != other.instant ? instant < other.instant : number < other.number
        }
    }

    var count: Int { entries.count }
    var isEmpty: Bool { entries.isEmpty }

    /// The first place, with its instant and number.
    var first: (instant: UInt64, number: UInt64, slot: Int)? {
        entries.first.map { ($0.instant, $0.number, $0.slot) }
    }

    mutating func insert(_ slot: Int, instant: UInt64, number: UInt64) {
        while positions.count <= slot { positions.append(-1) }
        precondition(positions[slot] < 0, "a place is in a heap once")
        entries.append(Entry(instant: instant, number: number, slot: slot))
        rise(entries.count - 1)
    }

    /// Takes a place out; nothing happens when it is not in.
    mutating func remove(_ slot: Int) {
        guard slot < positions.count, positions[slot] >= 0 else { return }
        let index = Int(positions[slot])
        positions[slot] = -1
        let last = entries.removeLast()
        guard index < entries.count else { return }
        entries[index] = last
        positions[last.slot] = Int32(index)
        if index > 0, last.precedes(entries[(index - 1) / 2]) {
            rise(index)
        } else {
            sink(index)
        }
    }

    private mutating func rise(_ start: Int) {
        let entry = entries[start]
        var index = start
        while index > 0 {
            let parent = (index - 1) / 2
            guard entry.precedes(entries[parent]) else { break }
            place(entries[parent], at: index)
            index = parent
        }
        place(entry, at: index)
    }

    private mutating func sink(_ start: Int) {
        let entry = entries[start]
        var index = start
        while true {
            var child = 2 * index + 1
            guard child < entries.count else { break }
            if child + 1 < entries.count, entries[child + 1].precedes(entries[child]) { child += 1 }
            guard entries[child].precedes(entry) else { break }
            place(entries[child], at: index)
            index = child
        }
        place(entry, at: index)
    }

    private mutating func place(_ entry: Entry, at index: Int) {
        entries[index] = entry
        positions[entry.slot] = Int32(index)
    }
}
