internal import Glibc

/// A judge's text as bytes, with the few searches that reading a verdict takes. All of them are linear.
struct ReplyText: Sendable {
    let bytes: [UInt8]

    init(_ text: String) { bytes = Array(text.utf8) }

    init(_ bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }

    var string: String { String(decoding: bytes, as: UTF8.self) }

    var isBlank: Bool { bytes.allSatisfy(ReplyText.isWhiteSpace) }

    /// Without white space at its ends.
    var trimmed: ReplyText {
        var start = 0
        var end = bytes.count
        while start < end && ReplyText.isWhiteSpace(bytes[start]) { start += 1 }
        while end > start && ReplyText.isWhiteSpace(bytes[end - 1]) { end -= 1 }
        return ReplyText(bytes[start..<end])
    }

    static func isWhiteSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte &- 0x09 < 5 }

    static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: byte >= 0x80
        }
    }

    static func lowered(_ byte: UInt8) -> UInt8 {
        byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte
    }

    /// The same text with ASCII letters in lower case.
    var lowercased: ReplyText { ReplyText(bytes.map(ReplyText.lowered)) }

    /// Whether `mark` stands at `index`.
    func has(_ mark: String, at index: Int) -> Bool { has(Array(mark.utf8), at: index) }

    /// Whether `mark` stands at `index`; in any case when `ignoresCase`, and `mark` in lower case then.
    func has(_ mark: [UInt8], at index: Int, ignoresCase: Bool = false) -> Bool {
        guard index >= 0, index + mark.count <= bytes.count else { return false }
        for offset in mark.indices {
            let byte = bytes[index + offset]
            guard (ignoresCase ? ReplyText.lowered(byte) : byte) == mark[offset] else { return false }
        }
        return true
    }

    /// Where `mark`, which is not empty, stands first, at or after `start`.
    func firstIndex(of mark: String, from start: Int = 0) -> Int? {
        let mark = Array(mark.utf8)
        return bytes.withUnsafeBytes { text in
            guard let base = text.baseAddress else { return nil }
            var index = start
            // The byte that it begins with is looked for by the library, which the rest then rarely needs to follow.
            while index + mark.count <= text.count {
                guard let found = memchr(base + index, Int32(mark[0]), text.count - index) else { return nil }
                index = UnsafeRawPointer(found) - base
                if index + mark.count <= text.count, memcmp(found, mark, mark.count) == 0 { return index }
                index += 1
            }
            return nil
        }
    }

    func lastIndex(of mark: String) -> Int? {
        var last: Int?
        var index = 0
        while let found = firstIndex(of: mark, from: index) {
            last = found
            index = found + 1
        }
        return last
    }

    func skipWhiteSpace(from start: Int) -> Int {
        var index = start
        while index < bytes.count && ReplyText.isWhiteSpace(bytes[index]) { index += 1 }
        return index
    }

    /// The number that stands at `start`, when the text goes on with neither a letter nor another digit.
    func number(at start: Int) -> Double? {
        var end = start
        while end < bytes.count, end - start < 32, ReplyText.isNumberByte(bytes[end]) { end += 1 }
        // A full stop may end the sentence.
        if end > start, bytes[end - 1] == UInt8(ascii: ".") { end -= 1 }
        guard end > start, end == bytes.count || !ReplyText.isWordByte(bytes[end]) else { return nil }
        guard let value = Double(String(decoding: bytes[start..<end], as: UTF8.self)), value.isFinite else {
            return nil
        }
        return value
    }

    private static func isNumberByte(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: ".")
            || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+")
    }

    /// What stands between `[[` and `]]`, in order; at most 16 bytes each.
    var doubleBracketMarks: [String] {
        var marks: [String] = []
        var index = 0
        while let open = firstIndex(of: "[[", from: index) {
            // Of `[[[A]]`, the inner brackets are the mark's.
            var start = open + 2
            while start < bytes.count && bytes[start] == UInt8(ascii: "[") { start += 1 }
            var end = start
            while end < bytes.count, end - start <= 16, bytes[end] != UInt8(ascii: "]") { end += 1 }
            if end - start <= 16, has("]]", at: end) {
                marks.append(String(decoding: bytes[start..<end], as: UTF8.self))
            }
            index = start
        }
        return marks
    }
}
