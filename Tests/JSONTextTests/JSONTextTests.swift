import JSONText
import Testing

@Suite struct JSONTextTests {
    @Test func valuesKeepTheirOrderAndKind() throws {
        let text = #"{"z":[1,-2.5,1e3,true,null],"a":{"b":"ü\"\\\n"},"z2":-0}"#
        let value = try JSONText.parse(text.utf8)
        #expect(
            value == [
                "z": [1, .number(-2.5), .number(1000), true, nil], "a": ["b": "ü\"\\\n"], "z2": .number(-0.0),
            ])
        #expect(value.compactText == #"{"z":[1,-2.5,1000.0,true,null],"a":{"b":"ü\"\\\n"},"z2":-0.0}"#)
    }

    @Test func whatIsWrittenReadsBackTheSame() throws {
        let value: JSONText = [
            "empty": [], "none": [:], "text": "\u{0}\u{1F}\u{7F}\u{2028}😀é", "large": .integer(.max),
            "small": .integer(.min), "tiny": .number(.leastNonzeroMagnitude), "deep": [[["x"]]],
        ]
        #expect(try JSONText.parse(value.compactText.utf8) == value)
        #expect(try JSONText.parse(value.indentedText.utf8) == value)
    }

    @Test func indentedTextBreaksLinesWhereValuesNest() {
        let value: JSONText = ["a": [1, 2], "b": [["c": 3]], "d": []]
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

    @Test(arguments: [
        ("", 0), ("  ", 2), ("{", 1), ("[1,]", 3), ("{\"a\":1,}", 7), ("{a:1}", 1), ("01", 1), ("1.", 2), ("-", 1),
        ("1e", 2), ("tru", 0), ("NaN", 0), ("\"a", 0), ("\"\\x\"", 1), ("\"\\ud800\"", 1), ("\"\\ud800\\u0041\"", 1),
        ("\"\\udc00\"", 1), ("\"a\nb\"", 2), ("1 2", 2), ("1e999", 0), ("\"\\u12g4\"", 5), ("[1 2]", 3), ("{\"a\" 1}", 5),
    ])
    func malformedTextIsRefusedAtItsOffset(text: String, offset: Int) {
        #expect {
            try JSONText.parse(text.utf8)
        } throws: { error in
            (error as? JSONSyntaxError)?.offset == offset
        }
    }

    @Test func surrogatePairsAreJoined() throws {
        #expect(try JSONText.parse(#""\ud83d\ude00\u00e9""#.utf8) == "😀é")
    }

    @Test func invalidUTF8IsRefused() {
        #expect(throws: JSONSyntaxError.self) { try JSONText.parse([0x22, 0xFF, 0x22]) }
        #expect(throws: JSONSyntaxError.self) { try JSONText.parse([0x22, 0xED, 0xA0, 0x80, 0x22]) }
    }

    @Test func nestingIsBounded() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(throws: Never.self) { try JSONText.parse(nested(JSONText.depthMax).utf8) }
        #expect(throws: JSONSyntaxError.self) { try JSONText.parse(nested(JSONText.depthMax + 1).utf8) }
        #expect(throws: JSONSyntaxError.self) { try JSONText.parse(String(repeating: "[", count: 1_000_000).utf8) }
    }

    @Test func everyPrefixOfAnObjectIsRefused() {
        let text = Array(#"{"a":[1.5e3,"\u00e9",{"b":null}],"c":false}"#.utf8)
        for length in 0..<text.count {
            #expect(throws: JSONSyntaxError.self) { try JSONText.parse(text[..<length]) }
        }
    }

    @Test func lastOfEqualKeysWins() throws {
        #expect(try JSONText.parse(#"{"a":1,"a":2}"#.utf8)["a"] == 2)
    }
}
