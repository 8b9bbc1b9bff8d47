internal import RewardMemory

/// Which character stands before the decimal places.
package enum DecimalMark: String, CaseIterable, Sendable, BitwiseCopyable {
    /// `1,234.5`
    case point
    /// `1.234,5` or `1 234,5`
    case comma
}

/// A number found in a text.
internal struct FoundNumber: BitwiseCopyable {
    var quantity: Quantity
    /// Its bytes, sign and percent sign included.
    var start: Int
    var end: Int
}

/// Reads numbers out of valid UTF-8 text, in time linear in the text.
internal struct NumberScanner: BitwiseCopyable {
    let text: ByteView
    let decimalMark: DecimalMark

    @_noAllocation
    init(_ text: ByteView, decimalMark: DecimalMark) {
        self.text = text
        self.decimalMark = decimalMark
    }

    // MARK: Finding

    /// The last number of the text: of its last piece that holds any, the last one read from left to right.
    @_noAllocation
    func lastNumber() -> FoundNumber? {
        var end = text.count
        while true {
            // Every number has a digit, or a character beyond ASCII that stands for one.
            let evidence = text.lastIndexOfDigitOrBeyondASCII(before: end)
            guard evidence >= 0 else { return nil }
            if let number = plainNumber(endingAt: evidence) { return number }
            let start = seam(before: evidence)
            var last: FoundNumber?
            var index = start
            while let found = firstNumber(from: index, to: end) {
                last = found
                index = found.end
            }
            if last != nil || start == 0 { return last }
            end = start
        }
    }

    /// A whole number whose last digit, behind which neither a digit nor a character beyond ASCII stands any more, is at `last`; nil
    /// unless what is around it leaves no doubt that it is no part of anything else: the quick way to most last numbers.
    @_noAllocation
    private func plainNumber(endingAt last: Int) -> FoundNumber? {
        var start = last &+ 1
        var value: UInt64 = 0
        var unit: UInt64 = 1
        while start > 0, last &- start < 17 {
            let digit = text[start &- 1] &- UInt8(ascii: "0")
            guard digit < 10 else { break }
            value &+= unit &* UInt64(digit)
            unit &*= 10
            start &-= 1
        }
        guard start <= last, start > 0, isPlain(before: start) else { return nil }
        // Only a percent sign can still belong to it.
        var next = last &+ 1
        skipSpaces(&next, atMost: 1)
        if next < text.count, text[next] == UInt8(ascii: "%") || text[next] == UInt8(ascii: "\\") { return nil }
        return FoundNumber(quantity: Quantity(Int64(value)), start: start, end: last &+ 1)
    }

    /// Whether a digit at `start` begins a number, without a sign, whatever stands further to the left.
    @_noAllocation
    private func isPlain(before start: Int) -> Bool {
        switch text[start &- 1] {
        case UInt8(ascii: ":"), UInt8(ascii: "="), UInt8(ascii: "\""), UInt8(ascii: "\n"), UInt8(ascii: "("):
            return true
        case UInt8(ascii: " "):
            // Behind a word that is no command of LaTeX, which might take it for an argument.
            var word = start &- 1
            while word > 0, Self.isLetter(text[word &- 1]) { word &-= 1 }
            return word < start &- 1 && word > 0 && text[word &- 1] == UInt8(ascii: " ")
        default: return false
        }
    }

    /// The last place before `end` where no number stands on both sides, so that what lies behind it can be read by
    /// itself: a line's start, a quotation mark, or the space between two words of ASCII letters. 0 when there is none.
    @_noAllocation
    private func seam(before end: Int) -> Int {
        var index = end &- 1
        while index > 0 {
            let byte = text[index]
            if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\"") { return index &+ 1 }
            if byte == UInt8(ascii: " "), Self.isLetter(text[index &- 1]), Self.isLetter(text[index &+ 1]) {
                return index
            }
            index &-= 1
        }
        return 0
    }

    /// The first number that begins at or after `start` and before `end`; `start` is a character's first byte.
    @_noAllocation
    func firstNumber(from start: Int, to end: Int) -> FoundNumber? {
        var index = firstCandidate(from: start, to: end)
        while index < end {
            if mayBegin(at: index), let found = number(at: index, notBefore: start) { return found }
            skipCharacter(&index)
            index = firstCandidate(from: index, to: end)
        }
        return nil
    }

    /// The first byte from `start` on with which a number may begin (a digit, a point, a backslash, anything that is not
    /// ASCII), or `end`. Eight bytes at a time: most of a text is neither.
    @_noAllocation
    private func firstCandidate(from start: Int, to end: Int) -> Int {
        let high: UInt64 = 0x8080_8080_8080_8080
        let ones: UInt64 = 0x0101_0101_0101_0101
        var index = start
        while index &+ 8 <= end {
            let word = text.word(at: index)
            // Without their high bits, bytes cannot carry into their neighbours below.
            let low = word & ~high
            // From "0" up, and not from ":" up.
            let digits = (low &+ ones &* 0x50) & ~(low &+ ones &* 0x46)
            let points = ~((low ^ ones &* 0x2E) &+ ones &* 0x7F)
            let backslashes = ~((low ^ ones &* 0x5C) &+ ones &* 0x7F)
            let candidates = (word | digits | points | backslashes) & high
            if candidates != 0 { return index &+ candidates.trailingZeroBitCount / 8 }
            index &+= 8
        }
        while index < end {
            let byte = text[index]
            let isDigit = byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
            if isDigit || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "\\") || byte >= 0x80 { return index }
            index &+= 1
        }
        return end
    }

    /// The number whose digits (or fraction) begin at `index`, with a sign before it at `floor` or later; nil when none
    /// does.
    @_noAllocation
    func number(at index: Int, notBefore floor: Int) -> FoundNumber? {
        guard mayBegin(at: index) else { return nil }
        let byte = text[index]
        var end = index
        var quantity = Quantity()
        if byte == UInt8(ascii: "\\") {
            guard readLaTeXFraction(into: &quantity, at: &end) else { return nil }
        } else if byte < 0x80 || digit(at: index) >= 0 {
            readDecimal(into: &quantity, at: &end)
        } else {
            guard readFractionCharacter(into: &quantity, at: &end) else { return nil }
        }
        let start = readSign(into: &quantity, before: index, notBefore: floor)
        readPercent(into: &quantity, at: &end)
        return FoundNumber(quantity: quantity, start: start, end: end)
    }

    /// Whether a number may begin at `index`: most candidates begin none, and are told before a quantity is made.
    @_noAllocation
    private func mayBegin(at index: Int) -> Bool {
        guard index < text.count else { return false }
        let byte = text[index]
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): return true
        case UInt8(ascii: "."):
            // A leading mark, as in .5, unless it ends a number or a word.
            guard decimalMark == .point, digit(at: index &+ 1) >= 0 else { return false }
            return index == 0 || !Self.isAlphanumeric(text[index &- 1])
        case UInt8(ascii: "\\"):
            return hasPrefix("frac", at: index &+ 1) || hasPrefix("frac", at: index &+ 2)
        case 0..<0x80: return false
        default:
            var next = index
            let scalar = UTF8Scalar.decode(text, at: &next)
            return UnicodeDigit.value(scalar) >= 0 || UnicodeDigit.fraction(scalar) != nil
        }
    }

    // MARK: Characters

    @_noAllocation @inline(__always)
    func skipCharacter(_ index: inout Int) {
        index &+= 1
        while index < text.count, text[index] & 0xC0 == 0x80 { index &+= 1 }
    }

    /// The value of the decimal digit at `index`, or -1.
    @_noAllocation @inline(__always)
    private func digit(at index: Int) -> Int {
        guard index < text.count else { return -1 }
        let byte = text[index]
        if byte < 0x80 {
            return byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") ? Int(byte &- UInt8(ascii: "0")) : -1
        }
        var next = index
        return UnicodeDigit.value(UTF8Scalar.decode(text, at: &next))
    }

    @_noAllocation @inline(__always)
    static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9"))
            || (byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z"))
    }

    @_noAllocation @inline(__always)
    private static func isLetter(_ byte: UInt8) -> Bool {
        byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z")
    }

    @_noAllocation @inline(__always)
    func hasPrefix(_ literal: StaticString, at index: Int) -> Bool {
        let wanted = ByteView(literal)
        return index &+ wanted.count <= text.count && text.slice(index, index &+ wanted.count).equals(wanted)
    }

    @_noAllocation @inline(__always)
    func skipSpaces(_ index: inout Int, atMost countMax: Int) {
        var count = 0
        while index < text.count, text[index] == UInt8(ascii: " "), count < countMax {
            index &+= 1
            count &+= 1
        }
    }

    // MARK: Decimal numbers

    /// Reads digits with separators, decimal places, a power of ten and a fraction's tail from a digit or mark on.
    @_noAllocation
    private func readDecimal(into quantity: inout Quantity, at index: inout Int) {
        let start = index
        var decimal = DecimalNumber()
        readWholeDigits(into: &decimal, at: &index)
        let markCount = markByteCount(at: index)
        var hasPlaces = false
        if markCount > 0, digit(at: index &+ markCount) >= 0 {
            hasPlaces = true
            index &+= markCount
            decimal.beginPlaces()
            _ = readDigits(into: &decimal, at: &index)
        }
        decimal.finish(text.slice(start, index))
        let mantissaEnd = index
        readExponent(into: &quantity, decimal: &decimal, at: &index)
        readPowerOfTen(into: &quantity, decimal: &decimal, at: &index)
        quantity.decimal = decimal
        if !hasPlaces && index == mantissaEnd { readFractionTail(into: &quantity, at: &index) }
    }

    /// Appends consecutive digits; returns how many there were.
    @_noAllocation
    private func readDigits(into decimal: inout DecimalNumber, at index: inout Int) -> Int {
        var count = 0
        while true {
            let value = digit(at: index)
            guard value >= 0 else { return count }
            decimal.append(value)
            skipCharacter(&index)
            count &+= 1
        }
    }

    /// Reads the digits before the decimal mark. A separator counts when the first group has one to three digits and
    /// every later one three, or, as in India, two with three in the last.
    @_noAllocation
    private func readWholeDigits(into decimal: inout DecimalNumber, at index: inout Int) {
        let firstCount = readDigits(into: &decimal, at: &index)
        guard firstCount >= 1, firstCount <= 3 else { return }
        if firstCount <= 2, let end = indianGroupsEnd(from: index) {
            while index < end {
                index &+= separatorByteCount(at: index)
                _ = readDigits(into: &decimal, at: &index)
            }
            return
        }
        while true {
            let separatorCount = separatorByteCount(at: index)
            guard separatorCount > 0, digitCount(at: index &+ separatorCount, atMost: 4) == 3 else { return }
            index &+= separatorCount
            _ = readDigits(into: &decimal, at: &index)
        }
    }

    /// Where groups of two digits and a last one of three end, when such groups follow.
    @_noAllocation
    private func indianGroupsEnd(from start: Int) -> Int? {
        var index = start
        var groupCount = 0
        // More groups than a 64-bit number has are no number of this form.
        while groupCount < 10 {
            let separatorCount = separatorByteCount(at: index)
            guard separatorCount > 0 else { return nil }
            let count = digitCount(at: index &+ separatorCount, atMost: 4)
            index &+= separatorCount
            var passed = 0
            while passed < count {
                skipCharacter(&index)
                passed &+= 1
            }
            if count == 3 { return groupCount > 0 ? index : nil }
            guard count == 2 else { return nil }
            groupCount &+= 1
        }
        return nil
    }

    /// Consecutive digits from `start` on, counted up to `countMax`.
    @_noAllocation
    private func digitCount(at start: Int, atMost countMax: Int) -> Int {
        var index = start
        var count = 0
        while count < countMax, digit(at: index) >= 0 {
            skipCharacter(&index)
            count &+= 1
        }
        return count
    }

    /// Bytes of the thousands separator at `index`, or 0.
    @_noAllocation
    private func separatorByteCount(at index: Int) -> Int {
        guard index < text.count else { return 0 }
        switch text[index] {
        case UInt8(ascii: ","):
            guard decimalMark == .point else { return 0 }
            return hasPrefix("\\!", at: index &+ 1) ? 3 : 1
        case UInt8(ascii: "."), UInt8(ascii: " "): return decimalMark == .comma ? 1 : 0
        case UInt8(ascii: "'"): return 1
        case UInt8(ascii: "{"): return decimalMark == .point && hasPrefix("{,}", at: index) ? 3 : 0
        case UInt8(ascii: "\\"): return hasPrefix("\\,", at: index) ? 2 : 0
        case 0..<0x80: return 0
        default:
            var next = index
            switch UTF8Scalar.decode(text, at: &next) {
            // No-break, thin and narrow no-break space, typographic apostrophe, Arabic thousands separator.
            case 0xA0, 0x2009, 0x202F, 0x2019, 0x066C: return next &- index
            case 0xFF0C: return decimalMark == .point ? next &- index : 0
            default: return 0
            }
        }
    }

    /// Bytes of the decimal mark at `index`, or 0.
    @_noAllocation
    private func markByteCount(at index: Int) -> Int {
        guard index < text.count else { return 0 }
        switch text[index] {
        case UInt8(ascii: "."): return decimalMark == .point ? 1 : 0
        case UInt8(ascii: ","): return decimalMark == .comma ? 1 : 0
        case 0..<0x80: return 0
        default:
            var next = index
            switch UTF8Scalar.decode(text, at: &next) {
            case 0x066B: return next &- index
            case 0xFF0E: return decimalMark == .point ? next &- index : 0
            default: return 0
            }
        }
    }

    // MARK: Powers of ten

    /// `e6`, `E-3`.
    @_noAllocation
    private func readExponent(into quantity: inout Quantity, decimal: inout DecimalNumber, at index: inout Int) {
        guard index < text.count, text[index] | 0x20 == UInt8(ascii: "e") else { return }
        var end = index &+ 1
        guard let power = readPower(at: &end) else { return }
        index = end
        apply(power, to: &decimal, of: &quantity)
    }

    /// `×10^6`, `\times 10^{-3}`, `\cdot 10^6`, `* 10^6`.
    @_noAllocation
    private func readPowerOfTen(into quantity: inout Quantity, decimal: inout DecimalNumber, at index: inout Int) {
        var end = index
        skipSpaces(&end, atMost: 2)
        if hasPrefix("\u{D7}", at: end) || hasPrefix("\u{B7}", at: end) {
            end &+= 2
        } else if hasPrefix("*", at: end) {
            end &+= 1
        } else if hasPrefix("\\times", at: end) {
            end &+= 6
        } else if hasPrefix("\\cdot", at: end) {
            end &+= 5
        } else {
            return
        }
        skipSpaces(&end, atMost: 2)
        guard hasPrefix("10^", at: end) else { return }
        end &+= 3
        let isBraced = hasPrefix("{", at: end)
        if isBraced { end &+= 1 }
        guard let power = readPower(at: &end) else { return }
        if isBraced {
            guard hasPrefix("}", at: end) else { return }
            end &+= 1
        }
        index = end
        apply(power, to: &decimal, of: &quantity)
    }

    /// A signed whole number of ASCII digits; one beyond all bounds comes back as a power beyond `scaleMax`.
    @_noAllocation
    private func readPower(at index: inout Int) -> Int? {
        var end = index
        let isNegative = hasPrefix("-", at: end)
        if isNegative || hasPrefix("+", at: end) { end &+= 1 }
        let start = end
        var power = 0
        while end < text.count, text[end] >= UInt8(ascii: "0"), text[end] <= UInt8(ascii: "9") {
            if power <= DecimalNumber.scaleMax { power = power &* 10 &+ Int(text[end] &- UInt8(ascii: "0")) }
            end &+= 1
        }
        guard end > start else { return nil }
        index = end
        return isNegative ? -power : power
    }

    @_noAllocation
    private func apply(_ power: Int, to decimal: inout DecimalNumber, of quantity: inout Quantity) {
        if power > DecimalNumber.scaleMax || power < -DecimalNumber.scaleMax {
            quantity.isUndefined = true
        } else {
            decimal.multiply(byPowerOfTen: power)
        }
    }
}
