import RewardKernel
import RewardReport

// How dialects read what they are sent. A key with null in it is one that is left out.

extension JSONValue {
    func optional(_ key: String) -> JSONValue? {
        self[key].flatMap { $0 == .null ? nil : $0 }
    }

    func members(at place: String) throws(DialectError) -> [Member] {
        guard case .object(let members) = self else { throw .expected("an object", at: place, found: self) }
        return members
    }

    func array(_ key: String) throws(DialectError) -> [JSONValue] {
        guard case .array(let elements)? = self[key] else {
            throw .expected("an array", at: key, found: self[key])
        }
        return elements
    }

    func string(at place: String) throws(DialectError) -> String {
        guard case .string(let text) = self else { throw .expected("a string", at: place, found: self) }
        return text
    }

    func string(_ key: String, in place: String = "") throws(DialectError) -> String {
        let place = place.isEmpty ? key : "\(place).\(key)"
        guard let value = optional(key) else { throw .expected("a string", at: place, found: self[key]) }
        return try value.string(at: place)
    }

    /// What a component can compare with, from what data sets call an answer: a scalar as it is; of an object its `answer`, else
    /// its only member; anything else as its JSON text.
    var referenceAnswer: JSONValue {
        switch self {
        case .null, .bool, .integer, .unsigned, .number, .string: return self
        case .object(let members):
            if let answer = self["answer"], answer.isScalar { return answer }
            if members.count == 1, members[0].value.isScalar { return members[0].value }
            return .string(compactText)
        case .array(let elements):
            if elements.count == 1, elements[0].isScalar { return elements[0] }
            return .string(compactText)
        }
    }

    /// The members as fields of a rollout, but those that are spoken for.
    func fields(without keys: Set<String>) -> [Member] {
        guard case .object(let members) = self else { return [] }
        return members.filter { !keys.contains($0.name) }
    }
}
