internal import CLinux
internal import CTextFold
package import RewardMemory

/// Folding of text before it is matched: what looks the same to a reader becomes the same bytes.
///
/// Compatibility forms, case, accents, zero-width characters and look-alike letters are undone scalar by scalar, by the
/// generated tables of `CTextFold` (their rules are in `script/generate-text-fold.cpp`). ASCII stays as it is, capitals
/// too: whoever matches folded text does so without regard to ASCII case, and pure ASCII needs no folding at all.
package enum TextFold {
    /// Room to fold a text of `count` bytes into: what the worst text grows to, and a word of slack.
    @_noAllocation
    package static func byteCountMax(folding count: Int) -> Int {
        count * Int(PLAUDIT_FOLD_EXPANSION_MAX) + MemoryLayout<UInt64>.size
    }

    /// Folds `text`, which is valid UTF-8, into `target`; the view is valid until the target is folded into again.
    ///
    /// Reads and writes sixteen bytes at a time without asking for room: the target has been found large enough for the worst text,
    /// which is eleven times as long, and every read is held against the text's end.
    @_noAllocation
    package static func fold(_ text: ByteView, into target: inout FoldBuffer) -> ByteView {
        precondition(byteCountMax(folding: text.count) <= target.capacity, "a folded text fits its buffer")
        target.removeAll()
        let source = unsafe UnsafeRawPointer(text.base)
        let output = unsafe target.base
        var index = 0
        var count = 0
        // Whether the last step found nothing but ASCII.
        var isLongStretch = false
        while index &+ 16 <= text.count {
            let asciiCount = unsafe plaudit_copy_sixteen(output + count, source + index)
            // A guess that the processor makes right, where adding a computed count would make the next step wait for this one.
            guard asciiCount < 16 else {
                index &+= 16
                count &+= 16
                isLongStretch = !isLongStretch
                if !isLongStretch {
                    // A third step: most of a long stretch is still to come.
                    let restCount = unsafe plaudit_copy_ascii(output + count, source + index, text.count &- index)
                    index &+= restCount
                    count &+= restCount
                }
                continue
            }
            isLongStretch = false
            index &+= asciiCount
            count &+= asciiCount
            // A scalar takes up to four bytes, which are read as one word. Each length has its own branch, guessed
            // right within a script, so that reading the next scalar does not wait for this one.
            while index &+ 4 <= text.count {
                let bytes = unsafe source.loadUnaligned(fromByteOffset: index, as: UInt32.self)
                guard bytes & 0x80 != 0 else { break }
                let second = bytes &>> 8 & 0x3F
                if bytes & 0x20 == 0 {
                    index &+= 2
                    write((bytes & 0x1F) &<< 6 | second, bytes, 2, at: &count, of: &target)
                    continue
                }
                let third = bytes &>> 16 & 0x3F
                if bytes & 0x10 == 0 {
                    index &+= 3
                    write((bytes & 0x0F) &<< 12 | second &<< 6 | third, bytes, 3, at: &count, of: &target)
                } else {
                    index &+= 4
                    let high = (bytes & 0x07) &<< 18 | second &<< 12
                    write(high | third &<< 6 | bytes &>> 24 & 0x3F, bytes, 4, at: &count, of: &target)
                }
            }
        }
        target.setCount(count)
        while index < text.count { foldScalar(of: text, at: &index, into: &target) }
        return target.view
    }

    /// Writes the fold of a scalar, whose bytes stand first in a little-endian word, at `count` of the target.
    @_noAllocation @inline(__always)
    private static func write(
        _ scalar: UInt32, _ bytes: UInt32, _ byteCount: Int, at count: inout Int, of target: inout FoldBuffer
    ) {
        let output = unsafe target.base
        let value = Int(plaudit_fold_value(scalar))
        if value < Int(PLAUDIT_FOLD_VOWEL) {
            // Same, removed or one ASCII byte: which of them changes from letter to letter, so it is no branch.
            let isSame = value == Int(PLAUDIT_FOLD_SAME)
            let folded = isSame ? bytes : UInt32(truncatingIfNeeded: value)
            unsafe output.storeBytes(of: folded, toByteOffset: count, as: UInt32.self)
            count &+= isSame ? byteCount : (value == Int(PLAUDIT_FOLD_REMOVED) ? 0 : 1)
        } else if value >= Int(PLAUDIT_FOLD_TEXT) {
            count &+= unsafe copyReplacement(value, to: output + count)
        } else {
            target.setCount(count)
            appendJamo(value, to: &target)
            count = target.count
        }
    }

    /// Copies a replacement word by word, up to seven bytes more than it has, of which the next write covers what is
    /// too much; its byte count.
    @_noAllocation @inline(__always)
    private static func copyReplacement(_ value: Int, to output: UnsafeMutableRawPointer) -> Int {
        let replacement = unsafe UnsafeRawPointer(plaudit_fold_replacement(UInt16(truncatingIfNeeded: value)))
        let byteCount = Int(unsafe replacement.load(as: UInt8.self))
        var offset = 0
        repeat {
            let word = unsafe replacement.loadUnaligned(fromByteOffset: 1 &+ offset, as: UInt64.self)
            unsafe output.storeBytes(of: word, toByteOffset: offset, as: UInt64.self)
            offset &+= 8
        } while offset < byteCount
        return byteCount
    }

    /// Folds the scalar at `index`, which moves behind it.
    @_noAllocation @inline(__always)
    static func foldScalar(of text: ByteView, at index: inout Int, into target: inout FoldBuffer) {
        let start = index
        let first = text[start]
        guard first >= 0x80 else {
            target.append(first)
            index &+= 1
            return
        }
        let value = Int(plaudit_fold_value(UTF8Scalar.decode(text, at: &index)))
        if value == Int(PLAUDIT_FOLD_SAME) {
            target.append(text.slice(start, index))
        } else if value >= Int(PLAUDIT_FOLD_TEXT) {
            let replacement = unsafe plaudit_fold_replacement(UInt16(truncatingIfNeeded: value))
            target.append(unsafe ByteView(unsafe: replacement + 1, count: Int(replacement[0])))
        } else if value >= Int(PLAUDIT_FOLD_VOWEL) {
            appendJamo(value, to: &target)
        } else if value != Int(PLAUDIT_FOLD_REMOVED) {
            target.append(UInt8(truncatingIfNeeded: value))
        }
    }

    /// Joins a loose Hangul vowel or final consonant with the syllable begun before it, as NFC does (Unicode 3.12).
    @_noAllocation
    private static func appendJamo(_ value: Int, to target: inout FoldBuffer) {
        let isVowel = value < Int(PLAUDIT_FOLD_FINAL)
        let last = target.lastThreeByteScalar
        if isVowel, last >= 0x1100, last <= 0x1112 {
            let vowel = UInt32(value &- Int(PLAUDIT_FOLD_VOWEL))
            target.replaceLastThreeBytes(with: 0xAC00 + ((last - 0x1100) * 21 + vowel) * 28)
        } else if !isVowel, last >= 0xAC00, last <= 0xD7A3, (last - 0xAC00) % 28 == 0 {
            target.replaceLastThreeBytes(with: last + UInt32(value &- Int(PLAUDIT_FOLD_FINAL) &+ 1))
        } else if isVowel {
            target.appendThreeBytes(0x1161 + UInt32(value &- Int(PLAUDIT_FOLD_VOWEL)))
        } else {
            target.appendThreeBytes(0x11A8 + UInt32(value &- Int(PLAUDIT_FOLD_FINAL)))
        }
    }

    /// The bytes of `text` that folded to `range` of the folded text: whole scalars, and what was removed behind them.
    ///
    /// Folds again up to the range's end, into the buffer that already holds the folded text: no map is kept for the
    /// many texts in which nothing is found.
    @_noAllocation
    package static func sourceSpan(
        of range: Range<Int>, in text: ByteView, refolding target: inout FoldBuffer
    ) -> Range<Int> {
        precondition(byteCountMax(folding: text.count) <= target.capacity, "a folded text fits its buffer")
        target.removeAll()
        var walk = FoldWalk()
        walk.advance(toFolded: range.lowerBound, in: text, &target)
        let start = walk.scalarStart
        walk.advance(toFolded: range.upperBound &- 1, in: text, &target)
        return start..<walk.scalarEnd(in: text, &target)
    }

    /// `text` folded, in lower case, without white space at its ends: how list entries are kept. Nil when the text is
    /// too long for the target.
    // Allocates: while a plan is compiled.
    package static func makeFolded(_ text: String, in target: inout FoldBuffer) -> [UInt8]? {
        let storage = OwnedStorage()
        defer { withExtendedLifetime(storage) {} }
        guard byteCountMax(folding: text.utf8.count) <= target.capacity else { return nil }
        let folded = fold(storage.makeText(text.utf8), into: &target)
        var start = 0
        var end = folded.count
        while start < end, isASCIISpace(folded[start]) { start += 1 }
        while start < end, isASCIISpace(folded[end - 1]) { end -= 1 }
        return (start..<end).map { asciiLowercased(folded[$0]) }
    }

    @_noAllocation @inline(__always)
    static func asciiLowercased(_ byte: UInt8) -> UInt8 {
        byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
    }

    @_noAllocation
    private static func isASCIISpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || (byte >= 0x09 && byte <= 0x0D)
    }
}

/// Walks text and its folded form side by side.
struct FoldWalk {
    /// Where the scalar that was folded last starts.
    private(set) var scalarStart = 0
    /// Behind the scalar that was folded last.
    private var index = 0

    @_noAllocation
    init() {}

    /// Folds until the byte `offset` of the folded text is written; `scalarStart` is the scalar it comes from.
    @_noAllocation
    mutating func advance(toFolded offset: Int, in text: ByteView, _ target: inout FoldBuffer) {
        while target.count <= offset && index < text.count {
            scalarStart = index
            TextFold.foldScalar(of: text, at: &index, into: &target)
        }
    }

    /// Folds up to `source` in the unfolded text; how long the folded text is then.
    @_noAllocation
    mutating func advance(toSource source: Int, in text: ByteView, _ target: inout FoldBuffer) -> Int {
        while index < source && index < text.count {
            scalarStart = index
            TextFold.foldScalar(of: text, at: &index, into: &target)
        }
        return target.count
    }

    /// Behind the scalar folded last and those after it that fold to nothing, such as accents.
    @_noAllocation
    mutating func scalarEnd(in text: ByteView, _ target: inout FoldBuffer) -> Int {
        let count = target.count
        var end = index
        while index < text.count && target.count == count {
            end = index
            TextFold.foldScalar(of: text, at: &index, into: &target)
        }
        return target.count == count ? index : end
    }
}
