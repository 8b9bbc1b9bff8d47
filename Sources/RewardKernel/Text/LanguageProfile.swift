internal import CCLD2

/// A language and its share of a text.
package struct LanguageShare: BitwiseCopyable {
    /// CLD2's number.
    package var language: UInt16
    /// 0...100; 0 means that there is no such language.
    package var percent: UInt8
    /// CLD2's score of that part of the text, per 1,024 bytes: about 1,000 for ordinary prose.
    package var score: UInt16
}

/// What languages a text is in.
package struct LanguageProfile: BitwiseCopyable {
    /// CLD2's score below which text called English is likely something else. English is what CLD2 falls back to for Latin
    /// text that it does not know: of 3,800 English sentences 95 % lie above (half at 1,350), of 280 utterances in
    /// romanised Hindi, Bengali, Gujarati and Tamil mixed with English 95 % below (half at 530).
    private static let englishScoreOrdinary: UInt16 = 850
    /// CLD2's score below which text called English cannot be told: where half of the romanised text lies, and one English
    /// sentence in a hundred.
    private static let englishScoreMin: UInt16 = 450

    package let first: LanguageShare
    package let second: LanguageShare
    package let third: LanguageShare
    /// Letters of the prose, weighted by script (see `LetterEvidence`).
    package let letterCount: Int

    /// A text without prose.
    @_noAllocation
    package init() {
        let none = LanguageShare(language: UInt16(PLAUDIT_CLD2_UNKNOWN), percent: 0, score: 0)
        first = none
        second = none
        third = none
        letterCount = 0
    }

    @_noAllocation
    init(_ found: PlauditLanguages, evidence: LetterEvidence) {
        first = Self.share(found.language.0, found.percent.0, found.score.0, evidence)
        second = Self.share(found.language.1, found.percent.1, found.score.1, evidence)
        third = Self.share(found.language.2, found.percent.2, found.score.2, evidence)
        letterCount = evidence.letterCount
    }

    @_noAllocation
    private static func share(
        _ language: UInt16, _ percent: UInt8, _ score: UInt16, _ evidence: LetterEvidence
    ) -> LanguageShare {
        LanguageShare(language: corrected(language, evidence), percent: percent, score: score)
    }

    /// Corrects what the letters of the text rule out: Japanese without any kana is Chinese, and CLD2 calls too much
    /// Cyrillic text Serbian, which its alphabet often denies.
    @_noAllocation
    private static func corrected(_ language: UInt16, _ evidence: LetterEvidence) -> UInt16 {
        switch Int(language) {
        case PLAUDIT_CLD2_JAPANESE:
            return evidence.hasKana ? language : UInt16(PLAUDIT_CLD2_CHINESE)
        case PLAUDIT_CLD2_SERBIAN, PLAUDIT_CLD2_MACEDONIAN:
            if evidence.hasSerbian || evidence.hasMacedonian {
                guard evidence.hasSerbian != evidence.hasMacedonian else { return language }
                return UInt16(evidence.hasSerbian ? PLAUDIT_CLD2_SERBIAN : PLAUDIT_CLD2_MACEDONIAN)
            }
            if evidence.hasWesternSlavic || evidence.hasUkrainian { return language }
            if evidence.hasRussian { return UInt16(PLAUDIT_CLD2_RUSSIAN) }
            return evidence.hasEasternSlavic ? UInt16(PLAUDIT_CLD2_BULGARIAN) : language
        default: return language
        }
    }

    /// Whether any language was told.
    package var isKnown: Bool {
        @_noAllocation get { percentSum > 0 }
    }

    private var percentSum: Int {
        @_noAllocation get { Int(first.percent) &+ Int(second.percent) &+ Int(third.percent) }
    }

    /// The share of a group of languages in what could be told, in [0, 1].
    ///
    ///     share = sum(percent * belief, languages of the group) / sum(percent, all languages)
    ///     belief = min(1, score / 850) for English, 1 for every other language
    ///
    /// CLD2's percentages leave out a byte or two of each script's text, so their sum is what a share is taken of.
    @_noAllocation
    package func share(of group: LanguageCatalogue.Group, _ catalogue: LanguageCatalogue) -> Double {
        guard isKnown else { return 0 }
        let sum = weight(first, group, catalogue) + weight(second, group, catalogue) + weight(third, group, catalogue)
        return sum / Double(percentSum)
    }

    @_noAllocation
    private func weight(
        _ share: LanguageShare, _ group: LanguageCatalogue.Group, _ catalogue: LanguageCatalogue
    ) -> Double {
        guard share.percent > 0, catalogue.group(ofLanguage: share.language) == group else { return 0 }
        return Double(share.percent) * Self.belief(share)
    }

    @_noAllocation
    private static func belief(_ share: LanguageShare) -> Double {
        guard Int(share.language) == PLAUDIT_CLD2_ENGLISH, share.score < englishScoreOrdinary else { return 1 }
        return Double(share.score) / Double(englishScoreOrdinary)
    }

    /// The group that has more than half of the text, or 0 when none has or the text cannot be told.
    @_noAllocation
    package func mainGroup(_ catalogue: LanguageCatalogue) -> LanguageCatalogue.Group {
        let group = catalogue.group(ofLanguage: first.language)
        guard group != 0, share(of: group, catalogue) > 0.5 else { return 0 }
        if Int(first.language) == PLAUDIT_CLD2_ENGLISH && first.score < Self.englishScoreMin { return 0 }
        return group
    }
}
