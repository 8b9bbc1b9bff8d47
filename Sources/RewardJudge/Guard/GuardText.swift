/// Normal forms in which texts are compared with known tricks.
enum GuardText {
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
                while index < bytes.count, bytes[index] < 0x80 { index += 1 }
                form.append(ascii: UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: bytes[start..<index])))
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

        init(byteCount: Int) { bytes.reserveCapacity(byteCount) }

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

    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .format: true
        default: scalar.properties.isDefaultIgnorableCodePoint
        }
    }

    /// Without `<think>…</think>` and the like; what is not closed goes to the end.
    static func withoutThoughts(_ text: String) -> String {
        let source = ReplyText(text)
        guard source.firstIndex(of: "<") != nil else { return text }
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
