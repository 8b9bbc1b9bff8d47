internal import CLinux
internal import Glibc
internal import RewardKernel
internal import RewardMemory

/// Normal forms in which texts are compared with known tricks.
package enum GuardText {
    private static let thoughtTags = ["think", "thinking", "reasoning"]
    /// The tags as they stand behind their angle.
    private static let thoughtOpenings = thoughtTags.map { Array("\($0)>".utf8) }

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
    package static func squeezed(_ text: String) -> [UInt8] {
        var text = text
        return text.withUTF8 { bytes in
            let raw = UnsafeRawBufferPointer(bytes)
            guard let base = raw.baseAddress else { return [] }
            var form = SqueezedText(byteCount: bytes.count)
            let view = ByteView(unsafe: bytes.baseAddress.unsafelyUnwrapped, count: bytes.count)
            var index = 0
            while index < bytes.count {
                // Words and single spaces, and characters beyond ASCII that stay as they are, as most texts are.
                let start = index
                index += plaudit_find_gap(base + index, bytes.count - index)
                index = endOfPlain(view, from: index)
                if index > start {
                    form.append(plain: UnsafeRawBufferPointer(rebasing: raw[start..<index]))
                } else if bytes[index] < 0x80 {
                    form.append(bytes[index])
                    index += 1
                } else if let scalar = Unicode.Scalar(UTF8Scalar.decode(view, at: &index)) {
                    form.append(scalar)
                }
            }
            return form.lowered()
        }
    }

    /// Where the characters beyond ASCII end that show, are no white space and are their own lower case.
    private static func endOfPlain(_ text: ByteView, from start: Int) -> Int {
        var index = start
        while index < text.count, text[index] >= 0x80 {
            var next = index
            guard UTF8Scalar.isPlain(UTF8Scalar.decode(text, at: &next)) else { break }
            index = next
        }
        return index
    }

    /// A text that is being squeezed. White space is written when something follows it.
    private struct SqueezedText {
        private var bytes: [UInt8] = []
        private var hasGap = false

        init(byteCount: Int) { bytes.reserveCapacity(byteCount + 1) }

        /// Takes words with single spaces between and behind them, and characters beyond ASCII that stay as they are.
        mutating func append(plain text: UnsafeRawBufferPointer) {
            guard let last = text.last else { return }
            closeGap()
            bytes.append(contentsOf: text)
            guard last == 0x20 else { return }
            bytes.removeLast()
            hasGap = true
        }

        /// Takes a byte of ASCII.
        mutating func append(_ byte: UInt8) {
            if ReplyText.isWhiteSpace(byte) {
                hasGap = !bytes.isEmpty
            } else {
                closeGap()
                bytes.append(byte)
            }
        }

        mutating func append(_ scalar: Unicode.Scalar) {
            guard !GuardText.isInvisible(scalar) else { return }
            if scalar.properties.isWhitespace {
                hasGap = !bytes.isEmpty
                return
            }
            closeGap()
            for lowered in scalar.properties.lowercaseMapping.unicodeScalars {
                bytes.append(contentsOf: UTF8.encode(lowered) ?? UTF8.encodedReplacementCharacter)
            }
        }

        private mutating func closeGap() {
            if hasGap { bytes.append(0x20) }
            hasGap = false
        }

        /// The bytes, with letters of ASCII in lower case.
        consuming func lowered() -> [UInt8] {
            bytes.withUnsafeMutableBytes { bytes in
                if let base = bytes.baseAddress { plaudit_lower_ascii(base, bytes.count) }
            }
            return bytes
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
        var text = text
        // Nearly every text has none, and is looked at where it stands.
        guard text.withUTF8({ hasThought(UnsafeRawBufferPointer($0)) }) else { return text }
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

    private static func hasThought(_ text: UnsafeRawBufferPointer) -> Bool {
        var index = 0
        while index < text.count, let base = text.baseAddress,
            let open = memchr(base + index, Int32(UInt8(ascii: "<")), text.count - index)
        {
            index = UnsafeRawPointer(open) - base + 1
            if thoughtOpenings.contains(where: { text.count - index >= $0.count && memcmp(open + 1, $0, $0.count) == 0 }
            ) {
                return true
            }
        }
        return false
    }
}
