internal import CTextFold
package import RewardMemory

/// Word boundaries as safety lists need them, in every script.
///
/// Letters, digits and marks of any script form words; what none of them touches stands alone, a word or not (so `🖕`
/// does not in `🖕x`, as in a search for `(?<!\w)🖕(?!\w)`). Scripts that write no spaces (Han, kana, Thai, Lao, Khmer,
/// Myanmar) have no boundaries to ask for, and end the words of others: `sex` stands alone in `はsexが`.
package enum TextBoundary {
    /// Whether `start..<end` of valid UTF-8 is no part of a longer word. Both lie at the first byte of a scalar.
    @_noAllocation
    package static func standsAlone(_ text: ByteView, from start: Int, to end: Int) -> Bool {
        guard start < end else { return true }
        if end < text.count {
            let next = category(at: end, in: text)
            // A mark changes the character before it, so the match ends inside a character, whatever the script.
            if next & UInt8(PLAUDIT_WORD_MARK) != 0 { return false }
            if isSpacedWordCharacter(next), !isUnspaced(category(before: end, in: text)) { return false }
        }
        guard start > 0, isSpacedWordCharacter(category(before: start, in: text)) else { return true }
        return isUnspaced(category(at: start, in: text))
    }

    /// Whether `text`, which is valid UTF-8, holds a character that Vectorscan's Unicode tables are too old for, so
    /// that its idea of \w and the like may differ from PCRE2's.
    @_noAllocation
    package static func hasRecentCharacter(_ text: ByteView) -> Bool {
        var index = 0
        while index < text.count {
            if index &+ 8 <= text.count {
                let highBits = text.word(at: index) & 0x8080_8080_8080_8080
                guard highBits != 0 else {
                    index &+= 8
                    continue
                }
                index &+= highBits.trailingZeroBitCount &>> 3
            }
            if plaudit_word_category(UTF8Scalar.decode(text, at: &index)) & UInt8(PLAUDIT_WORD_RECENT) != 0 {
                return true
            }
        }
        return false
    }

    @_noAllocation @inline(__always)
    private static func isSpacedWordCharacter(_ category: UInt8) -> Bool {
        category & UInt8(PLAUDIT_WORD_CHARACTER | PLAUDIT_WORD_UNSPACED) == UInt8(PLAUDIT_WORD_CHARACTER)
    }

    @_noAllocation @inline(__always)
    private static func isUnspaced(_ category: UInt8) -> Bool {
        category & UInt8(PLAUDIT_WORD_UNSPACED) != 0
    }

    @_noAllocation
    private static func category(at index: Int, in text: ByteView) -> UInt8 {
        var index = index
        return plaudit_word_category(UTF8Scalar.decode(text, at: &index))
    }

    @_noAllocation
    private static func category(before end: Int, in text: ByteView) -> UInt8 {
        var start = end &- 1
        while start > 0 && text[start] & 0xC0 == 0x80 { start &-= 1 }
        return category(at: start, in: text)
    }
}
