/// Refuses the documents whose aliases would unfold into more than the machine can hold ("billion laughs").
///
/// Looked at before the text is parsed, because the parser itself already walks what aliases stand for when it compares
/// the keys of a mapping. The count is an upper bound: any `*name` counts whose name some `&name` defines, wherever it
/// stands, so that no way of writing an alias escapes it.
enum AliasBudget {
    /// Times that the whole document may unfold, and bytes that it may unfold to.
    private static let copyCountMax = 4_096
    private static let unfoldedByteCountMax = 16 << 20

    /// Whether the aliases of the text stay within bounds.
    ///
    /// A value is copied once where it is defined and once for each alias, and each of those copies again as often as
    /// the value around it: at most the product of (1 + aliases) over all anchors.
    static func allows(_ text: [UInt8]) -> Bool {
        let definitionCounts = names(after: UInt8(ascii: "&"), in: text)
        guard !definitionCounts.isEmpty else { return true }
        let aliasCounts = names(after: UInt8(ascii: "*"), in: text)
        var copyCount = 1
        for (name, aliasCount) in aliasCounts {
            // A name may be defined anew, and each definition use the one before it.
            for _ in 0..<min(definitionCounts[name] ?? 0, copyCountMax) {
                copyCount *= 1 + min(aliasCount, copyCountMax)
                if copyCount > copyCountMax { return false }
            }
        }
        return copyCount == 1 || copyCount * text.count <= unfoldedByteCountMax
    }

    private static func names(after sign: UInt8, in text: [UInt8]) -> [ArraySlice<UInt8>: Int] {
        var counts: [ArraySlice<UInt8>: Int] = [:]
        var index = text.startIndex
        while let found = text[index...].firstIndex(of: sign) {
            let name = text[(found + 1)...].prefix(while: isNameByte)
            if !name.isEmpty { counts[name, default: 0] += 1 }
            index = name.endIndex
        }
        return counts
    }

    /// The bytes libyaml takes into the name of an anchor.
    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
