internal import CUtf8proc
package import RewardMemory

/// Single Unicode scalars in text already known to be valid UTF-8.
package enum UTF8Scalar {
    /// The scalar that starts at `index`, which moves behind it.
    @_noAllocation
    package static func decode(_ text: ByteView, at index: inout Int) -> UInt32 {
        let first = UInt32(text[index])
        if first < 0x80 {
            index &+= 1
            return first
        }
        if first < 0xE0 {
            let scalar = (first & 0x1F) &<< 6 | UInt32(text[index &+ 1]) & 0x3F
            index &+= 2
            return scalar
        }
        if first < 0xF0 {
            let scalar =
                (first & 0x0F) &<< 12 | (UInt32(text[index &+ 1]) & 0x3F) &<< 6 | UInt32(text[index &+ 2]) & 0x3F
            index &+= 3
            return scalar
        }
        let high = (first & 0x07) &<< 18 | (UInt32(text[index &+ 1]) & 0x3F) &<< 12
        let scalar = high | (UInt32(text[index &+ 2]) & 0x3F) &<< 6 | UInt32(text[index &+ 3]) & 0x3F
        index &+= 4
        return scalar
    }

    /// A letter's case; `title` is that of digraphs such as U+01C5.
    package enum LetterCase { case none, upper, lower, title }

    @_noAllocation
    package static func letterCase(_ scalar: UInt32) -> LetterCase {
        switch Int(plaudit_category(scalar)) {
        case PLAUDIT_CATEGORY_UPPERCASE: .upper
        case PLAUDIT_CATEGORY_LOWERCASE: .lower
        case PLAUDIT_CATEGORY_TITLECASE: .title
        default: .none
        }
    }

    /// A letter, a digit, another number or an underscore: Python's `\w`.
    @_noAllocation
    package static func isWordCharacter(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x61...0x7A, 0x41...0x5A, 0x30...0x39, 0x5F: return true
        case 0..<0x80: return false
        default: break
        }
        switch Int(plaudit_category(scalar)) {
        case PLAUDIT_CATEGORY_UPPERCASE, PLAUDIT_CATEGORY_LOWERCASE, PLAUDIT_CATEGORY_TITLECASE,
            PLAUDIT_CATEGORY_LETTER, PLAUDIT_CATEGORY_DIGIT, PLAUDIT_CATEGORY_NUMBER:
            return true
        default: return false
        }
    }

    /// A decimal digit of any script: Python's `\d`.
    @_noAllocation
    package static func isDecimalDigit(_ scalar: UInt32) -> Bool {
        scalar < 0x80 ? scalar >= 0x30 && scalar <= 0x39 : Int(plaudit_category(scalar)) == PLAUDIT_CATEGORY_DIGIT
    }

    /// Whether a scalar shows, is no white space and is its own lower case; false for some that are so, too.
    @_noAllocation
    package static func isPlain(_ scalar: UInt32) -> Bool {
        plaudit_is_plain(scalar) == 1
    }

    /// Unicode's White_Space property.
    @_noAllocation
    package static func isWhiteSpace(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x09...0x0D, 0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: true
        default: false
        }
    }

    /// Han, Hiragana and Katakana: scripts in which a character is taken for a word.
    @_noAllocation
    package static func isUnspacedIdeograph(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x3005...0x3007, 0x3041...0x3096, 0x30A1...0x30FA, 0x31F0...0x31FF, 0x3400...0x4DBF, 0x4E00...0x9FFF,
            0xF900...0xFAFF, 0xFF66...0xFF9D, 0x20000...0x323AF:
            true
        default: false
        }
    }
}
