package import RewardMemory

/// Trimming of valid UTF-8 text.
package enum TextTrim {
    /// The part of `text` without white space (Unicode White_Space) at either end.
    @_noAllocation
    package static func trimmed(_ text: ByteView) -> ByteView {
        var start = 0
        while start < text.count {
            var next = start
            guard UTF8Scalar.isWhiteSpace(UTF8Scalar.decode(text, at: &next)) else { break }
            start = next
        }
        var end = text.count
        while end > start {
            var last = end &- 1
            while last > start && text[last] & 0xC0 == 0x80 { last &-= 1 }
            var next = last
            guard UTF8Scalar.isWhiteSpace(UTF8Scalar.decode(text, at: &next)) else { break }
            end = last
        }
        return text.slice(start, end)
    }
}
