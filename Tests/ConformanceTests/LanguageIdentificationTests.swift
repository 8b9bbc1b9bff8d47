import Foundation
import RewardKernel
import Testing

/// A row of udhr.jsonl and tatoeba.jsonl.
private struct LabelledText: Decodable {
    let iso6393: String
    let text: String
    let english: String?
}

/// How decisions fell over a set of labelled texts.
private struct Tally: CustomStringConvertible {
    var rightCount = 0
    var wrongCount = 0
    var abstainedCount = 0
    var wrongByLanguage: [String: Int] = [:]

    var decidedCount: Int { rightCount + wrongCount }
    var count: Int { decidedCount + abstainedCount }
    var accuracy: Double { Double(rightCount) / Double(decidedCount) }

    var description: String {
        let worst = wrongByLanguage.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(12)
            .map { "\($0.key) \($0.value)" }
        return "\(rightCount)/\(decidedCount) decided right (\((accuracy * 10_000).rounded() / 10_000)), "
            + "\(abstainedCount) of \(count) abstained; wrong: \(worst.joined(separator: ", "))"
    }
}

/// Language decisions on texts that nobody here wrote. A text counts as right when more than half of it is told to be in
/// the group of the language it is labelled with.
@Suite(.enabled(if: LanguageData.isPresent)) struct LanguageIdentificationTests {
    /// Algerian and Egyptian Arabic: as expectations they mean Arabic, but how their speakers write is told as many things,
    /// so they are not claimed. Unclaimed as well is every language of the data that the catalogue does not know: Berber
    /// languages, Sorbian, Low German, Kurmanji, Interlingua…
    private static let unclaimed: Set<String> = ["arq", "arz"]

    /// Tells every claimed row.
    private func tally(
        _ rows: [LabelledText], _ engine: LanguageEngine, minLetters: Int
    ) throws -> (claimed: Tally, languages: Int) {
        let probe = try LanguageProbe(engine, minLetters: minLetters)
        var tally = Tally()
        var languages: Set<String> = []
        let claimed = Set(LanguageCatalogue.codesByLanguage.joined())
        for row in rows where claimed.contains(row.iso6393) && !Self.unclaimed.contains(row.iso6393) {
            languages.insert(row.iso6393)
            let outcome = try probe.outcome(row.text, expecting: row.iso6393)
            if outcome.status == .abstained {
                tally.abstainedCount += 1
            } else if outcome.score > 0.5 {
                tally.rightCount += 1
            } else {
                tally.wrongCount += 1
                tally.wrongByLanguage[row.iso6393, default: 0] += 1
            }
        }
        #expect(probe.heapAllocationCount == 0)
        return (tally, languages.count)
    }

    @Test(arguments: LanguageEngine.allCases) func declarationOfHumanRightsIsToldInEveryClaimedLanguage(
        _ engine: LanguageEngine
    ) throws {
        let rows = try LanguageData.rows("udhr.jsonl", as: LabelledText.self)
        let (tally, languages) = try tally(rows, engine, minLetters: LanguageConsistencySettings().minLetters)
        print("\(engine): UDHR, \(languages) languages: \(tally)")
        #expect(languages == 66)
        #expect(Double(tally.rightCount) / Double(tally.count) >= 0.976)
    }

    /// The tables know small letters only.
    @Test(arguments: LanguageEngine.allCases) func capitalsAreToldLikeSmallLetters(_ engine: LanguageEngine) throws {
        let rows = try LanguageData.rows("udhr.jsonl", as: LabelledText.self)
        let capitals = rows.map {
            LabelledText(iso6393: $0.iso6393, text: $0.text.uppercased(), english: nil)
        }
        let (tally, _) = try tally(capitals, engine, minLetters: LanguageConsistencySettings().minLetters)
        print("\(engine): UDHR in capitals: \(tally)")
        #expect(Double(tally.rightCount) / Double(tally.count) >= 0.976)
    }

    /// Eight articles as one text: what is longer than any engine looks at.
    @Test(arguments: LanguageEngine.allCases) func longTextsAreTold(_ engine: LanguageEngine) throws {
        let rows = try LanguageData.rows("udhr.jsonl", as: LabelledText.self)
        let texts = Dictionary(grouping: rows, by: \.iso6393).map { language, articles in
            LabelledText(iso6393: language, text: articles.map(\.text).joined(separator: "\n"), english: nil)
        }
        let (tally, languages) = try tally(texts, engine, minLetters: LanguageConsistencySettings().minLetters)
        print("\(engine): UDHR whole, \(languages) languages: \(tally)")
        #expect(languages == 66)
        #expect(tally.rightCount >= 65)
    }

    /// Single sentences, half of them shorter than thirty letters: the fewer letters, the worse, which is what `min_letters`
    /// is for.
    @Test(arguments: LanguageEngine.allCases) func shortSentencesAreTold(_ engine: LanguageEngine) throws {
        let rows = try LanguageData.rows("tatoeba.jsonl", as: LabelledText.self)
        for minLetters in [0, 8, 12, 16, 20, 24, 32] {
            let (tally, languages) = try tally(rows, engine, minLetters: minLetters)
            print("\(engine): Tatoeba, \(languages) languages, min_letters \(minLetters): \(tally)")
            #expect(languages == 75)
            #expect(tally.accuracy >= 0.92)
            if minLetters == LanguageConsistencySettings().minLetters { #expect(tally.accuracy >= 0.945) }
        }
    }
}
