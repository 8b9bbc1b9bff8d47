/// Why a text is not JSON, and where.
package struct JSONSyntaxError: Error, Sendable, Equatable {
    /// Bytes before the fault.
    package let offset: Int
    package let message: String
}

extension JSONText {
    /// Values nest at most so deep; it bounds the parser's stack.
    package static let depthMax = 128

    /// Parses a text that holds one value and white space (RFC 8259). `NaN` and `Infinity`, which Python writes, are refused.
    package static func parse(_ bytes: some Collection<UInt8>) throws(JSONSyntaxError) -> JSONText {
        var parser = JSONParser(bytes: Array(bytes))
        return try parser.parseDocument()
    }
}

/// A recursive descent over the bytes; `offset` only moves forward.
private struct JSONParser {
    let bytes: [UInt8]
    var offset = 0

    mutating func parseDocument() throws(JSONSyntaxError) -> JSONText {
        let value = try parseValue(depth: 0)
        skipWhiteSpace()
        guard offset == bytes.count else { throw error("expected the end of the text") }
        return value
    }

    private var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    private func error(_ message: String, at offset: Int? = nil) -> JSONSyntaxError {
        JSONSyntaxError(offset: offset ?? self.offset, message: message)
    }

    private mutating func skipWhiteSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { offset += 1 }
    }

    private mutating func skip(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        offset += 1
        return true
    }

    private mutating func parseValue(depth: Int) throws(JSONSyntaxError) -> JSONText {
        guard depth < JSONText.depthMax else { throw error("values nest deeper than \(JSONText.depthMax)") }
        skipWhiteSpace()
        switch next {
        case UInt8(ascii: "{"): return try parseObject(depth: depth)
        case UInt8(ascii: "["): return try parseArray(depth: depth)
        case UInt8(ascii: "\""): return .string(try parseString())
        case UInt8(ascii: "t"): return try parseWord("true", .boolean(true))
        case UInt8(ascii: "f"): return try parseWord("false", .boolean(false))
        case UInt8(ascii: "n"): return try parseWord("null", .null)
        case UInt8(ascii: "-"), (UInt8(ascii: "0")...UInt8(ascii: "9"))?: return try parseNumber()
        case nil: throw error("expected a value, found the end of the text")
        default: throw error("expected a value")
        }
    }

    private mutating func parseWord(_ word: String, _ value: JSONText) throws(JSONSyntaxError) -> JSONText {
        guard bytes[offset...].starts(with: word.utf8) else { throw error("expected `\(word)`") }
        offset += word.utf8.count
        return value
    }

    private mutating func parseObject(depth: Int) throws(JSONSyntaxError) -> JSONText {
        offset += 1
        var members: [JSONText.Member] = []
        skipWhiteSpace()
        if skip(UInt8(ascii: "}")) { return .object(members) }
        while true {
            skipWhiteSpace()
            guard next == UInt8(ascii: "\"") else { throw error("expected a key in double quotes") }
            let key = try parseString()
            skipWhiteSpace()
            guard skip(UInt8(ascii: ":")) else { throw error("expected `:`") }
            members.append(JSONText.Member(key, try parseValue(depth: depth + 1)))
            skipWhiteSpace()
            if skip(UInt8(ascii: "}")) { return .object(members) }
            guard skip(UInt8(ascii: ",")) else { throw error("expected `,` or `}`") }
        }
    }

    private mutating func parseArray(depth: Int) throws(JSONSyntaxError) -> JSONText {
        offset += 1
        var elements: [JSONText] = []
        skipWhiteSpace()
        if skip(UInt8(ascii: "]")) { return .array(elements) }
        while true {
            elements.append(try parseValue(depth: depth + 1))
            skipWhiteSpace()
            if skip(UInt8(ascii: "]")) { return .array(elements) }
            guard skip(UInt8(ascii: ",")) else { throw error("expected `,` or `]`") }
        }
    }
}

// MARK: - Numbers

extension JSONParser {
    private mutating func skipDigits() throws(JSONSyntaxError) {
        let start = offset
        while let byte = next, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") { offset += 1 }
        guard offset > start else { throw error("expected a digit") }
    }

    private mutating func parseNumber() throws(JSONSyntaxError) -> JSONText {
        let start = offset
        var isWhole = true
        _ = skip(UInt8(ascii: "-"))
        if !skip(UInt8(ascii: "0")) { try skipDigits() }
        if skip(UInt8(ascii: ".")) {
            isWhole = false
            try skipDigits()
        }
        if skip(UInt8(ascii: "e")) || skip(UInt8(ascii: "E")) {
            isWhole = false
            if !skip(UInt8(ascii: "+")) { _ = skip(UInt8(ascii: "-")) }
            try skipDigits()
        }
        let text = String(decoding: bytes[start..<offset], as: UTF8.self)
        // -0 is a number with a sign; as an integer it would lose it.
        if isWhole, text != "-0", let value = Int64(text) { return .integer(value) }
        guard let value = Double(text), value.isFinite else { throw error("this number is too large", at: start) }
        return .number(value)
    }
}

// MARK: - Strings

extension JSONParser {
    private mutating func parseString() throws(JSONSyntaxError) -> String {
        let start = offset
        offset += 1
        var text: [UInt8] = []
        while true {
            let runStart = offset
            while let byte = next, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 { offset += 1 }
            text += bytes[runStart..<offset]
            guard let byte = next else { throw error("the string has no end", at: start) }
            guard byte >= 0x20 else { throw error("a control character in a string is written with an escape") }
            offset += 1
            if byte == UInt8(ascii: "\"") { break }
            try parseEscape(into: &text)
        }
        guard let string = String(validating: text, as: UTF8.self) else {
            throw error("the string is not valid UTF-8", at: start)
        }
        return string
    }

    private mutating func parseEscape(into text: inout [UInt8]) throws(JSONSyntaxError) {
        guard let letter = next else { throw error("the string has no end") }
        offset += 1
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(letter)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"): text += String(try parseScalar()).utf8
        default: throw error("unknown escape", at: offset - 2)
        }
    }

    private mutating func parseScalar() throws(JSONSyntaxError) -> Unicode.Scalar {
        let start = offset - 2
        let first = try parseCodeUnit()
        if let scalar = Unicode.Scalar(first) { return scalar }
        // Half a surrogate pair stands for no character; Python would let it through into the text.
        guard first < 0xDC00, skip(UInt8(ascii: "\\")), skip(UInt8(ascii: "u")) else {
            throw error("half a surrogate pair", at: start)
        }
        let second = try parseCodeUnit()
        guard (0xDC00...0xDFFF).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00))
        else { throw error("half a surrogate pair", at: start) }
        return scalar
    }

    private mutating func parseCodeUnit() throws(JSONSyntaxError) -> UInt16 {
        var value: UInt16 = 0
        for _ in 0..<4 {
            guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else {
                throw error("expected four hexadecimal digits")
            }
            value = value << 4 | UInt16(digit)
            offset += 1
        }
        return value
    }
}
