import RewardJudge
import RewardKernel
import Testing

@Suite struct VerdictSchemaTests {
    private static let questions = [
        VerdictShape.Question(name: "clear", text: "t"), VerdictShape.Question(name: "short", text: "t"),
    ]
    private static let shapes: [VerdictShape] = [false, true].flatMap { isHeavy in
        [
            .criteria([questions[0]], wantsReasons: isHeavy), .criteria(questions, wantsReasons: isHeavy),
            .scale(low: 1, high: 5, wantsReason: isHeavy), .scale(low: 0, high: 100, wantsReason: isHeavy),
            .preference(wantsReason: isHeavy), .group(identifiers: ["c1", "c2"], wantsReasons: isHeavy),
        ]
    }

    /// OpenAI's strict mode: all properties required, no others, in every object.
    private static func expectStrict(_ schema: JSONValue) {
        guard case .string("object") = schema["type"] else { return }
        guard case .object(let properties) = schema["properties"], case .array(let required) = schema["required"] else {
            Issue.record("an object without properties")
            return
        }
        #expect(required == properties.map { .string($0.name) })
        #expect(schema["additionalProperties"] == .bool(false))
        let names = properties.map(\.name)
        if let reason = names.firstIndex(of: "reason") {
            #expect(reason == 0)
            #expect(names.count == 2)
        }
        for property in properties { expectStrict(property.value) }
    }

    @Test(arguments: shapes) func everyShapeAsksStrictlyAndReasonsFirst(shape: VerdictShape) {
        Self.expectStrict(shape.schema)
    }

    @Test func oneLightCriterionIsABoolean() throws {
        #expect(
            VerdictShape.criteria([Self.questions[0]], wantsReasons: false).schema
                == (try JSONValue.make(
                    parsing: Array(
                        #"""
                        {"type": "object", "properties": {"pass": {"type": "boolean"}}, "required": ["pass"],
                         "additionalProperties": false}
                        """#.utf8))))
    }

    /// What the schema allows is what the parser takes.
    @Test func answersOfTheSchemaAreTaken() throws {
        for shape in Self.shapes {
            let parsed = try VerdictParser().parse(
                ProviderReply.Sample(content: .structured(Self.answer(to: shape.schema)), finish: .toolUse), as: shape)
            #expect(parsed.step == .structured)
        }
    }

    private static func answer(to schema: JSONValue) -> JSONValue {
        if case .array(let values) = schema["enum"], let first = values.first { return first }
        guard case .object(let properties) = schema["properties"] else {
            switch schema["type"] {
            case .string("boolean"): return .bool(true)
            case .string("string"): return .string("because")
            default: return .integer(1)
            }
        }
        return .object(properties.map { JSONValue.Member($0.name, answer(to: $0.value)) })
    }
}
