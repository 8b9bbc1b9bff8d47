import Foundation
import RewardKernel
import Testing

/// Texts made to break things, of the same data folder.
@Suite(.enabled(if: LanguageData.isPresent)) struct LanguageHostileTextTests {
    @Test func naughtyStringsAndTruncationsAreHarmless() throws {
        let url = try #require(LanguageData.folder).deletingLastPathComponent().appendingPathComponent(
            "safety/blns.json")
        let strings = try JSONDecoder().decode([String].self, from: Data(contentsOf: url))
        #expect(strings.count > 500)
        let probe = try LanguageProbe(minLetters: 0)
        for text in strings {
            for variant in [text, text + text, "Ein Satz davor. " + text, String(text.unicodeScalars.dropLast())] {
                let outcome = probe.outcome(variant, prompt: variant)
                #expect(outcome.status == .scored || outcome.status == .abstained)
                #expect(outcome.score >= 0 && outcome.score <= 1)
                #expect(!probe.explanation(outcome).isEmpty)
            }
        }
        #expect(probe.heapAllocationCount == 0)
    }

    @Test func everyTruncationOfRealTextsIsHarmless() throws {
        struct Row: Decodable { let text: String }
        let probe = try LanguageProbe(minLetters: 0)
        for row in try LanguageData.rows("udhr.jsonl", as: Row.self).enumerated().filter({ $0.offset % 8 == 0 }).map(
            \.element)
        {
            let scalars = Array(row.text.unicodeScalars)
            for count in stride(from: 0, to: scalars.count, by: 7) {
                var view = String.UnicodeScalarView()
                view.append(contentsOf: scalars[..<count])
                let outcome = probe.outcome(String(view), prompt: row.text)
                #expect(outcome.score >= 0 && outcome.score <= 1)
            }
        }
        #expect(probe.heapAllocationCount == 0)
    }
}
