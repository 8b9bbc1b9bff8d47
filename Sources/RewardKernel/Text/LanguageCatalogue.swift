internal import CCLD2
package import RewardMemory

/// Codes of languages, CLD2's numbers and confusable groups, as tables that a plan carries along.
package struct LanguageCatalogue: BitwiseCopyable {
    /// A group of languages that count as one; 0 is none.
    package typealias Group = UInt8

    /// Codes as packed words (see `pack`), ascending.
    private let codes: FixedTable<UInt64>
    /// The entry of each code.
    private let entryOfCode: FixedTable<UInt8>
    /// The packed code of each entry that messages use.
    private let codeOfEntry: FixedTable<UInt64>
    private let groupOfEntry: FixedTable<Group>
    private let isLatinEntry: FixedTable<Bool>
    /// The entry of each of CLD2's numbers, plus one; 0 for those that are no language of ours.
    private let entryOfLanguage: FixedTable<UInt8>

    // Allocates: while a plan is compiled.
    package init(storage: OwnedStorage) {
        let entries = LanguageTable.entries
        var known: [(code: UInt64, entry: UInt8)] = []
        var groups: [Group] = []
        for (index, entry) in entries.enumerated() {
            known += entry.codes.map { (Self.pack($0), UInt8(index)) }
            let confusable = LanguageTable.confusableGroups.first { $0.contains(entry.codes[0]) }
            let leader = confusable.map { group in entries.firstIndex { $0.codes[0] == group[0] }! } ?? index
            groups.append(Group(leader + 1))
        }
        known.sort { $0.code < $1.code }
        codes = storage.makeTable(known.map(\.code))
        entryOfCode = storage.makeTable(known.map(\.entry))
        codeOfEntry = storage.makeTable(entries.map { Self.pack($0.codes[0]) })
        groupOfEntry = storage.makeTable(groups)
        isLatinEntry = storage.makeTable(entries.map { !LanguageTable.notLatin.contains($0.codes[0]) })

        var languages: [UInt8] = []
        for number in 0..<plaudit_cld2_language_count() {
            let code = Self.pack((unsafe String(cString: plaudit_cld2_code(number))).lowercased())
            let match = known.first { $0.code == code }
            languages.append(match.map { $0.entry + 1 } ?? 0)
        }
        entryOfLanguage = storage.makeTable(languages)
    }

    /// Every code the catalogue answers to, for the documentation and its test.
    package static var codesByLanguage: [[String]] { LanguageTable.entries.map(\.codes) }

    /// The group of one of CLD2's languages; 0 when it is no language of ours.
    @_noAllocation
    package func group(ofLanguage number: UInt16) -> Group {
        guard Int(number) < entryOfLanguage.count else { return 0 }
        let entry = entryOfLanguage[Int(number)]
        return entry == 0 ? 0 : groupOfEntry[Int(entry) &- 1]
    }

    /// The entry that a code means, or -1. Reads BCP 47 (`pt-BR`, `zh_Hant`) and ISO 639-1 and -3 (`de`, `deu`, `cmn`)
    /// in any case. Of a longer tag the language counts, save that a language which the identifier knows in another
    /// script only is refused with `Latn`.
    @_noAllocation
    package func entry(forCode text: ByteView) -> Int {
        guard text.count >= 2, text.count <= 35 else { return -1 }
        var word: UInt64 = 0
        var primary: UInt64 = 0
        var length = 0
        while length < text.count {
            var byte = text[length]
            if byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") { byte |= 0x20 }
            if byte == UInt8(ascii: "_") { byte = UInt8(ascii: "-") }
            if byte == UInt8(ascii: "-") && primary == 0 { primary = word }
            if length < 8 { word |= UInt64(byte) &<< UInt64(8 &* length) } else if primary == 0 { return -1 }
            length &+= 1
        }
        var entry = length <= 8 ? find(word) : -1
        if entry < 0 && primary != 0 { entry = find(primary) }
        guard entry >= 0 else { return -1 }
        return !isLatinEntry[entry] && Self.asksForLatin(text) ? -1 : entry
    }

    @_noAllocation
    package func group(ofEntry entry: Int) -> Group { groupOfEntry[entry] }

    /// Whether the tag has the script subtag `Latn`.
    @_noAllocation
    private static func asksForLatin(_ text: ByteView) -> Bool {
        var start = 0
        while start &+ 5 <= text.count {
            let separator = text[start]
            start &+= 1
            guard separator == UInt8(ascii: "-") || separator == UInt8(ascii: "_") else { continue }
            let ends =
                start &+ 4 == text.count || text[start &+ 4] == UInt8(ascii: "-")
                || text[start &+ 4] == UInt8(ascii: "_")
            if ends && text[start] | 0x20 == UInt8(ascii: "l") && text[start &+ 1] | 0x20 == UInt8(ascii: "a")
                && text[start &+ 2] | 0x20 == UInt8(ascii: "t") && text[start &+ 3] | 0x20 == UInt8(ascii: "n")
            {
                return true
            }
        }
        return false
    }

    /// Writes the code of one of CLD2's languages: ours, else CLD2's own.
    @_noAllocation
    package func write(language number: UInt16, into text: inout RigidBytes) {
        let entry = Int(number) < entryOfLanguage.count ? entryOfLanguage[Int(number)] : 0
        if entry != 0 { return write(entry: Int(entry) &- 1, into: &text) }
        let code = unsafe plaudit_cld2_code(Int32(number))
        var index = 0
        while unsafe code[index] != 0 {
            text.append(unsafe UInt8(bitPattern: code[index]))
            index &+= 1
        }
    }

    @_noAllocation
    package func write(entry: Int, into text: inout RigidBytes) {
        var word = codeOfEntry[entry]
        while word != 0 {
            text.append(UInt8(truncatingIfNeeded: word))
            word &>>= 8
        }
    }

    /// Writes the codes of a group, `hr/bs/sr`.
    @_noAllocation
    package func write(group: Group, into text: inout RigidBytes) {
        // The group is named by its leader, which messages show first.
        write(entry: Int(group) &- 1, into: &text)
        for entry in 0..<groupOfEntry.count where groupOfEntry[entry] == group && entry != Int(group) &- 1 {
            text.append(UInt8(ascii: "/"))
            write(entry: entry, into: &text)
        }
    }

    @_noAllocation
    private func find(_ word: UInt64) -> Int {
        var low = 0
        var high = codes.count
        while low < high {
            let middle = (low &+ high) / 2
            if codes[middle] < word { low = middle &+ 1 } else { high = middle }
        }
        return low < codes.count && codes[low] == word ? Int(entryOfCode[low]) : -1
    }

    /// Up to eight bytes of a code as a little-endian word; a longer code has none and gives 0.
    // Allocates: while a plan is compiled.
    private static func pack(_ code: String) -> UInt64 {
        guard code.utf8.count <= 8 else { return 0 }
        return code.utf8.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}

extension LanguageCatalogue {
    /// The code or name nearest to one that is not known, as `de (German)`: fewest edits, the earlier in the list first.
    // Allocates: while a plan is compiled.
    package static func nearest(to code: String) -> String {
        let wanted = code.lowercased()
        var best: (distance: Int, entry: LanguageEntry)?
        for entry in LanguageTable.entries {
            let distance = (entry.codes + [entry.name.lowercased()]).map { editDistance($0, wanted) }.min() ?? .max
            if best.map({ distance < $0.distance }) ?? true { best = (distance, entry) }
        }
        return best.map { "\($0.entry.codes[0]) (\($0.entry.name))" } ?? ""
    }

    // Allocates: while a plan is compiled.
    private static func editDistance(_ left: String, _ right: String) -> Int {
        let a = Array(left.utf8.prefix(64))
        let b = Array(right.utf8.prefix(64))
        var row = Array(0...b.count)
        for i in a.indices {
            var diagonal = row[0]
            row[0] = i + 1
            for j in b.indices {
                let substituted = diagonal + (a[i] == b[j] ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(substituted, row[j] + 1, diagonal + 1)
            }
        }
        return row[b.count]
    }
}
