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
        jsonFormat, lengthPenalty, overlongPenalty, cosineLength, repetitionPenalty, languageConsistency, safetyFilter,
        stringCheck, regexMatch, mathEquivalence, numericMatch, textSimilarity, thinkFormat, tagCount, instructionCheck,
        judge,
        preference,
    ]

    /// The decoder of the type that a value names.
    static func named(_ reader: NodeReader) -> ComponentDecoder? {
        guard let type = reader.string("the name of a component type") else { return nil }
        if let decoder = all.first(where: { $0.type == type }) { return decoder }
        reader.report(
            "unknown component type \(Quoting.quoted(type))",
            suggestion: NearestName.suggestion(for: type, in: all.map(\.type), listed: "the types are"))
        return nil
    }
}
