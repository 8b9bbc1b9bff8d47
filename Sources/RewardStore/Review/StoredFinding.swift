import RewardJudge
import RewardKernel

/// A judge's finding of one criterion, as the audit log's `verdict` has it.
package struct StoredFinding: Sendable, Equatable {
    package let name: String
    /// `met`, `unmet` or `cannot_assess`.
    package let judgement: String
    package let reason: String?
    package let probability: Double?

    /// The findings of a verdict; none of a text that is no verdict, or was cut.
    package static func all(_ verdict: String) -> [StoredFinding] {
        guard case .array(let items) = try? JSONValue.make(parsing: verdict.utf8) else { return [] }
        return items.compactMap { item in
            guard case .string(let name) = item["name"], case .string(let judgement) = item["judgement"] else {
                return nil
            }
            var reason: String?
            if case .string(let text) = item["reason"] { reason = text }
            return StoredFinding(
                name: name, judgement: judgement, reason: reason, probability: item["probability"]?.double)
        }
    }
}

extension JSONValue {
    /// The number, when this is one.
    var double: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .unsigned(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }

    var text: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }
}
