internal import RewardMemory

/// A value inside a JSON text, found again by its index on the tape: for rationales, which name it by JSON Pointer.
///
/// The tape is gone by the time a rationale is wanted, but where a value stands on it follows from the text: each
/// string, word and bracket takes one word, each number two. The text is known to be JSON, no deeper than `depthMax`.
struct JSONPlace: BitwiseCopyable {
    private let text: ByteView
    private let wordIndex: Int

    /// Names longer than this are cut in rationales.
    private static let nameByteCountMax = 64
    private static let depthMax = 256

    @_noAllocation
    init(_ text: ByteView, wordIndex: Int) {
        self.text = text
        self.wordIndex = wordIndex
    }

    /// An open container: the position of its current item, or where its current member's name stands.
    private struct Level: BitwiseCopyable {
        var isObject = false
        var position: Int32 = 0
        var nameStart: Int32 = 0
        var nameEnd: Int32 = 0
    }

    /// The pointer between backquotes; "the value" for the whole.
    @_noAllocation
    func describe(into target: inout RigidBytes) {
        guard wordIndex > JSONTape.root else {
            target.append("the value")
            return
        }
        var levels = InlineArray<256, Level>(repeating: Level())
        var depth = 0
        _ = walk(&levels, &depth)
        target.append("`")
        for level in 0..<depth {
            target.append("/")
            if levels[level].isObject {
                appendName(Int(levels[level].nameStart), Int(levels[level].nameEnd), into: &target)
            } else {
                target.append(decimal: Int(levels[level].position))
            }
        }
        target.append("`")
    }

    /// What the value is, with an article.
    @_noAllocation
    func describeType(into target: inout RigidBytes) {
        var levels = InlineArray<256, Level>(repeating: Level())
        var depth = 0
        let start = walk(&levels, &depth)
        guard start < text.count else { return }
        switch text[start] {
        case UInt8(ascii: "{"): target.append("an object")
        case UInt8(ascii: "["): target.append("an array")
        case UInt8(ascii: "\""): target.append("a string")
        case UInt8(ascii: "t"), UInt8(ascii: "f"): target.append("a boolean")
        case UInt8(ascii: "n"): target.append("null")
        default: target.append("a number")
        }
    }

    /// The names of several types, joined by "or".
    @_noAllocation
    static func describe(_ types: JSONTypes, into target: inout RigidBytes) {
        var isFirst = true
        for bit in 0..<7 {
            let type = UInt8(1) &<< UInt8(bit)
            guard types.rawValue & type != 0 else { continue }
            if !isFirst { target.append(" or ") }
            isFirst = false
            switch bit {
            case 0: target.append("null")
            case 1: target.append("boolean")
            case 2: target.append("integer")
            case 3: target.append("number")
            case 4: target.append("string")
            case 5: target.append("array")
            default: target.append("object")
            }
        }
    }

    /// Walks to the value and returns where it starts in the text; `levels` are the containers it stands in.
    @_noAllocation
    private func walk(_ levels: inout InlineArray<256, Level>, _ depth: inout Int) -> Int {
        var index = 0
        var word = JSONTape.root
        var isName = false
        while index < text.count {
            let byte = text[index]
            switch byte {
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                if word == wordIndex { return index }
                guard depth < JSONPlace.depthMax else { return text.count }
                levels[depth] = Level(isObject: byte == UInt8(ascii: "{"))
                depth &+= 1
                word &+= 1
                isName = byte == UInt8(ascii: "{")
                index &+= 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                guard depth > 0 else { return text.count }
                depth &-= 1
                word &+= 1
                index &+= 1
            case UInt8(ascii: ","):
                guard depth > 0 else { return text.count }
                levels[depth &- 1].position &+= 1
                isName = levels[depth &- 1].isObject
                index &+= 1
            case UInt8(ascii: "\""):
                let start = index
                guard JSONScanner.readString(text, &index) == .none else { return text.count }
                if isName {
                    levels[depth &- 1].nameStart = Int32(truncatingIfNeeded: start &+ 1)
                    levels[depth &- 1].nameEnd = Int32(truncatingIfNeeded: index &- 1)
                    isName = false
                }
                if word == wordIndex { return start }
                word &+= 1
            case UInt8(ascii: ":"), 0x20, 0x0A, 0x0D, 0x09:
                index &+= 1
            default:
                if word == wordIndex { return index }
                word &+= byte == UInt8(ascii: "-") || byte &- UInt8(ascii: "0") < 10 ? 2 : 1
                while index < text.count && !isDelimiter(text[index]) { index &+= 1 }
            }
        }
        return text.count
    }

    @_noAllocation
    private func isDelimiter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "]"), 0x20, 0x0A, 0x0D, 0x09: true
        default: false
        }
    }

    /// A name as the text writes it, with `~` and `/` as a pointer wants them; cut between characters when long.
    @_noAllocation
    private func appendName(_ start: Int, _ end: Int, into target: inout RigidBytes) {
        var last = end
        if end &- start > JSONPlace.nameByteCountMax {
            last = start &+ JSONPlace.nameByteCountMax
            while last > start && text[last] & 0xC0 == 0x80 { last &-= 1 }
        }
        for index in start..<last {
            switch text[index] {
            case UInt8(ascii: "~"): target.append("~0")
            case UInt8(ascii: "/"): target.append("~1")
            default: target.append(text[index])
            }
        }
        if last < end { target.append("...") }
    }
}
