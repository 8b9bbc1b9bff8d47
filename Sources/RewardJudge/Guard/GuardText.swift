/// Normal forms in which texts are compared with known tricks.
enum GuardText {
    private static let thoughtTags = ["think", "thinking", "reasoning"]

    /// In lower case, without white space and full stops, colons and the like at the ends, runs of white space as one
    /// space, and without characters that do not show.
    static func normalized(_ text: String) -> String {
        String(decoding: normalizedBytes(text), as: UTF8.self)
    }

    /// The same as bytes of UTF-8.
    static func normalizedBytes(_ text: String) -> [UInt8] {
        var form = NormalForm(byteCount: text.utf8.count)
        var text = text
        text.withUTF8 { bytes in
            var index = 0
            while index < bytes.count {
                let start = index
                // Nearly all of most texts, and what Unicode's tables say of it is known.
                while index < bytes.count, bytes[index] < 0x80 { index += 1 }
                form.append(ascii: UnsafeBufferPointer(rebasing: bytes[start..<index]))
                let end = index
                while index < bytes.count, bytes[index] >= 0x80 { index += 1 }
                for scalar in String(decoding: bytes[end..<index], as: UTF8.self).unicodeScalars { form.append(scalar) }
            }
        }
        return form.trimmed
    }

    /// A normal form under construction.
    private struct NormalForm {
        private var bytes: [UInt8] = []
        private var hasGap = false
        /// Where the first content begins, -1 before there is any, and where the last one ends.
        private var contentStart = -1
        private var contentEnd = 0

        init(byteCount: Int) { bytes.reserveCapacity(byteCount) }

        var trimmed: [UInt8] {
            guard contentStart >= 0 else { return [] }
            return contentStart == 0 && contentEnd == bytes.count ? bytes : Array(bytes[contentStart..<contentEnd])
        }

        mutating func append(ascii text: UnsafeBufferPointer<UInt8>) {
            guard !text.isEmpty else { return }
            let isContent = GuardText.asciiContent
            var end = bytes.count
            var (gap, first, last) = (hasGap, contentStart, contentEnd)
            // Each byte gives one at most, and the gap before them one more.
            bytes.append(contentsOf: repeatElement(0, count: text.count + 1))
            bytes.withUnsafeMutableBufferPointer { target in
                for byte in text {
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
                    if isContent[byte] {
                        last = end
                        if first < 0 { first = end - 1 }
                    }
                }
            }
            bytes.removeLast(bytes.count - end)
            (hasGap, contentStart, contentEnd) = (gap, first, last)
        }

        mutating func append(_ scalar: Unicode.Scalar) {
            guard !GuardText.isInvisible(scalar) else { return }
            if scalar.properties.isWhitespace {
                hasGap = !bytes.isEmpty
                return
            }
            closeGap()
            for lowered in scalar.properties.lowercaseMapping.unicodeScalars {
                let start = bytes.count
                bytes.append(contentsOf: UTF8.encode(lowered) ?? UTF8.encodedReplacementCharacter)
                if GuardText.isContent(lowered) { noteContent(byteCount: bytes.count - start) }
            }
        }

        private mutating func closeGap() {
            if hasGap { bytes.append(0x20) }
            hasGap = false
        }

        private mutating func noteContent(byteCount: Int) {
            contentEnd = bytes.count
            if contentStart < 0 { contentStart = bytes.count - byteCount }
        }
    }

    /// As `isContent`, of the scalars of ASCII: letters, digits, and symbols of mathematics and currency.
    private static let asciiContent = ByteSet(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+<=>|~$".utf8)

    /// A set of bytes below 0x80, a bit for each.
    private struct ByteSet {
        private var low: UInt64 = 0
        private var high: UInt64 = 0

        init(_ members: some Sequence<UInt8>) {
            for byte in members {
                if byte < 0x40 { low |= 1 << UInt64(byte) } else { high |= 1 << UInt64(byte & 0x3F) }
            }
        }

        subscript(byte: UInt8) -> Bool { (byte < 0x40 ? low : high) >> UInt64(byte & 0x3F) & 1 != 0 }
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
