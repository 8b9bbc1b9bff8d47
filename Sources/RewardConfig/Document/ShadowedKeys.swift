/// Renames keys in a text without moving anything else, so that a parser which stops at a duplicate gets past it.
///
/// The first character of the key becomes one of Unicode's private use area; lines and columns stay what they are.
struct ShadowedKeys {
    /// Every renaming costs another parse: so many bytes of text are parsed in all, and so many keys renamed.
    private static let parsedByteCountMax = 2 << 20
    private static let renamedCountMax = 32
    private static let placeholderFirst: UInt32 = 0xE000

    private var replacedCharacters: [Unicode.Scalar: Unicode.Scalar] = [:]

    /// The text with the key at the mark renamed; nil when the mark does not point at the start of a key that can be
    /// renamed in place (an empty one, or one that begins with an escape).
    mutating func renameKey(at mark: SourceMark, in text: String) -> String? {
        let renamedCountMax = min(Self.renamedCountMax, Self.parsedByteCountMax / max(1, text.utf8.count))
        guard replacedCharacters.count < renamedCountMax else { return nil }
        var scalars = Array(text.unicodeScalars)
        guard var index = Self.index(of: mark, in: scalars) else { return nil }
        if scalars[index] == "\"" || scalars[index] == "'" { index += 1 }
        guard index < scalars.count, Self.canBeRenamed(scalars[index]),
            let placeholder = Unicode.Scalar(Self.placeholderFirst + UInt32(replacedCharacters.count)),
            !scalars.contains(placeholder)
        else { return nil }
        replacedCharacters[placeholder] = scalars[index]
        scalars[index] = placeholder
        var renamed = ""
        renamed.unicodeScalars.append(contentsOf: scalars)
        return renamed
    }

    /// The key as it stands in the file.
    func originalName(of key: String) -> String {
        guard let first = key.unicodeScalars.first, let original = replacedCharacters[first] else { return key }
        var name = String(original)
        name.unicodeScalars.append(contentsOf: key.unicodeScalars.dropFirst())
        return name
    }

    private static func canBeRenamed(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isAlphabetic || scalar == "_" || ("0"..."9").contains(scalar)
    }

    /// Where a mark points, with lines counted as libyaml counts them.
    private static func index(of mark: SourceMark, in scalars: [Unicode.Scalar]) -> Int? {
        var index = scalars.first == "\u{FEFF}" ? 1 : 0
        var line = 1
        while line < mark.line {
            guard let end = scalars[index...].firstIndex(where: isLineBreak) else { return nil }
            let isPair = scalars[end] == "\r" && end + 1 < scalars.count && scalars[end + 1] == "\n"
            index = end + (isPair ? 2 : 1)
            line += 1
        }
        index += mark.column - 1
        return index >= 0 && index < scalars.count ? index : nil
    }

    private static func isLineBreak(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}": true
        default: false
        }
    }
}
