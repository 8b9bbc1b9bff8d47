import RewardKernel
import RewardReport
import Testing

@Suite struct JSONWritingTests {
    @Test func whatIsWrittenReadsBackTheSame() throws {
        let value = JSONValue.object([
            .init("empty", .array([])), .init("none", .object([])),
            .init("text", .string("\u{0}\u{1F}\u{7F}\u{2028}😀é\"\\\n")),
            .init("large", .integer(.max)), .init("unsigned", .unsigned(.max)), .init("small", .integer(.min)),
            .init("tiny", .number(5e-300)),
            .init("deep", .array([.array([.array([.string("x"), .null, .bool(true)])])])),
        ])
        #expect(try JSONValue.make(parsing: value.compactText.utf8) == value)
        #expect(try JSONValue.make(parsing: value.indentedText.utf8) == value)
    }

    @Test func compactTextIsOneLineWithoutSpaces() {
        let value = JSONValue.object([
            .init("z", .array([.integer(1), .number(-2.5), .null])), .init("a", .string("a b\n")),
        ])
        #expect(value.compactText == #"{"z":[1,-2.5,null],"a":"a b\n"}"#)
    }

    @Test func indentedTextBreaksLinesWhereValuesNest() {
        let value = JSONValue.object([
            .init("a", .array([.integer(1), .integer(2)])),
            .init("b", .array([.object([.init("c", .integer(3))])])),
            .init("d", .array([])),
        ])
        #expect(
            value.indentedText == """
                {
                  "a": [1, 2],
                  "b": [
                    {"c": 3}
                  ],
                  "d": []
                }
                """)
    }
}
