package import RewardMemory

/// The working memory of one worker for texts that are looked at as sequences of units: words, characters or tokens.
///
/// A unit is a number: the name of a word or of a character, a token's identifier. Two texts stand one behind the other,
/// so that names mean the same in both.
@safe
package struct SequenceScratch: ~Copyable {
    package struct Requirements {
        /// Whether any plan looks at sequences; only that needs the memory.
        package var isNeeded = false

        package init() {}
    }

    let units: ScratchTable<UInt32>
    package private(set) var unitCount = 0
    /// Names of the n-grams that start at each unit.
    private let grams: ScratchTable<UInt32>
    /// How often the reference has an n-gram that the other text has not used up.
    private let counts: ScratchTable<UInt32>
    private(set) var names: NameTable
    /// For `commonUnitCount`.
    let rowBits: ScratchTable<RowBits>
    let carries: ScratchTable<UInt8>
    /// Text that is rewritten before it is cut into words.
    var rewritten: RigidBytes
    private let unitCountMax = Limits.sequenceUnitCountMax

    /// Characters are ASCII or a name above it.
    private static var asciiCount: UInt32 { @_noAllocation get { 128 } }

    /// What all tables lie in.
    private let memory: ReservedMemory

    // Allocates: address space, once per worker and configuration.
    package init(_ requirements: Requirements) throws(PlanError) {
        let unitCount = requirements.isNeeded ? Limits.sequenceUnitCountMax : 1
        let nameCount = requirements.isNeeded ? Limits.sequenceNameSlotCount : 1
        let valueCount = unitCount + Int(Self.asciiCount)
        let byteCount =
            3 * ScratchTable<UInt32>.byteCount(capacity: unitCount) + ScratchTable<UInt8>.byteCount(capacity: unitCount)
            + ScratchTable<RowBits>.byteCount(capacity: valueCount)
            + ScratchTable<NameTable.Slot>.byteCount(capacity: nameCount)
        guard let memory = ReservedMemory(byteCount: byteCount) else {
            throw PlanError(key: [], "the kernel refuses \(byteCount) bytes of address space")
        }
        var rest = unsafe memory.base
        units = unsafe ScratchTable(capacity: unitCount, carvedFrom: &rest)
        grams = unsafe ScratchTable(capacity: unitCount, carvedFrom: &rest)
        counts = unsafe ScratchTable(capacity: unitCount, carvedFrom: &rest)
        carries = unsafe ScratchTable(capacity: unitCount, carvedFrom: &rest)
        rowBits = unsafe ScratchTable(capacity: valueCount, carvedFrom: &rest)
        names = unsafe NameTable(ScratchTable(capacity: nameCount, carvedFrom: &rest))
        self.memory = memory
        rewritten = RigidBytes(capacity: requirements.isNeeded ? Limits.similarityByteCountMax : 0)
    }

    // MARK: Units

    /// Forgets every unit and makes names ready for `byteCount` bytes of text.
    @_noAllocation
    package mutating func removeAll(forText byteCount: Int) {
        unitCount = 0
        // A word takes a lookup for its end and one for every five bytes.
        names.removeAll(forLookups: min(byteCount / 2, unitCountMax) &+ byteCount / 5 &+ 2)
    }

    /// Whether crafted text used up the bound on the work of naming.
    package var isExhausted: Bool { @_noAllocation get { names.isExhausted } }

    /// False when there is no room for one more.
    @_noAllocation @inline(__always)
    package mutating func append(unit: UInt32) -> Bool {
        guard unitCount < unitCountMax else { return false }
        units[unitCount] = unit
        unitCount &+= 1
        return true
    }

    /// The Unicode scalars of valid UTF-8; false when they are too many.
    @_noAllocation
    package mutating func append(charactersOf text: ByteView) -> Bool {
        var index = 0
        while index < text.count {
            let scalar = UTF8Scalar.decode(text, at: &index)
            // Names lie close together, whatever the script, so that tables with a place for each stay small.
            let unit = scalar < Self.asciiCount ? scalar : Self.asciiCount &+ names.name(UInt64(scalar))
            guard append(unit: unit) else { return false }
        }
        return true
    }

    /// Token identifiers, four little-endian bytes each; false when they are too many.
    @_noAllocation
    package mutating func append(tokenIdentifiers bytes: ByteView) -> Bool {
        var index = 0
        while index &+ 4 <= bytes.count {
            let low = UInt32(bytes[index]) | UInt32(bytes[index &+ 1]) &<< 8
            let high = UInt32(bytes[index &+ 2]) | UInt32(bytes[index &+ 3]) &<< 8
            guard append(unit: low | high &<< 16) else { return false }
            index &+= 4
        }
        return true
    }

    /// The name of the word begun so far with up to five more bytes; a word is a chain of such pieces.
    @_noAllocation @inline(__always)
    mutating func extend(_ prefix: UInt32, _ piece: UInt64, _ byteCount: Int) -> UInt32 {
        // 21 bits of the prefix's name and one for "none yet", 3 of the count, 40 of text: no two pieces share a key.
        let name = prefix == NameTable.none ? 0 : UInt64(prefix) &+ 1
        return names.name(name &<< 43 | UInt64(truncatingIfNeeded: byteCount) &<< 40 | piece)
    }

    /// Gives back what a long text has touched.
    @_noAllocation
    package mutating func releaseLargeText() {
        let keptCount = 1 &<< 16
        guard unitCount > keptCount else { return }
        units.releasePages(above: keptCount)
        grams.releasePages(above: keptCount)
        counts.releasePages(above: keptCount)
        names.releasePages(above: keptCount)
        carries.releasePages(above: keptCount)
        rowBits.releasePages(above: keptCount)
    }

    // MARK: N-grams

    /// How many different sequences of `order` units the text has; nil when crafted text used up the bound on the work.
    @_noAllocation
    package mutating func distinctGramCount(order: Int) -> Int? {
        precondition(order >= 1 && order <= unitCount, "a text with an n-gram has n units")
        var gramCount = unitCount &- order &+ 1
        names.removeAll(forLookups: unitCount)
        guard order > 1 else {
            for index in 0..<gramCount { _ = names.name(UInt64(units[index])) }
            return names.isExhausted ? nil : names.count
        }
        gramCount = unitCount &- 1
        for index in 0..<gramCount {
            grams[index] = names.name(UInt64(units[index]) &<< 32 | UInt64(units[index &+ 1]))
        }
        var reach = 2
        while reach < order && !names.isExhausted {
            gramCount &-= 1
            names.removeAll(forLookups: unitCount)
            for index in 0..<gramCount {
                grams[index] = names.name(UInt64(grams[index]) &<< 32 | UInt64(units[index &+ reach]))
            }
            reach &+= 1
        }
        return names.isExhausted ? nil : names.count
    }

    /// How many n-grams of the units from `split` on are among those before it, each of those taken once.
    ///
    /// To be asked for the orders 1, 2, 3... in turn: each builds on the names of the last. The units are names of words.
    @_noAllocation
    package mutating func commonGramCount(order: Int, split: Int) -> Int {
        if order == 1 {
            for index in 0..<unitCount { grams[index] = units[index] }
            return commonNames(before: split, from: split, to: unitCount, nameCount: names.count)
        }
        names.removeAll(forLookups: unitCount)
        let referenceEnd = max(0, split &- order &+ 1)
        for index in 0..<referenceEnd {
            grams[index] = names.name(UInt64(grams[index]) &<< 32 | UInt64(units[index &+ order &- 1]))
        }
        let end = max(split, unitCount &- order &+ 1)
        for index in split..<end {
            // Where the beginning is not in the reference, no longer n-gram is.
            guard grams[index] != NameTable.none else { continue }
            grams[index] = names.find(UInt64(grams[index]) &<< 32 | UInt64(units[index &+ order &- 1]))
        }
        return commonNames(before: referenceEnd, from: split, to: end, nameCount: names.count)
    }

    @_noAllocation
    private func commonNames(before referenceEnd: Int, from start: Int, to end: Int, nameCount: Int) -> Int {
        for name in 0..<nameCount { counts[name] = 0 }
        for index in 0..<referenceEnd { counts[Int(grams[index])] &+= 1 }
        var commonCount = 0
        for index in start..<end where grams[index] != NameTable.none {
            let name = Int(grams[index])
            guard counts[name] > 0 else { continue }
            counts[name] &-= 1
            commonCount &+= 1
        }
        return commonCount
    }
}
