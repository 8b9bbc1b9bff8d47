package import RewardMemory

/// Cutting text into words as sacrebleu's tokeniser `13a` does (mteval-v13a).
///
/// Its four substitutions are replayed as machines behind one another, each of which holds back at most one byte. Bytes
/// serve for characters, since no substitution tells the bytes of one character apart.
extension SequenceScratch {
    /// What the second, third and fourth substitution hold back, and the word behind them. 0x100 is nothing.
    private struct Chain: BitwiseCopyable {
        var second: UInt16 = 0x100
        var third: UInt16 = 0x100
        var fourth: UInt16 = 0x100
        var word = Word()

        @_noAllocation init() {}
    }

    /// The words of valid UTF-8 of at most `Limits.similarityByteCountMax` bytes; false when they are too many.
    @_noAllocation
    package mutating func append(bleuWordsOf text: ByteView) -> Bool {
        let line = withoutMarkup(text.slice(0, Self.endWithoutSpace(of: text)))
        var chain = Chain()
        var isComplete = pushSecond(0x20, &chain)
        var index = 0
        while index < line.count && isComplete {
            let byte = line[index]
            if byte >= 0x80 {
                let start = index
                let isSeparator = Self.isSeparator(UTF8Scalar.decode(line, at: &index))
                var offset = isSeparator ? index &- 1 : start
                while offset < index {
                    isComplete = pushSecond(isSeparator ? 0x20 : UInt16(line[offset]), &chain) && isComplete
                    offset &+= 1
                }
                continue
            }
            index &+= 1
            if Self.isSymbol(byte) {
                // The first substitution: symbols stand alone.
                isComplete = pushSecond(0x20, &chain) && pushSecond(UInt16(byte), &chain) && pushSecond(0x20, &chain)
            } else {
                isComplete = pushSecond(Self.isSeparator(UInt32(byte)) ? 0x20 : UInt16(byte), &chain)
            }
        }
        return isComplete && pushSecond(0x20, &chain) && finish(&chain)
    }

    // MARK: The substitutions

    /// ASCII symbols but for the apostrophe, the comma, the hyphen and the full stop.
    @_noAllocation @inline(__always)
    private static func isSymbol(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x21...0x26, 0x28...0x2B, 0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: true
        default: false
        }
    }

    @_noAllocation @inline(__always)
    private static func isDigit(_ byte: UInt16) -> Bool { byte >= 0x30 && byte <= 0x39 }

    @_noAllocation @inline(__always)
    private static func isStop(_ byte: UInt16) -> Bool { byte == 0x2E || byte == 0x2C }

    /// `([^0-9])([\.,])` becomes `\1 \2 `.
    @_noAllocation @inline(__always)
    private mutating func pushSecond(_ byte: UInt16, _ chain: inout Chain) -> Bool {
        let held = chain.second
        chain.second = byte
        guard held != 0x100 else { return true }
        guard Self.isStop(byte), !Self.isDigit(held) else { return pushThird(held, &chain) }
        chain.second = 0x100
        return pushThird(held, &chain) && pushThird(0x20, &chain) && pushThird(byte, &chain) && pushThird(0x20, &chain)
    }

    /// `([\.,])([^0-9])` becomes ` \1 \2`.
    @_noAllocation
    private mutating func pushThird(_ byte: UInt16, _ chain: inout Chain) -> Bool {
        let held = chain.third
        chain.third = byte
        guard held != 0x100 else { return true }
        guard Self.isStop(held), !Self.isDigit(byte) else { return pushFourth(held, &chain) }
        chain.third = 0x100
        return pushFourth(0x20, &chain) && pushFourth(held, &chain) && pushFourth(0x20, &chain)
            && pushFourth(byte, &chain)
    }

    /// `([0-9])(-)` becomes `\1 \2 `.
    @_noAllocation @inline(__always)
    private mutating func pushFourth(_ byte: UInt16, _ chain: inout Chain) -> Bool {
        let held = chain.fourth
        chain.fourth = byte
        guard held != 0x100 else { return true }
        guard byte == 0x2D, Self.isDigit(held) else { return cut(held, &chain) }
        chain.fourth = 0x100
        return cut(held, &chain) && cut(0x20, &chain) && cut(byte, &chain) && cut(0x20, &chain)
    }

    @_noAllocation @inline(__always)
    private mutating func cut(_ byte: UInt16, _ chain: inout Chain) -> Bool {
        guard byte != 0x20 else { return end(&chain.word) }
        add(UInt8(truncatingIfNeeded: byte), to: &chain.word)
        return true
    }

    /// Lets go of what the machines hold back.
    @_noAllocation
    private mutating func finish(_ chain: inout Chain) -> Bool {
        if chain.second != 0x100, !pushThird(chain.second, &chain) { return false }
        if chain.third != 0x100, !pushFourth(chain.third, &chain) { return false }
        if chain.fourth != 0x100, !cut(chain.fourth, &chain) { return false }
        return end(&chain.word)
    }

    // MARK: Before them

    @_noAllocation
    private static func endWithoutSpace(of text: ByteView) -> Int {
        var end = text.count
        while end > 0 {
            var last = end &- 1
            while last > 0 && text[last] & 0xC0 == 0x80 { last &-= 1 }
            var next = last
            guard isSeparator(UTF8Scalar.decode(text, at: &next)) else { break }
            end = last
        }
        return end
    }

    /// `text` with the marks of mteval's formats taken out: skipped segments, words broken at a line's end, and the
    /// entities of SGML, one kind after the other as in the original.
    @_noAllocation
    private mutating func withoutMarkup(_ text: ByteView) -> ByteView {
        let isMarked =
            text.firstIndex(of: ByteView("<skipped>")) >= 0 || text.firstIndex(of: ByteView("-\n")) >= 0
            || text.firstIndex(of: UInt8(ascii: "&")) >= 0
        guard isMarked, rewritten.replace(with: text) else { return text }
        replaceAll("<skipped>", by: "")
        replaceAll("-\n", by: "")
        replaceAll("&quot;", by: "\"")
        replaceAll("&amp;", by: "&")
        replaceAll("&lt;", by: "<")
        replaceAll("&gt;", by: ">")
        return rewritten.view
    }

    /// Replaces every place of `needle` in `rewritten` by something shorter, from the left.
    @_noAllocation
    private mutating func replaceAll(_ needle: StaticString, by replacement: StaticString) {
        let needle = ByteView(needle)
        let replacement = ByteView(replacement)
        let text = rewritten.view
        var found = text.firstIndex(of: needle)
        guard found >= 0 else { return }
        var target = found
        while found >= 0 {
            for offset in 0..<replacement.count { unsafe rewritten.base[target &+ offset] = replacement[offset] }
            target &+= replacement.count
            var source = found &+ needle.count
            found = text.firstIndex(of: needle, from: source)
            let keptEnd = found >= 0 ? found : text.count
            while source < keptEnd {
                unsafe rewritten.base[target] = text[source]
                target &+= 1
                source &+= 1
            }
        }
        rewritten.truncate(to: target)
    }
}
