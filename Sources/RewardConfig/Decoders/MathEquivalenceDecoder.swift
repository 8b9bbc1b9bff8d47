import RewardKernel

extension ComponentDecoder {
    static let mathEquivalence = ComponentDecoder(type: "math_equivalence") { component in
        let reference = component.optional("reference").map { $0.operand(isNumber: true) } ?? .referenceAnswer
        let after = component.optional("after").map { $0.nonEmptyString() }
        let decimalPlaces = component.optional("decimal_places").map { $0.integer(in: 1...15) } ?? 6
        let compatibility = component.optional("compat").map { $0.choice(MathCompatibility.self) }
        guard let reference, let decimalPlaces else { return nil }
        var settings = MathEquivalenceSettings()
        settings.reference = reference
        settings.decimalPlaces = decimalPlaces
        if let after {
            guard let after else { return nil }
            settings.after = after
        }
        if let compatibility {
            guard let compatibility else { return nil }
            settings.compatibility = compatibility
        }
        return .mathEquivalence(settings)
    }
}
