internal import CLinux
internal import RewardMemory

/// The words of a text, a thousand bytes at a time: runs of ASCII letters and digits, in lower case. A worker's scratch.
@safe
package struct WordMarks: ~Copyable {
    /// The words where they stand in the text, zeros between and behind them.
    private let words: UnsafeMutablePointer<UInt8>
    /// One bit a byte of the text: whether a word begins there.
    private let starts: UnsafeMutablePointer<UInt64>

    /// Bytes of text that are marked at once, and bits of one word of marks.
    static var chunkCount: Int { @_noAllocation get { Int(PLAUDIT_WORD_CHUNK) } }
    static var unitCount: Int { @_noAllocation get { UInt64.bitWidth } }

    // Allocates: once per worker and configuration.
    package init() {
        unsafe words = .allocate(capacity: Int(PLAUDIT_WORD_TARGET))
        unsafe words.initialize(repeating: 0, count: Int(PLAUDIT_WORD_TARGET))
        unsafe starts = .allocate(capacity: Int(PLAUDIT_WORD_STARTS))
        unsafe starts.initialize(repeating: 0, count: Int(PLAUDIT_WORD_STARTS))
    }

    deinit {
        unsafe words.deallocate()
        unsafe starts.deallocate()
    }

    /// Marks the words of `text` that begin in the `chunkCount` bytes from `start` on and have `byteCountMin` bytes or more (1 to 32,
    /// rounded down to a power of two).
    @_noAllocation
    mutating func mark(_ text: ByteView, from start: Int, byteCountMin: Int) {
        let rest = text.slice(start, text.count)
        let isInWord = start > 0 && NumberScanner.isAlphanumeric(text[start &- 1])
        unsafe plaudit_mark_words(rest.base, rest.count, isInWord ? 1 : 0, byteCountMin, words, starts)
    }

    /// Which of the bytes from `unitCount * unit` on begin words, the first one's bit the lowest.
    @_noAllocation @inline(__always)
    func starts(_ unit: Int) -> UInt64 {
        precondition(
            UInt(bitPattern: unit) < UInt(bitPattern: Self.chunkCount / Self.unitCount), "a unit lies inside the chunk")
        return unsafe starts[unit]
    }

    /// The word that begins at `index` of the chunk, or the first eight bytes of a longer one; zeros behind a shorter one.
    @_noAllocation @inline(__always)
    func key(at index: Int) -> UInt64 {
        precondition(UInt(bitPattern: index) < UInt(bitPattern: Self.chunkCount), "a word begins inside the chunk")
        return Self.key(of: unsafe UnsafeRawPointer(words + index).loadUnaligned(as: UInt64.self))
    }

    /// Eight bytes, little-endian and none of them beyond ASCII, with zeros behind the first that is 0.
    @_noAllocation @inline(__always)
    static func key(of bytes: UInt64) -> UInt64 {
        // The lowest of these bits is the highest bit of the first byte that is 0.
        let zeros = (bytes &- 0x0101_0101_0101_0101) & ~bytes & 0x8080_8080_8080_8080
        return bytes & ((zeros & (0 &- zeros)) &- 1)
    }
}
