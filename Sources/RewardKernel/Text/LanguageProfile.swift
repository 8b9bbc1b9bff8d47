internal import CCLD2
internal import RewardMemory

/// A language and its share of a text.
package struct LanguageShare: BitwiseCopyable {
    /// CLD2's number.
    package var language: UInt16
    /// Share of what could be told, in [0, 1]; 0 means that there is no such language.
    package var portion: Double
    /// CLD2's score of that part of the text, per 1,024 bytes: about 1,000 for ordinary prose.
    package var score: Double

    @_noAllocation
    init(language: UInt16, portion: Double, score: Double) {
        self.language = language
        self.portion = portion
        self.score = score
    }

    static var none: LanguageShare {
        @_noAllocation get { LanguageShare(language: UInt16(PLAUDIT_CLD2_UNKNOWN), portion: 0, score: 0) }
    }
}

/// What languages a text is in: the three foremost, their portions summing to 1, or to 0 when none can be told.
package struct LanguageProfile: BitwiseCopyable {
    /// CLD2's score below which text called English is likely something else. English is what CLD2 falls back to for Latin
    /// text that it does not know: of 2,966 English sentences 94 % lie above (half at 1,350), of 262 utterances in
    /// romanised Hindi, Bengali, Gujarati and Tamil mixed with English 94 % below (half at 530).
    private static let englishScoreOrdinary: Double = 850
    /// CLD2's score below which a prompt called English cannot be told: more than half of the romanised text lies below, and
    /// three English sentences of twenty to thirty letters in a hundred.
    private static let englishScoreMin: Double = 600
    /// The same for every other language in Latin: romanised Hindi that is called Basque or Klingon gets 150 to 210, the
    /// least of some 250 questions and 340 articles in their right language 235.
    private static let latinScoreMin: Double = 225
    /// The percentage of a text that must be told before anything is said about it.
    private static let knownPercentMin = 20

    package let first: LanguageShare
    package let second: LanguageShare
    package let third: LanguageShare
    /// Letters of the prose, weighted by script (see `LetterEvidence`).
    package let letterCount: Int
    /// Whether most of it is written in Latin.
    let isLatin: Bool

    @_noAllocation
    init(first: LanguageShare, second: LanguageShare, third: LanguageShare, letterCount: Int, isLatin: Bool) {
        self.first = first
        self.second = second
        self.third = third
        self.letterCount = letterCount
        self.isLatin = isLatin
    }

    /// A text whose languages cannot be told.
    @_noAllocation
    package init(letterCount: Int = 0) {
        self.init(first: .none, second: .none, third: .none, letterCount: letterCount, isLatin: true)
    }

    /// CLD2's answer, corrected by what the letters and words of the prose rule out. CLD2's percentages leave out a byte or
    /// two of each script's text, so their sum is what the portions are taken of.
    @_noAllocation
    init(_ found: PlauditLanguages, evidence: LetterEvidence, prose: ByteView) {
        let sum = Int(found.percent.0) &+ Int(found.percent.1) &+ Int(found.percent.2)
        guard sum >= Self.knownPercentMin else {
            self.init(letterCount: evidence.letterCount)
            return
        }
        let whole = Double(sum)
        self.init(
            first: LanguageShare(
                language: Self.corrected(found.language.0, evidence, prose), portion: Double(found.percent.0) / whole,
                score: Double(found.score.0)),
            second: LanguageShare(
                language: Self.corrected(found.language.1, evidence, prose), portion: Double(found.percent.1) / whole,
                score: Double(found.score.1)),
            third: LanguageShare(
                language: Self.corrected(found.language.2, evidence, prose), portion: Double(found.percent.2) / whole,
                score: Double(found.score.2)),
            letterCount: evidence.letterCount, isLatin: evidence.latinLetterCount > evidence.otherByteCount)
    }

    /// Corrects what the letters of the text rule out: Japanese without any kana is Chinese, and CLD2 calls too much
    /// Cyrillic text Serbian, which its alphabet or its short words often deny.
    @_noAllocation
    private static func corrected(_ language: UInt16, _ evidence: LetterEvidence, _ prose: ByteView) -> UInt16 {
        switch Int(language) {
        case PLAUDIT_CLD2_JAPANESE:
            return evidence.hasKana ? language : UInt16(PLAUDIT_CLD2_CHINESE)
        case PLAUDIT_CLD2_BULGARIAN, PLAUDIT_CLD2_UKRAINIAN:
            return evidence.hasRussian && !evidence.hasUkrainian ? UInt16(PLAUDIT_CLD2_RUSSIAN) : language
        case PLAUDIT_CLD2_SERBIAN, PLAUDIT_CLD2_MACEDONIAN:
            if evidence.hasSerbian || evidence.hasMacedonian {
                guard evidence.hasSerbian != evidence.hasMacedonian else { return language }
                return UInt16(evidence.hasSerbian ? PLAUDIT_CLD2_SERBIAN : PLAUDIT_CLD2_MACEDONIAN)
            }
            if !evidence.hasWesternSlavic && !evidence.hasUkrainian {
                if evidence.hasRussian { return UInt16(PLAUDIT_CLD2_RUSSIAN) }
                if evidence.hasEasternSlavic { return UInt16(PLAUDIT_CLD2_BULGARIAN) }
            }
            let balance = SouthSlavicWords.macedonianBalance(of: prose)
            guard balance != 0 else { return language }
            return UInt16(balance > 0 ? PLAUDIT_CLD2_MACEDONIAN : PLAUDIT_CLD2_SERBIAN)
        default: return language
        }
    }

    /// Whether any language was told.
    package var isKnown: Bool {
        @_noAllocation get { first.portion > 0 }
    }

    /// The share of a group of languages in what could be told, in [0, 1].
    ///
    ///     share = sum(portion * belief, languages of the group)
    ///     belief = min(1, score / 850) for English, 1 for every other language
    @_noAllocation
    package func share(of group: LanguageCatalogue.Group, _ catalogue: LanguageCatalogue) -> Double {
        let sum = weight(first, group, catalogue) + weight(second, group, catalogue) + weight(third, group, catalogue)
        return sum < 1 ? sum : 1
    }

    @_noAllocation
    private func weight(
        _ share: LanguageShare, _ group: LanguageCatalogue.Group, _ catalogue: LanguageCatalogue
    ) -> Double {
        guard share.portion > 0, catalogue.group(ofLanguage: share.language) == group else { return 0 }
        guard Int(share.language) == PLAUDIT_CLD2_ENGLISH, share.score < Self.englishScoreOrdinary else {
            return share.portion
        }
        return share.portion * share.score / Self.englishScoreOrdinary
    }

    /// The group that has more than half of the text, or 0 when none has or the text looks too little like that language.
    @_noAllocation
    package func mainGroup(_ catalogue: LanguageCatalogue) -> LanguageCatalogue.Group {
        let group = catalogue.group(ofLanguage: first.language)
        guard group != 0, share(of: group, catalogue) > 0.5 else { return 0 }
        let isEnglish = Int(first.language) == PLAUDIT_CLD2_ENGLISH
        let scoreMin = isEnglish ? Self.englishScoreMin : (isLatin ? Self.latinScoreMin : 0)
        return first.score < scoreMin ? 0 : group
    }
}
