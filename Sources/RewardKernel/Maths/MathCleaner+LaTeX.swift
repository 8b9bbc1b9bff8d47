internal import RewardMemory

/// Commands, texts in braces, environments, and signs beyond ASCII.
extension MathCleaner {
    /// What a backslash begins.
    @_noAllocation
    mutating func readCommand(_ out: inout RigidBytes) {
        noteCommand()
        let next = peek(1)
        if Self.isLetter(next) { return readNamedCommand(&out) }
        switch next {
        case UInt8(ascii: ","), UInt8(ascii: "!"), UInt8(ascii: ":"), UInt8(ascii: ";"), UInt8(ascii: " "):
            let isThin = next == UInt8(ascii: ",") || next == UInt8(ascii: "!")
            if isThin, groupsThousands(at: index &+ 2, out) {
                index &+= 2
                return
            }
            index &+= 2
            if next != UInt8(ascii: "!") { writeSpace(&out) }
            endNumber()
        case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "$"):
            index &+= 2
            endNumber()
        case UInt8(ascii: "{"):
            index &+= 2
            changeListDepth(1)
            endNumber()
            write(MathCode.openSet, &out)
        case UInt8(ascii: "}"):
            index &+= 2
            changeListDepth(-1)
            endNumber()
            write(MathCode.closeSet, &out)
        case UInt8(ascii: "\\"):
            endNumber()
            if environmentDepth == 0, Self.isLetter(peek(2)) {
                index &+= 1
                return
            }
            index &+= 2
            write(MathCode.rowEnd, &out)
        case UInt8(ascii: "%"), UInt8(ascii: "&"), UInt8(ascii: "_"), UInt8(ascii: "|"):
            index &+= 2
            endNumber()
            write(next, &out)
        default:
            index &+= 1
            endNumber()
            write(MathCode.opaque, &out)
        }
    }

    /// `\name`: the longest known beginning of the letters, since `\quadx` and `\cdotx` are written too.
    @_noAllocation
    private mutating func readNamedCommand(_ out: inout RigidBytes) {
        endNumber()
        let start = index &+ 1
        var end = start
        while end < text.count, end &- start < 16, Self.isLetter(text[end]) { end &+= 1 }
        let fullEnd = end
        if let word = words.find(text.slice(start, end)) {
            index = end
            return apply(word, &out)
        }
        if text.slice(start, end).starts(with: ByteView("quad")) {
            index = start &+ 4
            return writeSpace(&out)
        }
        index = fullEnd
        write(MathCode.opaque, &out)
        if !out.append(text.slice(start, fullEnd)) { write(UInt8(ascii: " "), &out) }
        write(UInt8(ascii: " "), &out)
    }

    /// The part between the braces that begin at `index`, which moves behind them; nil when there are none.
    @_noAllocation
    private mutating func bracedPart() -> (start: Int, end: Int)? {
        var next = index
        while next < text.count, text[next] == UInt8(ascii: " ") { next &+= 1 }
        guard next < text.count, text[next] == UInt8(ascii: "{") else { return nil }
        let start = next &+ 1
        var depth = 1
        next = start
        while next < text.count {
            if text[next] == UInt8(ascii: "{") { depth &+= 1 }
            if text[next] == UInt8(ascii: "}") { depth &-= 1 }
            if depth == 0 {
                index = next &+ 1
                return (start, next)
            }
            next &+= 1
        }
        return nil
    }

    /// `\text{…}`: `and` and `or` separate, what begins with a digit or a bracketed one is mathematics, the rest is text.
    @_noAllocation
    mutating func readText(_ out: inout RigidBytes) {
        let before = index
        guard let part = bracedPart() else { return }
        var start = part.start
        var end = part.end
        while start < end, text[start] == UInt8(ascii: " ") || text[start] == UInt8(ascii: ",") { start &+= 1 }
        while end > start, text[end &- 1] == UInt8(ascii: " ") || text[end &- 1] == UInt8(ascii: ",") { end &-= 1 }
        guard start < end else { return writeSpace(&out) }
        let content = text.slice(start, end)
        if content.equals(ByteView("and")) || content.equals(ByteView("or")) {
            return write(UInt8(ascii: ","), &out)
        }
        if Self.isDigit(text[start]) || text[start] == UInt8(ascii: "-") || text[start] == UInt8(ascii: "$") {
            index = before
            return
        }
        writeText(start, end, as: MathCode.text, &out)
    }

    @_noAllocation
    mutating func readNumberSet(_ out: inout RigidBytes) {
        var letter = peek()
        if let part = bracedPart() {
            letter = part.end &- part.start == 1 ? text[part.start] : 0
        } else if index < text.count {
            index &+= 1
        }
        guard Self.isLetter(letter) else { return write(MathCode.opaque, &out) }
        write(MathCode.numberSet, &out)
        write(letter, &out)
    }

    /// `\begin{pmatrix}` and its like; other environments are not read.
    @_noAllocation
    mutating func readEnvironment(isStart: Bool, _ out: inout RigidBytes) {
        guard let part = bracedPart() else { return write(MathCode.opaque, &out) }
        let name = text.slice(part.start, part.end)
        let isArray = name.equals(ByteView("array"))
        guard isArray || name.ends(with: ByteView("matrix")) else {
            write(MathCode.opaque, &out)
            if !out.append(name) { write(MathCode.opaque, &out) }
            return
        }
        if isArray, isStart { _ = bracedPart() }
        changeListDepth(isStart ? 1 : -1)
        environmentDepth &+= isStart ? 1 : -1
        write(isStart ? MathCode.openMatrix : MathCode.closeMatrix, &out)
    }

    /// `\operatorname{arctan}`
    @_noAllocation
    mutating func readOperatorName(_ out: inout RigidBytes) {
        guard let part = bracedPart() else { return write(MathCode.opaque, &out) }
        guard let word = words.find(text.slice(part.start, part.end)), word.isFunction else {
            return writeText(part.start, part.end, as: MathCode.text, &out)
        }
        apply(word, &out)
    }

    // MARK: Beyond ASCII

    @_noAllocation
    mutating func readScalar(_ out: inout RigidBytes) {
        let start = index
        let scalar = UTF8Scalar.decode(text, at: &index)
        let digit = UnicodeDigit.value(scalar)
        if digit >= 0 {
            let byteCount = index &- start
            index = start
            return readDigit(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: digit), &out, byteCount: byteCount)
        }
        if UTF8Scalar.isWhiteSpace(scalar) {
            if groupsThousands(at: index, out) { return }
            endNumber()
            return writeSpace(&out)
        }
        endNumber()
        if let code = Self.code(of: scalar) { return write(code, &out) }
        if let byte = Self.byte(of: scalar) { return write(byte, &out) }
        if let fraction = UnicodeDigit.fraction(scalar) {
            write(MathCode.fraction, &out)
            write(UInt8(ascii: "{"), &out)
            if !out.append(decimal: Int(fraction.numerator)) { write(MathCode.opaque, &out) }
            write(UInt8(ascii: "}"), &out)
            write(UInt8(ascii: "{"), &out)
            if !out.append(decimal: Int(fraction.denominator)) { write(MathCode.opaque, &out) }
            return write(UInt8(ascii: "}"), &out)
        }
        if let power = Self.superscript(scalar) {
            write(UInt8(ascii: "^"), &out)
            return write(power, &out)
        }
        switch scalar {
        case 0x221A:
            write(MathCode.root, &out)
            // `√12` is the root of 12, unlike `\sqrt12`.
            guard Self.isDigit(peek()) else { return }
            write(UInt8(ascii: "{"), &out)
            while Self.isDigit(peek()) {
                write(peek(), &out)
                index &+= 1
            }
            write(UInt8(ascii: "}"), &out)
        case 0x3B1...0x3C9:
            write(MathCode.greek, &out)
            write(UInt8(truncatingIfNeeded: scalar &- 0x3B0), &out)
        case 0x391...0x3A9:
            write(MathCode.greek, &out)
            write(UInt8(truncatingIfNeeded: scalar &- 0x390 &+ 32), &out)
        case 0xB0, 0x2061...0x2064, 0xFEFF, 0x200B...0x200D: break
        default:
            if UnicodeDigit.isCurrency(scalar) { return }
            readForeignWord(from: start, &out)
        }
    }

    /// Letters of other scripts, up to the next ASCII byte, are a word.
    @_noAllocation
    private mutating func readForeignWord(from start: Int, _ out: inout RigidBytes) {
        while index < text.count, text[index] >= 0x80 { index &+= 1 }
        writeText(start, index, as: MathCode.word, &out)
    }

    @_noAllocation
    private static func code(of scalar: UInt32) -> UInt8? {
        switch scalar {
        case 0x2264, 0x2A7D: MathCode.lessEqual
        case 0x2265, 0x2A7E: MathCode.greaterEqual
        case 0x2260: MathCode.notEqual
        case 0x2208: MathCode.elementOf
        case 0x222A: MathCode.union
        case 0x2229: MathCode.intersection
        case 0x2216: MathCode.difference
        case 0xB1: MathCode.plusMinus
        case 0x2213: MathCode.minusPlus
        case 0x221E: MathCode.infinity
        case 0x3C0, 0x1D70B: MathCode.pi
        case 0x2205: MathCode.emptySet
        case 0x230A: MathCode.openFloor
        case 0x230B: MathCode.closeFloor
        case 0x2308: MathCode.openCeiling
        case 0x2309: MathCode.closeCeiling
        default: nil
        }
    }

    @_noAllocation
    private static func byte(of scalar: UInt32) -> UInt8? {
        switch scalar {
        case 0x2010...0x2015, 0x2212, 0xFF0D: UInt8(ascii: "-")
        case 0xD7, 0xB7, 0x22C5, 0x2217, 0x2219: UInt8(ascii: "*")
        case 0xF7: UInt8(ascii: "/")
        case 0x2044, 0x2215: UInt8(ascii: "/")
        case 0x2248, 0x2261, 0xFF1D: UInt8(ascii: "=")
        case 0xFF0B: UInt8(ascii: "+")
        case 0xFF08: UInt8(ascii: "(")
        case 0xFF09: UInt8(ascii: ")")
        case 0xFF0C, 0x3001, 0x060C, 0xFF1B: UInt8(ascii: ",")
        case 0xFF0E, 0x3002, 0x066B: UInt8(ascii: ".")
        case 0xFF1A: UInt8(ascii: ":")
        case 0x66A, 0xFF05: UInt8(ascii: "%")
        case 0x2032, 0x2019: UInt8(ascii: "'")
        default: nil
        }
    }

    @_noAllocation
    private static func superscript(_ scalar: UInt32) -> UInt8? {
        switch scalar {
        case 0xB9: UInt8(ascii: "1")
        case 0xB2: UInt8(ascii: "2")
        case 0xB3: UInt8(ascii: "3")
        case 0x2070, 0x2074...0x2079: UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: scalar &- 0x2070)
        default: nil
        }
    }
}
