/// Columns that a reward's components read besides the completion, so that a request without them is refused by name.
// Allocates: while a configuration is compiled.
package struct InputNeeds: OptionSet, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static let prompts = InputNeeds(rawValue: 1)
    package static let referenceAnswers = InputNeeds(rawValue: 2)
    package static let tokenCounts = InputNeeds(rawValue: 4)
    package static let groupIdentifiers = InputNeeds(rawValue: 8)
    package static let tokenIdentifiers = InputNeeds(rawValue: 16)

    /// What a whole reward reads.
    package static func of(_ reward: RewardSettings) -> InputNeeds {
        reward.components.reduce(into: reward.neutral == .groupMean ? .groupIdentifiers : []) {
            $0.formUnion(of($1.component))
        }
    }

    private static func of(_ component: ComponentSettings) -> InputNeeds {
        switch component {
        case .cosineLength(let settings):
            of(settings.correctness).union(settings.measure.needsTokenCounts ? .tokenCounts : [])
        case .lengthPenalty(let settings): settings.measure.needsTokenCounts ? .tokenCounts : []
        case .overlongPenalty(let settings): settings.measure.needsTokenCounts ? .tokenCounts : []
        case .repetitionPenalty(let settings): settings.unit == .tokens ? .tokenIdentifiers : []
        case .stringCheck(let settings): of(settings.input).union(of(settings.reference))
        case .textSimilarity(let settings): of(settings.input).union(of(settings.reference))
        case .mathEquivalence(let settings): of(settings.reference)
        case .numericMatch(let settings): of(settings.reference)
        case .instructionCheck(let settings):
            if case .rollout(let operand) = settings.instructions { of(operand) } else { [] }
        case .languageConsistency(let settings): settings.expect == .prompt ? .prompts : []
        case .judged(let settings): of(settings)
        case .jsonFormat, .safetyFilter, .regexMatch, .thinkFormat, .tagCount: []
        }
    }

    private static func of(_ judged: JudgedSettings) -> InputNeeds {
        var needs: InputNeeds = judged.kind == .preference ? .groupIdentifiers : []
        if judged.readsPrompt { needs.insert(.prompts) }
        if judged.readsReferenceAnswer { needs.insert(.referenceAnswers) }
        return needs
    }

    private static func of(_ text: TextOperandSettings) -> InputNeeds {
        text.parts.contains(.operand(.referenceAnswer)) ? .referenceAnswers : []
    }

    private static func of(_ operand: OperandSettings) -> InputNeeds {
        operand == .referenceAnswer ? .referenceAnswers : []
    }
}
