/// Eight bytes of a text as one number, for looking at all of them at once; the first byte is the lowest.
///
/// The masks have the highest bit of each byte that is meant. Methods: "Bit Twiddling Hacks", S. E. Anderson.
struct ByteWord {
    static let byteCount = 8
    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let highBits: UInt64 = 0x8080_8080_8080_8080

    let value: UInt64

    init(_ value: UInt64) { self.value = value }

    /// Reads the bytes from `index` on; as many must be there.
    init(_ bytes: UnsafeRawBufferPointer, at index: Int) {
        value = bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
    }

    /// Bytes below `byte`, which is at most 0x80. Right up to the first of them.
    func firstBelow(_ byte: UInt8) -> UInt64 { (value &- Self.ones &* UInt64(byte)) & ~value & Self.highBits }

    /// Bytes equal to `byte`, of a word that is ASCII; all of them right.
    func allEqual(toASCII byte: UInt8) -> UInt64 {
        let difference = value ^ Self.ones &* UInt64(byte)
        return ~(difference &+ (Self.highBits &- Self.ones)) & Self.highBits
    }

    var isASCII: Bool { value & Self.highBits == 0 }

    /// The word, which is ASCII, in lower case.
    var loweredASCII: UInt64 {
        let fromA = value &+ Self.ones &* UInt64(0x80 - UInt8(ascii: "A"))
        let beyondZ = value &+ Self.ones &* UInt64(0x7F - UInt8(ascii: "Z"))
        return value | (fromA & ~beyondZ & Self.highBits) >> 2
    }
}
