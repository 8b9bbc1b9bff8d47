internal import RewardMemory

/// Checks of candidates: their digits, not their form.
extension SensitiveCheck {
    /// Where the finding that begins at `start` ends, given that its pattern matched up to `end`; nil when it is none.
    @_noAllocation
    func end(_ text: ByteView, from start: Int, to end: Int) -> Int? {
        switch self {
        case .none: end
        case .creditCard: Self.isCardNumber(text.slice(start, end)) ? end : nil
        case .iban: Self.accountNumberEnd(text, from: start)
        case .internetAddress: Self.isInternetAddress(text.slice(start, end)) ? end : nil
        }
    }

    // MARK: Cards

    /// Digits with separators between them: of a network's length, and with Luhn's digit (ISO/IEC 7812-1, annex B).
    @_noAllocation
    private static func isCardNumber(_ text: ByteView) -> Bool {
        var count = 0
        var prefix = 0
        var even = 0
        var odd = 0
        for index in 0..<text.count {
            guard let digit = digit(text[index]) else { continue }
            if count < 4 { prefix = prefix &* 10 &+ digit }
            // Which digits are doubled is known at the end only, so both sums are kept.
            let doubled = digit > 4 ? digit &* 2 &- 9 : digit &* 2
            (even, odd) = (odd &+ digit, even &+ doubled)
            count &+= 1
        }
        // After each digit `even` is the sum in which that digit is not doubled.
        return isNetwork(prefix, count) && even % 10 == 0
    }

    /// Whether a network gives out numbers of that length with those first four digits.
    @_noAllocation
    private static func isNetwork(_ prefix: Int, _ count: Int) -> Bool {
        switch prefix {
        case 4000...4999: count == 13 || count == 16 || count == 19
        case 2221...2720, 5100...5599: count == 16
        case 1000...1999, 2131, 3400...3499, 3700...3799: count == 15
        case 3500...3599: count >= 16
        case 3000...3059, 3600...3699, 3800...3999: count >= 14
        case 5000...5099, 5600...5899, 6000...6999: true
        default: false
        }
    }

    // MARK: Bank accounts

    /// Letters and digits of a country's account numbers, from SWIFT's register of IBAN formats; 0 when it has none.
    @_noAllocation
    private static func accountNumberCount(_ first: UInt8, _ second: UInt8) -> Int {
        switch (UInt16(first) &<< 8 | UInt16(second)) {
        case code("NO"): 15
        case code("BE"): 16
        case code("DK"), code("FI"), code("FK"), code("FO"), code("GL"), code("NL"), code("SD"): 18
        case code("MK"), code("SI"): 19
        case code("AT"), code("BA"), code("EE"), code("KZ"), code("LT"), code("LU"), code("MN"), code("XK"): 20
        case code("CH"), code("HR"), code("LI"), code("LV"): 21
        case code("BG"), code("BH"), code("CR"), code("DE"), code("GB"), code("GE"), code("IE"), code("ME"), code("RS"),
            code("VA"):
            22
        case code("AE"), code("GI"), code("IL"), code("IQ"), code("OM"), code("SO"), code("TL"): 23
        case code("AD"), code("CZ"), code("ES"), code("MD"), code("PK"), code("RO"), code("SA"), code("SE"), code("SK"),
            code("TN"), code("VG"):
            24
        case code("LY"), code("PT"), code("ST"): 25
        case code("IS"), code("TR"): 26
        case code("BI"), code("DJ"), code("FR"), code("GR"), code("IT"), code("MC"), code("MR"), code("SM"): 27
        case code("AL"), code("AZ"), code("BY"), code("CY"), code("DO"), code("GT"), code("HN"), code("HU"), code("LB"),
            code("NI"), code("PL"), code("SV"):
            28
        case code("BR"), code("EG"), code("PS"), code("QA"), code("UA"): 29
        case code("JO"), code("KW"), code("MU"), code("YE"): 30
        case code("MT"), code("SC"): 31
        case code("LC"): 32
        case code("RU"): 33
        default: 0
        }
    }

    @_noAllocation @inline(__always)
    private static func code(_ country: StaticString) -> UInt16 {
        let bytes = ByteView(country)
        return UInt16(bytes[0]) &<< 8 | UInt16(bytes[1])
    }

    /// The end of the account number that begins at `start`: of its country's length, whole or in groups of four, and
    /// 1 modulo 97 when its first four characters stand last and letters count from 10 (ISO 13616).
    @_noAllocation
    private static func accountNumberEnd(_ text: ByteView, from start: Int) -> Int? {
        let wantedCount = accountNumberCount(capital(text[start]), capital(text[start &+ 1]))
        guard wantedCount > 0 else { return nil }
        var count = 0
        var index = start
        var separator: UInt8 = 0
        var head = 0
        var headScale = 1
        var remainder = 0
        while count < wantedCount {
            guard index < text.count else { return nil }
            let byte = text[index]
            index &+= 1
            guard let value = value(byte) else {
                let isSeparator = byte == UInt8(ascii: " ") || byte == UInt8(ascii: "-")
                guard isSeparator, count % 4 == 0, count == 4 || byte == separator else { return nil }
                // Between any two groups stands one.
                guard index < text.count, Self.value(text[index]) != nil else { return nil }
                separator = byte
                continue
            }
            // A group that a separator should have ended goes on.
            if separator != 0, count > 4, count % 4 == 0, text[index &- 2] != separator { return nil }
            let scale = value < 10 ? 10 : 100
            if count < 4 {
                head = head &* scale &+ value
                headScale = headScale &* scale
            } else {
                remainder = (remainder &* scale &+ value) % 97
            }
            count &+= 1
        }
        guard (remainder &* headScale &+ head) % 97 == 1 else { return nil }
        return TextBoundary.standsAlone(text, from: start, to: index) ? index : nil
    }

    @_noAllocation @inline(__always)
    private static func digit(_ byte: UInt8) -> Int? {
        byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") ? Int(byte &- UInt8(ascii: "0")) : nil
    }

    @_noAllocation @inline(__always)
    private static func capital(_ byte: UInt8) -> UInt8 {
        byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z") ? byte & ~0x20 : byte
    }

    /// 0 to 9 for digits, 10 to 35 for letters.
    @_noAllocation @inline(__always)
    private static func value(_ byte: UInt8) -> Int? {
        if let digit = digit(byte) { return digit }
        let letter = capital(byte)
        return letter >= UInt8(ascii: "A") && letter <= UInt8(ascii: "Z") ? Int(letter &- UInt8(ascii: "A")) &+ 10 : nil
    }

    // MARK: IPv6

    /// Hexadecimal digits, colons and maybe four octets at the end: eight groups, or fewer with one `::` for the rest
    /// (RFC 4291, section 2.2). One without a decimal digit is more likely a name in a program, as `dead::beef`.
    @_noAllocation
    private static func isInternetAddress(_ text: ByteView) -> Bool {
        var groupCount = 0
        var isShortened = false
        var hasDigit = false
        var index = 0
        if text.starts(with: ByteView("::")) {
            isShortened = true
            index = 2
        }
        while index < text.count {
            let start = index
            while index < text.count, text[index] != UInt8(ascii: ":"), text[index] != UInt8(ascii: ".") {
                if digit(text[index]) != nil { hasDigit = true }
                index &+= 1
            }
            if index < text.count, text[index] == UInt8(ascii: ".") {
                guard isFourOctets(text.slice(start, text.count)) else { return false }
                groupCount &+= 2
                break
            }
            guard index > start, index &- start <= 4 else { return false }
            groupCount &+= 1
            guard index < text.count else { break }
            index &+= 1
            if index < text.count, text[index] == UInt8(ascii: ":") {
                guard !isShortened else { return false }
                isShortened = true
                index &+= 1
            } else if index == text.count {
                return false
            }
        }
        return hasDigit && (isShortened ? groupCount <= 7 : groupCount == 8)
    }

    @_noAllocation
    private static func isFourOctets(_ text: ByteView) -> Bool {
        var octetCount = 1
        var value = 0
        for index in 0..<text.count {
            if let digit = digit(text[index]) {
                value = value &* 10 &+ digit
                guard value <= 255 else { return false }
            } else {
                octetCount &+= 1
                value = 0
            }
        }
        return octetCount == 4
    }
}
