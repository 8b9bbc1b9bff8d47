import RewardKernel

extension ComponentDecoder {
    static let numericMatch = ComponentDecoder(type: "numeric_match") { component in
        let marker = component.optional("marker").map { $0.nonEmptyString() }
        let tolerance = component.optional("tolerance").map { $0.number(atLeast: 0) } ?? 0
        let relativeTolerance = component.optional("relative_tolerance").map { $0.number(atLeast: 0) } ?? 0
        let reference = component.optional("reference").map { $0.operand(isNumber: true) } ?? .referenceAnswer
        let decimalMark = component.optional("decimal_mark").map { $0.choice(DecimalMark.self) } ?? .point
        guard let tolerance, let relativeTolerance, let reference, let decimalMark else { return nil }
        var settings = NumericMatchSettings()
        if let marker {
            guard let marker else { return nil }
            settings.marker = marker
        }
        settings.tolerance = tolerance
        settings.relativeTolerance = relativeTolerance
        settings.reference = reference
        settings.decimalMark = decimalMark
        return .numericMatch(settings)
    }
}
