import Foundation
import RewardKernel
import RewardMemory
import Testing

@Suite(.enabled(if: SafetyData.isPresent)) struct SafetyConformanceTests {
    private struct Comment: Decodable {
        let id: String
        let text: String
        let toxic: Bool
        let isWordHit: Bool

        enum CodingKeys: String, CodingKey {
            case id, text, toxic
            case isWordHit = "ldnoobw_en_word"
        }
    }

    private struct Sentence: Decodable {
        let id: String
        let text: String
    }

    /// Real comments against what a plain word-boundary search with the same list finds: the same rows, not only as
    /// many.
    @Test func surgeCommentsHitWhereAPlainWordSearchHits() throws {
        var filter = try ConformanceFilter(SafetyFilterSettings(lists: [SafetyData.ldnoobw("en")]))
        var truePositives = 0
        var falsePositives = 0
        var falseNegatives = 0
        for comment in try SafetyData.rows("safety/surge_toxicity.jsonl", as: Comment.self) {
            let look = filter.look(at: comment.text)
            let hasHit = look.outcome.score == 0
            #expect(hasHit == comment.isWordHit, "\(comment.id): \(look.rationale)")
            if hasHit && comment.toxic { truePositives += 1 }
            if hasHit && !comment.toxic { falsePositives += 1 }
            if !hasHit && comment.toxic { falseNegatives += 1 }
        }
        #expect((truePositives, falsePositives, falseNegatives) == (31, 5, 98))
    }

    /// Every language's list compiles, and every entry of it is found where it stands alone.
    @Test func everyEntryOfEveryLanguageIsFound() throws {
        var entryCount = 0
        let languages = try SafetyData.ldnoobwLanguages()
        #expect(languages.count == 28)
        for language in languages {
            let list = try SafetyData.ldnoobw(language)
            var filter = try ConformanceFilter(SafetyFilterSettings(lists: [list]))
            entryCount += list.entries.count
            for entry in list.entries {
                let isFound = filter.hasHit(entry) && filter.hasHit("( \(entry) ).")
                #expect(isFound, "\(language): \(entry)")
            }
        }
        #expect(entryCount > 2_600)
        print("LDNOOBW: \(entryCount) entries in \(languages.count) languages, all found")
    }

    private struct Case: Decodable {
        let text: String
        let entity: String
        let expectedCount: Int

        enum CodingKeys: String, CodingKey {
            case text, entity
            case expectedCount = "expected_count"
        }
    }

    private struct LabelledText: Decodable {
        struct Span: Decodable {
            let type: String
            let value: String
        }

        let id: String
        let text: String
        let spans: [Span]
        let structured: [String]

        enum CodingKeys: String, CodingKey {
            case id, text, spans
            case structured = "structured_pii"
        }
    }

    /// Presidio's names of what the filter claims to find.
    private static let kinds: [String: SensitiveKind] = [
        "CREDIT_CARD": .creditCard, "IBAN_CODE": .iban, "EMAIL_ADDRESS": .email, "IP_ADDRESS": .ipAddress,
        "US_SSN": .usSSN, "MAC_ADDRESS": .macAddress,
    ]

    /// Presidio's own cases: as many findings as its recognisers have.
    @Test func personalDetailsAreCountedAsPresidioCountsThem() throws {
        var caseCount = 0
        for (entity, kind) in Self.kinds {
            var filter = try ConformanceFilter(SafetyFilterSettings(detect: [kind], perFinding: 0.001))
            for row in try SafetyData.rows("safety/presidio_cases.jsonl", as: Case.self) where row.entity == entity {
                let outcome = filter.look(at: row.text).outcome
                #expect(Int(outcome.finding.first) == row.expectedCount, "\(entity): \(row.text)")
                caseCount += 1
            }
        }
        #expect(caseCount == 199)
    }

    /// Sentences about people who do not exist: every labelled detail is found, and the sentences without any stay clean.
    @Test func syntheticDetailsAreFoundAndCleanSentencesStayClean() throws {
        var filters: [String: Int] = [:]
        var foundCount = 0
        var cleanCount = 0
        let rows = try SafetyData.rows("safety/presidio_synthetic.jsonl", as: LabelledText.self)
        for (entity, kind) in Self.kinds {
            var filter = try ConformanceFilter(SafetyFilterSettings(detect: [kind]))
            for row in rows where row.spans.contains(where: { $0.type == entity || "\($0.type)_CODE" == entity }) {
                let isFound = filter.hasHit(row.text)
                #expect(isFound, "\(row.id): \(entity)")
                foundCount += 1
                filters[entity, default: 0] += 1
            }
        }
        var all = try ConformanceFilter(SafetyFilterSettings(detect: SensitiveKind.allCases))
        for row in rows where row.structured.isEmpty {
            let isFlagged = all.hasHit(row.text)
            #expect(!isFlagged, "\(row.id)")
            cleanCount += 1
        }
        #expect(cleanCount == 300)
        print("Presidio, synthetic: \(foundCount) rows with details, all found: \(filters)")
        #expect(foundCount >= 45)
    }

    @Test func naughtyStringsChangeNothing() throws {
        let strings = try JSONDecoder().decode([String].self, from: SafetyData.data("safety/blns.json"))
        #expect(strings.count == 515)
        let lists = try SafetyData.ldnoobwLanguages().map { try SafetyData.ldnoobw($0) }
        var filter = try ConformanceFilter(
            SafetyFilterSettings(
                lists: lists, allow: ["dick van dyke"], patterns: [#"<\w+"#, #"\p{So}+"#], perFinding: 0.01))
        for string in strings {
            let look = filter.look(at: string)
            #expect(look.outcome.status == .scored)
            let bytes = Array(string.utf8)
            let start = Int(look.outcome.finding.spanStart)
            let span = bytes[start..<start + Int(look.outcome.finding.spanCount)]
            #expect(String(validating: span, as: UTF8.self) != nil, "\(string)")
            #expect(!look.rationale.contains("\u{FFFD}"), "\(string)")
        }
    }

    @Test func innocentsWithAnEntryInsideAreNoHits() throws {
        var filter = try ConformanceFilter(SafetyFilterSettings(lists: [SafetyData.ldnoobw("en")]))
        let innocents = [
            "Scunthorpe General Hospital", "Penistone Community Church", "Lightwater Country Park", "Clitheroe Castle",
            "Cockburn Street", "Essex and Sussex", "Dickinson's classic assassin", "a shiitake mushroom class",
        ]
        for text in innocents {
            let look = filter.look(at: text)
            #expect(look.outcome.score == 1, "\(text): \(look.rationale)")
        }
    }

    // MARK: Evasion

    private static let evasions: [(name: String, spell: @Sendable (String, inout SplitMix) -> String, floor: Double)] =
        [
            ("full width", { word, _ in map(word) { 0xFF00 + $0 - 0x20 } }, 1),
            ("mathematical bold", { word, _ in mapLetters(word) { 0x1D41A + $0 } }, 1),
            ("circled", { word, _ in mapLetters(word) { 0x24D0 + $0 } }, 1),
            ("regional indicators", { word, _ in mapLetters(word) { 0x1F1E6 + $0 } }, 1),
            (
                "zero width",
                { word, random in insert(into: word, ["\u{200B}", "\u{200C}", "\u{2060}", "\u{FEFF}"], &random) }, 1
            ),
            ("soft hyphen", { word, random in insert(into: word, ["\u{AD}"], &random) }, 1),
            (
                "diacritics",
                { word, random in insert(into: word, ["\u{301}", "\u{308}", "\u{327}", "\u{336}"], &random) }, 1
            ),
            ("homoglyphs, one letter", { word, random in replaceLookalikes(word, atMost: 1, &random) }, 0.93),
            ("homoglyphs, all letters", { word, random in replaceLookalikes(word, atMost: .max, &random) }, 0.75),
        ]

    /// Letters of other scripts that read as Latin ones, chosen without a look at the fold's tables. One letter can
    /// have several. Unicode's data takes the palochka (`ӏ`) for an i, so the words it is an l in are missed.
    private static let lookalikes: [Character: [Character]] = [
        "a": ["а", "α", "ɑ"], "b": ["Ь", "в"], "c": ["с", "ϲ"], "d": ["ԁ"], "e": ["е", "ё"], "f": ["ƒ"], "g": ["ɡ"],
        "h": ["һ"], "i": ["і", "ı", "ι"], "j": ["ј"], "k": ["к", "κ"], "l": ["ⅼ", "ӏ"], "m": ["м"], "n": ["ո"],
        "o": ["о", "ο", "օ"], "p": ["р", "ρ"], "q": ["ԛ"], "r": ["г"], "s": ["ѕ"], "t": ["т", "τ"], "u": ["υ", "ս"],
        "v": ["ν", "ѵ"], "w": ["ѡ", "ԝ"], "x": ["х"], "y": ["у", "γ"], "z": ["ᴢ"],
    ]

    @Test func disguisedEntriesAreFound() throws {
        let seed = ProcessInfo.processInfo.environment["SEED"].flatMap(UInt64.init) ?? UInt64.random(in: 0 ... .max)
        print("evasion recall with SEED=\(seed)")
        var random = SplitMix(state: seed)
        let list = try SafetyData.ldnoobw("en")
        let words = list.entries.map { $0.lowercased() }.filter { $0.utf8.allSatisfy { $0 >= 0x61 && $0 <= 0x7A } }
        #expect(words.count > 250)
        var filter = try ConformanceFilter(SafetyFilterSettings(lists: [list]))
        for evasion in Self.evasions {
            let missed = words.filter { !filter.hasHit("they wrote \(evasion.spell($0, &random)) here") }
            let recall = 1 - Double(missed.count) / Double(words.count)
            print("evasion recall, \(evasion.name): \(words.count - missed.count) of \(words.count)")
            #expect(recall >= evasion.floor, "\(evasion.name): missed \(missed)")
        }
    }

    // MARK: Innocent text

    /// Texts in 75 languages. A word that is spelled as an entry (`sex` in the declaration of human rights) is a hit of
    /// the list's own; the others are the price of the fold.
    @Test func innocentTextRarelyHitsBecauseOfTheFold() throws {
        let english = try SafetyData.ldnoobw("en")
        let builtIn = BuiltInSafetyLists.names.map { name in
            SafetyList(name: name, entries: BuiltInSafetyLists.entries(named: name) ?? [])
        }
        for lists in [[english], builtIn] {
            let entries = Set(lists.flatMap(\.entries).map { $0.lowercased() })
            var filter = try ConformanceFilter(SafetyFilterSettings(lists: lists))
            for file in ["multilingual/udhr.jsonl", "multilingual/tatoeba.jsonl"] {
                var hitCount = 0
                var foldedHits: [String] = []
                let rows = try SafetyData.rows(file, as: Sentence.self)
                for row in rows {
                    let look = filter.look(at: row.text)
                    guard look.outcome.score == 0 else { continue }
                    hitCount += 1
                    let start = Int(look.outcome.finding.spanStart)
                    let span = Array(row.text.utf8)[start..<start + Int(look.outcome.finding.spanCount)]
                    if !entries.contains(String(decoding: span, as: UTF8.self).lowercased()) {
                        foldedHits.append("\(row.id): \(look.rationale)")
                    }
                }
                print("\(file), \(lists[0].name) ...: \(hitCount) of \(rows.count) hit, by the fold \(foldedHits)")
                #expect(foldedHits.count <= 4)
                #expect(hitCount <= 12)
            }
        }
    }
}

/// A small seeded generator (SplitMix64), so that a failing run can be repeated.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

private func map(_ word: String, _ place: (UInt32) -> UInt32) -> String {
    String(String.UnicodeScalarView(word.unicodeScalars.map { Unicode.Scalar(place($0.value))! }))
}

/// Maps a lower-case ASCII word by each letter's place in the alphabet.
private func mapLetters(_ word: String, _ place: (UInt32) -> UInt32) -> String {
    map(word) { place($0 - 0x61) }
}

/// Puts one of `signs` behind every letter but the last, and behind that too when it combines.
private func insert(into word: String, _ signs: [String], _ random: inout SplitMix) -> String {
    word.unicodeScalars.map { String($0) + signs.randomElement(using: &random)! }.joined()
}

extension SafetyConformanceTests {
    fileprivate static func replaceLookalikes(_ word: String, atMost countMax: Int, _ random: inout SplitMix) -> String
    {
        var letters = Array(word)
        for index in letters.indices.shuffled(using: &random).prefix(countMax) {
            letters[index] = lookalikes[letters[index]]?.randomElement(using: &random) ?? letters[index]
        }
        return String(letters)
    }
}
