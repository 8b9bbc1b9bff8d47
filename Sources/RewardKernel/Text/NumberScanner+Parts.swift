internal import RewardMemory

/// The parts around a decimal number: fractions, signs, percent signs.
extension NumberScanner {
    // MARK: Fractions

    /// What may follow a whole number: `/4`, ` 3/4`, `\frac{3}{4}` or `¾`.
    @_noAllocation
    func readFractionTail(into quantity: inout Quantity, at index: inout Int) {
        guard let whole = quantity.decimal.wholeValue else { return }
        var end = index
        if let denominator = readSlash(at: &end) {
            setFraction(&quantity, whole: 0, numerator: whole, denominator: denominator)
            index = end
            return
        }
        end = index
        skipSpaces(&end, atMost: 1)
        var part = Quantity()
        if end < text.count, text[end] == UInt8(ascii: "\\") {
            guard readLaTeXFraction(into: &part, at: &end) else { return }
        } else if end < text.count, text[end] >= 0x80 {
            guard readFractionCharacter(into: &part, at: &end) else { return }
        } else {
            // A mixed number needs the space, and a fraction below 1.
            guard end > index, let numerator = readWhole(at: &end), let denominator = readSlash(at: &end),
                numerator < denominator
            else { return }
            setFraction(&part, whole: 0, numerator: numerator, denominator: denominator)
        }
        guard !part.isUndefined, !part.isNegative else { return }
        setFraction(&quantity, whole: whole, numerator: part.numerator, denominator: part.denominator)
        index = end
    }

    /// A slash and a whole number behind a numerator, one space on either side allowed; not a date's or a path's.
    @_noAllocation
    private func readSlash(at index: inout Int) -> UInt64? {
        var end = index
        skipSpaces(&end, atMost: 1)
        if hasPrefix("/", at: end) {
            end &+= 1
        } else if hasPrefix("\u{2044}", at: end) {
            end &+= 3
        } else {
            return nil
        }
        skipSpaces(&end, atMost: 1)
        guard let denominator = readWhole(at: &end) else { return nil }
        if end < text.count {
            let byte = text[end]
            if byte == UInt8(ascii: "/") || Self.isAlphanumeric(byte) { return nil }
            let isMark = byte == UInt8(ascii: ".") || byte == UInt8(ascii: ",")
            if isMark, end &+ 1 < text.count, Self.isAlphanumeric(text[end &+ 1]) { return nil }
        }
        index = end
        return denominator
    }

    /// ASCII digits that fit 64 bits.
    @_noAllocation
    private func readWhole(at index: inout Int) -> UInt64? {
        var end = index
        var value: UInt64 = 0
        while end < text.count, text[end] >= UInt8(ascii: "0"), text[end] <= UInt8(ascii: "9") {
            guard end &- index < 19 else { return nil }
            value = value &* 10 &+ UInt64(text[end] &- UInt8(ascii: "0"))
            end &+= 1
        }
        guard end > index else { return nil }
        index = end
        return value
    }

    @_noAllocation
    private func setFraction(_ quantity: inout Quantity, whole: UInt64, numerator: UInt64, denominator: UInt64) {
        quantity.decimal = DecimalNumber(whole)
        quantity.numerator = numerator
        quantity.denominator = denominator
        quantity.isUndefined = denominator == 0
    }

    /// `\frac{3}{4}`, `\frac34`, the same with `\dfrac`, `\tfrac` or `\cfrac`, of whole numbers.
    @_noAllocation
    func readLaTeXFraction(into quantity: inout Quantity, at index: inout Int) -> Bool {
        var end = index
        if hasPrefix("\\frac", at: end) {
            end &+= 5
        } else if hasPrefix("\\dfrac", at: end) || hasPrefix("\\tfrac", at: end) || hasPrefix("\\cfrac", at: end) {
            end &+= 6
        } else {
            return false
        }
        skipSpaces(&end, atMost: 2)
        var isNegative = false
        guard let numerator = readArgument(at: &end, isNegative: &isNegative) else { return false }
        skipSpaces(&end, atMost: 2)
        guard let denominator = readArgument(at: &end, isNegative: &isNegative) else { return false }
        setFraction(&quantity, whole: 0, numerator: numerator, denominator: denominator)
        quantity.isNegative = isNegative
        index = end
        return true
    }

    /// A whole number in braces, or a single digit; a minus sign in it turns `isNegative` over.
    @_noAllocation
    private func readArgument(at index: inout Int, isNegative: inout Bool) -> UInt64? {
        guard hasPrefix("{", at: index) else {
            guard index < text.count, text[index] >= UInt8(ascii: "0"), text[index] <= UInt8(ascii: "9") else {
                return nil
            }
            index &+= 1
            return UInt64(text[index &- 1] &- UInt8(ascii: "0"))
        }
        index &+= 1
        skipSpaces(&index, atMost: 2)
        if hasPrefix("-", at: index) {
            isNegative = !isNegative
            index &+= 1
        }
        guard let value = readWhole(at: &index) else { return nil }
        skipSpaces(&index, atMost: 2)
        guard hasPrefix("}", at: index) else { return nil }
        index &+= 1
        return value
    }

    /// `½` and its like.
    @_noAllocation
    func readFractionCharacter(into quantity: inout Quantity, at index: inout Int) -> Bool {
        var end = index
        guard let fraction = UnicodeDigit.fraction(UTF8Scalar.decode(text, at: &end)) else { return false }
        setFraction(&quantity, whole: 0, numerator: fraction.numerator, denominator: fraction.denominator)
        index = end
        return true
    }

    // MARK: Signs

    /// Looks back from the first digit for a minus or plus sign, past one currency sign; returns where the number
    /// begins. A sign behind a digit, a letter, a closing bracket or another sign is an operator or a dash and not
    /// taken.
    @_noAllocation
    func readSign(into quantity: inout Quantity, before start: Int, notBefore floor: Int) -> Int {
        var begin = start
        var index = start
        if index > floor {
            let previous = previousScalar(before: &index, notBefore: floor)
            if UnicodeDigit.isCurrency(previous) {
                begin = index
                // LaTeX writes the dollar as \$.
                if previous == 0x24, index > floor, text[index &- 1] == UInt8(ascii: "\\") { begin &-= 1 }
            }
        }
        index = begin
        guard index > floor else { return begin }
        let sign = previousScalar(before: &index, notBefore: floor)
        let isMinus = sign == 0x2D || sign == 0x2212 || sign == 0xFE63 || sign == 0xFF0D
        guard isMinus || sign == 0x2B else { return begin }
        if index > 0 {
            var behind = index
            let operand = previousScalar(before: &behind, notBefore: 0)
            switch operand {
            case 0x29, 0x5D, 0x7D, 0x25, 0x2D, 0x2B: return begin
            default: if Self.isLetterOrDigit(operand) { return begin }
            }
        }
        if isMinus { quantity.isNegative = !quantity.isNegative }
        return index
    }

    /// The scalar that ends at `index`, which moves to its first byte.
    @_noAllocation
    private func previousScalar(before index: inout Int, notBefore floor: Int) -> UInt32 {
        index &-= 1
        while index > floor, text[index] & 0xC0 == 0x80 { index &-= 1 }
        // The floor may stand inside a character only if a caller cut one in two.
        guard text[index] & 0xC0 != 0x80 else { return 0 }
        var next = index
        return UTF8Scalar.decode(text, at: &next)
    }

    /// Letters of ASCII and, taken roughly, everything beyond the Latin-1 signs that is no punctuation or symbol; but
    /// not the letters of scripts without spaces between words, where a number follows its sentence directly.
    @_noAllocation
    private static func isLetterOrDigit(_ scalar: UInt32) -> Bool {
        if scalar < 0x80 { return isAlphanumeric(UInt8(truncatingIfNeeded: scalar)) }
        if UTF8Scalar.isUnspacedIdeograph(scalar) { return false }
        switch scalar {
        // Signs; Thai and Lao, Myanmar, Khmer letters; punctuation and symbols of every kind.
        case 0x80..<0xC0, 0xD7, 0xF7, 0x0E01..<0x0E50, 0x0E81..<0x0ED0, 0x1000..<0x1040, 0x1780..<0x17E0,
            0x2000..<0x2100, 0x2190..<0x2C00, 0x3000..<0x3005, 0x3008..<0x3021, 0xFF00..<0xFF10,
            0xFF1A..<0xFF21:
            return false
        default: return true
        }
    }

    /// A percent sign, one space before it allowed.
    @_noAllocation
    func readPercent(into quantity: inout Quantity, at index: inout Int) {
        var end = index
        skipSpaces(&end, atMost: 1)
        if hasPrefix("%", at: end) {
            end &+= 1
        } else if hasPrefix("\\%", at: end) || hasPrefix("\u{66A}", at: end) {
            end &+= 2
        } else if hasPrefix("\u{FF05}", at: end) {
            end &+= 3
        } else {
            return
        }
        quantity.isPercent = true
        index = end
    }
}
