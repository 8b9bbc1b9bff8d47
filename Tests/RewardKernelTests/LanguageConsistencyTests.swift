import RewardKernel
import RewardMemory
import Testing

/// A compiled `language_consistency` with its scratch.
private final class Component {
    let plan: LanguageConsistencyPlan
    let builder: PlanBuilder
    private(set) var scratch: LanguageScratch

    init(_ settings: LanguageConsistencySettings = LanguageConsistencySettings()) throws {
        builder = PlanBuilder(storage: OwnedStorage(), requirements: ScratchRequirements())
        plan = try LanguageConsistencyPlan(settings, builder: builder)
        scratch = try LanguageScratch(builder.requirements.language)
    }

    func score(_ rollout: Rollout) -> ComponentOutcome {
        plan.score(rollout, &scratch)
    }

    func explanation(_ outcome: ComponentOutcome) -> String {
        var text = RigidBytes(capacity: Limits.rationaleByteCountMax)
        plan.explain(outcome, into: &text)
        return String(decoding: (0..<text.count).map { text[$0] }, as: UTF8.self)
    }
}

private let german = "Die Sonne scheint heute besonders hell, und die Kinder spielen draußen im Garten mit dem Hund."
private let english = "The sun is shining brightly today, and the children are playing with the dog in the garden."
private let japanese = "今日は太陽がとても明るく輝いていて、子供たちは庭で犬と遊んでいます。"

@Suite struct LanguageConsistencyTests {
    @Test func completionInThePromptsLanguageScoresOne() throws {
        let component = try Component()
        #expect(component.score(rollout(german, prompt: german)).score == 1)
        #expect(component.score(rollout(japanese, prompt: "東京の天気について教えてください。")).score == 1)
        #expect(component.score(rollout(english, prompt: german)).score == 0)
        #expect(component.score(rollout(german, prompt: japanese)).score == 0)
    }

    @Test func everyFormOfALanguageCodeIsUnderstood() throws {
        for code in ["de", "DE", "deu", "ger", "de-AT", "de_DE", "de-Latn-AT"] {
            let component = try Component(LanguageConsistencySettings(expect: .language(code)))
            #expect(component.score(rollout(german)).score == 1, "\(code)")
        }
        for code in ["zh", "cmn", "zh-Hant", "zh-Hans-CN", "zho", "yue"] {
            let component = try Component(LanguageConsistencySettings(expect: .language(code)))
            #expect(component.score(rollout("我对我的工作感到非常满意，明天还要继续努力。")).score == 1, "\(code)")
        }
    }

    @Test func moreLettersThanAreLookedAtAreRefused() {
        for (engine, letterCount) in [(LanguageEngine.full, 1_025), (.fast, 97)] {
            let error = #expect(throws: PlanError.self) {
                _ = try Component(LanguageConsistencySettings(expect: .prompt, minLetters: letterCount, engine: engine))
            }
            #expect(error?.key == ["min_letters"])
        }
        #expect(throws: Never.self) {
            _ = try Component(LanguageConsistencySettings(expect: .prompt, minLetters: 96, engine: .fast))
        }
    }

    /// The fast engine sees the end of a text as well as its beginning, whatever stands in front.
    @Test func fastEngineSeesAllOfALongText() throws {
        let component = try Component(LanguageConsistencySettings(expect: .language("en"), engine: .fast))
        let row = String(repeating: "the-sun-is-shining-today-and-the-children-play-", count: 6).prefix(250)
        let half = String(repeating: german + " ", count: 10)
        #expect(component.score(rollout(String(repeating: english + " ", count: 10))).score == 1)
        #expect(component.score(rollout(half)).score == 0)
        let mixed = component.score(rollout(String(repeating: english + " ", count: 10) + half)).score
        #expect(mixed > 0.25 && mixed < 0.75)
        let behindARow = component.score(rollout(row + " " + half + half))
        #expect(behindARow.status == .scored && behindARow.score < 0.5)
    }

    /// Up to 256 bytes the fast engine looks at all of a text, so that a short change of language is seen; then at a sample.
    @Test func fastEngineTakesShortTextsWhole() throws {
        let settings = LanguageEngine.allCases.map {
            LanguageConsistencySettings(expect: .language("en"), engine: $0)
        }
        let components = try settings.map { try Component($0) }
        let short = english + " " + german + " This is where the story ends."
        #expect(short.utf8.count > 192 && short.utf8.count <= 256)
        let scores = components.map { $0.score(rollout(short)).score }
        #expect(scores[0] == scores[1] && scores[0] > 0.5 && scores[0] < 0.9)
    }

    /// A Latin letter in a Cyrillic word is that word's, mistyped or meant to deceive.
    @Test func strayedLetterOfAnotherScriptIsNoChangeOfLanguage() throws {
        let component = try Component(LanguageConsistencySettings(expect: .language("uk")))
        let ukrainian = "Він зовсім не дивиться телевізор і не хоче слухати радіо"
        #expect(component.score(rollout(ukrainian)).score == 1)
        #expect(component.score(rollout(ukrainian.replacing("і", with: "i"))).score == 1)
    }

    /// Only the words of a script count together: what stands between them does not cut them short.
    @Test func scriptsAreToldEachForItself() throws {
        let words = ["ярко", "светит", "солнце", "сегодня", "особенно", "дети", "играют", "саду"]
        let alternating = zip(english.split(separator: " "), words + words).map { "\($0) \($1)" }.joined(separator: " ")
        let inEnglish = try Component(LanguageConsistencySettings(expect: .language("en"))).score(rollout(alternating))
        let inRussian = try Component(LanguageConsistencySettings(expect: .language("ru"))).score(rollout(alternating))
        #expect(inEnglish.score > 0.2 && inRussian.score > 0.5)
        #expect(abs(inEnglish.score + inRussian.score - 1) < 0.02)
    }

    @Test func promptToldByOneEngineIsToldAnewByTheOther() throws {
        let builder = PlanBuilder(storage: OwnedStorage(), requirements: ScratchRequirements())
        let plans = try LanguageEngine.allCases.map { engine in
            try LanguageConsistencyPlan(LanguageConsistencySettings(expect: .prompt, engine: engine), builder: builder)
        }
        var scratch = try LanguageScratch(builder.requirements.language)
        let text = rollout(german, prompt: String(repeating: german + " ", count: 20))
        for _ in 0..<3 { for plan in plans { #expect(plan.score(text, &scratch).score == 1) } }
        #expect(scratch.cachedPromptCount == 0)
        _ = plans[1].score(text, &scratch)
        #expect(scratch.cachedPromptCount == 1)
    }

    @Test func unknownCodeIsRefusedNamingTheNearest() {
        for (code, nearest) in [
            ("german", "de (German)"), ("dee", "de (German)"), ("xq", nil), ("", nil), ("hi-Latn", "hi (Hindi)"),
        ] {
            let error = #expect(throws: PlanError.self) {
                _ = try Component(LanguageConsistencySettings(expect: .language(code)))
            }
            #expect(error?.key == ["expect"])
            if let nearest { #expect(error?.message.contains(nearest) == true, "\(error?.message ?? "")") }
        }
    }

    @Test func confusableLanguagesCountAsOne() throws {
        let croatian = "Sunce danas posebno jako sja, a djeca se igraju vani u vrtu sa psom i mačkom."
        for code in ["hr", "bs", "sr"] {
            let component = try Component(LanguageConsistencySettings(expect: .language(code)))
            #expect(component.score(rollout(croatian)).score == 1, "\(code)")
        }
        let component = try Component(LanguageConsistencySettings(expect: .language("sl")))
        #expect(component.score(rollout(croatian)).score < 0.5)
    }

    @Test func mixtureGetsItsShare() throws {
        let component = try Component(LanguageConsistencySettings(expect: .language("de")))
        let half = component.score(rollout(german + " " + english))
        #expect(half.score > 0.4 && half.score < 0.6)
        let more = component.score(rollout(german + " " + german + " " + german + " " + english))
        #expect(more.score > 0.65 && more.score < 0.85)
        #expect(component.explanation(half).hasPrefix("completion is "))
        #expect(component.explanation(half).hasSuffix("; expected de"))
    }

    @Test func rationaleNamesSharesAndExpectation() throws {
        let component = try Component(LanguageConsistencySettings(expect: .language("nb")))
        let outcome = component.score(rollout(english))
        #expect(component.explanation(outcome) == "completion is en 100 %; expected no/nn")
    }

    @Test func languageMayComeFromAField() throws {
        let component = try Component(LanguageConsistencySettings(expect: .field("lang")))
        #expect(component.builder.fieldNames == ["lang"])
        #expect(component.score(rollout(german, fields: [.text(bytes("deu"))])).score == 1)
        #expect(component.score(rollout(german, fields: [.text(bytes("en-GB"))])).score == 0)
        #expect(component.score(rollout(german, fields: [.text(bytes("tlhIngan"))])).status == .badReference)
        #expect(component.score(rollout(german, fields: [.text(bytes(""))])).status == .badReference)
        #expect(component.score(rollout(german, fields: [.absent])).status == .missingInput)
        #expect(component.score(rollout(german, fields: [.integer(3)])).status == .wrongType)
    }

    @Test func shortOrWordlessTextAbstains() throws {
        let component = try Component(LanguageConsistencySettings(expect: .language("de")))
        for text in [
            "", " \n\t", "42", "Ja.", "```\nlong code block without prose\n```", "\u{0}\u{0}", "😀😀😀", "3.14 = x",
        ] {
            let outcome = component.score(rollout(text))
            #expect(outcome.status == .abstained, "\(text)")
            #expect(component.explanation(outcome).contains("too few"), "\(text)")
        }
    }

    @Test func minLettersDecidesWhatIsTooShort() throws {
        let strict = try Component(LanguageConsistencySettings(expect: .language("de"), minLetters: 200))
        #expect(strict.score(rollout(german)).status == .abstained)
        let lax = try Component(LanguageConsistencySettings(expect: .language("de"), minLetters: 0))
        #expect(lax.score(rollout("Das ist gut so")).status == .scored)
        #expect(lax.score(rollout("")).status == .abstained)
        // Four ideographs tell as much as sixteen letters.
        let chinese = try Component(LanguageConsistencySettings(expect: .language("zh")))
        #expect(chinese.score(rollout("我不知道")).score == 1)
        #expect(throws: PlanError.self) {
            _ = try Component(LanguageConsistencySettings(expect: .prompt, minLetters: -1))
        }
    }

    @Test func promptThatCannotBeToldAbstains() throws {
        let component = try Component()
        #expect(component.score(rollout(german, prompt: "2 + 2 = ?")).status == .abstained)
        #expect(component.score(rollout(german, prompt: "")).status == .abstained)
        let missing = component.score(rollout(german))
        #expect(missing.status == .missingInput)
        #expect(component.explanation(missing) == "the request brings no prompt for this rollout")
        let romanised = "yahan koi bhi acha khana nahi milta hai aur sab log kehte hain ki woh jagah badiya thi"
        #expect(component.score(rollout(german, prompt: romanised)).status == .abstained)
    }

    @Test func repeatedPromptIsToldOnce() throws {
        let component = try Component()
        for _ in 0..<8 { #expect(component.score(rollout(english, prompt: german)).score == 0) }
        #expect(component.scratch.cachedPromptCount == 7)
        #expect(component.score(rollout(english, prompt: english)).score == 1)
        #expect(component.score(rollout(english, prompt: german)).score == 0)
        #expect(component.scratch.cachedPromptCount == 7)
        let long = String(repeating: german + "\n", count: 400)
        for _ in 0..<2 { #expect(component.score(rollout(german, prompt: long)).score == 1) }
        #expect(component.scratch.cachedPromptCount == 7)
    }

    @Test func sameBytesGiveTheSameScoreWhateverCameBefore() throws {
        let component = try Component(LanguageConsistencySettings(expect: .language("de"), minLetters: 0))
        let texts = [german, english, german + " " + english, "Ja", japanese, "", "Tom ist da. Mary too."]
        let first = texts.map { component.score(rollout($0)) }
        for index in texts.indices.reversed() {
            let again = component.score(rollout(texts[index]))
            #expect(again.score.bitPattern == first[index].score.bitPattern)
            #expect(again.finding.first == first[index].finding.first)
        }
    }

    @Test func hugeTextOfOneCharacterIsDecidedAtOnce() throws {
        let component = try Component(LanguageConsistencySettings(expect: .language("de")))
        for pattern in ["a", "ä", "漢", " ", "\u{0}", "😀"] {
            let outcome = component.score(rollout(String(repeating: pattern, count: (1 << 20) / pattern.utf8.count)))
            #expect(outcome.status == .scored || outcome.status == .abstained)
            #expect(outcome.score >= 0 && outcome.score <= 1)
        }
        #expect(component.scratch.heapAllocationCount == 0)
    }

    @Test func everyCodeOfTheCatalogueIsUnambiguous() {
        let codes = LanguageCatalogue.codesByLanguage.joined()
        #expect(Set(codes).count == codes.count)
        #expect(codes.allSatisfy { $0.utf8.count <= 8 && $0 == $0.lowercased() })
        #expect(LanguageCatalogue.codesByLanguage.count >= 100)
    }
}
