internal import RewardMemory

/// Which of the containers around a place are objects: one bit a level, as many levels as a text can open.
@safe
struct JSONNesting: ~Copyable {
    private let bits: UnsafeMutablePointer<UInt64>
    private let depthMax: Int
    private(set) var depth = 0

    // Allocates: once, with the scratch.
    init(depthMax: Int) {
        let wordCount = depthMax / 64 + 1
        unsafe bits = .allocate(capacity: wordCount)
        unsafe bits.initialize(repeating: 0, count: wordCount)
        self.depthMax = depthMax
    }

    deinit { unsafe bits.deallocate() }

    @_noAllocation
    mutating func removeAll() { depth = 0 }

    /// Enters a container. False when there is no room: the text is longer than what the scratch was made for.
    @_noAllocation @inline(__always)
    mutating func push(isObject: Bool) -> Bool {
        guard depth < depthMax else { return false }
        let mask = UInt64(1) &<< UInt64(depth & 63)
        if isObject { unsafe bits[depth &>> 6] |= mask } else { unsafe bits[depth &>> 6] &= ~mask }
        depth &+= 1
        return true
    }

    @_noAllocation @inline(__always)
    mutating func pop() {
        precondition(depth > 0, "only an open container closes")
        depth &-= 1
    }

    /// Whether the innermost container is an object; false outside any.
    var isInObject: Bool {
        @_noAllocation @inline(__always) get {
            guard depth > 0 else { return false }
            return (unsafe bits[(depth &- 1) &>> 6]) &>> UInt64((depth &- 1) & 63) & 1 == 1
        }
    }
}

/// What a scan came to: with no fault, `offset` is where the value ends; else where the fault stands.
struct JSONScan: BitwiseCopyable {
    var fault: JSONFault
    var offset: Int

    @_noAllocation
    init(fault: JSONFault, offset: Int) {
        self.fault = fault
        self.offset = offset
    }
}

/// The grammar of RFC 8259, without a tree: says where a value that begins in the midst of other text ends, and for
/// what reason and where a text is not JSON. simdjson answers neither question; it is faster where neither is asked.
///
/// One pass, no recursion, any depth. Agrees with simdjson on what is JSON, but for the limits (depth, number range).
enum JSONScanner {
    private enum Expectation { case value, valueOrEnd, name, nameOrEnd, separator }

    /// Scans the value that begins at `start`, white space before it allowed.
    @_noAllocation
    static func scan(_ text: ByteView, from start: Int, _ nesting: inout JSONNesting) -> JSONScan {
        nesting.removeAll()
        var expectation = Expectation.value
        var index = start
        while true {
            index = skipWhiteSpace(text, from: index)
            guard index < text.count else { return JSONScan(fault: .truncated, offset: text.count) }
            var fault = JSONFault.none
            switch expectation {
            case .value: fault = beginValue(text, &index, &nesting, &expectation)
            case .valueOrEnd:
                if text[index] == UInt8(ascii: "]") {
                    close(&index, &nesting, &expectation)
                } else {
                    fault = beginValue(text, &index, &nesting, &expectation)
                }
            case .name: fault = readName(text, &index, &expectation)
            case .nameOrEnd:
                if text[index] == UInt8(ascii: "}") {
                    close(&index, &nesting, &expectation)
                } else {
                    fault = readName(text, &index, &expectation)
                }
            case .separator: fault = readSeparator(text, &index, &nesting, &expectation)
            }
            guard fault == .none else { return JSONScan(fault: fault, offset: index) }
            if nesting.depth == 0, case .separator = expectation { return JSONScan(fault: .none, offset: index) }
        }
    }

    @_noAllocation @inline(__always)
    static func isWhiteSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    }

    @_noAllocation @inline(__always)
    static func beginsNumber(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "-") || byte &- UInt8(ascii: "0") < 10
    }

    @_noAllocation @inline(__always)
    static func skipWhiteSpace(_ text: ByteView, from start: Int) -> Int {
        var index = start
        while index < text.count && isWhiteSpace(text[index]) { index &+= 1 }
        return index
    }

    @_noAllocation @inline(__always)
    private static func close(_ index: inout Int, _ nesting: inout JSONNesting, _ expectation: inout Expectation) {
        nesting.pop()
        index &+= 1
        expectation = .separator
    }

    /// A container's opening bracket, or a whole string, number or word.
    @_noAllocation
    private static func beginValue(
        _ text: ByteView, _ index: inout Int, _ nesting: inout JSONNesting, _ expectation: inout Expectation
    ) -> JSONFault {
        let byte = text[index]
        switch byte {
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            let isObject = byte == UInt8(ascii: "{")
            guard nesting.push(isObject: isObject) else { return .capacity }
            index &+= 1
            expectation = isObject ? .nameOrEnd : .valueOrEnd
            return .none
        case UInt8(ascii: "\""):
            expectation = .separator
            return readString(text, &index)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            expectation = .separator
            return readNumber(text, &index)
        case UInt8(ascii: "t"):
            expectation = .separator
            return readWord("true", text, &index)
        case UInt8(ascii: "f"):
            expectation = .separator
            return readWord("false", text, &index)
        case UInt8(ascii: "n"):
            expectation = .separator
            return readWord("null", text, &index)
        default:
            return .valueExpected
        }
    }

    @_noAllocation
    private static func readName(
        _ text: ByteView, _ index: inout Int, _ expectation: inout Expectation
    ) -> JSONFault {
        guard text[index] == UInt8(ascii: "\"") else { return .nameExpected }
        let fault = readString(text, &index)
        guard fault == .none else { return fault }
        index = skipWhiteSpace(text, from: index)
        guard index < text.count else { return .truncated }
        guard text[index] == UInt8(ascii: ":") else { return .colonExpected }
        index &+= 1
        expectation = .value
        return .none
    }

    @_noAllocation @inline(__always)
    private static func readSeparator(
        _ text: ByteView, _ index: inout Int, _ nesting: inout JSONNesting, _ expectation: inout Expectation
    ) -> JSONFault {
        let isInObject = nesting.isInObject
        let byte = text[index]
        if byte == UInt8(ascii: ",") {
            index &+= 1
            expectation = isInObject ? .name : .value
            return .none
        }
        guard byte == (isInObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) else {
            return isInObject ? .separatorExpectedInObject : .separatorExpectedInArray
        }
        close(&index, &nesting, &expectation)
        return .none
    }

    /// From the opening quote to behind the closing one.
    @_noAllocation
    static func readString(_ text: ByteView, _ index: inout Int) -> JSONFault {
        index &+= 1
        while true {
            index = text.firstIndexOfStringStop(from: index)
            guard index < text.count else { return .truncated }
            let byte = text[index]
            if byte == UInt8(ascii: "\"") {
                index &+= 1
                return .none
            }
            guard byte == UInt8(ascii: "\\") else { return .controlCharacter }
            let fault = readEscape(text, &index)
            guard fault == .none else { return fault }
        }
    }

    /// A backslash and what it escapes. On a fault, `index` stays at the backslash.
    @_noAllocation
    private static func readEscape(_ text: ByteView, _ index: inout Int) -> JSONFault {
        guard index &+ 1 < text.count else {
            index = text.count
            return .truncated
        }
        switch text[index &+ 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            index &+= 2
            return .none
        case UInt8(ascii: "u"):
            let unit = codeUnit(text, at: index &+ 2)
            if unit < 0 { return unit == -1 ? .truncated : .badEscape }
            index &+= 6
            guard unit & 0xF800 == 0xD800 else { return .none }
            return readLowSurrogate(after: unit, text, &index)
        default:
            return .badEscape
        }
    }

    @_noAllocation
    private static func readLowSurrogate(after unit: Int, _ text: ByteView, _ index: inout Int) -> JSONFault {
        let isHigh = unit < 0xDC00
        if isHigh && index == text.count { return .truncated }
        if isHigh && text[index] == UInt8(ascii: "\\") {
            if index &+ 1 == text.count { return .truncated }
            if text[index &+ 1] == UInt8(ascii: "u") {
                let low = codeUnit(text, at: index &+ 2)
                if low == -1 { return .truncated }
                if low & ~0x3FF == 0xDC00 {
                    index &+= 6
                    return .none
                }
            }
        }
        index &-= 6
        return .loneSurrogate
    }

    /// Four hexadecimal digits; -1 when the text ends before them, -2 when one is none.
    @_noAllocation
    private static func codeUnit(_ text: ByteView, at start: Int) -> Int {
        var value = 0
        for index in start..<(start &+ 4) {
            guard index < text.count else { return -1 }
            let byte = text[index]
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value &* 16 &+ Int(byte &- UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value &* 16 &+ Int(byte &- UInt8(ascii: "a")) &+ 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): value = value &* 16 &+ Int(byte &- UInt8(ascii: "A")) &+ 10
            default: return -2
            }
        }
        return value
    }

    /// `-`? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?
    @_noAllocation
    private static func readNumber(_ text: ByteView, _ index: inout Int) -> JSONFault {
        if text[index] == UInt8(ascii: "-") { index &+= 1 }
        guard index < text.count else { return .truncated }
        if text[index] == UInt8(ascii: "0") {
            index &+= 1
            // 01 is no number, and no number followed by another either.
            if index < text.count && isDigit(text[index]) { return .badNumber }
        } else {
            let fault = readDigits(text, &index)
            guard fault == .none else { return fault }
        }
        if index < text.count && text[index] == UInt8(ascii: ".") {
            index &+= 1
            let fault = readDigits(text, &index)
            guard fault == .none else { return fault }
        }
        if index < text.count && text[index] | 0x20 == UInt8(ascii: "e") {
            index &+= 1
            if index < text.count && (text[index] == UInt8(ascii: "+") || text[index] == UInt8(ascii: "-")) {
                index &+= 1
            }
            return readDigits(text, &index)
        }
        return .none
    }

    @_noAllocation
    private static func readDigits(_ text: ByteView, _ index: inout Int) -> JSONFault {
        guard index < text.count else { return .truncated }
        guard isDigit(text[index]) else { return .badNumber }
        while index < text.count && isDigit(text[index]) { index &+= 1 }
        return .none
    }

    @_noAllocation @inline(__always)
    private static func isDigit(_ byte: UInt8) -> Bool {
        byte &- UInt8(ascii: "0") < 10
    }

    @_noAllocation
    private static func readWord(_ word: StaticString, _ text: ByteView, _ index: inout Int) -> JSONFault {
        let wanted = ByteView(word)
        for offset in 0..<wanted.count {
            guard index &+ offset < text.count else {
                index = text.count
                return .truncated
            }
            guard text[index &+ offset] == wanted[offset] else { return .badLiteral }
        }
        index &+= wanted.count
        return .none
    }
}
