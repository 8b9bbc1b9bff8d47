import RewardKernel

/// Decodes the own settings of one component type.
///
/// A new component type is one file beside this one and one entry in `all`.
struct ComponentDecoder: Sendable {
    /// The word after `type:`.
    let type: String
    /// Asks the component's mapping for every key of its own. Nil when something was reported.
    let decode: @Sendable (MappingReader) -> ComponentSettings?
}

extension ComponentDecoder {
    /// Every component type there is, in the order of the documentation.
    static let all: [ComponentDecoder] = [
        jsonFormat, lengthPenalty, overlongPenalty, languageConsistency, safetyFilter, stringCheck, regexMatch,
        numericMatch, thinkFormat, tagCount, instructionCheck, judge, preference,
    ]

    /// What configurations of later versions contain and this version does not do. Named here, so that a user who asks for
    /// it is told so instead of "unknown component type"; a type that arrives leaves this list.
    static let laterTypes = ["cosine_length", "repetition_penalty", "math_equivalence", "text_similarity"]
}
