import RewardKernel
import RewardMemory
import Testing

// Goal: a filter of many entries, which passes over texts that hold none of their first words, finds what filters of few find, which
// search every text.
// Method: the entries of a large list are dealt to filters too small for an index; random texts of pieces of entries, their letters in
// any case, with what may stand between words, long enough for words on both sides of every limit that the search has.

@Suite struct EntryIndexTests {
    /// A large filter and the small ones that together have its entries.
    private struct Filters: ~Copyable {
        var large: Filter
        private let storage: OwnedStorage
        private let small: [SafetyFilterPlan]
        private var scratch: KernelScratch

        init(_ entries: [String]) throws {
            let large = try Filter(SafetyFilterSettings(words: entries, perFinding: 0.01))
            let storage = OwnedStorage()
            let builder = PlanBuilder(storage: storage, requirements: ScratchRequirements())
            let small = try stride(from: 0, to: entries.count, by: 100).map { start in
                let part = Array(entries[start..<min(entries.count, start + 100)])
                return try SafetyFilterPlan(SafetyFilterSettings(words: part), into: builder)
            }
            let scratch = try KernelScratch(builder.requirements)
            self.large = large
            self.storage = storage
            self.small = small
            self.scratch = scratch
        }

        /// Whether a small filter finds anything.
        mutating func isFound(in text: String) -> Bool {
            let rollout = rollout(text)
            for filter in small where filter.score(rollout, &scratch.safety, &scratch.regex).score == 0 { return true }
            return false
        }
    }

    private func entries(leads: [String], _ numbers: inout SeededNumbers) -> [String] {
        var entries: Set<String> = []
        while entries.count < 400 {
            var entry = entries.count % 40 == 0 ? leads.randomElement(using: &numbers) ?? "" : ""
            for _ in 0...Int.random(in: 0...2, using: &numbers) {
                let letters = (0..<Int.random(in: 1...10, using: &numbers)).map { _ in
                    "abcD".randomElement(using: &numbers) ?? "a"
                }
                entry += String(letters) + ["", " ", "-", "é", "7"][Int.random(in: 0..<5, using: &numbers)]
            }
            entries.insert(entry.trimmingSpaces)
        }
        return entries.sorted()
    }

    private func text(of entries: [String], _ numbers: inout SeededNumbers) -> String {
        var text = String(repeating: ".", count: Int.random(in: 0..<80, using: &numbers))
        let countMax = [20, 400, 1_100, 2_300][Int.random(in: 0..<4, using: &numbers)]
        while text.utf8.count < countMax {
            let entry = entries.randomElement(using: &numbers) ?? ""
            // Most pieces are no entries: cut short, or with a letter behind them.
            let piece: String
            switch Int.random(in: 0..<200, using: &numbers) {
            case 0: piece = entry
            case 1..<100: piece = String(entry.dropLast())
            default: piece = entry + ["x", "a", "é", "9", "\u{301}"][Int.random(in: 0..<5, using: &numbers)]
            }
            text += Bool.random(using: &numbers) ? piece.uppercased() : piece
            text += [" ", "_", "!", "\n", "", "是", "\0", ", "][Int.random(in: 0..<8, using: &numbers)]
        }
        return text
    }

    @Test(arguments: [[], ["@", "$"], ["é", "🖕", "#", "%"]])
    func manyEntriesAreFoundWhereFewAre(_ leads: [String]) throws {
        var numbers = SeededNumbers()
        let entries = entries(leads: leads, &numbers)
        var filters = try Filters(entries)
        var foundCount = 0
        let textCount = 4_000
        for _ in 0..<textCount {
            let text = text(of: entries, &numbers)
            let isFound = filters.isFound(in: text)
            #expect((filters.large.score(text) < 1) == isFound, "\(text.debugDescription) among \(entries)")
            if isFound { foundCount += 1 }
        }
        #expect(foundCount > 100 && foundCount < textCount - 100, "\(foundCount) of \(textCount) texts hold an entry")
    }

    @Test func anEntryIsFoundAtEveryPlaceOfAText() throws {
        let entries = (0..<300).map { "word\($0) and more" } + ["thirteenchars", "eightlet", "ninewords"]
        var filter = try Filter(SafetyFilterSettings(words: entries))
        for place in 0..<1_200 {
            let before = String(repeating: "a ", count: place / 2) + (place % 2 == 0 ? "" : " ")
            for entry in ["word7 and more", "thirteenchars", "Eightlet", "nineWORDS"] {
                #expect(filter.score(before + entry) == 0, "\(entry) at \(place), the text's end")
                #expect(filter.score(before + entry + ".") == 0, "\(entry) at \(place)")
                #expect(filter.score(before + entry + "s") == 1, "\(entry)s at \(place)")
                #expect(filter.score(before + "x" + entry + " ") == 1, "x\(entry) at \(place)")
            }
        }
    }

    @Test func aTextMadeToBeComparedAgainAndAgainIsSearchedInLinearTime() throws {
        let common = "one " + String(repeating: "a", count: 200)
        var filter = try Filter(SafetyFilterSettings(words: (0..<5_000).map { common + String($0) } + ["oops"]))
        let text = String(repeating: common + "b ", count: 4_000)
        #expect(filter.score(text) == 1)
        #expect(filter.score(text + "oops") == 0)
    }
}

extension String {
    fileprivate var trimmingSpaces: String {
        let trimmed = drop { $0 == " " }
        return String(trimmed.reversed().drop { $0 == " " }.reversed())
    }
}
