import RewardKernel
import RewardMemory
import Testing

/// A compiled `json_format` with a scratch of its own.
private final class Format {
    let storage = OwnedStorage()
    let plan: JSONFormatPlan
    var scratch: JSONScratch

    init(_ settings: JSONFormatSettings, limits: JSONLimits = JSONLimits()) throws {
        let builder = PlanBuilder(storage: storage, requirements: ScratchRequirements())
        let plan = try JSONFormatPlan(settings, into: builder)
        var scratch = try JSONScratch(byteCountMax: 1 << 20, usesPatterns: builder.requirements.json.usesPatterns)
        scratch.limits = limits
        self.plan = plan
        self.scratch = scratch
    }

    func outcome(_ text: String) -> ComponentOutcome {
        plan.score(rollout(text), &scratch)
    }

    func explain(_ text: String) -> String {
        let rollout = rollout(text)
        let outcome = plan.score(rollout, &scratch)
        var rationale = RigidBytes(capacity: 1 << 10)
        plan.explain(outcome, rollout: rollout, &scratch, into: &rationale)
        return rationale.text
    }
}

extension RigidBytes {
    fileprivate var text: String {
        String(decoding: (0..<count).map { self[$0] }, as: UTF8.self)
    }
}

private func schema(_ text: String) throws -> JSONValue {
    try JSONValue.make(parsing: text.utf8)
}

/// The score of `text` under `schema`; nil when there is none.
private func score(_ schemaText: String, _ text: String) throws -> Double? {
    let format = try Format(JSONFormatSettings(schema: schema(schemaText)))
    let outcome = format.outcome(text)
    return outcome.status == .scored ? outcome.score : nil
}

@Suite struct JSONFormatTests {
    private let answer = JSONFormatSettings(
        required: [.init(name: "answer", type: .string), .init(name: "confidence", type: .number)])

    @Test func requiredFieldsMustBeThereWithTheirTypes() throws {
        let format = try Format(answer)
        #expect(format.outcome(#"{"answer": "x", "confidence": 0.5}"#).score == 1)
        #expect(format.outcome(#" {"confidence": 1, "answer": "", "more": [1]} "#).score == 1)
        #expect(format.outcome(#"{"answer": "x"}"#).score == 0)
        #expect(format.outcome(#"{"answer": 1, "confidence": 1}"#).score == 0)
        #expect(format.outcome(#"{"answer": null, "confidence": 1}"#).score == 0)
        #expect(format.outcome("[]").score == 0)
        #expect(format.outcome("").score == 0)
        #expect(format.outcome(" \n ").score == 0)
        #expect(format.outcome("\0").score == 0)
    }

    @Test func everyTypeTakesItsOwnValuesOnly() throws {
        let values: [(JSONFieldType, String)] = [
            (.string, "\"\""), (.integer, "1.0"), (.boolean, "false"), (.object, "{}"), (.array, "[]"), (.null, "null"),
        ]
        for type in JSONFieldType.allCases {
            let format = try Format(JSONFormatSettings(required: [.init(name: "x", type: type)]))
            for (own, value) in values {
                let isFit = type == own || type == .any || (type == .number && own == .integer)
                #expect(format.outcome("{\"x\": \(value)}").score == (isFit ? 1 : 0), "\(type) \(value)")
            }
        }
        let integer = try Format(JSONFormatSettings(required: [.init(name: "x", type: .integer)]))
        #expect(integer.outcome(#"{"x": 1.5}"#).score == 0)
    }

    @Test func moreRequiredFieldsThanBitsAreAllLookedAt() throws {
        let names = (0..<100).map { "field\($0)" }
        let format = try Format(JSONFormatSettings(required: names.map { .init(name: $0, type: .integer) }))
        let members = names.map { "\"\($0)\": 1" }
        #expect(format.outcome("{\(members.joined(separator: ","))}").score == 1)
        for missing in [0, 63, 64, 99] {
            var some = members
            some.remove(at: missing)
            #expect(format.outcome("{\(some.joined(separator: ","))}").score == 0)
            #expect(format.explain("{\(some.joined(separator: ","))}") == "field `field\(missing)` is missing")
        }
    }

    @Test func withoutASchemaTheValueIsAnObjectAndWithTrueItIsAnything() throws {
        let object = try Format(JSONFormatSettings())
        #expect(object.outcome("{}").score == 1)
        #expect(object.outcome("1").score == 0)
        let any = try Format(JSONFormatSettings(schema: .bool(true)))
        for text in ["1", "null", "\"\"", "[]", "{}"] { #expect(any.outcome(text).score == 1) }
        #expect(any.outcome("1 2").score == 0)
        let nothing = try Format(JSONFormatSettings(schema: .bool(false)))
        #expect(nothing.outcome("1").score == 0)
    }

    @Test func ofANameThatStandsTwiceEveryValueMustFit() throws {
        let format = try Format(answer)
        #expect(format.outcome(#"{"answer": "x", "answer": "y", "confidence": 1}"#).score == 1)
        #expect(format.outcome(#"{"answer": 1, "answer": "y", "confidence": 1}"#).score == 0)
        #expect(format.outcome(#"{"answer": "x", "answer": 1, "confidence": 1}"#).score == 0)
    }

    @Test func fencedTakesTheFirstBlockThatHoldsJSON() throws {
        let format = try Format(JSONFormatSettings(extract: .fenced))
        #expect(format.outcome("```json\n{\"a\": 1}\n```").score == 1)
        #expect(format.outcome("Sure:\n  ```JSON\r\n  {}\r\n  ```\nbye").score == 1)
        #expect(format.outcome("```\n{}\n```").score == 1)
        #expect(format.outcome("```json {}```").score == 1)
        #expect(format.outcome("````json\n{\"a\": \"```\"}\n````").score == 1)
        #expect(format.outcome("```json\n{bad}\n```\n\n```json\n{}\n```").score == 1)
        #expect(format.outcome("```python\n{}\n```").score == 0)
        #expect(format.outcome("```json\n{} {}\n```").score == 0)
        #expect(format.outcome("{}").score == 0)
        #expect(format.outcome(#"{"a": "```json {}```"}"#).score == 0)
        #expect(format.outcome("```json\n{}").score == 0)
        #expect(format.outcome("```json\n{\"a\": {}").score == 0)
        #expect(format.outcome("```").score == 0)
        // The first block decides, though a later one would fit.
        #expect(format.outcome("```json\n[]\n```\n```json\n{}\n```").score == 0)
    }

    @Test func firstTakesTheFirstBracketThatStartsAValue() throws {
        let format = try Format(JSONFormatSettings(extract: .first))
        #expect(format.outcome("The set {x} is {\"a\": 1}.").score == 1)
        #expect(format.outcome("{\"a\": 1} and then {").score == 1)
        #expect(format.outcome("see [1] {}").score == 0)
        #expect(format.outcome("{\"x\": 1,}\n```json\n{}\n```").score == 1)
        #expect(format.outcome("none").score == 0)
        #expect(format.outcome(String(repeating: "{", count: 100)).score == 0)
        #expect(format.outcome(String(repeating: "{x", count: 31) + "{}").score == 1)
        #expect(format.outcome(String(repeating: "{x", count: 32) + "{}").score == 0)
    }

    @Test func aTruncatedValueDoesNotLetAnInnerOneMatch() throws {
        let format = try Format(JSONFormatSettings(extract: .first))
        #expect(format.outcome("{\"a\": {\"b\": 1}").score == 0)
        #expect(format.outcome("{\"a\": {\"b\": 1}, \"c\": \"{}").score == 0)
        #expect(format.outcome("```json\n{\"a\": {\"b\": 1}").score == 0)
        #expect(format.explain("{\"a\": {\"b\": 1}") == "not JSON: the text ends inside a value at byte 14")
    }

    @Test func explanationsNameTheReasonAndThePlace() throws {
        let format = try Format(answer)
        #expect(format.explain(#"{"answer": "x", "confidence": 1}"#) == "a JSON object with every required field")
        #expect(format.explain(#"{"answer": "x"}"#) == "field `confidence` is missing")
        #expect(format.explain(#"{"confidence": 1, "answer": 1}"#) == "`/answer` is a number, string wanted")
        #expect(format.explain("[1]") == "the value is an array, object wanted")
        #expect(format.explain("") == "not JSON: the text is empty")
        #expect(format.explain(#"{"answer": "x",}"#) == "not JSON: a member's name in quotes is expected at byte 15")
        #expect(format.explain("{} x") == "not JSON: more text after the value at byte 3")
        #expect(format.explain(#"{"a": "\q"}"#) == "not JSON: an unknown escape in a string at byte 7")
        #expect(format.explain(#"{"a" 1}"#) == "not JSON: `:` is expected at byte 5")
        #expect(format.explain(#"{"a": 01}"#) == "not JSON: a malformed number at byte 7")

        let items = try schema(
            #"""
            {"properties": {"items": {"items": {"properties": {"price": {"minimum": 0}}, "required": ["a/b"]}},
              "~": {"type": ["string", "null"]}, "no": false}}
            """#)
        let priced = try Format(JSONFormatSettings(schema: items))
        #expect(priced.explain("{}") == "JSON that fits the schema")
        #expect(
            priced.explain(#"{"x": [1, -2.5, "s", {}], "items": [{"a/b":1}, {"a/b":[{}], "price": -1}]}"#)
                == "schema: `/items/1/price` violates minimum")
        #expect(priced.explain(#"{"items": [{"a/b":1}, {}]}"#) == "schema: `/items/1` lacks `a/b`")
        #expect(priced.explain(#"{"~": 1}"#) == "schema: `/~0` is a number, null or string wanted")
        #expect(priced.explain(#"{"no": 1}"#) == "schema: `/no` is not allowed")
        let long = String(repeating: "é", count: 40)
        #expect(
            try Format(JSONFormatSettings(schema: schema(#"{"additionalProperties": false}"#)))
                .explain("{\"\(long)\": 1}") == "schema: `/\(String(repeating: "é", count: 32))...` is not allowed")
    }

    @Test func aLimitIsAStatusAndNotAScore() throws {
        let deep = String(repeating: "[", count: 257) + String(repeating: "]", count: 257)
        let any = try Format(JSONFormatSettings(schema: .bool(true)))
        #expect(any.outcome(String(deep.dropFirst().dropLast())).score == 1)
        #expect(any.outcome(deep).status == .limitReached)
        #expect(any.outcome(String(deep.dropLast())).status == .scored)
        #expect(any.explain(deep) == "JSON beyond a limit: nested too deep at byte 0")
        #expect(any.outcome("[\"\\ud800\"]").status == .scored)

        let unique = try schema(#"{"uniqueItems": true}"#)
        let list = try Format(JSONFormatSettings(schema: unique))
        let items = (0..<1_025).map(String.init)
        #expect(list.outcome("[\(items.dropLast().joined(separator: ","))]").score == 1)
        #expect(list.outcome("[\(items.joined(separator: ","))]").status == .limitReached)

        let loop = try Format(JSONFormatSettings(schema: schema(##"{"$ref": "#"}"##)))
        #expect(loop.outcome("1").status == .limitReached)
        let notLoop = try Format(JSONFormatSettings(schema: schema(##"{"not": {"not": {"$ref": "#"}}}"##)))
        #expect(notLoop.outcome("1").status == .limitReached)

        var limits = JSONLimits()
        limits.patternRetryMatchCountMax = 2_000
        let pattern = try schema(#"{"not": {"pattern": "^(\\w+\\s*)+!$"}}"#)
        let backtracking = try Format(JSONFormatSettings(schema: pattern), limits: limits)
        #expect(backtracking.outcome("\"ab\"").score == 1)
        let outcome = backtracking.outcome("\"\(String(repeating: "a", count: 60))!a\"")
        #expect(outcome.status == .limitReached && outcome.score == 0)
    }

    @Test func schemasThatFanOutEndAtTheStepLimit() throws {
        var definitions = "\"a20\": true"
        for level in 0..<20 {
            let next = "{\"$ref\": \"#/$defs/a\(level + 1)\"}"
            definitions += ", \"a\(level)\": {\"allOf\": [\(next), \(next)]}"
        }
        let format = try Format(
            JSONFormatSettings(schema: schema("{\"$defs\": {\(definitions)}, \"$ref\": \"#/$defs/a0\"}")))
        #expect(format.outcome("1").status == .limitReached)
        #expect(format.explain("1").hasPrefix("a limit of the schema's evaluation"))
    }
}

@Suite struct JSONSchemaTests {
    @Test func numbersCompareByValue() throws {
        #expect(try score(#"{"const": 1}"#, "1.0") == 1)
        #expect(try score(#"{"const": 0}"#, "-0.0") == 1)
        #expect(try score(#"{"enum": [1e2]}"#, "100") == 1)
        #expect(try score(#"{"const": 9007199254740993}"#, "9007199254740992") == 0)
        #expect(try score(#"{"const": 9007199254740993}"#, "9007199254740993.0") == 0)
        #expect(try score(#"{"const": 18446744073709551615}"#, "18446744073709551615") == 1)
        #expect(try score(#"{"const": 18446744073709551615}"#, "18446744073709551614") == 0)
        #expect(try score(#"{"const": 18446744073709551615}"#, "18446744073709551616.0") == 0)
        #expect(try score(#"{"maximum": 18446744073709551615}"#, "1e20") == 0)
        #expect(try score(#"{"minimum": -9223372036854775808}"#, "-9223372036854775808") == 1)
        #expect(try score(#"{"minimum": -9223372036854775808}"#, "-1e19") == 0)
        #expect(try score(#"{"exclusiveMinimum": 1.5}"#, "2") == 1)
        #expect(try score(#"{"exclusiveMaximum": 1.5}"#, "1") == 1)
        #expect(try score(#"{"exclusiveMaximum": 1}"#, "1.0") == 0)
        #expect(try score(#"{"const": false}"#, "0") == 0)
        #expect(try score(#"{"type": "integer"}"#, "1e300") == 1)
    }

    @Test func numbersBeyond64BitsAndBeyondDoublesAreNumbersToo() throws {
        let big = "123456789012345678901234567890"
        #expect(try score(#"{"const": 123456789012345678901234567890}"#, big) == 1)
        #expect(try score(#"{"type": "integer", "minimum": 123456789012345600000000000000}"#, big) == 1)
        #expect(try score(#"{"minimum": 123456789012345900000000000000}"#, big) == 0)
        #expect(try score(#"{"maximum": -9223372036854775809}"#, "-9223372036854775809") == 1)
        #expect(try score(#"{"maximum": -9223372036854775808}"#, "-9223372036854775808") == 1)
        #expect(try score(#"{"items": {"exclusiveMinimum": 18446744073709551615}}"#, "[18446744073709551616]") == 1)
        #expect(try score(#"{"items": {"minimum": 1e300}}"#, "[1e999, 9e308 , 17976931348623157e300]") == 1)
        #expect(try score(#"{"items": {"maximum": -1e300}}"#, "[-1e309,-1\(String(repeating: "0", count: 400))]") == 1)
        // Beside a number out of range, all others keep their value, and strings their text.
        #expect(
            try score(
                #"{"const": [9e307, "1e999 18446744073709551616", 18446744073709551615, 0, 1e-999, 0.5, {"1e999": 1}]}"#,
                #"[1e999, "1e999 18446744073709551616", 18446744073709551615, 0e999, 1e-999, 0.5, {"1e999": 1}]"#) == 1)
        #expect(try score("true", "0.\(String(repeating: "0", count: 400))1e500") == 1)
        #expect(try score("true", "[1e99999999999999999999999]") == 1)
    }

    @Test func multiplesOfDecimalFractionsAreTakenAsWritten() throws {
        for text in ["19.99", "0.07", "-1.13", "0", "1234567.89"] {
            #expect(try score(#"{"multipleOf": 0.01}"#, text) == 1, "\(text)")
        }
        for text in ["19.995", "0.075", "1234567.891"] {
            #expect(try score(#"{"multipleOf": 0.01}"#, text) == 0, "\(text)")
        }
        #expect(try score(#"{"multipleOf": 0.0001}"#, "0.0075") == 1)
        #expect(try score(#"{"multipleOf": 0.0001}"#, "0.00751") == 0)
        #expect(try score(#"{"multipleOf": 1.5}"#, "4.5") == 1)
        #expect(try score(#"{"multipleOf": 2}"#, "9223372036854775807") == 0)
        #expect(try score(#"{"multipleOf": 2}"#, "3.0000000000000004") == 0)
        #expect(try score(#"{"multipleOf": 3}"#, "-9.0") == 1)
        #expect(try score(#"{"multipleOf": 0.5}"#, "1e308") == 1)
        #expect(try score(#"{"type": "integer", "multipleOf": 0.123456789}"#, "1e308") == 0)
        #expect(try score(#"{"multipleOf": 1e-8}"#, "12391239123") == 1)
    }

    @Test func lengthsAreInCodePoints() throws {
        #expect(try score(#"{"minLength": 2, "maxLength": 2}"#, #""é😀""#) == 1)
        #expect(try score(#"{"maxLength": 1}"#, #""e\u0301""#) == 0)
        #expect(try score(#"{"minLength": 1.0}"#, #""""#) == 0)
        #expect(try score(#"{"maxLength": 1e30}"#, #""abc""#) == 1)
    }

    @Test func patternsAreSearchedForAsECMAScriptReadsThem() throws {
        #expect(try score(#"{"pattern": "^a+$"}"#, #""aaa""#) == 1)
        #expect(try score(#"{"pattern": "^a+$"}"#, #""aaa\n""#) == 0)
        #expect(try score(#"{"pattern": "b"}"#, #""abc""#) == 1)
        #expect(try score(#"{"pattern": "^\\u00e9$"}"#, #""é""#) == 1)
        #expect(try score(#"{"pattern": "^\\p{Lu}.$"}"#, #""É😀""#) == 1)
        #expect(try score(#"{"pattern": "^\\d$"}"#, #""߀""#) == 0)
        #expect(try score(#"{"pattern": "^\\s[\\s]\\S$"}"#, #""\u00a0\u2003x""#) == 1)
        #expect(try score(#"{"pattern": "^\\S$"}"#, #""\ufeff""#) == 0)
        #expect(try score(#"{"pattern": "^[^\\s]\\\\s$"}"#, #""x\\s""#) == 1)
        #expect(try score(#"{"pattern": ""}"#, #""x""#) == 1)
        #expect(try score(#"{"pattern": "a\\u0000b"}"#, #""a\u0000b""#) == 1)
        #expect(try score(#"{"pattern": "x"}"#, "1") == 1)
    }

    @Test func arraysAreCheckedItemByItem() throws {
        let tuple = #"{"prefixItems": [{"type": "string"}, {"type": "integer"}], "items": {"type": "null"}}"#
        #expect(try score(tuple, #"["a", 1, null, null]"#) == 1)
        #expect(try score(tuple, #"["a"]"#) == 1)
        #expect(try score(tuple, #"["a", 1, 2]"#) == 0)
        #expect(try score(tuple, #"[1]"#) == 0)
        #expect(try score(#"{"prefixItems": [true], "items": false}"#, "[1, 2]") == 0)
        let contains = #"{"contains": {"const": 1}, "minContains": 2, "maxContains": 3}"#
        #expect(try score(contains, "[1, 1, 0]") == 1)
        #expect(try score(contains, "[1, 0]") == 0)
        #expect(try score(contains, "[1, 1, 1, 1]") == 0)
        #expect(try score(#"{"contains": {"const": 1}, "minContains": 0}"#, "[]") == 1)
        #expect(try score(#"{"contains": {"const": 1}}"#, "[]") == 0)
        #expect(try score(#"{"minContains": 2}"#, "[]") == 1)
        let unique = #"{"uniqueItems": true}"#
        #expect(try score(unique, #"[1, "1", true, [1], {"a": 1}, {"a": 2}]"#) == 1)
        #expect(try score(unique, #"[{"a": 1, "b": [2.0]}, {"b": [2], "a": 1}]"#) == 0)
        #expect(try score(unique, "[1, 2, 1.0]") == 0)
        #expect(try score(unique, #"[{"a": 1, "a": 1}, {"a": 1, "b": 1}]"#) == 1)
    }

    @Test func objectsAreCheckedMemberByMember() throws {
        let object = #"""
            {"properties": {"a": {"type": "integer"}}, "patternProperties": {"^x-": {"type": "string"}},
             "additionalProperties": {"type": "boolean"}, "propertyNames": {"maxLength": 3}}
            """#
        #expect(try score(object, #"{"a": 1, "x-y": "s", "z": true}"#) == 1)
        #expect(try score(object, #"{"a": "1"}"#) == 0)
        #expect(try score(object, #"{"x-y": 1}"#) == 0)
        #expect(try score(object, #"{"z": 1}"#) == 0)
        #expect(try score(object, #"{"long": true}"#) == 0)
        #expect(try score(object, #""no object""#) == 1)
        let dependent = #"""
            {"dependentRequired": {"card": ["address"]}, "dependentSchemas": {"sum": {"required": ["currency"]}}}
            """#
        #expect(try score(dependent, #"{"card": 1, "address": 2}"#) == 1)
        #expect(try score(dependent, #"{"card": 1}"#) == 0)
        #expect(try score(dependent, #"{"address": 1}"#) == 1)
        #expect(try score(dependent, #"{"sum": 1}"#) == 0)
        #expect(try score(#"{"minProperties": 1, "maxProperties": 2}"#, "{}") == 0)
        #expect(try score(#"{"minProperties": 1, "maxProperties": 2}"#, #"{"a":1,"b":2,"c":3}"#) == 0)
        // Names that are canonically equivalent are different names.
        #expect(try score("{\"properties\": {\"\u{E9}\": false, \"e\u{301}\": true}}", "{\"e\u{301}\": 1}") == 1)
        #expect(try score("{\"properties\": {\"\u{E9}\": false, \"e\u{301}\": true}}", "{\"\u{E9}\": 1}") == 0)
    }

    @Test func combinationsAnswerAsLogicDoes() throws {
        let conditional = #"{"if": {"minimum": 10}, "then": {"multipleOf": 10}, "else": {"type": "integer"}}"#
        #expect(try score(conditional, "20") == 1)
        #expect(try score(conditional, "25") == 0)
        #expect(try score(conditional, "5") == 1)
        #expect(try score(conditional, "5.5") == 0)
        #expect(try score(#"{"then": false}"#, "1") == 1)
        let one = #"{"oneOf": [{"type": "integer"}, {"minimum": 2}]}"#
        #expect(try score(one, "1") == 1)
        #expect(try score(one, "2.5") == 1)
        #expect(try score(one, "3") == 0)
        #expect(try score(one, "1.5") == 0)
        #expect(try score(#"{"anyOf": [{"type": "integer"}, {"minimum": 2}]}"#, "1.5") == 0)
        #expect(try score(#"{"allOf": [{"type": "integer"}, {"minimum": 2}]}"#, "3") == 1)
        #expect(try score(#"{"not": {"type": "integer"}}"#, "3") == 0)
    }

    @Test func referencesLeadToPlacesInTheDocument() throws {
        let tree = ##"""
            {"$id": "https://example.com/tree", "$ref": "#/$defs/node", "$defs": {
              "node": {"type": "object", "properties": {"children": {"items": {"$ref": "#node"}},
                "value": {"$ref": "https://example.com/tree#/$defs/a~1b%25"}}, "required": ["value"], "$anchor": "node"},
              "a/b%": {"type": "integer"}}}
            """##
        #expect(try score(tree, #"{"value": 1, "children": [{"value": 2}, {"value": 3, "children": []}]}"#) == 1)
        #expect(try score(tree, #"{"value": 1, "children": [{"value": 2}, {"children": []}]}"#) == 0)
        #expect(try score(tree, #"{"value": "1"}"#) == 0)
        #expect(try score(##"{"$ref": "#/allOf/1", "allOf": [true, {"type": "integer"}]}"##, "1.5") == 0)
    }

    @Test func whatCannotBeCheckedIsRefusedWithItsPath() throws {
        let refusals: [(String, [String])] = [
            (
                #"{"properties": {"a": {"unevaluatedProperties": false}}}"#,
                ["properties", "a", "unevaluatedProperties"]
            ),
            (#"{"$ref": "https://example.com/other"}"#, ["$ref"]),
            (##"{"$ref": "#/$defs/none"}"##, ["$ref"]),
            (##"{"$ref": "#none"}"##, ["$ref"]),
            (#"{"allOf": [{"$id": "inner"}]}"#, ["allOf", "0", "$id"]),
            (##"{"$dynamicRef": "#a"}"##, ["$dynamicRef"]),
            (#"{"$vocabulary": {}}"#, ["$vocabulary"]),
            (#"{"$schema": "https://example.com/meta"}"#, ["$schema"]),
            (#"{"items": {"pattern": "("}}"#, ["items", "pattern"]),
            (#"{"pattern": "\\p{Letter}"}"#, ["pattern"]),
            (#"{"patternProperties": {"[": true}}"#, ["patternProperties", "["]),
            (#"{"items": [true]}"#, ["items"]),
            (#"{"exclusiveMinimum": true}"#, ["exclusiveMinimum"]),
            (#"{"multipleOf": 0}"#, ["multipleOf"]),
            (#"{"minLength": -1}"#, ["minLength"]),
            (#"{"minLength": 1.5}"#, ["minLength"]),
            (#"{"type": "text"}"#, ["type"]),
            (#"{"required": true}"#, ["required"]),
            (#"{"anyOf": []}"#, ["anyOf"]),
            (#"{"not": 1}"#, ["not"]),
            (#"{"minLenght": 1}"#, ["minLenght"]),
            (#"{"propertys": {}, "proprties": {}}"#, ["proprties"]),
            (#"{"dependencies": {}}"#, ["dependencies"]),
        ]
        for (text, path) in refusals {
            let settings = try JSONFormatSettings(schema: schema(text))
            let error = #expect(throws: PlanError.self, "\(text)") {
                try JSONFormatPlan(
                    settings, into: PlanBuilder(storage: OwnedStorage(), requirements: ScratchRequirements()))
            }
            #expect(error?.key == ["schema"] + path, "\(text)")
        }
    }

    @Test func keywordsThatMeanNothingAreSkippedAndReported() throws {
        let text = #"{"x-note": 1, "any_of": [false], "title": "t", "properties": {"a": {"markdownDescription": ""}}}"#
        #expect(try score(text, "1") == 1)
        let ignored = try JSONFormatSettings(schema: schema(text)).ignoredSchemaKeys()
        #expect(Set(ignored) == [["x-note"], ["any_of"], ["properties", "a", "markdownDescription"]])
    }
}
