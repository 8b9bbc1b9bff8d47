import Foundation
import RewardKernel
import RewardMemory
import Testing

// Goal: what is read eight bytes or a piece at a time is what a plain look at every character finds.
// Method: random texts from pieces that meet at every offset, against a plain count, or against the same text without the
// places that the fast path uses.

@Suite struct FastPathTests {
    @Test func wordsAreCountedAsCharacterByCharacter() {
        var numbers = SeededNumbers()
        let pieces = [
            "a", "word", " ", "\t", "\n", "\u{B}", "\u{8}", "\u{E}", "é", "漢", "か", "\u{3000}", "\u{A0}", "🙂", "\0",
            "   ",
        ]
        for _ in 0..<8_000 {
            let text = randomText(of: pieces, countMax: 40, &numbers)
            #expect(TextCount.words(in: bytes(text)) == plainWordCount(text), "\(text.debugDescription)")
            #expect(TextCount.scalars(in: bytes(text)) == text.unicodeScalars.count)
        }
        let long = String(repeating: "é漢a", count: 5_000)
        #expect(TextCount.scalars(in: bytes(long)) == long.unicodeScalars.count)
    }

    @Test func lastNumberIsTheSameWithoutPlacesToSplitAt() throws {
        var numbers = SeededNumbers()
        let builder = makeBuilder()
        let plan = try NumericMatchPlan(NumericMatchSettings(), builder)
        let pieces = [
            "the sum is ", "of all ", " and so on", "1", "23", ",456", ".5", "-", "$", " 3/4", "½", "\\frac{1}{2}",
            " \\times 10^3", "e5", "%", "\n", "\"", "\":\"", " ", "x", "٣", "é",
            "(", "=", ": ", ":", "\\frac ", " \\%", "\\$", " + ", " apples",
            "one two three four five six seven eight ",
        ]
        var foundCount = 0
        for _ in 0..<8_000 {
            let text = randomText(of: pieces, countMax: 30, &numbers)
            // With a letter beyond ASCII behind it the last number is not told by its neighbours alone, but read in order.
            let whole = String(decoding: withoutSeams(Array(text.utf8)), as: UTF8.self) + " é"
            let first = rollout(text, referenceAnswer: .number(23))
            let second = rollout(whole, referenceAnswer: .number(23))
            let outcomes = (plan.score(first), plan.score(second))
            let sentences = (
                sentence { plan.explain(outcomes.0, rollout: first, into: &$0) },
                sentence { plan.explain(outcomes.1, rollout: second, into: &$0) }
            )
            #expect(outcomes.0.score == outcomes.1.score && sentences.0 == sentences.1, "\(text.debugDescription)")
            if outcomes.0.score == 1 { foundCount += 1 }
        }
        #expect(foundCount > 100, "the texts hold the number that is looked for")
    }

    @Test func numbersAreTheDoublesAndIntegersThatTheyAreWrittenAs() throws {
        var numbers = SeededNumbers()
        let plan = try NumericMatchPlan(NumericMatchSettings(), makeBuilder())
        for _ in 0..<8_000 {
            let shift = UInt64.random(in: 0..<64, using: &numbers)
            let zeros = Int64(pow(10, Double(Int.random(in: 0...6, using: &numbers))))
            let integer = (Int64(bitPattern: numbers.next() >> shift) / zeros).multipliedReportingOverflow(by: zeros)
            guard !integer.overflow else { continue }
            let value = integer.partialValue
            #expect(plan.score(rollout("\(value)", referenceAnswer: .integer(value))).score == 1, "\(value)")
            #expect(plan.score(rollout("\(value ^ 1)", referenceAnswer: .integer(value))).score == 0, "\(value)")
            let places = Int.random(in: 0...24, using: &numbers)
            let digits = "\(value.magnitude)"
            let text =
                places == 0 ? digits : String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
            let decimal = places == 0 ? text : "\(text.dropLast(places)).\(text.suffix(places))"
            let outcome = plan.score(rollout(decimal, referenceAnswer: .integer(0)))
            #expect(outcome.finding.first == Double(decimal), "\(decimal)")
        }
    }

    /// The text with a hyphen for every space between two letters, and a semicolon for every quotation mark and line end.
    private func withoutSeams(_ text: [UInt8]) -> [UInt8] {
        func isLetter(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) }
        var result = text.map { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\n") ? UInt8(ascii: ";") : $0 }
        for index in text.indices.dropFirst().dropLast()
        where text[index] == 0x20 && isLetter(text[index - 1]) && isLetter(text[index + 1]) {
            result[index] = UInt8(ascii: "-")
        }
        return result
    }

    private func plainWordCount(_ text: String) -> Int {
        var count = 0
        var isInside = false
        for scalar in text.unicodeScalars {
            if scalar.properties.isWhitespace {
                isInside = false
            } else if scalar == "漢" || scalar == "か" {
                count += 1
                isInside = false
            } else {
                if !isInside { count += 1 }
                isInside = true
            }
        }
        return count
    }

    private func randomText(of pieces: [String], countMax: Int, _ numbers: inout SeededNumbers) -> String {
        let count = Int.random(in: 0...countMax, using: &numbers)
        return (0..<count).map { _ in pieces.randomElement(using: &numbers) ?? "" }.joined()
    }
}
