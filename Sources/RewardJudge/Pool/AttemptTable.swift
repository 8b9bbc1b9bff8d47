/// The attempts under way, each in a place that its identifier names.
struct AttemptTable: Sendable {
    private var slots: [Attempt?] = []
    private var free: [Int] = []
    private var serial: UInt64 = 0
    private(set) var count = 0

    mutating func insert(
        callSlot: Int, endpoint: Int, startedAt: UInt64, isHedge: Bool, terms: Attempt.Terms
    ) -> AttemptIdentifier {
        let slot = free.popLast() ?? slots.count
        if slot == slots.count { slots.append(nil) }
        precondition(slot < 1 << Int(AttemptIdentifier.slotBitCount), "endpoints limit the attempts in flight")
        serial += 1
        let identifier = AttemptIdentifier(serial: serial, slot: slot)
        slots[slot] = Attempt(
            identifier: identifier, callSlot: callSlot, endpoint: endpoint, startedAt: startedAt, isHedge: isHedge,
            terms: terms)
        count += 1
        return identifier
    }

    /// The attempt, which is none of the table's any more; nil when it was not under way.
    mutating func remove(_ identifier: AttemptIdentifier) -> Attempt? {
        guard identifier.slot < slots.count, let attempt = slots[identifier.slot], attempt.identifier == identifier
        else { return nil }
        slots[identifier.slot] = nil
        free.append(identifier.slot)
        count -= 1
        return attempt
    }

    func attempt(_ identifier: AttemptIdentifier) -> Attempt? {
        guard identifier.slot < slots.count, let attempt = slots[identifier.slot] else { return nil }
        return attempt.identifier == identifier ? attempt : nil
    }
}
