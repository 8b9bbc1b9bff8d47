internal import CUtf8proc
package import RewardMemory

/// Cutting text into words.
extension SequenceScratch {
    /// A word on its way into the table of names: the name of what is complete and up to five bytes that are not.
    struct Word: BitwiseCopyable {
        var name = NameTable.none
        var piece: UInt64 = 0
        var byteCount = 0

        @_noAllocation init() {}
        var isEmpty: Bool { @_noAllocation get { byteCount == 0 } }
    }

    @_noAllocation @inline(__always)
    mutating func add(_ byte: UInt8, to word: inout Word) {
        if word.byteCount == 5 {
            word.name = extend(word.name, word.piece, 5)
            word.piece = 0
            word.byteCount = 0
        }
        word.piece |= UInt64(byte) &<< UInt64(8 &* word.byteCount)
        word.byteCount &+= 1
    }

    /// Ends the word, if there is one; false when it is one too many.
    @_noAllocation @inline(__always)
    mutating func end(_ word: inout Word) -> Bool {
        guard !word.isEmpty else { return true }
        let name = extend(word.name, word.piece, word.byteCount)
        word = Word()
        return append(unit: name)
    }

    /// White space as Python's `str.split` sees it: Unicode's, and the four separators of ASCII.
    @_noAllocation @inline(__always)
    static func isSeparator(_ scalar: UInt32) -> Bool {
        UTF8Scalar.isWhiteSpace(scalar) || (scalar >= 0x1C && scalar <= 0x1F)
    }

    // MARK: Words between white space, case folded

    /// Words between white space with their case folded; each Han or kana character is a word of its own. False when
    /// they are too many.
    @_noAllocation
    package mutating func append(foldedWordsOf text: ByteView) -> Bool {
        var word = Word()
        var index = 0
        while index < text.count {
            let byte = text[index]
            if byte < 0x80 {
                index &+= 1
                if Self.isSeparator(UInt32(byte)) {
                    guard end(&word) else { return false }
                } else {
                    add(TextFold.asciiLowercased(byte), to: &word)
                }
                continue
            }
            let scalar = UTF8Scalar.decode(text, at: &index)
            let isAlone = UTF8Scalar.isUnspacedIdeograph(scalar)
            if isAlone || Self.isSeparator(scalar) {
                guard end(&word) else { return false }
                guard isAlone else { continue }
            }
            addFolded(scalar, to: &word)
            if isAlone, !end(&word) { return false }
        }
        return end(&word)
    }

    @_noAllocation
    private mutating func addFolded(_ scalar: UInt32, to word: inout Word) {
        rewritten.removeAll()
        rewritten.setCount(unsafe plaudit_fold_scalar(scalar, rewritten.base))
        for offset in 0..<rewritten.count { add(rewritten[offset], to: &word) }
    }

    // MARK: ROUGE

    /// Words as rouge-score has them: lower-case ASCII letters and digits, cut by everything else. False when they are
    /// too many.
    @_noAllocation
    package mutating func append(rougeWordsOf text: ByteView) -> Bool {
        var word = Word()
        var index = 0
        while index < text.count {
            let byte = TextFold.asciiLowercased(text[index])
            if (byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z"))
                || (byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9"))
            {
                add(byte, to: &word)
                index &+= 1
                continue
            }
            if byte < 0x80 {
                index &+= 1
            } else {
                // The two that are lower case in ASCII: the Kelvin sign, and I with a dot, whose dot cuts.
                let scalar = UTF8Scalar.decode(text, at: &index)
                if scalar == 0x212A {
                    add(UInt8(ascii: "k"), to: &word)
                    continue
                }
                if scalar == 0x130 { add(UInt8(ascii: "i"), to: &word) }
            }
            guard end(&word) else { return false }
        }
        return end(&word)
    }
}
