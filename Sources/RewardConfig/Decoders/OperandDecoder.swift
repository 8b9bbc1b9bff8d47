import RewardKernel
import RewardMemory

extension NodeReader {
    /// What a component compares with: a text, or `{field: name}` for a field of the rollout.
    /// - Parameter isNumber: The text is a number, and may be written without quotes.
    func operand(isNumber: Bool = false) -> OperandSettings? {
        if isMapping { return fieldName().map(OperandSettings.field) }
        let expected = isNumber ? "a number or {field: name}" : "a text or {field: name}"
        if isNumber, let scalar, case .number = scalar.kind { return .literal(scalar.text) }
        guard scalar != nil else {
            reportUnexpected(expected)
            return nil
        }
        return string(expected).map(OperandSettings.literal)
    }

    /// The name in `{field: name}`.
    func fieldName() -> String? {
        guard let mapping = mapping() else { return nil }
        let reader = mapping.required("field", suggestion: "such as {field: language}")
        let name = reader?.nonEmptyString("the name of a field")
        mapping.finish()
        guard let name else { return nil }
        guard name.utf8.count <= Limits.nameByteCountMax else {
            reader?.report("the name of a field has at most \(Limits.nameByteCountMax) bytes")
            return nil
        }
        return name
    }
}
