internal import RewardMemory

/// A place in a completion that is JSON: the names of members on the way there, from the outermost object inwards.
package struct CompletionField: BitwiseCopyable {
    private let names: FixedTable<ByteView>

    // Allocates: while a plan is compiled.
    init(_ names: [String], in storage: OwnedStorage) {
        self.names = storage.makeTable(names.map { storage.makeText($0.utf8) })
    }

    /// The value there: a text, a number or a truth value. `.absent` when a member is missing on the way, and when null, an array or
    /// an object stands there. Of members with one name the last counts.
    @_noAllocation
    func value(in tape: JSONTape) -> FieldValue {
        var place = JSONTape.root
        for level in 0..<names.count {
            guard tape.isObject(at: place) else { return .absent }
            let end = tape.end(ofContainerAt: place)
            var member = place &+ 1
            place = -1
            while member < end {
                let value = tape.next(after: member)
                if tape.string(at: member).equals(names[level]) { place = value }
                member = tape.next(after: value)
            }
            guard place >= 0 else { return .absent }
        }
        return tape.scalar(at: place)
    }
}
