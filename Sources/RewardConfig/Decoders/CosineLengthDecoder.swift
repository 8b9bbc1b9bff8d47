import RewardKernel

extension ComponentDecoder {
    static let cosineLength = ComponentDecoder(type: "cosine_length") { component in
        let maxLength = component.required("max_length", suggestion: "such as `max_length: 4096`")?
            .integer(in: 1...Int(Int32.max))
        let measure = component.lengthSettings(default: .tokens)
        let correctness = component.optional("correctness").map(decodeCorrectness) ?? .numericMatch(.init())
        let correct = component.optional("correct").map { $0.range() } ?? 0.5...1
        let wrong = component.optional("wrong").map { $0.range() } ?? -1 ... -0.5
        guard let maxLength, let measure, let correctness, let correct, let wrong else { return nil }
        var settings = CosineLengthSettings(maxLength: maxLength)
        settings.measure = measure
        settings.correctness = correctness
        settings.correct = correct
        settings.wrong = wrong
        return .cosineLength(settings)
    }

    /// A component without the keys of its place in a reward.
    private static func decodeCorrectness(_ reader: NodeReader) -> ComponentSettings? {
        guard let mapping = reader.mapping("a component such as {type: numeric_match}") else { return nil }
        let type = mapping.required("type", suggestion: "such as `type: numeric_match`")
        guard let type, let decoder = ComponentDecoder.named(type) else { return nil }
        guard ![cosineLength, judge, preference].contains(where: { $0.type == decoder.type }) else {
            type.report("correctness is told by a component that looks at the answer, such as numeric_match")
            return nil
        }
        let settings = decoder.decode(mapping)
        mapping.finish()
        return settings
    }
}
