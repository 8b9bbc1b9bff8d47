package import RewardMemory

/// Counting in valid UTF-8 text.
package enum TextCount {
    /// Unicode scalars: bytes that are not continuation bytes.
    @_noAllocation
    package static func scalars(in text: ByteView) -> Int { text.count &- text.continuationCount }

    /// Words: maximal runs without white space (Unicode White_Space), where each Han, Hiragana or Katakana character
    /// counts as a word of its own, since those scripts write none between words.
    @_noAllocation
    package static func words(in text: ByteView) -> Int {
        var wordCount = 0
        var insideWord = false
        var index = 0
        while index < text.count {
            while index &+ 8 <= text.count {
                let word = text.word(at: index)
                guard word & high == 0 else { break }
                let inked = ~spaces(word) & high
                // A word begins where ink follows what is none; the byte before the eight is told by `insideWord`.
                let before = inked &<< 8 | (insideWord ? 0x80 : 0)
                wordCount &+= (inked & ~before).nonzeroBitCount
                insideWord = inked &>> 63 != 0
                index &+= 8
            }
            let end = min(index &+ 8, text.count)
            while index < end { countCharacter(text, at: &index, &wordCount, &insideWord) }
        }
        return wordCount
    }

    @_noAllocation @inline(__always)
    private static func countCharacter(
        _ text: ByteView, at index: inout Int, _ wordCount: inout Int, _ insideWord: inout Bool
    ) {
        let scalar = UTF8Scalar.decode(text, at: &index)
        if UTF8Scalar.isWhiteSpace(scalar) {
            insideWord = false
        } else if UTF8Scalar.isUnspacedIdeograph(scalar) {
            wordCount &+= 1
            insideWord = false
        } else {
            if !insideWord { wordCount &+= 1 }
            insideWord = true
        }
    }

    private static var high: UInt64 { @_noAllocation get { 0x8080_8080_8080_8080 } }

    /// The high bit of every byte that is a space or one of U+0009 to U+000D, for eight bytes of ASCII.
    @_noAllocation @inline(__always)
    private static func spaces(_ word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        // Below 0x80, no sum carries into the next byte.
        let isBlank = ~((word ^ ones &* 0x20) &+ ones &* 0x7F)
        let isControl = (word &+ ones &* 0x77) & ~(word &+ ones &* 0x72)
        return (isBlank | isControl) & high
    }
}
