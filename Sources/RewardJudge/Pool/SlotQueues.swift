/// Queues of calls' places, each in the order of an instant, the earliest first, and of equal ones in that of a number. They are
/// binary heaps that know where each place lies, so that any can be taken out in O(log n) and nothing stays behind. A place
/// is in one of the queues at a time, which is why they share one table of where it is.
struct SlotQueues: Sendable {
    private var heaps: [[Entry]]
    private var positions: [Position] = []
    /// Places in all the queues.
    private(set) var count = 0

    private struct Entry {
        var instant: UInt64
        var number: UInt64
        var slot: Int

        func precedes(_ other: Entry) -> Bool {
            instant != other.instant ? instant < other.instant : number < other.number
        }
    }

    /// Which queue a place is in, -1 for none, and its index there.
    private struct Position {
        var queue: Int32 = -1
        var index: Int32 = 0
    }

    init(queueCount: Int = 1) {
        heaps = Array(repeating: [], count: queueCount)
    }

    var isEmpty: Bool { count == 0 }

    func count(_ queue: Int) -> Int { heaps[queue].count }

    /// The first place of a queue, with its instant and number.
    func first(_ queue: Int = 0) -> (instant: UInt64, number: UInt64, slot: Int)? {
        heaps[queue].first.map { ($0.instant, $0.number, $0.slot) }
    }

    mutating func insert(_ slot: Int, into queue: Int = 0, instant: UInt64, number: UInt64) {
        while positions.count <= slot { positions.append(Position()) }
        precondition(positions[slot].queue < 0, "a place is in one queue at a time")
        positions[slot].queue = Int32(queue)
        heaps[queue].append(Entry(instant: instant, number: number, slot: slot))
        count += 1
        rise(heaps[queue].count - 1, in: queue)
    }

    /// Takes a place out of its queue; nothing happens when it is in none.
    mutating func remove(_ slot: Int) {
        guard slot < positions.count, positions[slot].queue >= 0 else { return }
        let queue = Int(positions[slot].queue)
        let index = Int(positions[slot].index)
        positions[slot].queue = -1
        count -= 1
        let last = heaps[queue].removeLast()
        guard index < heaps[queue].count else { return }
        place(last, at: index, in: queue)
        if index > 0, last.precedes(heaps[queue][(index - 1) / 2]) {
            rise(index, in: queue)
        } else {
            sink(index, in: queue)
        }
    }

    private mutating func rise(_ start: Int, in queue: Int) {
        let entry = heaps[queue][start]
        var index = start
        while index > 0 {
            let parent = (index - 1) / 2
            guard entry.precedes(heaps[queue][parent]) else { break }
            place(heaps[queue][parent], at: index, in: queue)
            index = parent
        }
        place(entry, at: index, in: queue)
    }

    private mutating func sink(_ start: Int, in queue: Int) {
        let entry = heaps[queue][start]
        let count = heaps[queue].count
        var index = start
        while true {
            var child = 2 * index + 1
            guard child < count else { break }
            if child + 1 < count, heaps[queue][child + 1].precedes(heaps[queue][child]) { child += 1 }
            guard heaps[queue][child].precedes(entry) else { break }
            place(heaps[queue][child], at: index, in: queue)
            index = child
        }
        place(entry, at: index, in: queue)
    }

    private mutating func place(_ entry: Entry, at index: Int, in queue: Int) {
        heaps[queue][index] = entry
        positions[entry.slot].index = Int32(index)
    }
}
