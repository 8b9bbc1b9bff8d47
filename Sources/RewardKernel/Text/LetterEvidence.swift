internal import RewardMemory

/// What the letters of a text say about its language by themselves.
package struct LetterEvidence: BitwiseCopyable {
    /// A letter of a script that one language writes, a syllable or an ideograph tells as much as that many others.
    private static let tellingWeight = 4

    /// ASCII letters, and the letters of Latin beyond ASCII.
    package var latinLetterCount = 0
    /// Bytes of letters of all other scripts.
    package var otherByteCount = 0
    /// Letters of all other scripts, weighted.
    private var otherWeight = 0
    /// Letters of those of them that several languages write.
    private var otherSharedCount = 0

    private var kanaCount = 0
    private var serbianCount = 0
    private var macedonianCount = 0
    private var westernSlavicCount = 0
    private var russianCount = 0
    private var easternSlavicCount = 0
    private var ukrainianCount = 0

    @_noAllocation
    init() {}

    /// Kana, as in all Japanese prose; a single one in Chinese prose is a name.
    var hasKana: Bool {
        @_noAllocation get { kanaCount &* 60 > otherByteCount }
    }

    /// ђ ћ: Serbian only.
    var hasSerbian: Bool { @_noAllocation get { isCommon(serbianCount) } }
    /// ѓ ќ ѕ: Macedonian only.
    var hasMacedonian: Bool { @_noAllocation get { isCommon(macedonianCount) } }
    /// ј љ њ џ: Serbian and Macedonian.
    var hasWesternSlavic: Bool { @_noAllocation get { isCommon(westernSlavicCount) } }
    /// ы э ё: Russian and Belarusian; neither Ukrainian nor any language of the South Slavs.
    var hasRussian: Bool { @_noAllocation get { isCommon(russianCount) } }
    /// й щ ъ ь ю я: Bulgarian, Russian and Ukrainian, not Serbian or Macedonian.
    var hasEasternSlavic: Bool { @_noAllocation get { isCommon(easternSlavicCount) } }
    /// і ї є ґ ў: Ukrainian and Belarusian.
    var hasUkrainian: Bool { @_noAllocation get { isCommon(ukrainianCount) } }

    /// One letter in 200 or more: the rarest of these sets are that common in their languages, and a quotation in another
    /// language does not reach it.
    @_noAllocation
    private func isCommon(_ count: Int) -> Bool {
        count > 0 && count &* 200 >= otherSharedCount
    }

    /// Letters, weighted by how much one tells: what `min_letters` is compared with.
    package var letterCount: Int {
        @_noAllocation get { latinLetterCount &+ otherWeight }
    }

    /// Letters of scripts that several languages write: Latin, Cyrillic, Arabic, Devanagari.
    var sharedLetterCount: Int {
        @_noAllocation get { latinLetterCount &+ otherSharedCount }
    }

    /// Letters of Latin stand in a text that has a good part in another script.
    var mixesScripts: Bool {
        @_noAllocation get { latinLetterCount > 0 && 2 &* otherByteCount >= latinLetterCount }
    }

    @_noAllocation @inline(__always)
    static func isASCIILetter(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- UInt8(ascii: "a") < 26
    }

    @_noAllocation
    mutating func noteLatin(_ count: Int) {
        latinLetterCount &+= count
    }

    /// Counts a scalar beyond ASCII.
    @_noAllocation
    mutating func note(_ scalar: UInt32) {
        switch scalar {
        case 0xC0...0x24F, 0x1E00...0x1EFF: latinLetterCount &+= 1
        case 0x400...0x52F:
            otherWeight &+= 1
            otherSharedCount &+= 1
            otherByteCount &+= 2
            noteCyrillic(scalar < 0x410 ? scalar &+ 0x50 : (scalar < 0x430 ? scalar &+ 0x20 : scalar))
        case 0x600...0x8FF:
            otherWeight &+= 1
            otherSharedCount &+= 1
            otherByteCount &+= 2
        case 0x900...0x97F:
            otherWeight &+= 1
            otherSharedCount &+= 1
            otherByteCount &+= 3
        case 0x370...0x3FF, 0x530...0x5FF:
            otherWeight &+= Self.tellingWeight
            otherByteCount &+= 2
        case 0x3041...0x3096, 0x30A1...0x30FA, 0xFF66...0xFF9D:
            kanaCount &+= 1
            otherWeight &+= Self.tellingWeight
            otherByteCount &+= 3
        case 0x980...0x1CFF, 0x1F00...0x1FFF, 0x3100...0x31BF, 0x3400...0xD7FF, 0xF900...0xFAFF:
            otherWeight &+= Self.tellingWeight
            otherByteCount &+= 3
        case 0x20000...0x3FFFF:
            otherWeight &+= Self.tellingWeight
            otherByteCount &+= 4
        case 0xFB50...0xFDFF, 0xFE70...0xFEFC:
            otherWeight &+= 1
            otherSharedCount &+= 1
            otherByteCount &+= 3
        default: break
        }
    }

    /// Looks at a lower-case Cyrillic letter.
    @_noAllocation
    private mutating func noteCyrillic(_ scalar: UInt32) {
        switch scalar {
        case 0x452, 0x45B: serbianCount &+= 1
        case 0x453, 0x45C, 0x455: macedonianCount &+= 1
        case 0x458, 0x459, 0x45A, 0x45F: westernSlavicCount &+= 1
        case 0x44B, 0x44D, 0x451: russianCount &+= 1
        case 0x439, 0x449, 0x44A, 0x44C, 0x44E, 0x44F: easternSlavicCount &+= 1
        case 0x454, 0x456, 0x457, 0x45E, 0x491: ukrainianCount &+= 1
        default: break
        }
    }
}

extension RigidBytes {
    /// The longest run of Latin words that is taken for a name.
    private static let nameWordCountMax = 3

    /// Blanks the names written in Latin within a text of another script, so that `Tom`, `Image Viewer` and `DVD` are
    /// no change of language: a run of at most three words, each with a capital first or of a single letter.
    /// Lower-case words stay and count, since mixing two languages word by word looks like that; and so do letters within
    /// a Cyrillic word (`вiн`), which are its own, mistyped.
    /// Returns the number of letters blanked.
    @_noAllocation
    mutating func blankNames() -> Int {
        var blankedCount = 0
        var index = 0
        while index < count {
            guard Self.isLatinAt(view, index) else {
                index &+= 1
                continue
            }
            let start = index
            var end = index
            var wordCount = 0
            var isName = true
            while index < count && (self[index] < 0x80 || Self.isLatinAt(view, index)) {
                guard Self.isLatinAt(view, index) else {
                    index &+= 1
                    continue
                }
                let wordStart = index
                while index < count && Self.isLatinAt(view, index) { index &+= self[index] < 0x80 ? 1 : 2 }
                wordCount &+= 1
                let isCapital = self[wordStart] & 0xA0 == 0  // an ASCII letter without the lower-case bit
                if !isCapital && index &- wordStart > 1 { isName = false }
                end = min(index, count)
            }
            if isName && !Self.isGlued(view, start, end) && wordCount <= Self.nameWordCountMax {
                blankedCount &+= blank(start, end)
            }
            index = max(index, end)
        }
        return blankedCount
    }

    /// Whether a Latin letter starts there: in ASCII, or one of the two-byte letters up to U+024F.
    @_noAllocation
    private static func isLatinAt(_ view: ByteView, _ index: Int) -> Bool {
        let byte = view[index]
        return LetterEvidence.isASCIILetter(byte) || (byte >= 0xC3 && byte <= 0xC9)
    }

    /// Whether letters of a script of two bytes, which writes spaces between words, touch the bytes from `start` to `end`.
    @_noAllocation
    private static func isGlued(_ view: ByteView, _ start: Int, _ end: Int) -> Bool {
        let isLetterBefore = start >= 2 && view[start &- 2] >= 0xCD && view[start &- 2] <= 0xDF
        return isLetterBefore || (end < view.count && view[end] >= 0xCD && view[end] <= 0xDF)
    }

    /// Overwrites the bytes from `start` up to `end` with spaces and says how many letters there were.
    @_noAllocation
    private mutating func blank(_ start: Int, _ end: Int) -> Int {
        var letterCount = 0
        for index in start..<end {
            if Self.isLatinAt(view, index) { letterCount &+= 1 }
            unsafe base[index] = 0x20
        }
        return letterCount
    }
}
