/// What a table finds its values by: a number that no other value has.
package protocol LaneIdentifier: Sendable {
    var word: UInt64 { get }

    init(word: UInt64)
}

extension UInt64: LaneIdentifier {
    package var word: UInt64 { self }

    package init(word: UInt64) { self = word }
}

extension JudgeTicket: LaneIdentifier {
    package var word: UInt64 { number }

    package init(word: UInt64) { self.init(word) }
}

/// Values by identifier: a dictionary for the few that a call touches some forty times.
///
/// Open addressing with linear probing, and removal by moving back what comes behind (Knuth, "The Art of Computer Programming" 3,
/// 6.4, algorithm R). Values are changed where they stand. The standard library's dictionary takes memory from the heap for each
/// change in place, and a keyed hash where nobody outside chooses the keys.
package struct IdentifierTable<Identifier: LaneIdentifier, Value: Sendable>: Sendable {
    /// By place; `Self.free` where there is no value.
    private var words: [UInt64]
    private var values: [Value?]
    package private(set) var count = 0

    private static var free: UInt64 { .max }
    private static var placeCountMin: Int { 16 }

    package init() {
        words = Array(repeating: Self.free, count: Self.placeCountMin)
        values = Array(repeating: nil, count: Self.placeCountMin)
    }

    /// In the order of their numbers.
    package var identifiers: [Identifier] {
        words.filter { $0 != Self.free }.sorted().map(Identifier.init(word:))
    }

    package subscript(identifier: Identifier) -> Value? {
        @inline(__always) get {
            let place = place(of: identifier.word)
            return words[place] == Self.free ? nil : values[place]
        }
    }

    /// Changes a value where it stands; nil, and nothing done, where there is none.
    ///
    /// No accessor of the subscript, which would take memory from the heap for each change: a value is larger than what a
    /// coroutine may hold otherwise.
    @discardableResult @inline(__always)
    package mutating func change<Outcome>(
        _ identifier: Identifier, _ change: (inout Value) -> Outcome
    ) -> Outcome? {
        let place = place(of: identifier.word)
        guard words[place] != Self.free else { return nil }
        return values.withUnsafeMutableBufferPointer { values in Self.change(&values[place], change) }
    }

    @inline(__always)
    private static func change<Outcome>(_ value: inout Value?, _ change: (inout Value) -> Outcome) -> Outcome? {
        guard var changed = value.take() else { return nil }
        defer { value = changed }
        return change(&changed)
    }

    /// Takes a value, in place of the one that has the identifier, if any.
    package mutating func insert(_ value: Value, for identifier: Identifier) {
        let place = place(of: identifier.word)
        if words[place] == Self.free { insert(identifier.word, value) } else { values[place] = value }
    }

    @discardableResult
    package mutating func removeValue(forKey identifier: Identifier) -> Value? {
        let place = place(of: identifier.word)
        guard words[place] != Self.free else { return nil }
        let value = values[place].take()
        free(place)
        return value
    }

    /// Where a number stands, or the free place where it would.
    private func place(of word: UInt64) -> Int {
        precondition(word != Self.free, "the largest number stands for a free place")
        var place = home(of: word)
        while words[place] != word && words[place] != Self.free { place = (place + 1) & (words.count - 1) }
        return place
    }

    /// Fibonacci hashing: numbers that follow each other lie far apart.
    private func home(of word: UInt64) -> Int {
        Int((word &* 0x9E37_79B9_7F4A_7C15) >> (64 - UInt64(words.count.trailingZeroBitCount)))
    }

    private mutating func insert(_ word: UInt64, _ value: Value) {
        // At most half of the places are taken.
        if (count + 1) * 2 > words.count { grow() }
        let place = place(of: word)
        words[place] = word
        values[place] = value
        count += 1
    }

    private mutating func grow() {
        let (formerWords, formerValues) = (words, values)
        words = Array(repeating: Self.free, count: formerWords.count * 2)
        values = Array(repeating: nil, count: words.count)
        for (former, word) in formerWords.enumerated() where word != Self.free {
            let place = place(of: word)
            words[place] = word
            values[place] = formerValues[former]
        }
    }

    /// Frees a place, and moves back what could no longer be found behind it.
    private mutating func free(_ place: Int) {
        var hole = place
        var next = hole
        while true {
            next = (next + 1) & (words.count - 1)
            guard words[next] != Self.free else { break }
            let home = home(of: words[next])
            // It stays when its home lies behind the hole, in the ring that ends where it stands.
            guard (next - home) & (words.count - 1) >= (next - hole) & (words.count - 1) else { continue }
            words[hole] = words[next]
            values.swapAt(hole, next)
            hole = next
        }
        words[hole] = Self.free
        values[hole] = nil
        count -= 1
    }
}
