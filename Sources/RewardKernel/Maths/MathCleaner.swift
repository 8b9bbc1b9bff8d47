internal import RewardMemory

/// Rewrites an answer as people and models write it (LaTeX, plain text, Unicode signs) into the short alphabet of
/// `MathCode`, so that everything that only changes an answer's looks is gone. Linear in the answer.
///
/// Several answers, as in `\boxed{1}` and `\boxed{2}`, are cleaned one behind the other with a comma between them.
internal struct MathCleaner: ~Copyable {
    let words: MathWords
    var text = ByteView.empty
    var index = 0
    /// Open brackets that hold lists: a comma between digits separates there and groups elsewhere.
    private var listDepth = 0
    /// Where the digits of the whole number that is being written start, or -1.
    private var wholeStart = -1
    /// Whether the cleaned answer did not fit.
    private(set) var isFull = false
    /// Whether LaTeX was seen: then what cannot be read is still compared as text.
    private(set) var hasCommands = false
    /// Open environments: outside, a double backslash before a letter is a single one that was escaped twice.
    var environmentDepth = 0

    @_noAllocation
    init(_ words: MathWords) {
        self.words = words
    }

    /// Appends `span`, cleaned.
    @_noAllocation
    mutating func append(_ span: ByteView, to out: inout RigidBytes) {
        if out.count > 0 { write(UInt8(ascii: ","), &out) }
        text = span
        index = 0
        listDepth = 0
        wholeStart = -1
        environmentDepth = 0
        while index < text.count, !isFull { step(&out) }
        trimEnd(&out)
    }

    // MARK: Writing

    @_noAllocation @inline(__always)
    mutating func write(_ byte: UInt8, _ out: inout RigidBytes) {
        if !out.append(byte) { isFull = true }
    }

    /// One space at most, and none at the start.
    @_noAllocation
    mutating func writeSpace(_ out: inout RigidBytes) {
        if out.count > 0, out[out.count &- 1] != UInt8(ascii: " ") { write(UInt8(ascii: " "), &out) }
    }

    /// The last byte written that is no space, or 0.
    @_noAllocation
    func lastByte(_ out: borrowing RigidBytes) -> UInt8 {
        var end = out.count
        while end > 0, out[end &- 1] == UInt8(ascii: " ") { end &-= 1 }
        return end > 0 ? out[end &- 1] : 0
    }

    /// Full stops, commas and spaces at the end are the sentence's.
    @_noAllocation
    private func trimEnd(_ out: inout RigidBytes) {
        while out.count > 0 {
            switch out[out.count &- 1] {
            case UInt8(ascii: " "), UInt8(ascii: "."), UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "*"),
                UInt8(ascii: "_"), UInt8(ascii: "`"):
                out.truncate(to: out.count &- 1)
            default: return
            }
        }
    }

    // MARK: Reading

    @_noAllocation @inline(__always)
    func peek(_ offset: Int = 0) -> UInt8 {
        index &+ offset < text.count ? text[index &+ offset] : 0
    }

    @_noAllocation @inline(__always)
    static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

    @_noAllocation @inline(__always)
    static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- UInt8(ascii: "a") < 26 }

    @_noAllocation
    private mutating func step(_ out: inout RigidBytes) {
        let byte = text[index]
        if Self.isDigit(byte) { return readDigit(byte, &out, byteCount: 1) }
        if Self.isLetter(byte) { return readLetters(&out) }
        if byte != UInt8(ascii: ","), byte != UInt8(ascii: "{"), byte != UInt8(ascii: "\\"), byte != UInt8(ascii: " ") {
            wholeStart = -1
        }
        switch byte {
        case UInt8(ascii: "\\"): readCommand(&out)
        case UInt8(ascii: ","): readComma(1, isGroup: false, &out)
        case UInt8(ascii: "{"):
            if peek(1) == UInt8(ascii: ","), peek(2) == UInt8(ascii: "}") {
                readComma(3, isGroup: true, &out)
            } else {
                wholeStart = -1
                take(byte, &out)
            }
        case UInt8(ascii: "$"), UInt8(ascii: "\""): index &+= 1
        case UInt8(ascii: " "), UInt8(ascii: "~"), 0x09...0x0D: readSpace(&out)
        case UInt8(ascii: ";"):
            index &+= 1
            write(UInt8(ascii: ","), &out)
        case UInt8(ascii: "("), UInt8(ascii: "["):
            listDepth &+= 1
            take(byte, &out)
        case UInt8(ascii: ")"), UInt8(ascii: "]"):
            listDepth &-= 1
            take(byte, &out)
        case UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "!"), UInt8(ascii: "="): readRelation(byte, &out)
        case UInt8(ascii: "*"):
            let isPower = peek(1) == UInt8(ascii: "*") && out.count > 0 && index &+ 2 < text.count
            index &+= isPower ? 2 : 1
            write(isPower ? UInt8(ascii: "^") : UInt8(ascii: "*"), &out)
        case 0..<0x80: take(byte, &out)
        default: readScalar(&out)
        }
    }

    @_noAllocation
    private mutating func take(_ byte: UInt8, _ out: inout RigidBytes) {
        index &+= 1
        write(byte, &out)
    }

    @_noAllocation
    mutating func readDigit(_ digit: UInt8, _ out: inout RigidBytes, byteCount: Int) {
        let last = out.count > 0 ? out[out.count &- 1] : 0
        if !Self.isDigit(last) { wholeStart = last == UInt8(ascii: ".") ? -1 : out.count }
        index &+= byteCount
        write(digit, &out)
    }

    /// A comma between digits: a separator of thousands where the groups are right and no bracket holds a list.
    @_noAllocation
    private mutating func readComma(_ byteCount: Int, isGroup: Bool, _ out: inout RigidBytes) {
        var next = index &+ byteCount
        var isGroup = isGroup
        // `32,\!349`: the negative space says that the comma groups.
        if next &+ 1 < text.count, text[next] == UInt8(ascii: "\\"), text[next &+ 1] == UInt8(ascii: "!") {
            isGroup = true
            next &+= 2
            while next < text.count, text[next] == UInt8(ascii: " ") { next &+= 1 }
        }
        if (isGroup || listDepth <= 0), groupsThousands(at: next, out) {
            index = next
            return
        }
        index &+= byteCount
        wholeStart = -1
        write(UInt8(ascii: ","), &out)
    }

    /// A space, or a separator of thousands.
    @_noAllocation
    private mutating func readSpace(_ out: inout RigidBytes) {
        var next = index
        while next < text.count, isSpace(text[next]) { next &+= 1 }
        if next &- index == 1, listDepth <= 0, groupsThousands(at: next, out) {
            index = next
            return
        }
        index = next
        wholeStart = -1
        writeSpace(&out)
    }

    @_noAllocation
    private func isSpace(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "~") || byte &- 0x09 < 5
    }

    /// Whether what was written ends in a first group of one to three digits, or in later ones, and three digits stand at
    /// `start`.
    @_noAllocation
    func groupsThousands(at start: Int, _ out: borrowing RigidBytes) -> Bool {
        guard wholeStart >= 0, out.count > wholeStart, Self.isDigit(out[out.count &- 1]), out[wholeStart] != 0x30
        else { return false }
        let count = out.count &- wholeStart
        guard count <= 3 || isGrouped(count), start &+ 3 <= text.count else { return false }
        guard Self.isDigit(text[start]), Self.isDigit(text[start &+ 1]), Self.isDigit(text[start &+ 2]) else {
            return false
        }
        return start &+ 3 == text.count || !Self.isDigit(text[start &+ 3])
    }

    /// Whether the digits before came in groups already: then the text has a separator three digits back.
    @_noAllocation
    private func isGrouped(_ count: Int) -> Bool {
        index >= 4 && !Self.isDigit(text[index &- 4])
    }

    @_noAllocation
    private mutating func readRelation(_ byte: UInt8, _ out: inout RigidBytes) {
        guard peek(1) == UInt8(ascii: "=") else { return take(byte, &out) }
        switch byte {
        case UInt8(ascii: "<"): write(MathCode.lessEqual, &out)
        case UInt8(ascii: ">"): write(MathCode.greaterEqual, &out)
        case UInt8(ascii: "="): write(byte, &out)
        default:
            // `5!=120` is a factorial, `x != 3` is not.
            let last = out.count > 0 ? out[out.count &- 1] : 0
            guard !Self.isDigit(last), last != UInt8(ascii: ")") else { return take(byte, &out) }
            write(MathCode.notEqual, &out)
        }
        index &+= 2
    }

    // MARK: Words

    /// Letters without a backslash: a known word, variables, or a word that is text.
    @_noAllocation
    private mutating func readLetters(_ out: inout RigidBytes) {
        let start = index
        let follows = out.count > 0 ? out[out.count &- 1] : 0
        while index < text.count, Self.isLetter(text[index]) { index &+= 1 }
        let count = index &- start
        if count == 1 { return readVariable(text[start], after: follows, &out) }
        wholeStart = -1
        if count <= 10, let word = words.find(text.slice(start, index)), word.isBare { return apply(word, &out) }
        let last = lastByte(out)
        let isUnit =
            (follows == UInt8(ascii: " ") && (Self.isDigit(last) || last == UInt8(ascii: ")")))
            || (follows == MathCode.end || last == MathCode.end)
        let standsAlone = out.count == 0 && index == text.count
        if count >= 4 || isUnit || standsAlone {
            writeText(start, index, as: MathCode.word, &out)
            return
        }
        index = start
        while index < start &+ count { take(text[index], &out) }
    }

    /// A letter, or the `e` of a power of ten. Digits right behind a letter belong to its name.
    @_noAllocation
    private mutating func readVariable(_ letter: UInt8, after last: UInt8, _ out: inout RigidBytes) {
        if letter | 0x20 == UInt8(ascii: "e"), Self.isDigit(last) {
            let sign = peek() == UInt8(ascii: "-") || peek() == UInt8(ascii: "+")
            if Self.isDigit(peek(sign ? 1 : 0)) {
                wholeStart = -1
                return write(MathCode.exponent, &out)
            }
        }
        wholeStart = -1
        write(letter, &out)
        guard Self.isDigit(peek()) else { return }
        write(UInt8(ascii: "_"), &out)
        write(UInt8(ascii: "{"), &out)
        while Self.isDigit(peek()) { take(peek(), &out) }
        write(UInt8(ascii: "}"), &out)
    }

    /// Writes `start..<end` of the text as a text.
    @_noAllocation
    mutating func writeText(_ start: Int, _ end: Int, as code: UInt8, _ out: inout RigidBytes) {
        write(code, &out)
        if !out.append(text.slice(start, end)) { isFull = true }
        write(MathCode.end, &out)
    }

    @_noAllocation
    mutating func apply(_ word: MathWord, _ out: inout RigidBytes) {
        switch word.action {
        case .write: write(word.byte, &out)
        case .writeFunction:
            write(MathCode.function, &out)
            write(word.byte, &out)
        case .writeGreek:
            write(MathCode.greek, &out)
            write(word.byte, &out)
        case .skip:
            // `90^\circ`
            if out.count > 0, out[out.count &- 1] == UInt8(ascii: "^") { out.truncate(to: out.count &- 1) }
            writeSpace(&out)
        case .unwrap: break
        case .text: readText(&out)
        case .numberSet: readNumberSet(&out)
        case .beginEnvironment: readEnvironment(isStart: true, &out)
        case .endEnvironment: readEnvironment(isStart: false, &out)
        case .operatorName: readOperatorName(&out)
        }
    }

    @_noAllocation
    mutating func noteCommand() { hasCommands = true }

    @_noAllocation
    mutating func changeListDepth(_ by: Int) { listDepth &+= by }

    @_noAllocation
    mutating func endNumber() { wholeStart = -1 }
}
