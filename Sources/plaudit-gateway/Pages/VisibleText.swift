/// Somebody else's words as people shall see them: with a sign for what would not be seen, since a judge reads it.
enum VisibleText {
    /// The text with `⟨U+202E⟩` and the like in place of characters that turn text round or that nobody sees. Those that scripts and
    /// emoji need, the zero-width joiners and the marks of direction, stay.
    static func of(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isHidden) else { return text }
        var visible = ""
        for scalar in text.unicodeScalars {
            if isHidden(scalar) {
                let digits = String(scalar.value, radix: 16, uppercase: true)
                visible += "\u{27E8}U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits + "\u{27E9}"
            } else {
                visible.unicodeScalars.append(scalar)
            }
        }
        return visible
    }

    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        // Embeddings, overrides and isolates.
        case 0x202A...0x202E, 0x2066...0x2069: true
        // Zero-width space, word joiner and invisible operators, deprecated format characters, the byte-order mark.
        case 0x200B, 0x2060...0x2064, 0x206A...0x206F, 0xFEFF, 0x00AD: true
        // Tags, in which a text can hide as a whole.
        case 0xE0000...0xE007F: true
        default: false
        }
    }
}
