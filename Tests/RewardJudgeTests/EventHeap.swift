/// What happens next in a simulation: by instant, and at one instant in the order it was planned.
struct EventHeap<Event> {
    private var entries: [(instant: UInt64, number: UInt64, event: Event)] = []
    private var number: UInt64 = 0

    var nextInstant: UInt64? { entries.first?.instant }

    mutating func insert(_ event: Event, at instant: UInt64) {
        number += 1
        entries.append((instant, number, event))
        var index = entries.count - 1
        while index > 0, precedes(index, (index - 1) / 2) {
            entries.swapAt(index, (index - 1) / 2)
            index = (index - 1) / 2
        }
    }

    mutating func removeFirst() -> (instant: UInt64, event: Event) {
        entries.swapAt(0, entries.count - 1)
        let first = entries.removeLast()
        var index = 0
        while true {
            var child = 2 * index + 1
            guard child < entries.count else { break }
            if child + 1 < entries.count, precedes(child + 1, child) { child += 1 }
            guard precedes(child, index) else { break }
            entries.swapAt(child, index)
            index = child
        }
        return (first.instant, first.event)
    }

    private func precedes(_ left: Int, _ right: Int) -> Bool {
        (entries[left].instant, entries[left].number) < (entries[right].instant, entries[right].number)
    }
}
