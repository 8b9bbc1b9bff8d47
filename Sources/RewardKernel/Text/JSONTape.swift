package import RewardMemory

/// The types of JSON Schema as a set: what a value is, or what is wanted. A whole number is both `integer` and
/// `number`.
package struct JSONTypes: OptionSet, BitwiseCopyable, Sendable {
    package let rawValue: UInt8

    @_noAllocation
    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    package static let null = JSONTypes(rawValue: 1)
    package static let boolean = JSONTypes(rawValue: 2)
    package static let integer = JSONTypes(rawValue: 4)
    package static let number = JSONTypes(rawValue: 8)
    package static let string = JSONTypes(rawValue: 16)
    package static let array = JSONTypes(rawValue: 32)
    package static let object = JSONTypes(rawValue: 64)
}

/// A parsed JSON text, in simdjson's tape format: one word a value, type in the top byte, payload in the other seven.
///
/// A word's payload is, for `{` and `[`, the index behind the closing word in its low half; for a string, its offset
/// in `strings`, where a 32-bit count stands before the bytes; a number's value is the following word. Word 0 is the
/// root's, the value begins at word 1. Valid until the parser that wrote it parses again. Every access is
/// bounds-checked.
@safe
package struct JSONTape: BitwiseCopyable {
    package let words: FixedTable<UInt64>
    package let strings: ByteView

    /// Where the value begins.
    package static var root: Int {
        @_noAllocation get { 1 }
    }

    @_noAllocation
    package init(words: FixedTable<UInt64>, strings: ByteView) {
        self.words = words
        self.strings = strings
    }

    /// The tape of an array's first item, which is no container, as if it were the root.
    var item: JSONTape {
        @_noAllocation get {
            precondition(words.count > 2 && tag(at: JSONTape.root) == Tag.arrayStart, "an array has the item")
            return JSONTape(
                words: unsafe FixedTable(unsafe: words.base + 1, count: words.count &- 1), strings: strings)
        }
    }

    enum Tag {
        static let root = UInt8(ascii: "r")
        static let null = UInt8(ascii: "n")
        static let no = UInt8(ascii: "f")
        static let yes = UInt8(ascii: "t")
        static let signed = UInt8(ascii: "l")
        static let unsigned = UInt8(ascii: "u")
        static let real = UInt8(ascii: "d")
        static let string = UInt8(ascii: "\"")
        static let arrayStart = UInt8(ascii: "[")
        static let arrayEnd = UInt8(ascii: "]")
        static let objectStart = UInt8(ascii: "{")
        static let objectEnd = UInt8(ascii: "}")
    }

    @_noAllocation @inline(__always)
    func tag(at index: Int) -> UInt8 {
        UInt8(truncatingIfNeeded: words[index] &>> 56)
    }

    /// The types of the value at `index`. A number without a fraction is an integer, however it is written.
    @_noAllocation
    package func types(at index: Int) -> JSONTypes {
        switch tag(at: index) {
        case Tag.null: return JSONTypes(rawValue: 1)
        case Tag.no, Tag.yes: return JSONTypes(rawValue: 2)
        case Tag.signed, Tag.unsigned: return JSONTypes(rawValue: 4 | 8)
        case Tag.real: return JSONTypes(rawValue: number(at: index).isInteger ? 4 | 8 : 8)
        case Tag.string: return JSONTypes(rawValue: 16)
        case Tag.arrayStart: return JSONTypes(rawValue: 32)
        default: return JSONTypes(rawValue: 64)
        }
    }

    @_noAllocation @inline(__always)
    package func isNumber(at index: Int) -> Bool {
        let tag = tag(at: index)
        return tag == Tag.signed || tag == Tag.unsigned || tag == Tag.real
    }

    @_noAllocation @inline(__always)
    package func isString(at index: Int) -> Bool { tag(at: index) == Tag.string }

    @_noAllocation @inline(__always)
    package func isArray(at index: Int) -> Bool { tag(at: index) == Tag.arrayStart }

    @_noAllocation @inline(__always)
    package func isObject(at index: Int) -> Bool { tag(at: index) == Tag.objectStart }

    /// Where the value behind the one at `index` begins.
    @_noAllocation @inline(__always)
    package func next(after index: Int) -> Int {
        switch tag(at: index) {
        case Tag.signed, Tag.unsigned, Tag.real: return index &+ 2
        case Tag.arrayStart, Tag.objectStart: return Int(truncatingIfNeeded: words[index] & 0xFFFF_FFFF)
        default: return index &+ 1
        }
    }

    /// The closing word of the container at `index`; its items or members lie between the two words.
    @_noAllocation @inline(__always)
    package func end(ofContainerAt index: Int) -> Int {
        next(after: index) &- 1
    }

    /// The unescaped bytes of the string at `index`: valid UTF-8, and NUL may be among them.
    @_noAllocation @inline(__always)
    package func string(at index: Int) -> ByteView {
        precondition(tag(at: index) == Tag.string, "only a string has bytes")
        let offset = Int(truncatingIfNeeded: words[index] & 0x00FF_FFFF_FFFF_FFFF)
        let count = Int(truncatingIfNeeded: strings.word(at: offset) & 0xFFFF_FFFF)
        return strings.slice(offset &+ 4, offset &+ 4 &+ count)
    }

    /// The number at `index`.
    @_noAllocation
    package func number(at index: Int) -> JSONNumber {
        let bits = words[index &+ 1]
        switch tag(at: index) {
        case Tag.signed: return .signed(Int64(bitPattern: bits))
        case Tag.unsigned: return .unsigned(bits)
        default: return .real(Double(bitPattern: bits))
        }
    }

    /// The value at `index`; `.absent` for null, an array or an object.
    @_noAllocation
    func scalar(at index: Int) -> FieldValue {
        switch tag(at: index) {
        case Tag.string: return .text(string(at: index))
        case Tag.yes: return .boolean(true)
        case Tag.no: return .boolean(false)
        case Tag.signed, Tag.unsigned, Tag.real:
            let number = number(at: index)
            if case .signed(let integer) = number { return .integer(integer) }
            return .number(number.double)
        default: return .absent
        }
    }

    /// Items of the array, or members of the object, at `index`.
    @_noAllocation
    package func count(ofContainerAt index: Int) -> Int {
        // The tape carries the count in 24 bits and marks with all of them that it is larger.
        let carried = Int(truncatingIfNeeded: words[index] &>> 32 & 0xFF_FFFF)
        guard carried == 0xFF_FFFF else { return carried }
        let isObject = tag(at: index) == Tag.objectStart
        let end = end(ofContainerAt: index)
        var cursor = index &+ 1
        var count = 0
        while cursor < end {
            cursor = next(after: isObject ? cursor &+ 1 : cursor)
            count &+= 1
        }
        return count
    }

    /// The value of the member `name` of the object at `index`, or -1. Of several with that name, the last.
    @_noAllocation
    package func member(_ name: ByteView, ofObjectAt index: Int) -> Int {
        let end = end(ofContainerAt: index)
        var found = -1
        var cursor = index &+ 1
        while cursor < end {
            if string(at: cursor).equals(name) { found = cursor &+ 1 }
            cursor = next(after: cursor &+ 1)
        }
        return found
    }
}
