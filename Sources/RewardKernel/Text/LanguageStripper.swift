package import RewardMemory

/// How much of a text's prose is looked at.
package struct ProseSample: BitwiseCopyable {
    package static var full: ProseSample {
        @_noAllocation get {
            ProseSample(wholeByteCountMax: Limits.languageByteCountMax, byteCount: Limits.languageByteCountMax)
        }
    }
    package static var fast: ProseSample {
        @_noAllocation get {
            ProseSample(
                wholeByteCountMax: Limits.fastLanguageByteCountMax, byteCount: Limits.fastLanguageSampleByteCount)
        }
    }

    /// A text of no more bytes is taken whole.
    let wholeByteCountMax: Int
    /// Bytes that stand for a longer one, no more than `wholeByteCountMax`.
    let byteCount: Int

    @_noAllocation
    package init(wholeByteCountMax: Int, byteCount: Int) {
        self.wholeByteCountMax = wholeByteCountMax
        self.byteCount = byteCount
    }

    @_noAllocation
    func isWhole(_ text: ByteView) -> Bool { text.count <= wholeByteCountMax }
}

/// Copies the prose of a text and leaves its noise out: code, markup, formulas, addresses, numbers, JSON structure.
///
/// One pass, linear in the text: every look ahead ends at the next byte of the kind it looks for. What is left out becomes
/// one space, so that words never grow together. The output is valid UTF-8 without control characters or
/// non-characters, of no more bytes than the sample and the end of a word. A text longer than what is taken whole is represented by
/// four stretches of it, evenly spread from its start to its end, so that a change of language in the middle is seen as well.
package struct LanguageStripper {
    /// Stretches that stand for a text which does not fit.
    static let stretchCount = 4

    let text: ByteView
    private let sample: ProseSample
    var index = 0
    /// Set from the first JSON key on: backslashes are escapes then, and no LaTeX.
    var isJSON = false
    /// Inside a code fence whose content is prose (`json`, `text`, `markdown`).
    var isInFence = false
    /// No `$$` follows, so looking for one again is of no use.
    var hasNoDisplayEnd = false
    /// Letters seen in what was copied.
    package private(set) var evidence = LetterEvidence()

    @_noAllocation
    package init(_ text: ByteView, _ sample: ProseSample) {
        self.text = text
        self.sample = sample
    }

    /// Fills `prose` with the text's prose and pads it with zeros.
    @_noAllocation
    package mutating func strip(into prose: inout RigidBytes) {
        prose.removeAll()
        if sample.isWhole(text) {
            copy(until: min(sample.wholeByteCountMax, prose.capacity), into: &prose)
        } else {
            let byteCountMax = min(sample.byteCount, prose.capacity)
            for stretch in 0..<Self.stretchCount {
                skip(to: stretch &* (text.count &- byteCountMax / Self.stretchCount) / (Self.stretchCount &- 1))
                copy(until: (stretch &+ 1) &* byteCountMax / Self.stretchCount, into: &prose)
                Self.endLine(&prose)
            }
        }
        if evidence.mixesScripts { evidence.latinLetterCount &-= prose.blankNames() }
        prose.zeroPadding()
    }

    /// Goes on at `target` if it lies ahead: at the start of a word there, and outside a code fence.
    @_noAllocation
    private mutating func skip(to target: Int) {
        guard target > index else { return }
        var fence = nextFence(from: index)
        while fence >= 0 && fence < target {
            isInFence = !isInFence
            fence = nextFence(from: fence &+ 3)
        }
        index = target
        if isInFence {
            // Which kind of fence this is was skipped too; most hold code.
            index = fence < 0 ? text.count : fence &+ 3
            isInFence = false
            return
        }
        let wordEnd = min(text.count, target &+ Self.tokenByteCountMax)
        while index < wordEnd && text[index] > 0x20 { index &+= 1 }
        if index == wordEnd { index = target }
        while index < text.count && text[index] & 0xC0 == 0x80 { index &+= 1 }
    }

    /// Where the next three backticks stand, or -1: found by the one byte, which a library's search is fastest at.
    @_noAllocation
    func nextFence(from start: Int) -> Int {
        var mark = text.firstIndex(of: UInt8(ascii: "`"), from: start)
        while mark >= 0 && mark &+ 2 < text.count {
            if text[mark &+ 1] == UInt8(ascii: "`") && text[mark &+ 2] == UInt8(ascii: "`") { return mark }
            mark = text.firstIndex(of: UInt8(ascii: "`"), from: mark &+ 1)
        }
        return -1
    }

    /// Copies prose until the text ends or `limit` bytes are held.
    @_noAllocation
    private mutating func copy(until limit: Int, into prose: inout RigidBytes) {
        while index < text.count && prose.count < limit {
            let byte = text[index]
            if byte >= 0x80 {
                copyScalars(until: limit, into: &prose)
            } else if Self.isTokenByte(byte) {
                if !copyPlainWords(until: limit, into: &prose) { copyToken(until: limit, into: &prose) }
            } else {
                skipMarkup(byte, into: &prose)
            }
        }
    }

    /// A space, unless white space is there.
    @_noAllocation
    static func separate(_ prose: inout RigidBytes) {
        if prose.count > 0 && prose[prose.count &- 1] > 0x20 { prose.append(0x20) }
    }

    /// A line end, unless white space is there: in its place then.
    @_noAllocation
    private static func endLine(_ prose: inout RigidBytes) {
        guard prose.count > 0 else { return }
        if prose[prose.count &- 1] <= 0x20 { prose.truncate(to: prose.count &- 1) }
        prose.append(UInt8(ascii: "\n"))
    }

    /// Copies a run of scalars beyond ASCII until `limit` bytes are held, each scalar whole.
    @_noAllocation
    private mutating func copyScalars(until limit: Int, into prose: inout RigidBytes) {
        let runCountMax = min(limit &- prose.count, prose.freeCount &- 3)
        guard runCountMax > 0 else {
            // What does not fit any more must not be cut in two either.
            index = text.count
            return
        }
        let start = index
        var end = index
        while end < text.count && text[end] >= 0x80 && end &- start < runCountMax {
            index = end
            let scalar = UTF8Scalar.decode(text, at: &end)
            if Self.isForbidden(scalar) {
                prose.append(text.slice(start, index))
                Self.separate(&prose)
                index = end
                return
            }
            evidence.note(scalar)
        }
        prose.append(text.slice(start, end))
        index = end
    }

    /// Scalars that make CLD2 give up on a text: C1 controls and non-characters.
    @_noAllocation
    private static func isForbidden(_ scalar: UInt32) -> Bool {
        scalar < 0xA0 || (scalar >= 0xFDD0 && scalar <= 0xFDEF) || scalar & 0xFFFE == 0xFFFE
    }

    /// Appends a scalar that was written as an escape.
    @_noAllocation
    mutating func append(escaped scalar: UInt32, into prose: inout RigidBytes) {
        guard scalar >= 0x80, !Self.isForbidden(scalar), prose.freeCount >= 4 else {
            let isLetter = LetterEvidence.isASCIILetter(UInt8(truncatingIfNeeded: scalar)) && scalar < 0x80
            if isLetter && prose.append(UInt8(truncatingIfNeeded: scalar)) {
                evidence.noteLatin(1)
            } else {
                Self.separate(&prose)
            }
            return
        }
        if scalar < 0x800 {
            prose.append(UInt8(truncatingIfNeeded: 0xC0 | scalar &>> 6))
        } else {
            if scalar < 0x10000 {
                prose.append(UInt8(truncatingIfNeeded: 0xE0 | scalar &>> 12))
            } else {
                prose.append(UInt8(truncatingIfNeeded: 0xF0 | scalar &>> 18))
                prose.append(UInt8(truncatingIfNeeded: 0x80 | (scalar &>> 12 & 0x3F)))
            }
            prose.append(UInt8(truncatingIfNeeded: 0x80 | (scalar &>> 6 & 0x3F)))
        }
        prose.append(UInt8(truncatingIfNeeded: 0x80 | (scalar & 0x3F)))
        evidence.note(scalar)
    }
}

// MARK: Tokens

extension LanguageStripper {
    /// Longer tokens are taken in pieces: no word is that long, and the look ahead stays bounded.
    static let tokenByteCountMax = 256
    /// Bytes of a word that may stand behind the end of its stretch.
    private static let overrunByteCountMax = 16

    /// ASCII letters, digits and what holds addresses and identifiers together: ! # % & ' + - . / : = ? @ _ ~
    @_noAllocation @inline(__always)
    static func isTokenByte(_ byte: UInt8) -> Bool {
        // One bit for each of the bytes 0x00...0x3F and 0x40...0x7F.
        let low: UInt64 = 0xA7FF_E8EA_0000_0000
        let high: UInt64 = 0x47FF_FFFE_87FF_FFFF
        return byte < 0x40 ? low &>> UInt64(byte) & 1 != 0 : byte < 0x80 && high &>> UInt64(byte &- 0x40) & 1 != 0
    }

    /// Copies words of lower-case ASCII letters with single spaces between them, eight bytes at a time, up to the last
    /// space before anything else or before `limit` bytes are held. False when there is no such word: most prose is
    /// made of them, and each would be copied as it is.
    @_noAllocation
    private mutating func copyPlainWords(until limit: Int, into prose: inout RigidBytes) -> Bool {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let high = ones &* 0x80
        let end = min(text.count, index &+ (limit &- prose.count))
        var position = index
        var wordsEnd = index
        var spaceCount = 0
        // The high bit of the first byte when a space stands before the eight. Two spaces are not copied as they are.
        var spaceBefore: UInt64 = 0
        while position &+ 8 <= end {
            let word = text.word(at: position)
            // Without their high bits, bytes cannot carry into their neighbours below.
            let low = word & ~high
            let letters = (low &+ ones &* 0x1F) & ~(low &+ ones &* 0x05) & ~word
            var spaces = ~((low ^ ones &* 0x20) &+ ones &* 0x7F) & ~word & high
            let others = (~(letters | spaces) | spaces & (spaces &<< 8 | spaceBefore)) & high
            // Of the eight, those before the first that is something else.
            if others != 0 { spaces &= (others & (0 &- others)) &- 1 }
            if spaces != 0 {
                spaceCount &+= spaces.nonzeroBitCount
                wordsEnd = position &+ 8 &- spaces.leadingZeroBitCount / 8
            }
            if others != 0 { break }
            spaceBefore = (spaces &>> 63) &<< 7
            position &+= 8
        }
        guard spaceCount > 0 else { return false }
        prose.append(text.slice(index, wordsEnd))
        evidence.noteLatin(wordsEnd &- index &- spaceCount)
        index = wordsEnd
        return true
    }

    /// Copies a run of token bytes when it is made of words, and leaves it out when it is an address, an identifier or
    /// has a digit.
    @_noAllocation
    private mutating func copyToken(until end: Int, into prose: inout RigidBytes) {
        let start = index
        let limit = min(text.count, start &+ Self.tokenByteCountMax)
        var isPlain = true
        var lowerCount = 0
        var hasInnerCapital = false
        while index < limit {
            let byte = text[index]
            if LetterEvidence.isASCIILetter(byte) {
                let isUpper = byte & 0x20 == 0
                if isUpper && lowerCount >= 2 { hasInnerCapital = true }
                lowerCount = isUpper ? 0 : lowerCount &+ 1
            } else if Self.isTokenByte(byte) {
                isPlain = false
                lowerCount = 0
            } else {
                break
            }
            index &+= 1
        }
        let token = text.slice(start, index)
        let isEntity = token[0] == UInt8(ascii: "&") && index < text.count && text[index] == UInt8(ascii: ";")
        if hasInnerCapital || isEntity || (!isPlain && Self.isNoise(token)) {
            Self.separate(&prose)
            return
        }
        // A word goes on behind the end of a stretch; a row of letters does not take the place of the next stretch.
        let roomCount = max(0, end &- prose.count) &+ Self.overrunByteCountMax
        let fitting = token.slice(0, min(token.count, min(prose.freeCount, roomCount)))
        var letterCount = fitting.count
        if !isPlain {
            letterCount = 0
            for position in 0..<fitting.count where LetterEvidence.isASCIILetter(fitting[position]) {
                letterCount &+= 1
            }
        }
        prose.append(fitting)
        evidence.noteLatin(letterCount)
    }

    /// Whether a token with something else than letters in it is no prose: a number or a name with digits, an address,
    /// a path, an identifier, an assignment.
    @_noAllocation
    private static func isNoise(_ token: ByteView) -> Bool {
        var end = token.count
        while end > 0 && !isWordByte(token[end &- 1]) { end &-= 1 }
        var slashCount = 0
        var segmentCount = 0  // word bytes since the last separator
        for position in 0..<end {
            let byte = token[position]
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "@"), UInt8(ascii: "="):
                return true
            case UInt8(ascii: "/"):
                slashCount &+= 1
                if slashCount == 2 { return true }
            case UInt8(ascii: "."):
                // `example.com` and `main.py`, but neither `e.g` nor a sentence whose space is missing.
                let next = position &+ 1 < end ? token[position &+ 1] : 0
                if segmentCount >= 2 && next >= UInt8(ascii: "a") && next <= UInt8(ascii: "z") { return true }
            default: break
            }
            segmentCount = LetterEvidence.isASCIILetter(byte) ? segmentCount &+ 1 : 0
        }
        if end > 0 { return false }
        // A sentence's end may stand alone, as in French; a row of dots or dashes says nothing.
        let last = token[token.count &- 1]
        let isEnd = last == UInt8(ascii: ".") || last == UInt8(ascii: "!") || last == UInt8(ascii: "?")
        return !isEnd || token.count > 3
    }

    @_noAllocation
    private static func isWordByte(_ byte: UInt8) -> Bool {
        LetterEvidence.isASCIILetter(byte) || (byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9"))
            || byte == UInt8(ascii: "_")
    }
}
