package import RewardMemory

/// Counting in valid UTF-8 text.
package enum TextCount {
    /// Unicode scalars: bytes that are not continuation bytes. Eight bytes at a time.
    @_noAllocation
    package static func scalars(in text: ByteView) -> Int {
        let low: UInt64 = 0x0101_0101_0101_0101
        var continuationCount = 0
        var index = 0
        while index &+ 8 <= text.count {
            // A continuation byte is 10xxxxxx: bit 7 set and bit 6 clear.
            let word = text.word(at: index)
            let marks = (word &>> 7) & (~word &>> 6) & low
            continuationCount &+= Int(truncatingIfNeeded: (marks &* low) &>> 56)
            index &+= 8
        }
        while index < text.count {
            if text[index] & 0xC0 == 0x80 { continuationCount &+= 1 }
            index &+= 1
        }
        return text.count &- continuationCount
    }

    /// Words: maximal runs without white space (Unicode White_Space), where each Han, Hiragana or Katakana character
    /// counts as a word of its own, since those scripts write none between words.
    @_noAllocation
    package static func words(in text: ByteView) -> Int {
        var wordCount = 0
        var insideWord = false
        var index = 0
        while index < text.count {
            let byte = text[index]
            if byte < 0x80 {
                let isSpace = byte == 0x20 || (byte >= 0x09 && byte <= 0x0D)
                if !isSpace && !insideWord { wordCount &+= 1 }
                insideWord = !isSpace
                index &+= 1
                continue
            }
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
        return wordCount
    }
}
