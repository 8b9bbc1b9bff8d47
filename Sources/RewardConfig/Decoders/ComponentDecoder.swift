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
        stringCheck, regexMatch, numericMatch, textSimilarity, thinkFormat, tagCount, instructionCheck, judge,
        preference,
    ]

    /// What configurations of later versions contain and this version does not do. Named here, so that a user who asks for
    /// it is told so instead of "unknown component type"; a type that arrives leaves this list.
    static let laterTypes = ["math_equivalence"]

    /// The decoder of the type that a value names.
    static func named(_ reader: NodeReader) -> ComponentDecoder? {
        guard let type = reader.string("the name of a component type") else { return nil }
        if let decoder = all.first(where: { $0.type == type }) { return decoder }
        if laterTypes.contains(type) {
            reader.report("the component type `\(type)` is not part of this version")
        } else {
            reader.report(
                "unknown component type \(Quoting.quoted(type))",
                suggestion: NearestName.suggestion(
                    for: type, in: all.map(\.type), listed: "the types are"))
        }
        return nil
    }
}
