import RewardKernel
import RewardMemory
import Testing

// Goal: searches and copies that look at blocks of bytes find and write what a plain loop does, at every offset.
// Method: random texts over few letters, so that places which look right and are not stand close together, against plain
// loops, or against the same text cut so short that no block fits.

@Suite struct BlockSearchTests {
    @Test func aTextIsFoundWhereAPlainSearchFindsIt() {
        var numbers = SeededNumbers()
        let storage = OwnedStorage()
        for round in 0..<8_000 {
            let text = randomBytes(of: round % 2 == 0 ? "ab" : "abcdefgh", countMax: 300, &numbers)
            var needle = randomBytes(of: "ab", countMax: 12, &numbers)
            if round % 3 == 0, text.count > 20 {
                let start = Int.random(in: 0..<text.count - 16, using: &numbers)
                needle = Array(text[start..<start + Int.random(in: 0...16, using: &numbers)])
            }
            let start = Int.random(in: 0...text.count, using: &numbers)
            let found = storage.makeText(text).firstIndex(of: storage.makeText(needle), from: start)
            #expect(found == plainFirstIndex(of: needle, in: text, from: start), "\(needle) in \(text) from \(start)")
        }
    }

    @Test func aTextFullOfFalseStartsIsSearchedInLinearTime() {
        let storage = OwnedStorage()
        let text = storage.makeText(Array(repeating: UInt8(ascii: "a"), count: 1 << 20))
        let needle = [UInt8](repeating: UInt8(ascii: "a"), count: 2_000) + Array("ba".utf8)
        #expect(text.firstIndex(of: storage.makeText(needle + needle)) == -1)
        #expect(text.firstIndex(of: storage.makeText(Array(needle.prefix(2_000)))) == 0)
    }

    @Test func lastBytesAreFoundWhereAPlainSearchFindsThem() {
        var numbers = SeededNumbers()
        let storage = OwnedStorage()
        for round in 0..<8_000 {
            let letters = round % 2 == 0 ? "abc#" : "abcdefghijklmnopqrstuvwxyz /;@`z{:19é"
            let text = randomBytes(of: round % 5 == 0 ? "abc/:" : letters, countMax: 200, &numbers)
            let view = storage.makeText(text)
            let end = Int.random(in: 0...text.count, using: &numbers)
            let marks = "#:{".utf8
            #expect(
                view.lastIndex(ofEither: UInt8(ascii: "#"), UInt8(ascii: ":"), UInt8(ascii: "{"), before: end)
                    == text[..<end].lastIndex { marks.contains($0) } ?? -1, "\(text) before \(end)")
            #expect(
                view.lastIndexOfDigitOrBeyondASCII(before: end)
                    == text[..<end].lastIndex { (0x30...0x39).contains($0) || $0 >= 0x80 } ?? -1,
                "\(text) before \(end)")
        }
    }

    @Test func marksOfAnswersAndStopsOfStringsAreFoundWhereAPlainSearchFindsThem() {
        var numbers = SeededNumbers()
        let storage = OwnedStorage()
        let beforeColon = Set("rRA *_".utf8)
        for round in 0..<8_000 {
            let letters = ["abcdefghijklmnopqrstuvwxyz::##{{", "#:{drRA *_", "answer: \\\"\n\u{1F}é"][round % 3]
            let text = randomBytes(of: letters, countMax: 200, &numbers)
            let view = storage.makeText(text)
            let end = Int.random(in: 0...text.count, using: &numbers)
            let mark = (0..<end).last { index in
                guard index > 0 else { return false }
                let before = text[index - 1]
                switch text[index] {
                case UInt8(ascii: "#"): return before == UInt8(ascii: "#")
                case UInt8(ascii: "{"): return before == UInt8(ascii: "d")
                case UInt8(ascii: ":"): return beforeColon.contains(before)
                default: return false
                }
            }
            #expect(view.lastIndexOfAnswerMark(before: end) == mark ?? -1, "\(text) before \(end)")
            let stop = text[end...].firstIndex { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") || $0 < 0x20 }
            #expect(view.firstIndexOfStringStop(from: end) == stop ?? text.count, "\(text) from \(end)")
        }
    }

    @Test func foldingInBlocksIsFoldingPieceByPiece() throws {
        var numbers = SeededNumbers()
        let storage = OwnedStorage()
        let pieces = [
            "a", "Word", "seven b", "eight by", "nine byte", "\u{2019}", "é", "e\u{301}", "漢", "か", "🙂", "\u{200B}",
            "ﬁ",
            "ſ", "Ⅷ", "ж", "some plain text of thirty-two byte",
            "and a good deal more of it, so that blocks follow blocks",
        ]
        var whole = try FoldBuffer(reserving: 1 << 16)
        var part = try FoldBuffer(reserving: 1 << 10)
        for _ in 0..<5_000 {
            let text = randomText(of: pieces, countMax: 20, &numbers)
            // A view of fewer than eight bytes is folded scalar by scalar.
            let parts = text.unicodeScalars.flatMap { scalar in
                TextFold.fold(storage.makeText(String(scalar).utf8), into: &part).makeArray()
            }
            #expect(
                TextFold.fold(storage.makeText(text.utf8), into: &whole).makeArray() == parts,
                "\(text.debugDescription)")
        }
    }

    @Test func plainWordsAreStrippedLikeWordsInCapitals() {
        var numbers = SeededNumbers()
        let storage = OwnedStorage()
        let pieces = [
            "a", "word", "seventh", "eighteen", "nineteens", " ", " ", " ", "  ", ", ", "; ", "(", "é", "ß", "\n", "-",
            "don't",
            " one two three four five six seven eight nine ten ", String(repeating: "long", count: 70),
        ]
        for _ in 0..<8_000 {
            // Capitals and what has none keep to the slow way; only a letter that two capitals stand for would differ.
            let text = randomText(of: pieces, countMax: 30, &numbers).replacing("ß", with: "ÿ")
            let capacity = Int.random(in: 40...400, using: &numbers)
            let (plain, plainCount) = stripped(storage.makeText(text.utf8), capacity: capacity)
            let (capital, capitalCount) = stripped(storage.makeText(text.uppercased().utf8), capacity: capacity)
            #expect(
                plain.uppercased() == capital && plainCount == capitalCount, "\(text.debugDescription) in \(capacity)")
        }
    }

    // MARK: Plain ways

    private func stripped(_ text: ByteView, capacity: Int) -> (prose: String, letterCount: Int) {
        var prose = RigidBytes(capacity: capacity, paddingCount: 64)
        var stripper = LanguageStripper(text, ProseSample(wholeByteCountMax: capacity, byteCount: capacity))
        stripper.strip(into: &prose)
        return (prose.view.makeString(), stripper.evidence.letterCount)
    }

    private func plainFirstIndex(of needle: [UInt8], in text: [UInt8], from start: Int) -> Int {
        guard text.count - start >= needle.count else { return -1 }
        for index in start...text.count - needle.count where text[index..<index + needle.count].elementsEqual(needle) {
            return index
        }
        return -1
    }

    private func randomBytes(of letters: String, countMax: Int, _ numbers: inout SeededNumbers) -> [UInt8] {
        let letters = Array(letters.utf8)
        let count = Int.random(in: 0...countMax, using: &numbers)
        return (0..<count).map { _ in letters[Int.random(in: 0..<letters.count, using: &numbers)] }
    }

    private func randomText(of pieces: [String], countMax: Int, _ numbers: inout SeededNumbers) -> String {
        let count = Int.random(in: 0...countMax, using: &numbers)
        return (0..<count).map { _ in pieces.randomElement(using: &numbers) ?? "" }.joined()
    }
}
