internal import RewardMemory

/// Numbers that simdjson refuses though they are JSON: whole numbers beyond 64 bits and values beyond the largest
/// double.
///
/// To refuse them would be wrong, and to give no verdict would let a policy switch the component off with one number.
/// So they are rewritten in the copy of the text, each in its own bytes: a whole number becomes the double nearest to
/// it (its last two digits become `e2`), and what is beyond doubles becomes 9e307, which is beyond any bound of a
/// sane schema.
extension JSONScratch {
    /// Parses a text again, its numbers brought into range. Only for texts that the scanner has found to be JSON.
    @_noAllocation
    mutating func parseWithNumbersInRange(_ source: ByteView) -> (fault: JSONFault, tape: JSONTape) {
        copy(source)
        var index = 0
        while index < text.count {
            let byte = text[index]
            if byte == UInt8(ascii: "\"") {
                guard JSONScanner.readString(text.view, &index) == .none else { break }
            } else if byte == UInt8(ascii: "-") || JSONScratch.isDigit(byte) {
                index = bringIntoRange(numberAt: index)
            } else {
                index &+= 1
            }
        }
        return parseCopy()
    }

    /// Parses a text that is one number and nothing else, as the scanner has found.
    @_noAllocation
    mutating func parse(number source: ByteView) -> (fault: JSONFault, tape: JSONTape) {
        guard copy(asItem: source) else { return (.capacity, JSONScratch.noTape) }
        _ = bringIntoRange(numberAt: 1)
        let parsed = parseCopy()
        guard parsed.fault == .none else { return parsed }
        return (.none, parsed.tape.item)
    }

    /// Rewrites the number at `start` where it has to be, and returns where it ends.
    @_noAllocation
    private mutating func bringIntoRange(numberAt start: Int) -> Int {
        let first = text[start] == UInt8(ascii: "-") ? start &+ 1 : start
        var index = first
        while index < text.count && JSONScratch.isDigit(text[index]) { index &+= 1 }
        let wholeEnd = index
        // Digits before the point without leading zeros, or minus the zeros after it: the power of ten that bounds
        // the value.
        var magnitude = text[first] == UInt8(ascii: "0") ? 0 : wholeEnd &- first
        var isZero = magnitude == 0
        if index < text.count && text[index] == UInt8(ascii: ".") {
            index &+= 1
            while index < text.count && JSONScratch.isDigit(text[index]) {
                if isZero && text[index] == UInt8(ascii: "0") { magnitude &-= 1 } else { isZero = false }
                index &+= 1
            }
        }
        if index < text.count && text[index] | 0x20 == UInt8(ascii: "e") {
            magnitude &+= readExponent(&index)
        }
        if !isZero && magnitude > 308 {
            // A number of that magnitude has five bytes at least: 9e308 is the shortest.
            let standIn = ByteView("9e307")
            for offset in 0..<(index &- first) {
                put(offset < standIn.count ? standIn[offset] : 0x20, at: first &+ offset)
            }
        } else if index == wholeEnd && isBeyond64Bits(first, wholeEnd, isNegative: first != start) {
            put(UInt8(ascii: "e"), at: wholeEnd &- 2)
            put(UInt8(ascii: "2"), at: wholeEnd &- 1)
        }
        return index
    }

    /// The exponent behind the `e` at `index`, cut where no count of digits could make it good.
    @_noAllocation
    private func readExponent(_ index: inout Int) -> Int {
        index &+= 1
        let isNegative = text[index] == UInt8(ascii: "-")
        if isNegative || text[index] == UInt8(ascii: "+") { index &+= 1 }
        var exponent = 0
        while index < text.count && JSONScratch.isDigit(text[index]) {
            if exponent < 10_000_000 { exponent = exponent &* 10 &+ Int(text[index] &- UInt8(ascii: "0")) }
            index &+= 1
        }
        return isNegative ? 0 &- exponent : exponent
    }

    @_noAllocation
    private func isBeyond64Bits(_ start: Int, _ end: Int, isNegative: Bool) -> Bool {
        guard end &- start >= 19 else { return false }
        guard end &- start <= 20 else { return true }
        var value: UInt64 = 0
        for index in start..<end {
            let (product, hasOverflown) = value.multipliedReportingOverflow(by: 10)
            let (sum, hasCarried) = product.addingReportingOverflow(UInt64(text[index] &- UInt8(ascii: "0")))
            if hasOverflown || hasCarried { return true }
            value = sum
        }
        return isNegative && value > 1 &<< 63
    }

    @_noAllocation @inline(__always)
    private static func isDigit(_ byte: UInt8) -> Bool {
        byte &- UInt8(ascii: "0") < 10
    }
}
