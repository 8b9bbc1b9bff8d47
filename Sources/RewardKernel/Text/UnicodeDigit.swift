/// Decimal digits of the scripts that language models write numbers in.
internal enum UnicodeDigit {
    /// The value of a decimal digit (general category Nd) beyond ASCII, or -1. Scripts in everyday use only.
    @_noAllocation
    static func value(_ scalar: UInt32) -> Int {
        let zero: UInt32
        switch scalar {
        case 0x0660...0x0669: zero = 0x0660  // Arabic-Indic
        case 0x06F0...0x06F9: zero = 0x06F0  // Persian, Urdu
        case 0x07C0...0x07C9: zero = 0x07C0  // N'Ko
        case 0x0966...0x096F: zero = 0x0966  // Devanagari
        case 0x09E6...0x09EF: zero = 0x09E6  // Bengali
        case 0x0A66...0x0A6F: zero = 0x0A66  // Gurmukhi
        case 0x0AE6...0x0AEF: zero = 0x0AE6  // Gujarati
        case 0x0B66...0x0B6F: zero = 0x0B66  // Odia
        case 0x0BE6...0x0BEF: zero = 0x0BE6  // Tamil
        case 0x0C66...0x0C6F: zero = 0x0C66  // Telugu
        case 0x0CE6...0x0CEF: zero = 0x0CE6  // Kannada
        case 0x0D66...0x0D6F: zero = 0x0D66  // Malayalam
        case 0x0DE6...0x0DEF: zero = 0x0DE6  // Sinhala
        case 0x0E50...0x0E59: zero = 0x0E50  // Thai
        case 0x0ED0...0x0ED9: zero = 0x0ED0  // Lao
        case 0x0F20...0x0F29: zero = 0x0F20  // Tibetan
        case 0x1040...0x1049: zero = 0x1040  // Myanmar
        case 0x17E0...0x17E9: zero = 0x17E0  // Khmer
        case 0x1810...0x1819: zero = 0x1810  // Mongolian
        case 0xFF10...0xFF19: zero = 0xFF10  // full width
        case 0x1D7CE...0x1D7FF: return Int((scalar &- 0x1D7CE) % 10)  // mathematical
        default: return -1
        }
        return Int(scalar &- zero)
    }

    /// Numerator and denominator of a fraction that is one character, or nil.
    @_noAllocation
    static func fraction(_ scalar: UInt32) -> (numerator: UInt64, denominator: UInt64)? {
        switch scalar {
        case 0x00BC: (1, 4)
        case 0x00BD: (1, 2)
        case 0x00BE: (3, 4)
        case 0x2150: (1, 7)
        case 0x2151: (1, 9)
        case 0x2152: (1, 10)
        case 0x2153: (1, 3)
        case 0x2154: (2, 3)
        case 0x2155: (1, 5)
        case 0x2156: (2, 5)
        case 0x2157: (3, 5)
        case 0x2158: (4, 5)
        case 0x2159: (1, 6)
        case 0x215A: (5, 6)
        case 0x215B: (1, 8)
        case 0x215C: (3, 8)
        case 0x215D: (5, 8)
        case 0x215E: (7, 8)
        default: nil
        }
    }

    /// Currency signs (general category Sc).
    @_noAllocation
    static func isCurrency(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x24, 0xA2...0xA5, 0x058F, 0x060B, 0x09F2, 0x09F3, 0x0AF1, 0x0BF9, 0x0E3F, 0x17DB, 0x20A0...0x20C0, 0xFDFC,
            0xFE69, 0xFF04, 0xFFE0, 0xFFE1, 0xFFE5, 0xFFE6:
            true
        default: false
        }
    }
}
