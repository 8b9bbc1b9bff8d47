/// Looks for many phrases in one pass over a text: what four bytes hash to tells which phrases may stand there.
///
/// Looked at is every other place of the text, since every phrase is found by its bytes from the first and from the second on,
/// one of which stands at such a place. A search for each phrase by itself took forty times as long as everything else that is
/// done for a call.
struct PhraseSet: Sendable, Hashable {
    /// Four bytes by which a phrase is found.
    private struct Key: Hashable {
        /// One more than the key before it with the same hash; 0 for none.
        var link: UInt16
        /// The phrase's last byte, which rules out most texts that begin like it, and how far behind the key it stands.
        var last: UInt8
        var lastDistance: Int
    }

    private let phrases: [[UInt8]]
    /// By hash: one more than the last key of such bytes; 0 for none. A phrase's keys are twice its index for its bytes from the
    /// first on, and one more for those from the second on.
    private var heads: [UInt16]
    private var keys: [Key]
    /// Phrases too short to be hashed.
    private var short: [Int] = []

    private static let hashBitCount: UInt32 = 12
    private static let keyByteCount = 4

    private static let keysPerPhrase = 2

    /// At most 32,767 phrases; those behind are not looked for, nor are empty ones.
    init(_ phrases: [String]) {
        self.phrases = phrases.prefix(Int(UInt16.max) / Self.keysPerPhrase).map { Array($0.utf8) }
        heads = Array(repeating: 0, count: 1 << Int(Self.hashBitCount))
        keys = Array(
            repeating: Key(link: 0, last: 0, lastDistance: 0), count: self.phrases.count * Self.keysPerPhrase)
        for (index, phrase) in self.phrases.enumerated() where !phrase.isEmpty {
            guard phrase.count >= Self.keyByteCount + Self.keysPerPhrase - 1 else {
                short.append(index)
                continue
            }
            for offset in 0..<Self.keysPerPhrase {
                let key = index * Self.keysPerPhrase + offset
                let slot = phrase.withUnsafeBytes {
                    Self.slot($0.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
                }
                keys[key] = Key(
                    link: heads[slot], last: phrase[phrase.count - 1], lastDistance: phrase.count - 1 - offset)
                heads[slot] = UInt16(key + 1)
            }
        }
    }

    /// The least index of a phrase that stands in the text; nil when none does.
    func firstIndex(in text: [UInt8]) -> Int? {
        var least = Int.max
        text.withUnsafeBytes { bytes in
            heads.withUnsafeBufferPointer { heads in
                // Without checks at each place: the bounds of the text are the loop's, and a hash is below the number of heads.
                guard let text = bytes.baseAddress, let head = heads.baseAddress else { return }
                var start = 0
                while start <= bytes.count &- Self.keyByteCount {
                    let head = head[Self.slot(text.loadUnaligned(fromByteOffset: start, as: UInt32.self))]
                    if head > 0 { note(head, at: start, bytes, &least) }
                    start &+= Self.keysPerPhrase
                }
            }
            for index in short where index < least {
                if bytes.indices.contains(where: { has(index, at: $0, bytes) }) { least = index }
            }
        }
        return least == .max ? nil : least
    }

    /// Takes the phrases of a hash whose key stands at `start`.
    private func note(_ head: UInt16, at start: Int, _ bytes: UnsafeRawBufferPointer, _ least: inout Int) {
        var link = head
        while link > 0 {
            let number = Int(link) - 1
            let key = keys[number]
            link = key.link
            guard key.lastDistance < bytes.count - start, bytes[start + key.lastDistance] == key.last else { continue }
            let index = number / Self.keysPerPhrase
            if index < least, has(index, at: start - number % Self.keysPerPhrase, bytes) { least = index }
        }
    }

    private func has(_ index: Int, at start: Int, _ bytes: UnsafeRawBufferPointer) -> Bool {
        let phrase = phrases[index]
        return start >= 0 && phrase.count <= bytes.count - start
            && bytes[start..<start + phrase.count].elementsEqual(phrase)
    }

    /// Fibonacci hashing.
    private static func slot(_ key: UInt32) -> Int {
        Int((key &* 0x9E37_79B1) >> (32 - hashBitCount))
    }
}
