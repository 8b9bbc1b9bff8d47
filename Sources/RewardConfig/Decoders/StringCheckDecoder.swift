import RewardKernel

extension ComponentDecoder {
    static let stringCheck = ComponentDecoder(type: "string_check") { component in
        let operation = component.optional("operation").map { $0.choice(StringOperation.self) } ?? .eq
        let reference = component.optional("reference").map { $0.operand() } ?? .referenceAnswer
        let trim = component.optional("trim").map { $0.boolean() } ?? false
        guard let operation, let reference, let trim else { return nil }
        return .stringCheck(
            StringCheckSettings(operation: operation, reference: .operand(reference), trim: trim))
    }
}
