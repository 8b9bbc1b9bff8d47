package import RewardMemory

/// The language a completion should be in.
package enum ExpectedLanguage: Sendable, Equatable {
    /// The prompt's.
    case prompt
    /// A BCP 47 tag or an ISO 639-1 or -3 code.
    case language(String)
    /// The one whose code a field of the rollout names.
    case field(String)
}

/// How much of a text is looked at.
package enum LanguageEngine: String, Sendable, CaseIterable {
    /// Up to 2 KiB of its prose.
    case full
    /// Up to 256 bytes, and 192 of a longer text: as sure of a text in one language, and coarser where languages are mixed.
    case fast

    package var sample: ProseSample {
        switch self {
        case .full: .full
        case .fast: .fast
        }
    }
}

/// Settings of `language_consistency`.
package struct LanguageConsistencySettings: Sendable {
    package var expect: ExpectedLanguage = .prompt
    /// Letters below which a text is too short for its language to be told. A letter of Latin, Cyrillic, Arabic or Devanagari
    /// counts once; an ideograph, a syllable and a letter of a script with one language count four times.
    package var minLetters: Int = 16
    package var engine: LanguageEngine = .full

    package init() {}

    package init(expect: ExpectedLanguage, minLetters: Int = 16, engine: LanguageEngine = .full) {
        self.expect = expect
        self.minLetters = minLetters
        self.engine = engine
    }
}

/// `language_consistency`: the share of the completion's prose that is in the expected language or one confusable with it.
///
///     score = sum(portion * belief, languages of the expected group among the three foremost)
///     belief = min(1, CLD2's score / 850) for English, 1 for every other language
///
/// The language identifier is CLD2 with its full tables. Abstains when completion or prompt are too short, or when their
/// language cannot be told.
package struct LanguageConsistencyPlan: BitwiseCopyable {
    private enum Source: BitwiseCopyable {
        case prompt
        case group(LanguageCatalogue.Group)
        case field(Int)
    }

    /// Why there is no score, or that there is one: the finding's code.
    private enum Code {
        static let scored: UInt8 = 0
        static let completionTooShort: UInt8 = 1
        static let completionUnknown: UInt8 = 2
        static let promptUnknown: UInt8 = 3
        static let promptMissing: UInt8 = 4
        static let fieldMissing: UInt8 = 5
        static let fieldNotText: UInt8 = 6
        static let fieldUnknown: UInt8 = 7
    }

    private let source: Source
    private let minLetters: Int
    private let sample: ProseSample
    private let catalogue: LanguageCatalogue

    package init(_ settings: LanguageConsistencySettings, builder: PlanBuilder) throws(PlanError) {
        guard settings.minLetters >= 0 else {
            throw PlanError(key: ["min_letters"], "a number of letters is not negative")
        }
        let letterCountMax = settings.engine.sample.byteCount / 2
        guard settings.minLetters <= letterCountMax else {
            throw PlanError(
                key: ["min_letters"],
                "no text would be told: engine \(settings.engine.rawValue) looks at \(settings.engine.sample.byteCount) bytes of a long one, so"
                    + " \(letterCountMax) letters are the most that can be asked for")
        }
        let catalogue = LanguageCatalogue(storage: builder.storage)
        switch settings.expect {
        case .prompt: source = .prompt
        case .language(let code):
            let entry = catalogue.entry(forCode: builder.storage.makeText(code.utf8))
            guard entry >= 0 else {
                throw PlanError(
                    key: ["expect"],
                    "no language \"\(code)\" that can be told; the nearest is \(LanguageCatalogue.nearest(to: code))")
            }
            source = .group(catalogue.group(ofEntry: entry))
        case .field(let name): source = .field(try builder.fieldIndex(name, key: ["expect", "field"]))
        }
        self.catalogue = catalogue
        minLetters = settings.minLetters
        sample = settings.engine.sample
        builder.requirements.language.isNeeded = true
    }

    @_noAllocation
    package func score(_ rollout: Rollout, _ scratch: inout LanguageScratch) -> ComponentOutcome {
        let expected: LanguageCatalogue.Group
        switch source {
        case .group(let group): expected = group
        case .prompt:
            guard let prompt = rollout.prompt else {
                return ComponentOutcome(without: .missingInput, finding: Finding(Code.promptMissing))
            }
            let profile = scratch.profile(ofPrompt: prompt, sample, catalogue)
            let group = profile.letterCount < minLetters ? 0 : profile.mainGroup(catalogue)
            guard group != 0 else {
                return ComponentOutcome(without: .abstained, finding: Finding(Code.promptUnknown))
            }
            expected = group
        case .field(let index):
            switch rollout.fields[index] {
            case .text(let code):
                let entry = catalogue.entry(forCode: code)
                guard entry >= 0 else {
                    return ComponentOutcome(without: .badReference, finding: Finding(Code.fieldUnknown))
                }
                expected = catalogue.group(ofEntry: entry)
            case .absent:
                return ComponentOutcome(without: .missingInput, finding: Finding(Code.fieldMissing))
            case .integer, .number, .boolean:
                return ComponentOutcome(without: .wrongType, finding: Finding(Code.fieldNotText))
            }
        }
        let profile = scratch.profile(
            of: rollout.completion, expecting: expected, sample, catalogue)
        return score(profile, expected: expected)
    }

    @_noAllocation
    private func score(_ profile: LanguageProfile, expected: LanguageCatalogue.Group) -> ComponentOutcome {
        guard profile.letterCount >= minLetters else {
            return ComponentOutcome(
                without: .abstained, finding: Finding(Code.completionTooShort, first: Double(profile.letterCount)))
        }
        guard profile.isKnown else {
            return ComponentOutcome(without: .abstained, finding: Finding(Code.completionUnknown))
        }
        let finding = Finding(Code.scored, first: Self.pack(profile), second: Double(expected))
        return ComponentOutcome(score: profile.share(of: expected, catalogue), finding: finding)
    }

    // MARK: Rationale

    /// Three languages of 10 bits and their percentages of 7 bits each: 51 bits, which a double holds exactly.
    @_noAllocation
    private static func pack(_ profile: LanguageProfile) -> Double {
        let word = pack(profile.third) &<< 34 | pack(profile.second) &<< 17 | pack(profile.first)
        return Double(word)
    }

    @_noAllocation
    private static func pack(_ share: LanguageShare) -> UInt64 {
        UInt64(share.language & 0x3FF) &<< 7 | UInt64(share.portion * 100 + 0.5) & 0x7F
    }

    /// One sentence for people: the languages found and the one expected, `completion is de 87 %, en 13 %; expected en`.
    @_noAllocation
    package func explain(_ outcome: ComponentOutcome, into text: inout RigidBytes) {
        switch outcome.finding.code {
        case Code.completionTooShort:
            text.append("the completion has ")
            text.append(decimal: Int(outcome.finding.first))
            text.append(" letters, too few to tell its language (min_letters ")
            text.append(decimal: minLetters)
            text.append(")")
        case Code.completionUnknown: text.append("the completion's language cannot be told")
        case Code.promptUnknown: text.append("the prompt's language cannot be told")
        case Code.promptMissing: text.append("the request brings no prompt for this rollout")
        case Code.fieldMissing: text.append("the rollout has no field that names the expected language")
        case Code.fieldNotText: text.append("the field for the expected language is not text")
        case Code.fieldUnknown: text.append("the field for the expected language names none that can be told")
        default: explainShares(outcome, into: &text)
        }
    }

    @_noAllocation
    private func explainShares(_ outcome: ComponentOutcome, into text: inout RigidBytes) {
        text.append("completion is ")
        var word = UInt64(outcome.finding.first)
        var isFirst = true
        while word != 0 {
            let percent = Int(word & 0x7F)
            let language = UInt16(truncatingIfNeeded: word &>> 7 & 0x3FF)
            word &>>= 17
            guard percent > 0 else { continue }
            if !isFirst { text.append(", ") }
            isFirst = false
            catalogue.write(language: language, into: &text)
            text.append(" ")
            text.append(decimal: percent)
            text.append(" %")
        }
        text.append("; expected ")
        catalogue.write(group: LanguageCatalogue.Group(outcome.finding.second), into: &text)
    }
}
