import Foundation
import RewardKernel
import Testing

private struct MathQuestion: Decodable {
    let lang: String
    let question: String
    let workedAnswer: String?
}

private struct ModelResponse: Decodable {
    let prompt: String
    let response: String
}

private struct MixedScriptText: Decodable {
    let iso6393: String
    let text: String
}

private struct ConstructedMix: Decodable {
    let promptLanguage: String
    let text: String
    let englishSentences: Int
    let totalSentences: Int
    let segments: [Segment]

    struct Segment: Decodable {
        let lang: String
        let text: String
    }

    /// The share of the bytes that are not English.
    var shareOfBytes: Double {
        let foreignCount = segments.filter { $0.lang != "eng" }.reduce(0) { $0 + $1.text.utf8.count }
        return Double(foreignCount) / Double(segments.reduce(0) { $0 + $1.text.utf8.count })
    }
}

private struct CodeMixedText: Decodable {
    let languages: [String]
    let text: String
    let englishWords: Int
    let nativeWords: Int
}

/// Shares and decisions on questions, answers and mixtures.
@Suite(.enabled(if: LanguageData.isPresent)) struct LanguageMixtureTests {
    @Test(arguments: LanguageEngine.allCases) func mathQuestionsAreToldInElevenLanguages(
        _ engine: LanguageEngine
    ) throws {
        let rows = try LanguageData.rows("mgsm.jsonl", as: MathQuestion.self)
        let probe = try LanguageProbe(engine)
        let scores = try rows.map { try probe.outcome($0.question, expecting: $0.lang) }
        let rightCount = scores.filter { $0.status == .scored && $0.score > 0.5 }.count
        let pureCount = scores.filter { $0.score > 0.95 }.count
        print("\(engine): MGSM: \(rightCount)/\(rows.count) right, \(pureCount) with a share above 0.95")
        #expect(rightCount >= 547)
    }

    @Test(arguments: LanguageEngine.allCases) func mathQuestionsAreToldAsPrompts(_ engine: LanguageEngine) throws {
        let rows = try LanguageData.rows("mgsm.jsonl", as: MathQuestion.self)
        let probe = try LanguageProbe(engine)
        let outcomes = rows.map { probe.outcome($0.question, prompt: $0.question) }
        let toldCount = outcomes.filter { $0.status == .scored && $0.score > 0.5 }.count
        print("\(engine): MGSM as prompts: \(toldCount)/\(rows.count) told")
        #expect(toldCount >= 547)
    }

    @Test(arguments: LanguageEngine.allCases) func workedAnswersAreInTheLanguageOfTheirQuestion(
        _ engine: LanguageEngine
    ) throws {
        let rows = try LanguageData.rows("mgsm_worked.jsonl", as: MathQuestion.self)
        let probe = try LanguageProbe(engine)
        var lowest = 1.0
        for row in rows {
            let outcome = probe.outcome(try #require(row.workedAnswer), prompt: row.question)
            #expect(outcome.status == .scored, "\(row.lang): \(probe.explanation(outcome))")
            #expect(outcome.score > 0.8, "\(row.lang): \(probe.explanation(outcome))")
            lowest = min(lowest, outcome.score)
        }
        print("\(engine): MGSM worked: \(rows.count) rows, lowest score \(lowest)")
    }

    @Test(arguments: LanguageEngine.allCases) func workedAnswersInAnotherLanguageScoreLow(
        _ engine: LanguageEngine
    ) throws {
        let rows = try LanguageData.rows("mgsm_worked.jsonl", as: MathQuestion.self)
        let probe = try LanguageProbe(engine)
        var highest = 0.0
        for row in rows {
            for other in rows where other.lang != row.lang {
                let outcome = probe.outcome(try #require(other.workedAnswer), prompt: row.question)
                #expect(outcome.status == .scored)
                highest = max(highest, outcome.score)
            }
        }
        print("\(engine): MGSM worked, answers of other languages: highest score \(highest)")
        #expect(highest < 0.2)
    }

    /// The prompts ask for Korean, Hindi and Tamil now and then, so the count of letters is what the score is held against.
    @Test(arguments: LanguageEngine.allCases) func russianModelAnswersAreMostlyRussian(_ engine: LanguageEngine) throws
    {
        let rows = try LanguageData.rows("ru_model_responses.jsonl", as: ModelResponse.self)
        let probe = try LanguageProbe(engine)
        var agreeing = 0
        var decided = 0
        for row in rows {
            let outcome = probe.outcome(row.response, prompt: row.prompt)
            guard outcome.status == .scored else { continue }
            let letters = row.response.unicodeScalars.filter { $0.properties.isAlphabetic }
            let cyrillicCount = letters.filter { (0x400...0x52F).contains($0.value) }.count
            let otherCount = letters.count - cyrillicCount
            decided += 1
            if (outcome.score > 0.5) == (cyrillicCount >= otherCount) { agreeing += 1 }
        }
        print(
            "\(engine): Russian answers: \(decided)/\(rows.count) decided, \(agreeing) agree with the count of letters")
        #expect(decided >= 99)
        #expect(Double(agreeing) >= 0.97 * Double(decided))
    }

    @Test(arguments: LanguageEngine.allCases) func namesInAnotherScriptAreNoSwitch(_ engine: LanguageEngine) throws {
        let rows = try LanguageData.rows("mixed_script.jsonl", as: MixedScriptText.self)
        let probe = try LanguageProbe(engine, minLetters: 4)
        let claimed = Set(LanguageCatalogue.codesByLanguage.joined())
        var mainCount = 0
        var highCount = 0
        var count = 0
        for row in rows where claimed.contains(row.iso6393) {
            let outcome = try probe.outcome(row.text, expecting: row.iso6393)
            count += 1
            if outcome.status == .scored && outcome.score > 0.5 { mainCount += 1 }
            if outcome.score >= 0.9 { highCount += 1 }
        }
        print("\(engine): Mixed script: \(count) claimed rows, \(mainCount) above 0.5, \(highCount) at 0.9 or more")
        #expect(mainCount == count)
        #expect(Double(highCount) >= 0.85 * Double(count))
    }

    @Test(arguments: LanguageEngine.allCases) func shareFollowsTheEnglishSentences(_ engine: LanguageEngine) throws {
        let rows = try LanguageData.rows("constructed_mix.jsonl", as: ConstructedMix.self)
        let probe = try LanguageProbe(engine)
        var sums: [Int: (score: Double, count: Int)] = [:]
        var sentenceError = 0.0
        var byteError = 0.0
        for row in rows {
            let outcome = try probe.outcome(row.text, expecting: row.promptLanguage)
            let score = outcome.status == .scored ? outcome.score : 0
            let sum = sums[row.englishSentences] ?? (0, 0)
            sums[row.englishSentences] = (sum.score + score, sum.count + 1)
            sentenceError += abs(score - (1 - Double(row.englishSentences) / Double(row.totalSentences)))
            byteError += abs(score - row.shareOfBytes)
        }
        let means = (0...4).compactMap { level in sums[level].map { $0.score / Double($0.count) } }
        print(
            "\(engine): Constructed mix: mean share by English sentences \(means.map { ($0 * 1000).rounded() / 1000 }),",
            "mean absolute error to sentences \(sentenceError / Double(rows.count)),",
            "to bytes \(byteError / Double(rows.count))")
        #expect(means.count == 5)
        for (more, fewer) in zip(means.dropFirst(), means) { #expect(more < fewer) }
        #expect(means[0] > 0.95)
        #expect(means[4] < 0.05)
        #expect(sentenceError / Double(rows.count) < 0.10)
        #expect(byteError / Double(rows.count) < 0.05)
    }

    /// Texts of a thousand bytes and more that change their language half-way: the fast engine sees 192 bytes of them.
    @Test(arguments: LanguageEngine.allCases) func shareFollowsAChangeOfLanguageInALongText(
        _ engine: LanguageEngine
    ) throws {
        struct Article: Decodable {
            let iso6393: String
            let section: Int
            let text: String
        }
        let codes = ["deu", "eng", "fra", "ita", "pol", "spa", "swe", "tur"]
        let articles = Dictionary(
            grouping: try LanguageData.rows("udhr.jsonl", as: Article.self).filter { codes.contains($0.iso6393) },
            by: \.iso6393)
        func text(_ code: String, _ sections: ClosedRange<Int>) -> String {
            (articles[code] ?? []).filter { sections.contains($0.section) }.map(\.text).joined(separator: " ")
        }
        let probe = try LanguageProbe(engine)
        var errors: [Double] = []
        for code in codes {
            for other in codes where other != code {
                let (begin, end) = (text(code, 1...4), text(other, 5...8))
                let share = Double(begin.utf8.count) / Double(begin.utf8.count + end.utf8.count)
                let outcome = try probe.outcome(begin + " " + end, expecting: code)
                #expect(outcome.status == .scored)
                errors.append(abs(outcome.score - share))
            }
        }
        let mean = errors.reduce(0, +) / Double(errors.count)
        print("\(engine): long mixtures: \(errors.count) texts, mean absolute error to bytes \(mean)")
        #expect(mean < (engine == .full ? 0.06 : 0.15))
    }

    @Test(arguments: LanguageEngine.allCases) func codeMixedTextGetsAShareOfEnglish(_ engine: LanguageEngine) throws {
        let rows = try LanguageData.rows("code_mixed.jsonl", as: CodeMixedText.self)
        let probe = try LanguageProbe(engine)
        var scores: [Double] = []
        var abstainedCount = 0
        for row in rows {
            let outcome = try probe.outcome(row.text, expecting: "en")
            if outcome.status == .scored { scores.append(outcome.score) } else { abstainedCount += 1 }
        }
        let mean = scores.reduce(0, +) / Double(scores.count)
        let fullCount = scores.filter { $0 >= 1 }.count
        let highCount = scores.filter { $0 >= 0.9 }.count
        print(
            "\(engine): Code mixed as English: mean share \(mean), \(fullCount) of \(scores.count) full, \(highCount) at 0.9,",
            "\(abstainedCount) abstained")
        #expect(mean < 0.75)
        #expect(Double(fullCount) < 0.1 * Double(scores.count))
    }

    /// A prompt in romanised Hindi is called English, Basque or Klingon; none of them may become what is expected.
    @Test(arguments: LanguageEngine.allCases) func codeMixedPromptsAreMostlyLeftOut(_ engine: LanguageEngine) throws {
        let rows = try LanguageData.rows("code_mixed.jsonl", as: CodeMixedText.self)
        let probe = try LanguageProbe(engine)
        var told: [Bool: Int] = [:]
        var counts: [Bool: Int] = [:]
        for row in rows {
            let isMostlyEnglish = row.englishWords > row.nativeWords
            counts[isMostlyEnglish, default: 0] += 1
            if probe.outcome(row.text, prompt: row.text).status == .scored { told[isMostlyEnglish, default: 0] += 1 }
        }
        print(
            "\(engine): Code mixed prompts told: \(told[true] ?? 0) of \(counts[true] ?? 0) mostly English,",
            "\(told[false] ?? 0) of \(counts[false] ?? 0) mostly not")
        #expect((told[false] ?? 0) * 3 < counts[false] ?? 0, "more than a third of what is mostly not English is told")
    }

    @Test(arguments: LanguageEngine.allCases) func plainEnglishGetsAFullShare(_ engine: LanguageEngine) throws {
        struct Sentence: Decodable { let english: String }
        let rows = try LanguageData.rows("tatoeba.jsonl", as: Sentence.self)
        let probe = try LanguageProbe(engine)
        var scores: [Double] = []
        for row in rows {
            let outcome = try probe.outcome(row.english, expecting: "eng")
            if outcome.status == .scored { scores.append(outcome.score) }
        }
        let mean = scores.reduce(0, +) / Double(scores.count)
        let fullCount = scores.filter { $0 >= 1 }.count
        print(
            "\(engine): English sentences: \(scores.count) decided, mean share \(mean), \(fullCount) full,",
            "\(scores.filter { $0 > 0.5 }.count) above 0.5")
        #expect(mean > 0.97)
    }
}
