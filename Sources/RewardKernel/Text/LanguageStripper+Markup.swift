internal import RewardMemory

/// What is no token: fences and inline code, tags, formulas, JSON strings, escapes, everything else ASCII.
extension LanguageStripper {
    /// A tag longer than this is a comparison sign and prose.
    private static let tagByteCountMax = 512
    /// The longest JSON key looked for.
    private static let keyByteCountMax = 64

    /// Skips the markup that starts at `index` with `byte`, and puts a space in its place.
    @_noAllocation
    mutating func skipMarkup(_ byte: UInt8, into prose: inout RigidBytes) {
        switch byte {
        case UInt8(ascii: "`"): skipCode()
        case UInt8(ascii: "<"): skipTag()
        case UInt8(ascii: "$"): skipFormula()
        case UInt8(ascii: "\\"):
            if decodeEscape(into: &prose) { return }
            skipCommand()
        case UInt8(ascii: "\""): skipKey()
        case UInt8(ascii: "\n"):
            // A line may be all there is of a sentence, so its end is kept.
            index &+= 1
            if prose.count > 0 && prose[prose.count &- 1] == 0x20 { prose.truncate(to: prose.count &- 1) }
            if prose.count > 0 && prose[prose.count &- 1] != byte { prose.append(byte) }
            return
        default: index &+= 1
        }
        Self.separate(&prose)
    }

    // MARK: Code

    /// Skips inline code, or a fenced block, or just the fence when prose is inside.
    @_noAllocation
    private mutating func skipCode() {
        let start = index
        while index < text.count && text[index] == UInt8(ascii: "`") { index &+= 1 }
        guard index &- start >= 3 else { return skipInlineCode(markCount: index &- start) }
        if isInFence {
            isInFence = false
            return
        }
        let newline = text.firstIndex(of: UInt8(ascii: "\n"), from: index)
        let lineEnd = newline < 0 ? text.count : newline
        if holdsProse(language: trimmed(index, lineEnd), from: lineEnd) {
            isInFence = true
            index = lineEnd
            return
        }
        let end = nextFence(from: index)
        index = end < 0 ? text.count : end
        while index < text.count && text[index] == UInt8(ascii: "`") { index &+= 1 }
    }

    /// Skips to the closing mark on the same line; without one the mark itself is all there is to skip.
    @_noAllocation
    private mutating func skipInlineCode(markCount: Int) {
        var end = index
        while end < text.count && text[end] != UInt8(ascii: "`") && text[end] != UInt8(ascii: "\n") { end &+= 1 }
        guard end < text.count && text[end] == UInt8(ascii: "`") else { return }
        index = min(text.count, end &+ markCount)
        // Two marks may be followed by one only.
        while index > end &+ 1 && text[index &- 1] != UInt8(ascii: "`") { index &-= 1 }
    }

    /// Whether a fence holds prose: JSON (its strings), plain text, Markdown; or names no language and starts like JSON.
    @_noAllocation
    private func holdsProse(language: ByteView, from start: Int) -> Bool {
        if language.isEmpty {
            var first = start
            while first < text.count && text[first] <= 0x20 { first &+= 1 }
            return first < text.count && (text[first] == UInt8(ascii: "{") || text[first] == UInt8(ascii: "["))
        }
        return language.starts(with: ByteView("json")) || language.equals(ByteView("text"))
            || language.equals(ByteView("txt"))
            || language.equals(ByteView("markdown")) || language.equals(ByteView("md"))
            || language.equals(ByteView("plaintext"))
    }

    @_noAllocation
    private func trimmed(_ start: Int, _ end: Int) -> ByteView {
        var low = start
        var high = end
        while low < high && text[low] <= 0x20 { low &+= 1 }
        while high > low && text[high &- 1] <= 0x20 { high &-= 1 }
        return text.slice(low, high)
    }

    // MARK: Tags

    /// Skips `<name …>`, `</name>`, `<!…>`, `<?…>` and `<|name|>`; what stands between tags is prose and stays.
    @_noAllocation
    private mutating func skipTag() {
        let start = index
        index &+= 1
        guard index < text.count else { return }
        let first = text[index]
        let opens =
            LetterEvidence.isASCIILetter(first) || first == UInt8(ascii: "/") || first == UInt8(ascii: "!")
            || first == UInt8(ascii: "?") || first == UInt8(ascii: "|")
        guard opens else { return }
        let limit = min(text.count, start &+ Self.tagByteCountMax)
        var end = index
        while end < limit && text[end] != UInt8(ascii: ">") && text[end] != UInt8(ascii: "<") { end &+= 1 }
        if end < limit && text[end] == UInt8(ascii: ">") { index = end &+ 1 }
    }

    // MARK: Formulas

    /// Skips `$$…$$`, and `$…$` by Pandoc's rule: no space behind the first sign and before the second, no digit behind
    /// the second. Any other dollar sign is money.
    @_noAllocation
    private mutating func skipFormula() {
        index &+= 1
        guard index < text.count else { return }
        if text[index] == UInt8(ascii: "$") {
            index &+= 1
            guard !hasNoDisplayEnd else { return }
            let end = text.firstIndex(of: ByteView("$$"), from: index)
            hasNoDisplayEnd = end < 0
            if end >= 0 { index = end &+ 2 }
            return
        }
        guard text[index] > 0x20 else { return }
        var end = index
        while end < text.count && text[end] != UInt8(ascii: "$") && text[end] != UInt8(ascii: "\n") { end &+= 1 }
        guard end < text.count, text[end] == UInt8(ascii: "$"), text[end &- 1] > 0x20 else { return }
        let next = end &+ 1 < text.count ? text[end &+ 1] : 0
        guard next < UInt8(ascii: "0") || next > UInt8(ascii: "9") else { return }
        index = end &+ 1
    }

    /// Skips `\(…\)`, `\[…\]`, `\begin{name}`, `\end{name}` and the name of any other command; its arguments stay.
    @_noAllocation
    private mutating func skipCommand() {
        index &+= 1
        guard index < text.count else { return }
        let first = text[index]
        if first == UInt8(ascii: "(") || first == UInt8(ascii: "[") {
            return skipBracketedFormula(closing: first == UInt8(ascii: "(") ? UInt8(ascii: ")") : UInt8(ascii: "]"))
        }
        guard LetterEvidence.isASCIILetter(first) else {
            if first < 0x80 { index &+= 1 }
            return
        }
        let isEscape =
            first == UInt8(ascii: "n") || first == UInt8(ascii: "t") || first == UInt8(ascii: "r")
            || first == UInt8(ascii: "b") || first == UInt8(ascii: "f")
        if isJSON && isEscape {
            index &+= 1
            return
        }
        let nameStart = index
        while index < text.count && LetterEvidence.isASCIILetter(text[index]) { index &+= 1 }
        let name = text.slice(nameStart, index)
        if name.equals(ByteView("begin")) || name.equals(ByteView("end")), index < text.count,
            text[index] == UInt8(ascii: "{")
        {
            var end = index
            while end < text.count && text[end] > 0x20 && text[end] != UInt8(ascii: "}") { end &+= 1 }
            index = end
        }
    }

    /// From the `(` or `[` behind a backslash to its counterpart, if that comes before another formula opens.
    @_noAllocation
    private mutating func skipBracketedFormula(closing: UInt8) {
        let opening = text[index]
        index &+= 1
        var end = index
        while end &+ 1 < text.count {
            if text[end] == UInt8(ascii: "\\") {
                if text[end &+ 1] == closing {
                    index = end &+ 2
                    return
                }
                if text[end &+ 1] == opening { return }
                end &+= 1
            }
            end &+= 1
        }
    }

    // MARK: JSON

    /// Skips a quotation mark; or, where it starts a JSON key, the key, its colon and a value that is a mere word.
    @_noAllocation
    private mutating func skipKey() {
        let start = index
        index &+= 1
        let limit = min(text.count, index &+ Self.keyByteCountMax)
        var end = index
        while end < limit && text[end] != UInt8(ascii: "\"") && text[end] >= 0x20 { end &+= 1 }
        guard end < limit, end > start &+ 1, text[end] == UInt8(ascii: "\"") else { return }
        end &+= 1
        while end < text.count && text[end] == 0x20 { end &+= 1 }
        guard end < text.count, text[end] == UInt8(ascii: ":") else { return }
        isJSON = true
        index = end &+ 1
        skipWordValue()
    }

    /// Skips a value that says nothing about the language: `true`, `null`, or a string of one ASCII word, as
    /// enumerations and identifiers are. Numbers are no prose anyway.
    @_noAllocation
    private mutating func skipWordValue() {
        var end = index
        while end < text.count && text[end] <= 0x20 { end &+= 1 }
        guard end < text.count else { return }
        let isString = text[end] == UInt8(ascii: "\"")
        if isString { end &+= 1 }
        let limit = min(text.count, end &+ Self.keyByteCountMax)
        let start = end
        while end < limit && Self.isTokenByte(text[end]) { end &+= 1 }
        guard end < text.count, end > start else { return }
        if isString {
            if text[end] == UInt8(ascii: "\"") { index = end &+ 1 }
        } else {
            let word = text.slice(start, end)
            if word.equals(ByteView("true")) || word.equals(ByteView("false")) || word.equals(ByteView("null")) {
                index = end
            }
        }
    }

    /// Decodes `\uXXXX`, a surrogate pair included, as JSON writers put every letter beyond ASCII. False when there is none.
    @_noAllocation
    private mutating func decodeEscape(into prose: inout RigidBytes) -> Bool {
        let first = escapedUnit(at: index)
        guard first >= 0 else { return false }
        index &+= 6
        var scalar = UInt32(first)
        if scalar & 0xFC00 == 0xD800 {
            let second = escapedUnit(at: index)
            guard second & 0xFC00 == 0xDC00, second >= 0 else {
                Self.separate(&prose)
                return true
            }
            index &+= 6
            scalar = 0x10000 &+ (scalar & 0x3FF) &<< 10 &+ UInt32(second) & 0x3FF
        } else if scalar & 0xFC00 == 0xDC00 {
            Self.separate(&prose)
            return true
        }
        append(escaped: scalar, into: &prose)
        return true
    }

    /// The UTF-16 unit of the escape at `position`, or -1.
    @_noAllocation
    private func escapedUnit(at position: Int) -> Int {
        guard position &+ 6 <= text.count, text[position] == UInt8(ascii: "\\"),
            text[position &+ 1] == UInt8(ascii: "u")
        else { return -1 }
        var unit = 0
        for offset in 2..<6 {
            let byte = text[position &+ offset]
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte &- UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte &- UInt8(ascii: "a") &+ 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte &- UInt8(ascii: "A") &+ 10
            default: return -1
            }
            unit = unit &<< 4 | Int(digit)
        }
        return unit
    }
}
