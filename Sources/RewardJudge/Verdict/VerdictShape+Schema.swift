package import RewardKernel

extension VerdictShape {
    /// The JSON schema of an answer, as strict as OpenAI's strict mode wants it: every property is required and no
    /// other is allowed. A reason stands before what it is the reason for.
    ///
    /// - One criterion without a reason: `{"pass": true}`. A Boolean is one token, whose probability can be read; the
    ///   judge cannot abstain then, which is why the heavy tier has the third answer.
    /// - One criterion with a reason: `{"reason": "…", "verdict": "met"}`; `met`, `unmet` or `cannot_assess`.
    /// - Several: an object by the criteria's names, of verdicts or of objects as above. Names as keys, not as
    ///   values, so that the schema itself rules out a missing and an invented one.
    /// - A scale: `{"reason": "…", "score": 4}`, whole numbers.
    /// - A preference: `{"reason": "…", "winner": "A"}`; `A`, `B` or `tie`.
    /// - A group: an object by the identifiers, of numbers or of `{"reason": "…", "score": 0.5}`.
    package var schema: JSONValue {
        switch self {
        case .criteria(let questions, let wantsReasons):
            if questions.count == 1 {
                return wantsReasons
                    ? Self.object([Self.reason, ("verdict", Self.verdict)])
                    : Self.object([("pass", Self.type("boolean"))])
            }
            let entry = wantsReasons ? Self.object([Self.reason, ("verdict", Self.verdict)]) : Self.verdict
            return Self.object(questions.map { ($0.name, entry) })
        case .scale(let low, let high, let wantsReason):
            return Self.object((wantsReason ? [Self.reason] : []) + [("score", Self.score(low, high))])
        case .preference(let wantsReason):
            return Self.object(
                (wantsReason ? [Self.reason] : []) + [("winner", Self.oneOf(["A", "B", "tie"]))])
        case .group(let identifiers, let wantsReasons):
            let entry =
                wantsReasons ? Self.object([Self.reason, ("score", Self.type("number"))]) : Self.type("number")
            return Self.object(identifiers.map { ($0, entry) })
        }
    }

    private static var reason: (String, JSONValue) { ("reason", type("string")) }

    private static var verdict: JSONValue { oneOf(CriterionFinding.Judgement.allCases.map(\.rawValue)) }

    /// A short scale lists its numbers, which every implementation of strict schemas takes; bounds not all do.
    private static func score(_ low: Int, _ high: Int) -> JSONValue {
        guard high - low < 32 else { return type("integer") }
        return .object([
            .init("type", .string("integer")), .init("enum", .array((low...high).map { .integer(Int64($0)) })),
        ])
    }

    private static func type(_ name: String) -> JSONValue { .object([.init("type", .string(name))]) }

    private static func oneOf(_ values: [String]) -> JSONValue {
        .object([.init("type", .string("string")), .init("enum", .array(values.map { .string($0) }))])
    }

    private static func object(_ properties: [(String, JSONValue)]) -> JSONValue {
        .object([
            .init("type", .string("object")),
            .init("properties", .object(properties.map { JSONValue.Member($0.0, $0.1) })),
            .init("required", .array(properties.map { .string($0.0) })),
            .init("additionalProperties", .bool(false)),
        ])
    }
}
