package import RewardMemory

/// What kind of bytes a text is, decided in one pass before anything looks at it.
package enum TextForm: BitwiseCopyable, Sendable {
    case ascii
    case unicode
    case invalid

    @_noAllocation
    package init(_ text: ByteView) {
        if text.isASCII {
            self = .ascii
        } else {
            self = TextForm.isValidUTF8(text) ? .unicode : .invalid
        }
    }

    /// Whether the bytes are well-formed UTF-8 (Unicode 15, table 3-7): no overlong forms, no surrogates.
    @_noAllocation
    package static func isValidUTF8(_ text: ByteView) -> Bool {
        var index = 0
        while index < text.count {
            if index &+ 8 <= text.count, text.word(at: index) & 0x8080_8080_8080_8080 == 0 {
                index &+= 8
                continue
            }
            let first = text[index]
            if first < 0x80 {
                index &+= 1
                continue
            }
            let length = first < 0xE0 ? 2 : (first < 0xF0 ? 3 : 4)
            guard first >= 0xC2, first <= 0xF4, index &+ length <= text.count else { return false }
            let second = text[index &+ 1]
            let low: UInt8 = first == 0xE0 ? 0xA0 : (first == 0xF0 ? 0x90 : 0x80)
            let high: UInt8 = first == 0xED ? 0x9F : (first == 0xF4 ? 0x8F : 0xBF)
            guard second >= low, second <= high else { return false }
            if length > 2, text[index &+ 2] & 0xC0 != 0x80 { return false }
            if length > 3, text[index &+ 3] & 0xC0 != 0x80 { return false }
            index &+= length
        }
        return true
    }
}
