import RewardKernel
import RewardMemory

/// Decodes one reward.
enum RewardDecoder {
    /// What could be read; only whole when nothing was reported.
    static func decode(_ reader: NodeReader, name: String) -> RewardSettings? {
        guard let mapping = reader.mapping("a mapping with the key `components`, or `grader`") else { return nil }
        if let grader = mapping.optional("grader") { return GraderDecoder.decode(mapping, grader, name: name) }
        var reward = RewardSettings(name: name, components: [])
        if let aggregate = mapping.optional("aggregate")?.choice(Aggregate.self) { reward.aggregate = aggregate }
        decodeFormula(mapping, into: &reward)
        if let range = mapping.optional("range")?.range(isPointAllowed: false) { reward.range = range }
        if let neutral = mapping.optional("neutral").flatMap(decodeNeutralPolicy) { reward.neutral = neutral }
        if let components = mapping.required("components") { decodeComponents(components, into: &reward) }
        mapping.finish()
        return reward
    }

    private static func decodeFormula(_ mapping: MappingReader, into reward: inout RewardSettings) {
        let formula = mapping.optional("formula")
        if reward.aggregate == .formula {
            if formula == nil {
                mapping.report(
                    "the key `formula` is missing", suggestion: "`aggregate: formula` computes the reward by it")
            }
            reward.formula = formula?.nonEmptyString("a formula")
        } else {
            formula?.reportKey("a formula is only read with `aggregate: formula`")
        }
    }

    /// `renormalise`, `group_mean`, `null`, `{fixed: 0.5}` or the text "fixed: 0.5".
    static func decodeNeutralPolicy(_ reader: NodeReader) -> NeutralPolicy? {
        if reader.isMapping {
            guard let mapping = reader.mapping() else { return nil }
            let value = mapping.required("fixed")?.number()
            mapping.finish()
            return value.map(NeutralPolicy.fixed)
        }
        let expected = "renormalise, group_mean, null or {fixed: number}"
        guard let scalar = reader.scalar else {
            reader.reportUnexpected(expected)
            return nil
        }
        switch scalar.text {
        case "renormalise": return .renormalise
        case "group_mean": return .groupMean
        // A value left out altogether is null to YAML too, but hardly what was meant.
        case "null", "Null", "NULL", "~": return .null
        default: break
        }
        if scalar.text.hasPrefix("fixed:") {
            let number = Scalar(String(scalar.text.dropFirst(6).drop { $0 == " " }), isPlain: true)
            if case .number(let value) = number.kind, value.isFinite { return .fixed(value) }
        }
        let near = NearestName.nearest(to: scalar.text, in: ["renormalise", "group_mean", "null"])
        reader.reportUnexpected(expected, suggestion: near.map { "did you mean `\($0)`?" })
        return nil
    }

    private static func decodeComponents(_ reader: NodeReader, into reward: inout RewardSettings) {
        guard let mapping = reader.mapping("a mapping from component names to components") else { return }
        let values = mapping.values
        guard !values.isEmpty else {
            reader.report("a reward has at least one component")
            return
        }
        guard values.count <= Limits.componentCountMax else {
            reader.report("has \(values.count) components; a reward has at most \(Limits.componentCountMax)")
            return
        }
        reward.components = values.compactMap { name, value in
            value.checkName(name, of: "a component")
            return decodeComponent(value, name: name, reward: reward)
        }
    }

    private static func decodeComponent(
        _ reader: NodeReader, name: String, reward: RewardSettings
    ) -> RewardComponentSettings? {
        guard let mapping = reader.mapping("a mapping with the key `type`") else { return nil }
        let decoder = mapping.required("type", suggestion: "such as `type: length_penalty`")
            .flatMap(ComponentDecoder.named)
        let weight = mapping.optional("weight").flatMap { decodeWeight($0, aggregate: reward.aggregate) }
        let scale = mapping.optional("scale")?.number()
        let clamp = mapping.optional("clamp")?.range()
        let gate = mapping.optional("gate").flatMap { decodeGate($0, range: reward.range) }
        // Without a type nothing can be said about the other keys.
        guard let decoder else { return nil }
        let settings = decoder.decode(mapping)
        mapping.finish()
        guard let settings else { return nil }
        var component = RewardComponentSettings(name: name, component: settings)
        if let weight { component.weight = weight }
        if let scale { component.scale = scale }
        component.clamp = clamp
        component.gate = gate
        return component
    }

    /// Means, products and minima make no sense of a negative weight; a sum does: it is how a penalty is written.
    private static func decodeWeight(_ reader: NodeReader, aggregate: Aggregate) -> Double? {
        guard let weight = reader.number() else { return nil }
        guard weight >= 0 || aggregate == .weightedSum else {
            reader.report(
                "a weight is at least 0 with `aggregate: \(aggregate.rawValue)`",
                suggestion: "only weighted_sum takes negative weights")
            return nil
        }
        return weight
    }

    private static func decodeGate(_ reader: NodeReader, range: ClosedRange<Double>) -> GateSettings? {
        guard let mapping = reader.mapping("a mapping such as {below: 1, reward: 0}") else { return nil }
        let below = mapping.required("below")?.number()
        let rewardReader = mapping.required("reward")
        let reward = rewardReader?.number()
        mapping.finish()
        guard let below, let reward else { return nil }
        guard range.contains(reward) else {
            let low = NodeReader.text(of: range.lowerBound)
            let high = NodeReader.text(of: range.upperBound)
            rewardReader?.report("lies outside the reward's range [\(low), \(high)]")
            return nil
        }
        return GateSettings(below: below, reward: reward)
    }
}
