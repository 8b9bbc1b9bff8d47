package import RewardMemory

/// What `repetition_penalty` looks for repetitions of.
package enum RepetitionUnit: String, CaseIterable, Sendable, BitwiseCopyable {
    /// Tokens as the trainer sends them (`token_ids`).
    case tokens
    /// Words between white space, their case folded; each Han or kana character is a word of its own.
    case words
    /// Unicode scalars.
    case characters
}

/// Settings of `repetition_penalty`.
package struct RepetitionPenaltySettings: Sendable {
    package var unit: RepetitionUnit = .words
    /// Units of one n-gram.
    package var ngramSize = 3
    /// The score that a text of nothing but repetition tends to, not above 0.
    package var maxPenalty: Double = -1

    package init(unit: RepetitionUnit = .words, ngramSize: Int = 3, maxPenalty: Double = -1) {
        self.unit = unit
        self.ngramSize = ngramSize
        self.maxPenalty = maxPenalty
    }
}

/// `repetition_penalty`: the share of n-grams that the completion has had before, times the greatest penalty.
///
///     score = (1 - distinct n-grams / n-grams) * max_penalty      0 for a text of fewer than n units
///
/// TRL's `get_repetition_penalty_reward` on tokens, open-r1's on words.
package struct RepetitionPenaltyPlan: BitwiseCopyable {
    private let unit: RepetitionUnit
    private let ngramSize: Int
    private let maxPenalty: Double

    /// In `Finding.code`: the text is too short to have an n-gram.
    private static var codeOfShort: UInt8 { @_noAllocation get { 1 } }

    // Allocates: while a plan is compiled.
    package init(_ settings: RepetitionPenaltySettings, _ builder: PlanBuilder) throws(PlanError) {
        guard (1...Limits.repetitionSizeMax).contains(settings.ngramSize) else {
            throw PlanError(key: ["ngram_size"], "an n-gram has 1 to \(Limits.repetitionSizeMax) units")
        }
        guard settings.maxPenalty <= 0, settings.maxPenalty.isFinite else {
            throw PlanError(key: ["max_penalty"], "a penalty is a number and not above 0")
        }
        unit = settings.unit
        ngramSize = settings.ngramSize
        maxPenalty = settings.maxPenalty
        builder.requirements.sequence.isNeeded = true
    }

    @_noAllocation
    package func score(_ rollout: Rollout, _ scratch: inout SequenceScratch) -> ComponentOutcome {
        let isWithinLimit: Bool
        switch unit {
        case .tokens:
            guard let identifiers = rollout.tokenIdentifiers else { return ComponentOutcome(without: .missingInput) }
            scratch.removeAll(forText: 0)
            isWithinLimit = scratch.append(tokenIdentifiers: identifiers)
        case .words:
            scratch.removeAll(forText: rollout.completion.count)
            isWithinLimit = scratch.append(foldedWordsOf: rollout.completion) && !scratch.isExhausted
        case .characters:
            scratch.removeAll(forText: rollout.completion.count)
            isWithinLimit = scratch.append(charactersOf: rollout.completion) && !scratch.isExhausted
        }
        let outcome = isWithinLimit ? score(scratch.unitCount, &scratch) : nil
        scratch.releaseLargeText()
        return outcome ?? ComponentOutcome(without: .limitReached)
    }

    @_noAllocation
    private func score(_ unitCount: Int, _ scratch: inout SequenceScratch) -> ComponentOutcome? {
        guard unitCount >= ngramSize else {
            return ComponentOutcome(score: 0, finding: Finding(Self.codeOfShort, first: Double(unitCount)))
        }
        guard let distinctCount = scratch.distinctGramCount(order: ngramSize) else { return nil }
        let count = unitCount &- ngramSize &+ 1
        let finding = Finding(first: Double(count &- distinctCount), second: Double(count))
        // Without repetition the product is -0.
        guard distinctCount < count else { return ComponentOutcome(score: 0, finding: finding) }
        return ComponentOutcome(score: (1 - Double(distinctCount) / Double(count)) * maxPenalty, finding: finding)
    }

    /// One sentence for people: how many of how many n-grams had been there before.
    @_noAllocation
    package func explain(_ outcome: ComponentOutcome, into text: inout RigidBytes) {
        guard outcome.status == .scored else {
            let isMissing = outcome.status == .missingInput
            text.append(isMissing ? "the request brings no token_ids for this rollout" : "the completion is too long")
            return
        }
        let finding = outcome.finding
        text.append(number: finding.first)
        if finding.code == Self.codeOfShort {
            appendUnit(to: &text)
            text.append(", too few for sequences of ")
            text.append(decimal: ngramSize)
            return
        }
        text.append(" of ")
        text.append(number: finding.second)
        text.append(" sequences of ")
        text.append(decimal: ngramSize)
        appendUnit(to: &text)
        text.append(" had been there before")
    }

    @_noAllocation
    private func appendUnit(to text: inout RigidBytes) {
        switch unit {
        case .tokens: text.append(" tokens")
        case .words: text.append(" words")
        case .characters: text.append(" characters")
        }
    }
}
