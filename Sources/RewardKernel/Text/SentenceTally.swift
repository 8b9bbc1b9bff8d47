internal import CCLD2
internal import RewardMemory

/// Adds up the languages of a text's sentences.
///
/// Told as a whole, a short text of two languages in one script comes out as one of them: CLD2 looks at stretches of some
/// fifty letters and smooths what it sees. Told sentence by sentence, a short sentence is easily mistaken. So a sentence's
/// language is believed when it is the one expected, the one of the text as a whole, or found with an ordinary score;
/// any other sentence counts as the text as a whole does,
/// or not at all when that cannot be told. On short texts of two to four sentences in two languages this
/// brings the mean error of the share from 0.11 down to 0.03, and leaves texts of one language as they were.
struct SentenceTally: BitwiseCopyable {
    /// CLD2's score from which a sentence's language is believed against the rest of the text.
    private static let ordinaryScore: Double = 1_000

    private let whole: LanguageProfile
    private let expected: LanguageCatalogue.Group
    private let catalogue: LanguageCatalogue
    /// The languages so far; `portion` holds bytes, `score` the sum of bytes times score.
    private var slots: (LanguageShare, LanguageShare, LanguageShare, LanguageShare)
    private var byteCount: Double = 0

    @_noAllocation
    init(whole: LanguageProfile, expected: LanguageCatalogue.Group, catalogue: LanguageCatalogue) {
        self.whole = whole
        self.expected = expected
        self.catalogue = catalogue
        slots = (.none, .none, .none, .none)
    }

    /// Counts a sentence of so many bytes.
    @_noAllocation
    mutating func add(_ sentence: LanguageProfile, byteCount count: Int) {
        let bytes = Double(count)
        byteCount += bytes
        guard sentence.isKnown else { return addWhole(bytes) }
        addIfBelieved(sentence.first, bytes)
        addIfBelieved(sentence.second, bytes)
        addIfBelieved(sentence.third, bytes)
    }

    @_noAllocation
    private mutating func addIfBelieved(_ share: LanguageShare, _ bytes: Double) {
        guard share.portion > 0 else { return }
        let group = catalogue.group(ofLanguage: share.language)
        let isLikely =
            group != 0
            && (group == expected || group == catalogue.group(ofLanguage: whole.first.language))
        if isLikely || share.score >= Self.ordinaryScore {
            add(share.language, bytes * share.portion, share.score)
        } else {
            addWhole(bytes * share.portion)
        }
    }

    @_noAllocation
    private mutating func addWhole(_ bytes: Double) {
        guard whole.isKnown else {
            byteCount -= bytes
            return
        }
        add(whole.first.language, bytes * whole.first.portion, whole.first.score)
        add(whole.second.language, bytes * whole.second.portion, whole.second.score)
        add(whole.third.language, bytes * whole.third.portion, whole.third.score)
    }

    /// Adds to the slot of the language, or to a free one; a fifth language is counted in the sum only.
    @_noAllocation
    private mutating func add(_ language: UInt16, _ bytes: Double, _ score: Double) {
        guard bytes > 0 else { return }
        if Self.takes(&slots.0, language, bytes, score) || Self.takes(&slots.1, language, bytes, score) { return }
        if Self.takes(&slots.2, language, bytes, score) { return }
        _ = Self.takes(&slots.3, language, bytes, score)
    }

    @_noAllocation
    private static func takes(
        _ slot: inout LanguageShare, _ language: UInt16, _ bytes: Double, _ score: Double
    ) -> Bool {
        guard slot.portion == 0 || slot.language == language else { return false }
        slot.language = language
        slot.portion += bytes
        slot.score += bytes * score
        return true
    }

    /// The text's profile: the three foremost languages, as portions of all that was counted.
    @_noAllocation
    func profile() -> LanguageProfile {
        guard slots.0.portion > 0, byteCount > 0 else { return whole }
        var sorted = slots
        Self.order(&sorted.0, &sorted.1)
        Self.order(&sorted.2, &sorted.3)
        Self.order(&sorted.0, &sorted.2)
        Self.order(&sorted.1, &sorted.3)
        Self.order(&sorted.1, &sorted.2)
        return LanguageProfile(
            first: finished(sorted.0), second: finished(sorted.1), third: finished(sorted.2),
            letterCount: whole.letterCount, isLatin: whole.isLatin)
    }

    @_noAllocation
    private static func order(_ left: inout LanguageShare, _ right: inout LanguageShare) {
        guard left.portion < right.portion else { return }
        let kept = left
        left = right
        right = kept
    }

    @_noAllocation
    private func finished(_ slot: LanguageShare) -> LanguageShare {
        guard slot.portion > 0 else { return .none }
        return LanguageShare(
            language: slot.language, portion: slot.portion / byteCount, score: slot.score / slot.portion)
    }
}
