/// Normal forms in which texts are compared with known tricks.
enum GuardText {
    private static let thoughtTags = ["think", "thinking", "reasoning"]

    /// In lower case, without white space and full stops, colons and the like at the ends, runs of white space as one
    /// space, and without characters that do not show.
    static func normalized(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        var hasGap = false
        for scalar in text.unicodeScalars where !isInvisible(scalar) {
            if scalar.properties.isWhitespace {
                hasGap = !scalars.isEmpty
                continue
            }
            if hasGap { scalars.append(" ") }
            hasGap = false
            scalars.append(contentsOf: scalar.properties.lowercaseMapping.unicodeScalars)
        }
        return trimmed(String(scalars))
    }

    private static func trimmed(_ text: String) -> String {
        let scalars = text.unicodeScalars
        guard let first = scalars.firstIndex(where: isContent), let last = scalars.lastIndex(where: isContent) else {
            return ""
        }
        return String(scalars[first...last])
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
