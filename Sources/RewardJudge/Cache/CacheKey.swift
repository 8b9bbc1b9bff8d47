/// What a verdict depends on, as the SHA-256 of it: adapter, model, version of the prompt, rubric, parameters, prompt,
/// completions and their order.
package struct CacheKey: Sendable, Equatable {
    /// Bytes of a key.
    package static let byteCount = 32

    private let words: (UInt64, UInt64, UInt64, UInt64)

    package init(_ first: UInt64, _ second: UInt64, _ third: UInt64, _ fourth: UInt64) {
        words = (first, second, third, fourth)
    }

    /// Reads a digest, most significant byte first; nil unless it has 32 bytes.
    package init?(digest: some Collection<UInt8>) {
        guard digest.count == Self.byteCount else { return nil }
        var words: [UInt64] = [0, 0, 0, 0]
        for (index, byte) in digest.enumerated() {
            words[index / 8] = words[index / 8] << 8 | UInt64(byte)
        }
        self.init(words[0], words[1], words[2], words[3])
    }

    /// The digest, most significant byte first.
    package var digest: [UInt8] {
        [words.0, words.1, words.2, words.3].flatMap { word in
            stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: word >> $0) }
        }
    }

    package static func == (left: CacheKey, right: CacheKey) -> Bool { left.words == right.words }
}

extension CacheKey: Hashable {
    /// A digest is a hash already; one word of it is enough.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
    }
}
