internal import Glibc

/// Normal forms in which texts are compared with known tricks.
package enum GuardText {
    private static let thoughtTags = ["think", "thinking", "reasoning"]

    /// In lower case, without white space and full stops, colons and the like at the ends, runs of white space as one
    /// space, and without characters that do not show.
    static func normalized(_ text: String) -> String {
        let scalars = String(decoding: squeezed(text), as: UTF8.self).unicodeScalars
        guard let first = scalars.firstIndex(where: isContent), let last = scalars.lastIndex(where: isContent) else {
            return ""
        }
        return String(scalars[first...last])
    }

    /// The same but for the ends, as bytes of UTF-8: of white space there, one space is left in front at most.
    static func squeezed(_ text: String) -> [UInt8] {
        var text = text
        return text.withUTF8 { bytes in
            var form = SqueezedText(byteCount: bytes.count)
            var index = 0
            while index < bytes.count {
                let start = index
                let raw = UnsafeRawBufferPointer(bytes)
                while index + ByteWord.byteCount <= raw.count, ByteWord(raw, at: index).isASCII {
                    index += ByteWord.byteCount
                }
                while index < bytes.count, bytes[index] < 0x80 { index += 1 }
                form.append(ascii: UnsafeRawBufferPointer(rebasing: raw[start..<index]))
                let end = index
                while index < bytes.count, bytes[index] >= 0x80 { index += 1 }
                for scalar in String(decoding: bytes[end..<index], as: UTF8.self).unicodeScalars { form.append(scalar) }
            }
            return form.bytes
        }
    }

    /// A text that is being squeezed. White space is written when something follows it.
    private struct SqueezedText {
        private(set) var bytes: [UInt8] = []
        private var hasGap = false

        // With the gap that `append(ascii:)` makes room for.
        init(byteCount: Int) { bytes.reserveCapacity(byteCount + 1) }

        mutating func append(ascii text: UnsafeRawBufferPointer) {
            var index = 0
            var end = bytes.count
            var gap = hasGap
            // Each byte gives one at most, and the gap before them one more.
            bytes.append(contentsOf: repeatElement(0, count: text.count + 1))
            bytes.withUnsafeMutableBytes { target in
                while index < text.count {
                    if index + ByteWord.byteCount <= text.count {
                        let word = ByteWord(text, at: index)
                        let spaces = word.allEqual(toASCII: 0x20)
                        // Words and single spaces, as most texts are: eight bytes at once.
                        if word.firstBelow(0x20) == 0, spaces & spaces << 8 == 0,
                            spaces & 0x80 == 0 || (end > 0 && !gap)
                        {
                            if gap {
                                target[end] = 0x20
                                end += 1
                            }
                            target.storeBytes(of: word.loweredASCII, toByteOffset: end, as: UInt64.self)
                            gap = spaces >> 63 != 0
                            end += gap ? ByteWord.byteCount - 1 : ByteWord.byteCount
                            index += ByteWord.byteCount
                            continue
                        }
                    }
                    let byte = text[index]
                    index += 1
                    if ReplyText.isWhiteSpace(byte) {
                        gap = end > 0
                        continue
                    }
                    if gap {
                        target[end] = 0x20
                        end += 1
                        gap = false
                    }
                    target[end] = ReplyText.lowered(byte)
                    end += 1
                }
            }
            bytes.removeLast(bytes.count - end)
            hasGap = gap
        }

        mutating func append(_ scalar: Unicode.Scalar) {
            if GuardText.isPlain(scalar) {
                if hasGap { bytes.append(0x20) }
                hasGap = false
                bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
                return
            }
            guard !GuardText.isInvisible(scalar) else { return }
            if scalar.properties.isWhitespace {
                hasGap = !bytes.isEmpty
                return
            }
            if hasGap { bytes.append(0x20) }
            hasGap = false
            for lowered in scalar.properties.lowercaseMapping.unicodeScalars {
                bytes.append(contentsOf: UTF8.encode(lowered) ?? UTF8.encodedReplacementCharacter)
            }
        }
    }

    /// A letter, a digit or a symbol that says something; neither white space nor punctuation nor invisible.
    static func isContent(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
            .letterNumber, .otherNumber, .mathSymbol, .currencySymbol, .otherSymbol:
            true
        case .modifierSymbol, .nonspacingMark, .spacingMark, .enclosingMark, .connectorPunctuation, .dashPunctuation,
            .openPunctuation, .closePunctuation, .initialPunctuation, .finalPunctuation, .otherPunctuation,
            .spaceSeparator, .lineSeparator, .paragraphSeparator, .control, .format, .surrogate, .privateUse,
            .unassigned:
            false
        @unknown default: true
        }
    }

    /// Whether a character is among those that texts are full of, which all show, are no white space, and have no lower case of
    /// another kind: what is known of them need not be looked up.
    package static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        // Small letters of Latin-1; dashes, quotes and the like; kana; CJK; Hangul.
        case 0xDF...0xF6, 0xF8...0xFF, 0x2010...0x2027, 0x3041...0x3096, 0x30A1...0x30FA, 0x4E00...0x9FFF,
            0xAC00...0xD7A3:
            true
        default: false
        }
    }

    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .format: true
        default: scalar.properties.isDefaultIgnorableCodePoint
        }
    }

    /// Without `<think>…</think>` and the like; what is not closed goes to the end.
    static func withoutThoughts(_ text: String) -> String {
        var text = text
        // Nearly every text; looked at where it stands.
        let mayThink = text.withUTF8 { bytes in
            bytes.baseAddress.map { memchr($0, Int32(UInt8(ascii: "<")), bytes.count) != nil } ?? false
        }
        guard mayThink else { return text }
        let source = ReplyText(text)
        var kept: [UInt8] = []
        var index = 0
        while index < source.bytes.count {
            guard let open = source.firstIndex(of: "<", from: index) else { break }
            kept.append(contentsOf: source.bytes[index..<open])
            guard let tag = thoughtTags.first(where: { source.has("<\($0)>", at: open) }) else {
                kept.append(source.bytes[open])
                index = open + 1
                continue
            }
            guard let close = source.firstIndex(of: "</\(tag)>", from: open) else { return ReplyText(kept).string }
            index = close + tag.utf8.count + 3
        }
        kept.append(contentsOf: source.bytes[index...])
        return ReplyText(kept).string
    }
}
