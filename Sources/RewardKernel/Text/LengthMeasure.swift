package import RewardMemory

/// What a length is counted in.
package enum LengthUnit: String, CaseIterable, Sendable, BitwiseCopyable {
    /// Unicode scalars.
    case characters
    /// Runs of characters between white space; each Han or kana character is a word of its own.
    case words
    /// Tokens as the trainer counted them (`token_counts`), or by a tokenizer of the configuration.
    case tokens
}

/// Settings of a length: its unit and, where tokens are not the trainer's to count, who counts them.
package struct LengthSettings: Sendable {
    package var unit: LengthUnit
    package var tokenizer: TokenizerSettings?

    package init(_ unit: LengthUnit, tokenizer: TokenizerSettings? = nil) {
        self.unit = unit
        self.tokenizer = tokenizer
    }

    /// Whether a request must bring the counts of tokens.
    var needsTokenCounts: Bool { unit == .tokens && tokenizer == nil }
}

/// How long completions are, in one unit.
package struct LengthMeasure: BitwiseCopyable {
    private let unit: LengthUnit
    private let tokenizer: FixedCell<Tokenizer>?

    // Allocates: while a plan is compiled.
    package init(_ settings: LengthSettings, _ builder: PlanBuilder) throws(PlanError) {
        unit = settings.unit
        guard let tokenizer = settings.tokenizer else {
            self.tokenizer = nil
            return
        }
        self.tokenizer = builder.storage.makeCell(try Tokenizer(tokenizer, builder))
    }

    /// The length of a completion, which is wanted with the status `scored`.
    @_noAllocation
    package func length(
        of rollout: Rollout, _ scratch: inout KernelScratch
    ) -> (length: Int, status: Status) {
        switch unit {
        case .characters:
            // In ASCII a byte is a character, and whoever made the rollout has looked already.
            let completion = rollout.completion
            return (rollout.completionIsASCII ? completion.count : TextCount.scalars(in: completion), .scored)
        case .words: return (TextCount.words(in: rollout.completion), .scored)
        case .tokens:
            guard let tokenizer else {
                return rollout.tokenCount >= 0 ? (rollout.tokenCount, .scored) : (0, .missingInput)
            }
            let count = tokenizer.value.count(rollout.completion, &scratch.regex, &scratch.tokens)
            return count >= 0 ? (count, .scored) : (0, .limitReached)
        }
    }

    /// ` words` and the like, behind a number.
    @_noAllocation
    package func appendUnit(to text: inout RigidBytes) {
        switch unit {
        case .characters: text.append(" characters")
        case .words: text.append(" words")
        case .tokens: text.append(" tokens")
        }
    }

    /// Why there is no length.
    @_noAllocation
    package static func explain(_ status: Status, into text: inout RigidBytes) {
        text.append(
            status == .limitReached
                ? "the tokens were not counted: a piece of the text is too long or takes too many steps"
                : "the request brings no token_counts for this rollout")
    }
}
