import RewardKernel

extension ComponentDecoder {
    static let instructionCheck = ComponentDecoder(type: "instruction_check") { component in
        let instructions = component.optional("instructions").map(decodeInstructions) ?? .rollout(.referenceAnswer)
        let level = component.optional("level").map { $0.choice(InstructionLevel.self) } ?? .instruction
        guard let instructions, let level else { return nil }
        return .instructionCheck(InstructionCheckSettings(instructions: instructions, level: level))
    }

    /// A list of instructions, or `{field: name}` for a field that holds them as JSON text.
    private static func decodeInstructions(_ reader: NodeReader) -> InstructionSource? {
        if reader.isMapping { return reader.fieldName().map { .rollout(.field($0)) } }
        guard reader.isSequence else {
            reader.reportUnexpected("a list of instructions or {field: name}")
            return nil
        }
        return reader.jsonValue().map(InstructionSource.fixed)
    }
}
