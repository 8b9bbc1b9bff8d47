/// The text that every match of a pattern begins with: looked for by itself first, it spares the matcher most places of most texts.
///
/// Taken from patterns that leave no doubt, and from no others: what the reading below does not know ends the prefix, or forgoes it.
// Allocates: while a plan is compiled.
enum RegexPrefix {
    /// Fewer bytes are what the matcher itself looks for first.
    private static let byteCountMin = 3

    /// Empty when there is none, or none that is known.
    static func bytes(of pattern: String, _ options: RegexOptions) -> [UInt8] {
        guard !options.isCaseInsensitive, !options.isFullMatch else { return [] }
        let pattern = Array(pattern.utf8)
        var prefix: [UInt8] = []
        var index = 0
        while index < pattern.count, let (byte, next) = literal(pattern, at: index) {
            prefix.append(byte)
            index = next
        }
        // Its last character may be wanted any number of times.
        if index < pattern.count, "?*+{".utf8.contains(pattern[index]) { _ = prefix.popLast() }
        guard prefix.count >= byteCountMin, !mayBranch(pattern[index...]) else { return [] }
        return prefix
    }

    /// The character that stands for itself at `index`, and what comes behind it. ASCII alone: of a longer character, a quantifier
    /// would mean all bytes.
    private static func literal(_ pattern: [UInt8], at index: Int) -> (byte: UInt8, next: Int)? {
        let byte = pattern[index]
        guard byte < 0x80 else { return nil }
        if byte == UInt8(ascii: "\\") {
            // An escaped sign is that sign; an escaped letter or digit is something else.
            guard index + 1 < pattern.count, isSign(pattern[index + 1]) else { return nil }
            return (pattern[index + 1], index + 2)
        }
        return "^$.[]|()?*+{}".utf8.contains(byte) ? nil : (byte, index + 1)
    }

    private static func isSign(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: true
        default: false
        }
    }

    /// Whether a branch may stand outside of all brackets, which would be one without the prefix. Where brackets themselves are in doubt,
    /// in a class, a quotation or a comment, any branch may be one.
    private static func mayBranch(_ rest: ArraySlice<UInt8>) -> Bool {
        var depth = 0
        var isEscaped = false
        var isDoubtful = false
        var hasBranch = false
        for byte in rest {
            if isEscaped {
                isEscaped = false
                if byte == UInt8(ascii: "Q") { isDoubtful = true }
                continue
            }
            switch byte {
            case UInt8(ascii: "\\"): isEscaped = true
            case UInt8(ascii: "["), UInt8(ascii: "#"): isDoubtful = true
            case UInt8(ascii: "("): depth += 1
            case UInt8(ascii: ")"): depth -= 1
            case UInt8(ascii: "|"):
                hasBranch = true
                if depth <= 0 { return true }
            default: break
            }
        }
        return hasBranch && isDoubtful
    }
}
