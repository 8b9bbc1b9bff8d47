import RewardJudgeHTTP
import Testing

@Suite struct DeadlineQueueTests {
    /// Goal: the queue gives slots in the order of their deadlines and forgets those taken out. Method: random
    /// operations, each compared with a dictionary that does the same by looking at everything.
    @Test func queueAgreesWithASearchOfEverything() {
        var generator = SeededGenerator.forTest("queueAgreesWithASearchOfEverything")
        var queue = DeadlineQueue(slotCount: 50)
        var model: [Int: UInt64] = [:]
        for _ in 0..<20_000 {
            let slot = Int.random(in: 0..<50, using: &generator)
            switch Int.random(in: 0..<4, using: &generator) {
            case 0, 1:
                guard model[slot] == nil else { continue }
                let deadline = UInt64.random(in: 0..<100, using: &generator)
                model[slot] = deadline
                queue.insert(slot: slot, deadlineNanoseconds: deadline)
            case 2:
                model[slot] = nil
                queue.remove(slot: slot)
            default:
                let now = UInt64.random(in: 0..<100, using: &generator)
                let earliest = model.values.min()
                if let due = queue.popDue(now: now) {
                    #expect(model[due] == earliest)
                    #expect(model[due].map { $0 <= now } == true)
                    model[due] = nil
                } else {
                    #expect(earliest.map { $0 > now } ?? true)
                }
            }
            #expect(queue.count == model.count)
            #expect(queue.earliestNanoseconds == model.values.min())
        }
    }
}
