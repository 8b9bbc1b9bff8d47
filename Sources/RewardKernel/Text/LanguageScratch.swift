internal import CCLD2
package import RewardMemory

/// A worker's memory for telling languages: the stripped text, CLD2's arena, and the last prompt.
package struct LanguageScratch: ~Copyable {
    package struct Requirements {
        /// Whether any component tells languages.
        package var isNeeded = false

        package init() {}
    }

    /// What CLD2 may take at once. The most that 200,000 hostile texts of 2 KiB took (scripts alternating letter by letter,
    /// random scalars) is 295,248 bytes; ordinary texts take 175,328.
    package static let arenaByteCount = 512 << 10
    /// A longer prompt is told anew every time.
    private static let cachedPromptByteCountMax = 16 << 10

    /// Prose up to that many bytes is told sentence by sentence; in longer prose CLD2's own stretches are fine enough.
    private static let sentencesByteCountMax = 512
    /// Letters that languages share a script of, below which sentences need no look of their own.
    private static let sharedLetterCountMin = 24
    /// A text wholly in the expected language is taken at its word from that score of CLD2's on.
    private static let trustedScore: Double = 900

    private var prose: RigidBytes
    private var sentence: RigidBytes
    private let arena: ReservedMemory
    private let isReady: Bool
    /// The last prompt and its profile: the rollouts of a group bring the same prompt one after the other.
    private var cachedPrompt: RigidBytes
    private var cachedProfile = LanguageProfile()
    /// Bytes of the sample that the profile was made of; 0 while there is none.
    private var cachedSampleByteCount = 0

    /// Allocations of CLD2 that did not fit into the arena and went to the heap. Stays 0.
    package private(set) var heapAllocationCount = 0
    /// The most bytes of the arena that were in use at once.
    package private(set) var arenaPeakByteCount = 0
    /// Prompts that were not told again because they were the last one.
    package private(set) var cachedPromptCount = 0

    // Allocates: once per worker and configuration.
    package init(_ requirements: Requirements) throws(PlanError) {
        isReady = requirements.isNeeded
        prose = RigidBytes(
            capacity: isReady ? Limits.languageByteCountMax : 0, paddingCount: Int(PLAUDIT_CLD2_PADDING))
        sentence = RigidBytes(
            capacity: isReady ? Self.sentencesByteCountMax : 0, paddingCount: Int(PLAUDIT_CLD2_PADDING))
        cachedPrompt = RigidBytes(capacity: isReady ? Self.cachedPromptByteCountMax : 0)
        // Only what is touched takes memory, so an arena that nobody needs costs nothing.
        guard let memory = ReservedMemory(byteCount: Self.arenaByteCount) else {
            throw PlanError(key: [], "no memory for language identification (\(Self.arenaByteCount) bytes)")
        }
        guard !isReady || (unsafe plaudit_cld2_has_full_tables(memory.base, memory.byteCount)) != 0 else {
            throw PlanError(
                key: [], "CLD2 runs with its small tables, which lack many languages: link libcld2_full before libcld2")
        }
        arena = memory
    }

    /// The languages of a text that should be in those of `expected` (0 when nothing is expected), by a sample of
    /// its prose.
    @_noAllocation
    package mutating func profile(
        of text: ByteView, expecting expected: LanguageCatalogue.Group, _ sample: ProseSample,
        _ catalogue: LanguageCatalogue
    ) -> LanguageProfile {
        let evidence = strip(text, sample)
        let whole = identifyProse(evidence)
        // Stretches of a longer text are no sentences.
        let isMadeOfStretches = !sample.isWhole(text) && prose.count > sample.byteCount / 2
        guard prose.count <= Self.sentencesByteCountMax, !isMadeOfStretches,
            evidence.sharedLetterCount >= Self.sharedLetterCountMin
        else { return whole }
        let isTrusted =
            whole.first.portion >= 0.95 && whole.first.score >= Self.trustedScore
            && catalogue.group(ofLanguage: whole.first.language) == expected
        if isTrusted { return whole }

        var tally = SentenceTally(whole: whole, expected: expected, catalogue: catalogue)
        var cursor = SentenceCursor(prose.view)
        while true {
            let view = cursor.next()
            if view.isEmpty { break }
            if view.count == prose.count { return whole }
            guard sentence.replace(with: view) else { preconditionFailure("a sentence is no longer than its prose") }
            let found = identify(sentence.view)
            tally.add(LanguageProfile(found, evidence: evidence, prose: view), byteCount: view.count)
        }
        return tally.profile()
    }

    /// The languages of a prompt; at once when it is the same as the one before.
    @_noAllocation
    package mutating func profile(
        ofPrompt text: ByteView, _ sample: ProseSample, _ catalogue: LanguageCatalogue
    ) -> LanguageProfile {
        if cachedSampleByteCount == sample.byteCount && cachedPrompt.view.equals(text) {
            cachedPromptCount &+= 1
            return cachedProfile
        }
        let found = profile(of: text, expecting: 0, sample, catalogue)
        cachedSampleByteCount = cachedPrompt.replace(with: text) ? sample.byteCount : 0
        cachedProfile = found
        return found
    }

    /// What is left of a text once its noise is out; valid until the next text.
    @_noAllocation
    package mutating func prose(of text: ByteView, _ sample: ProseSample) -> ByteView {
        _ = strip(text, sample)
        return prose.view
    }

    @_noAllocation
    private mutating func strip(_ text: ByteView, _ sample: ProseSample) -> LetterEvidence {
        precondition(isReady, "a plan that tells languages says so in its requirements")
        var stripper = LanguageStripper(text, sample)
        stripper.strip(into: &prose)
        return stripper.evidence
    }

    @_noAllocation
    private mutating func identifyProse(_ evidence: LetterEvidence) -> LanguageProfile {
        guard evidence.letterCount > 0 else { return LanguageProfile() }
        return LanguageProfile(identify(prose.view), evidence: evidence, prose: prose.view)
    }

    /// What CLD2 says of a text behind which its padding lies.
    @_noAllocation
    private mutating func identify(_ padded: ByteView) -> PlauditLanguages {
        var found = PlauditLanguages()
        var use = PlauditArenaUse()
        unsafe plaudit_cld2_identify(padded.base, padded.count, arena.base, arena.byteCount, &found, &use)
        assert(use.heldCount == 0, "nothing of CLD2's outlives its arena")
        heapAllocationCount &+= Int(use.fallbackCount)
        arenaPeakByteCount = max(arenaPeakByteCount, use.peakByteCount)
        return found
    }
}
