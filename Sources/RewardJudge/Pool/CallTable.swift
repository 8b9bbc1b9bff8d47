/// The calls that are not finished, each in a place of its own, found by identifier.
struct CallTable: Sendable {
    private var records: [CallRecord?] = []
    private var free: [Int] = []
    private var slotOfIdentifier: [UInt64: Int] = [:]

    var count: Int { slotOfIdentifier.count }

    mutating func insert(_ record: CallRecord) -> Int {
        let slot = free.popLast() ?? records.count
        let former = slotOfIdentifier.updateValue(slot, forKey: record.call.identifier)
        precondition(former == nil, "a call's identifier is its own until it is finished")
        if slot == records.count {
            records.append(record)
        } else {
            records[slot] = record
        }
        return slot
    }

    mutating func remove(_ slot: Int) {
        slotOfIdentifier[self[slot].call.identifier] = nil
        records[slot] = nil
        free.append(slot)
    }

    func slot(of identifier: UInt64) -> Int? { slotOfIdentifier[identifier] }

    /// The places in use, in the order in which their calls came.
    var slotsInOrder: [Int] {
        slotOfIdentifier.values.sorted { self[$0].sequence < self[$1].sequence }
    }

    subscript(slot: Int) -> CallRecord {
        get {
            guard let record = records[slot] else { preconditionFailure("a place in use has a call") }
            return record
        }
        _modify {
            guard var record = records[slot] else { preconditionFailure("a place in use has a call") }
            defer { records[slot] = record }
            yield &record
        }
    }
}
