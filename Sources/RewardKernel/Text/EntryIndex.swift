internal import RewardMemory

/// Many list entries by their first words: tells the texts in which none of them stands, most texts, without a search for all of them.
///
/// An entry that begins with an ASCII letter or digit can stand alone only where a word of the text begins, and only where that word is
/// the entry's own first one. So a text is looked through word by word: a word's first eight bytes are its key, a bit for each hash
/// of a key tells most words apart from all entries, and the few others are compared. An entry that begins otherwise is told by its
/// first byte, which most texts do not hold.
package struct EntryIndex: BitwiseCopyable {
    /// The entries that share a key: `count` of `entries` from `first` on. No key is 0, so that 0 marks what is empty.
    private struct Slot: BitwiseCopyable {
        var key: UInt64 = 0
        var first: Int32 = 0
        var count: Int32 = 0
    }

    /// One bit for each value of a hash's upper bits.
    private let bits: FixedTable<UInt64>
    /// A hash table with open addressing, half of it empty at least.
    private let slots: FixedTable<Slot>
    /// Entries in lower case, those with the same key side by side.
    private let entries: FixedTable<ByteView>
    private let bitShift: UInt64
    private let slotShift: UInt64
    /// Bytes of the shortest first word, up to eight: shorter words are passed over.
    private let wordByteCountMin: Int
    /// The first bytes of entries that begin with no ASCII letter or digit: up to three, some of them given twice; nil when there are none.
    private let leads: (UInt8, UInt8, UInt8)?

    /// Below it Vectorscan looks for the entries in the time that the words alone take.
    private static let entryCountMin = 256
    /// Bits for each key: how few words of other texts are compared.
    private static let bitsPerKey = 64
    /// What a comparison that ends at once counts for, in bytes.
    private static var comparisonCost: Int { @_noAllocation get { 16 } }

    /// Nil when a search would be as quick: there are few entries, or they begin with more bytes than can be looked for at once.
    // Allocates: the tables, in `storage`.
    init?(_ entries: [[UInt8]], storage: OwnedStorage) {
        var byKey: [UInt64: [[UInt8]]] = [:]
        var leads: Set<UInt8> = []
        for entry in entries {
            let lower = entry.map(TextFold.asciiLowercased)
            if NumberScanner.isAlphanumeric(lower[0]) {
                byKey[Self.key(of: lower), default: []].append(lower)
            } else {
                leads.insert(lower[0])
            }
        }
        let firsts = leads.sorted()
        guard entries.count >= Self.entryCountMin, firsts.count <= 3 else { return nil }
        self.leads = firsts.isEmpty ? nil : (firsts[0], firsts[firsts.count / 2], firsts[firsts.count - 1])
        let keys = byKey.keys.sorted()
        wordByteCountMin = keys.map { 8 - $0.leadingZeroBitCount / 8 }.min() ?? 8
        var bits = [UInt64](repeating: 0, count: Self.powerOfTwo(atLeast: keys.count * Self.bitsPerKey / 64))
        var slots = [Slot](repeating: Slot(), count: Self.powerOfTwo(atLeast: 2 * keys.count))
        bitShift = UInt64(58 - bits.count.trailingZeroBitCount)
        slotShift = UInt64(64 - slots.count.trailingZeroBitCount)
        var sorted: [ByteView] = []
        for key in keys {
            let hash = Self.hash(key)
            let bit = hash >> bitShift
            bits[Int(bit >> 6)] |= 1 << (bit & 63)
            var slot = Int(hash >> slotShift)
            while slots[slot].key != 0 { slot = (slot + 1) % slots.count }
            let alike = byKey[key] ?? []
            slots[slot] = Slot(key: key, first: Int32(sorted.count), count: Int32(alike.count))
            sorted += alike.map { storage.makeText($0) }
        }
        self.bits = storage.makeTable(bits)
        self.slots = storage.makeTable(slots)
        self.entries = storage.makeTable(sorted)
    }

    // Allocates: nothing; while a configuration is compiled.
    private static func powerOfTwo(atLeast count: Int) -> Int {
        var power = 2
        while power < count { power *= 2 }
        return power
    }

    /// The key of an entry in lower case.
    // Allocates: while a configuration is compiled.
    private static func key(of entry: [UInt8]) -> UInt64 {
        var bytes: UInt64 = 0
        for (index, byte) in entry.prefix(8).enumerated() where NumberScanner.isAlphanumeric(byte) {
            bytes |= UInt64(byte) << UInt64(8 * index)
        }
        return WordMarks.key(of: bytes)
    }

    /// The upper bits are good ones (Fibonacci hashing).
    @_noAllocation @inline(__always)
    private static func hash(_ key: UInt64) -> UInt64 { key &* 0x9E37_79B9_7F4A_7C15 }

    /// Whether an entry may stand alone in `text`: yes where one does, and no where none does, but for texts that hold the first byte
    /// of an entry that begins no word, and for those that are made to keep it busy.
    @_noAllocation
    func mayFind(in text: ByteView, _ marks: inout WordMarks) -> Bool {
        if let leads, text.lastIndex(ofEither: leads.0, leads.1, leads.2, before: text.count) >= 0 { return true }
        var budget = text.count &+ 4_096
        var chunk = 0
        while chunk < text.count {
            marks.mark(text, from: chunk, byteCountMin: wordByteCountMin)
            let end = min(WordMarks.chunkCount, text.count &- chunk)
            var unit = 0
            while unit &* WordMarks.unitCount < end {
                var starts = marks.starts(unit)
                while passOver(&starts, of: unit, marks) {
                    let index = unit &* WordMarks.unitCount &+ starts.trailingZeroBitCount
                    starts &= starts &- 1
                    if mayStand(marks.key(at: index), at: chunk &+ index, in: text, &budget) { return true }
                }
                unit &+= 1
            }
            chunk &+= WordMarks.chunkCount
        }
        return false
    }

    /// Takes words out of `starts` up to the first whose bit is set; false when there is none. Most of the time goes to this loop: it is a
    /// function of its own, so that it has the registers for itself.
    @_noAllocation @inline(never)
    private func passOver(_ starts: inout UInt64, of unit: Int, _ marks: borrowing WordMarks) -> Bool {
        let first = unit &* WordMarks.unitCount
        var rest = starts
        while rest != 0 {
            let bit = Self.hash(marks.key(at: first &+ rest.trailingZeroBitCount)) &>> bitShift
            if bits[Int(truncatingIfNeeded: bit &>> 6)] &>> (bit & 63) & 1 != 0 { break }
            rest &= rest &- 1
        }
        starts = rest
        return rest != 0
    }

    /// Whether an entry of that key stands alone at `start`; yes as well when the budget is spent.
    @_noAllocation @inline(never)
    private func mayStand(_ key: UInt64, at start: Int, in text: ByteView, _ budget: inout Int) -> Bool {
        var slot = Int(truncatingIfNeeded: Self.hash(key) &>> slotShift)
        while slots[slot].key != key {
            if slots[slot].key == 0 { return false }
            slot = (slot &+ 1) & (slots.count &- 1)
        }
        let first = Int(slots[slot].first)
        for index in first..<first &+ Int(slots[slot].count) {
            let equalCount = equalByteCount(entries[index], at: start, in: text)
            budget &-= equalCount &+ Self.comparisonCost
            if budget < 0 { return true }
            let end = start &+ entries[index].count
            if equalCount == entries[index].count, TextBoundary.standsAlone(text, from: start, to: end) { return true }
        }
        return false
    }

    /// How many bytes of the entry the text goes on with at `start`.
    @_noAllocation
    private func equalByteCount(_ entry: ByteView, at start: Int, in text: ByteView) -> Int {
        let end = min(entry.count, text.count &- start)
        var count = 0
        while count < end, TextFold.asciiLowercased(text[start &+ count]) == entry[count] { count &+= 1 }
        return count
    }
}
