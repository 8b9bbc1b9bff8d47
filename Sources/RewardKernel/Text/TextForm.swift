internal import CSimdJSON
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
        unsafe plaudit_validate_utf8(text.base, text.count) != 0
    }
}
