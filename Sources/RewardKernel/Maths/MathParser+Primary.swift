internal import CCharconv
internal import RewardMemory

/// What stands between operators.
extension MathParser {
    @_noAllocation
    mutating func primary() -> Int16 {
        guard enter() else { return -1 }
        defer { leave() }
        skipSpaces()
        guard index < text.count else { return fail() }
        let start = index
        let byte = text[index]
        if MathCleaner.isDigit(byte) || byte == UInt8(ascii: ".") { return number(digitCountMax: .max) }
        if MathCleaner.isLetter(byte) { return variable() }
        switch byte {
        case UInt8(ascii: "("), UInt8(ascii: "["): return bracketed(from: start)
        case UInt8(ascii: "{"): return argument(isExponent: false)
        case UInt8(ascii: "|"): return bars(from: start)
        case MathCode.greek, MathCode.numberSet: return variable()
        case MathCode.fraction, MathCode.binomial: return fraction(from: start)
        case MathCode.root: return root(from: start)
        case MathCode.function: return function(from: start)
        case MathCode.openSet: return set(from: start)
        case MathCode.openFloor: return rounded(.floor, MathCode.closeFloor, from: start)
        case MathCode.openCeiling: return rounded(.ceiling, MathCode.closeCeiling, from: start)
        case MathCode.openMatrix: return matrix(from: start)
        case MathCode.emptySet:
            index &+= 1
            return make(.set, from: start)
        case MathCode.infinity, MathCode.pi:
            index &+= 1
            return constant(byte, from: start)
        default: return fail()
        }
    }

    @_noAllocation
    private mutating func constant(_ code: UInt8, from start: Int) -> Int16 {
        let node = make(.constant, from: start)
        if node >= 0 { nodes[Int(node)].code = code }
        return node
    }

    // MARK: Numbers

    /// Digits with a decimal mark and a power of ten, or so many digits and nothing else; with a base behind them.
    @_noAllocation
    private mutating func number(digitCountMax: Int) -> Int16 {
        let start = index
        var significand: UInt64 = 0
        var residue: UInt64 = 0
        var digitCount = 0
        var droppedCount = 0
        var placeCount = 0
        var hasMark = false
        while index < text.count, digitCount < digitCountMax {
            let byte = text[index]
            if byte == UInt8(ascii: "."), !hasMark, digitCountMax == .max {
                hasMark = true
                index &+= 1
                continue
            }
            guard MathCleaner.isDigit(byte) else { break }
            let digit = UInt64(byte &- UInt8(ascii: "0"))
            residue = MathResidue.add(MathResidue.multiply(residue, 10), digit)
            if significand < 1_000_000_000_000_000_000 {
                significand = significand &* 10 &+ digit
            } else {
                droppedCount &+= 1
            }
            digitCount &+= 1
            if hasMark { placeCount &+= 1 }
            index &+= 1
        }
        guard digitCount > 0 else { return fail() }
        if !hasMark, peek() == UInt8(ascii: "_"), digitCountMax == .max { return based(from: start, to: index) }
        var power = 0
        var isScientific = false
        if index < text.count, text[index] == MathCode.exponent, digitCountMax == .max {
            isScientific = true
            guard readPower(&power) else { return fail() }
        }
        let node = make(.number, from: start)
        guard node >= 0 else { return -1 }
        let scale = power &- placeCount
        nodes[Int(node)].number = plaudit_decimal_value(significand, Int32(truncatingIfNeeded: scale &+ droppedCount))
        nodes[Int(node)].bits = MathResidue.multiply(residue, MathResidue.powerOfTen(scale))
        nodes[Int(node)].isDecimal = placeCount > 0 || isScientific
        nodes[Int(node)].places = scale >= 0 ? 0 : Int16(truncatingIfNeeded: scale > -1_000 ? -scale : 1_000)
        return node
    }

    @_noAllocation
    private mutating func readPower(_ power: inout Int) -> Bool {
        index &+= 1
        let isNegative = peek() == UInt8(ascii: "-")
        if isNegative || peek() == UInt8(ascii: "+") { index &+= 1 }
        guard MathCleaner.isDigit(peek()) else { return false }
        while MathCleaner.isDigit(peek()) {
            power = power &* 10 &+ Int(peek() &- UInt8(ascii: "0"))
            guard power <= DecimalNumber.scaleMax else { return false }
            index &+= 1
        }
        if isNegative { power = -power }
        return true
    }

    /// `1121_3`: digits of that base.
    @_noAllocation
    private mutating func based(from start: Int, to end: Int) -> Int16 {
        index &+= 1
        let isBraced = take(UInt8(ascii: "{"))
        var base = 0
        let baseStart = index
        while MathCleaner.isDigit(peek()), index &- baseStart < 2, isBraced || index == baseStart {
            base = base &* 10 &+ Int(peek() &- UInt8(ascii: "0"))
            index &+= 1
        }
        if isBraced, !take(UInt8(ascii: "}")) { return fail() }
        guard base >= 2, base <= 36 else { return fail() }
        var value: Double = 0
        var residue: UInt64 = 0
        var digitIndex = start
        while digitIndex < end {
            let digit = Int(text[digitIndex] &- UInt8(ascii: "0"))
            guard digit < base else { return fail() }
            value = value * Double(base) + Double(digit)
            residue = MathResidue.add(MathResidue.multiply(residue, UInt64(base)), UInt64(digit))
            digitIndex &+= 1
        }
        let node = make(.number, from: start)
        guard node >= 0 else { return -1 }
        nodes[Int(node)].number = value
        nodes[Int(node)].bits = residue
        return node
    }

    // MARK: Variables

    /// A letter or Greek letter with its index and primes, `e` and `i` when they stand alone, or a set of numbers.
    @_noAllocation
    private mutating func variable() -> Int16 {
        let start = index
        var name = MathWords.hashStart
        let byte = text[index]
        name = MathWords.hash(name, with: byte)
        index &+= 1
        if byte >= 0x80 {
            name = MathWords.hash(name, with: peek())
            if index < text.count { index &+= 1 }
        }
        let letterEnd = index
        if peek() == UInt8(ascii: "_") { readSubscript(&name) }
        while peek() == UInt8(ascii: "'"), index < text.count {
            name = MathWords.hash(name, with: UInt8(ascii: "'"))
            index &+= 1
        }
        if index == letterEnd, byte == UInt8(ascii: "e") || byte == UInt8(ascii: "i") {
            return constant(byte, from: start)
        }
        let node = make(.variable, from: start)
        if node >= 0 { nodes[Int(node)].bits = name }
        return node
    }

    /// `_1`, `_{n+1}`: a part of the name, read as written.
    @_noAllocation
    private mutating func readSubscript(_ name: inout UInt64) {
        index &+= 1
        name = MathWords.hash(name, with: UInt8(ascii: "_"))
        guard peek() == UInt8(ascii: "{") else {
            name = MathWords.hash(name, with: peek())
            if index < text.count { index &+= 1 }
            return
        }
        var level = 0
        repeat {
            let byte = peek()
            if byte == UInt8(ascii: "{") {
                level &+= 1
            } else if byte == UInt8(ascii: "}") {
                level &-= 1
            } else if byte != UInt8(ascii: " ") {
                name = MathWords.hash(name, with: byte)
            }
            index &+= 1
        } while level > 0 && index < text.count
        if level > 0 { _ = fail() }
    }

    // MARK: Brackets

    /// An expression in brackets, or a tuple, a point, an interval.
    @_noAllocation
    private mutating func bracketed(from start: Int) -> Int16 {
        let opening = text[index]
        index &+= 1
        let bars = openBarCount
        openBarCount = 0
        let content = list(until: UInt8(ascii: ")"), UInt8(ascii: "]"))
        openBarCount = bars
        let closing = next()
        guard content >= 0, closing == UInt8(ascii: ")") || closing == UInt8(ascii: "]"), index < text.count else {
            return fail()
        }
        index &+= 1
        guard isList(content) else { return content }
        // A list in braces inside is an item, not the items: `({1,2})`. Rare enough to be read as the items.
        nodes[Int(content)].kind = .tuple
        nodes[Int(content)].opening = opening
        nodes[Int(content)].closing = closing
        nodes[Int(content)].start = Int32(truncatingIfNeeded: start)
        nodes[Int(content)].end = Int32(truncatingIfNeeded: index)
        return content
    }

    @_noAllocation
    private func isList(_ node: Int16) -> Bool {
        switch nodes[Int(node)].kind {
        case .list: true
        default: false
        }
    }

    @_noAllocation
    private mutating func set(from start: Int) -> Int16 {
        index &+= 1
        if take(MathCode.closeSet) { return make(.set, from: start) }
        let content = list(until: MathCode.closeSet)
        guard content >= 0, take(MathCode.closeSet) else { return fail() }
        guard isList(content) else { return wrap(.set, content, from: start) }
        nodes[Int(content)].kind = .set
        nodes[Int(content)].start = Int32(truncatingIfNeeded: start)
        nodes[Int(content)].end = Int32(truncatingIfNeeded: index)
        return content
    }

    @_noAllocation
    private mutating func bars(from start: Int) -> Int16 {
        guard openBarCount == 0 else { return fail() }
        index &+= 1
        openBarCount &+= 1
        let content = sum()
        openBarCount &-= 1
        guard content >= 0, take(UInt8(ascii: "|")) else { return fail() }
        return wrap(.absolute, content, from: start)
    }

    @_noAllocation
    private mutating func rounded(_ kind: MathNode.Kind, _ closing: UInt8, from start: Int) -> Int16 {
        index &+= 1
        let content = sum()
        guard content >= 0, take(closing) else { return fail() }
        return wrap(kind, content, from: start)
    }

    @_noAllocation
    private mutating func matrix(from start: Int) -> Int16 {
        index &+= 1
        let matrix = make(.matrix, from: start)
        while !isFailed, next() != MathCode.closeMatrix {
            guard index < text.count else { return fail() }
            let row = make(.row, from: index)
            repeat {
                adopt(sum(), by: row)
            } while !isFailed && take(UInt8(ascii: "&"))
            adopt(row, by: matrix)
            guard take(MathCode.rowEnd) || peek() == MathCode.closeMatrix else { return fail() }
        }
        guard take(MathCode.closeMatrix) else { return fail() }
        return matrix
    }

    // MARK: Arguments

    /// What a command takes: a group in braces, a digit, a letter, or another command. An exponent may have a sign and
    /// several digits, as in `x^-10`.
    @_noAllocation
    mutating func argument(isExponent: Bool) -> Int16 {
        guard enter() else { return -1 }
        defer { leave() }
        var isNegative = false
        while isExponent, next() == UInt8(ascii: "-") || peek() == UInt8(ascii: "+") {
            if peek() == UInt8(ascii: "-") { isNegative.toggle() }
            index &+= 1
        }
        let start = index
        var content: Int16
        if next() == UInt8(ascii: "{") {
            index &+= 1
            let bars = openBarCount
            openBarCount = 0
            content = list(until: UInt8(ascii: "}"))
            openBarCount = bars
            guard content >= 0, take(UInt8(ascii: "}")) else { return fail() }
        } else if MathCleaner.isDigit(peek()) {
            content = number(digitCountMax: isExponent ? 18 : 1)
        } else {
            content = primary()
        }
        guard isNegative, content >= 0 else { return content }
        nodes[Int(content)].sign = .minus
        return wrap(.sum, content, from: start)
    }

    @_noAllocation
    private mutating func fraction(from start: Int) -> Int16 {
        let isBinomial = text[index] == MathCode.binomial
        index &+= 1
        let top = argument(isExponent: false)
        let bottom = argument(isExponent: false)
        guard top >= 0, bottom >= 0 else { return fail() }
        if isBinomial { return wrap(.binomial, top, bottom, from: start) }
        nodes[Int(bottom)].isInverse = true
        return wrap(.product, top, bottom, from: start)
    }

    /// `\sqrt{x}`, `\sqrt[3]{x}`, `\sqrt2`, `sqrt(x)`
    @_noAllocation
    private mutating func root(from start: Int) -> Int16 {
        index &+= 1
        var degree: Int16 = -1
        if take(UInt8(ascii: "[")) {
            degree = sum()
            guard degree >= 0, take(UInt8(ascii: "]")) else { return fail() }
        }
        let content = argument(isExponent: false)
        guard content >= 0 else { return fail() }
        return wrap(.root, content, degree, from: start)
    }

    /// `\sin x`, `\sin^2(x)`, `\sin^{-1} x`, `\log_2 8`
    @_noAllocation
    private mutating func function(from start: Int) -> Int16 {
        guard index &+ 1 < text.count else { return fail() }
        var code = text[index &+ 1]
        index &+= 2
        var base: Int16 = -1
        var exponent: Int16 = -1
        if take(UInt8(ascii: "_")) { base = argument(isExponent: false) }
        if take(UInt8(ascii: "^")) {
            exponent = argument(isExponent: true)
            guard exponent >= 0 else { return fail() }
            let inverse = MathFunction.inverse(of: code)
            if inverse != 0, isMinusOne(exponent) {
                code = inverse
                exponent = -1
            }
        }
        let content = functionArgument()
        guard content >= 0 else { return fail() }
        let function = wrap(.function, content, base, from: start)
        guard function >= 0 else { return -1 }
        nodes[Int(function)].code = code
        return exponent < 0 ? function : wrap(.power, function, exponent, from: start)
    }

    /// A group in brackets, or the factors up to the next operator or function.
    @_noAllocation
    private mutating func functionArgument() -> Int16 {
        let byte = next()
        if byte == UInt8(ascii: "(") || byte == UInt8(ascii: "[") || byte == UInt8(ascii: "{") { return primary() }
        let start = index
        let first = power()
        guard first >= 0 else { return -1 }
        var product: Int16 = -1
        while !isFailed {
            let byte = next()
            let isGreekOrConstant = byte == MathCode.greek || byte == MathCode.pi
            guard index < text.count, MathCleaner.isLetter(byte) || MathCleaner.isDigit(byte) || isGreekOrConstant
            else { break }
            if product < 0 { product = wrap(.product, first, from: start) }
            adopt(power(), by: product)
        }
        return product < 0 ? first : product
    }

    @_noAllocation
    private func isMinusOne(_ node: Int16) -> Bool {
        let sum = nodes[Int(node)]
        guard sum.childCount == 1, sum.firstChild >= 0 else { return false }
        let part = nodes[Int(sum.firstChild)]
        return part.firstChild < 0 && part.number == 1 && !part.sign.isPlus
    }
}
