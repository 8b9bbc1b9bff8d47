import RewardJudge
import RewardKernel
import Testing

@Suite struct JSONWriterTests {
    @Test func textsAreEscapedNoMoreThanNeeded() throws {
        let text = "\"\\/\u{0}\u{1F}\u{8}\t\n\u{C}\r\u{7F}é😀\u{2028}"
        #expect(
            try JSONWriter.text(of: .string(text)) == #""\"\\/\u0000\u001f\b\t\n\f\r"# + "\u{7F}é😀\u{2028}\"")
        #expect(try JSONValue.make(parsing: JSONWriter.bytes(of: .string(text))) == .string(text))
    }

    @Test func textsOfAnyLengthReadBackWithEveryByteEscapedThatMustBe() throws {
        var generator = SeededGenerator.forTest("textsOfAnyLengthReadBackWithEveryByteEscapedThatMustBe")
        let names: [Unicode.Scalar: String] = ["\u{8}": "b", "\t": "t", "\n": "n", "\u{C}": "f", "\r": "r"]
        let scalars = (0..<UInt8(0x80)).map { Unicode.Scalar($0) } + Array("é字😀".unicodeScalars)
        for round in 0..<600 {
            let alphabet = round % 2 == 0 ? scalars : Array("abcdefghijklmnopqrstuvwxyz \"é".unicodeScalars)
            var text = String.UnicodeScalarView()
            // Beyond the pieces that are written at a time.
            for _ in 0..<Int.random(in: 0...3_000, using: &generator) {
                text.append(alphabet[Int.random(in: 0..<alphabet.count, using: &generator)])
            }
            var plain = "\""
            for scalar in text {
                switch scalar {
                case "\"", "\\": plain += "\\" + String(scalar)
                case _ where scalar.value >= 0x20: plain.unicodeScalars.append(scalar)
                default:
                    let digits = String(scalar.value, radix: 16)
                    plain += "\\" + (names[scalar] ?? "u" + String(repeating: "0", count: 4 - digits.count) + digits)
                }
            }
            #expect(try JSONWriter.text(of: .string(String(text))) == plain + "\"")
            #expect(try JSONValue.make(parsing: JSONWriter.bytes(of: .string(String(text)))) == .string(String(text)))
        }
    }

    @Test(arguments: [
        (0.0, "0"), (-0.0, "0"), (0.7, "0.7"), (-1.5, "-1.5"), (1e15, "1000000000000000"), (1e300, "1e+300"),
        (Double.leastNonzeroMagnitude, "5e-324"), (0.1 + 0.2, "0.30000000000000004"),
    ])
    func numbersAreTheShortestThatReadBack(number: Double, text: String) throws {
        #expect(try JSONWriter.text(of: .number(number)) == text)
        #expect(Double(text) == number)
    }

    @Test func wholeNumbersKeepAllTheirDigits() throws {
        #expect(try JSONWriter.text(of: .integer(Int64.min)) == "-9223372036854775808")
        #expect(try JSONWriter.text(of: .unsigned(UInt64.max)) == "18446744073709551615")
    }

    @Test func membersStandInTheirOrder() throws {
        let value = JSONValue.object([
            JSONValue.Member("b", .array([.null, .bool(true), .bool(false), .array([]), .object([])])),
            JSONValue.Member("a", .integer(1)),
        ])
        #expect(try JSONWriter.text(of: value) == #"{"b":[null,true,false,[],{}],"a":1}"#)
    }

    @Test func whatJSONCannotSayIsRefused() {
        for number in [Double.nan, .infinity, -.infinity] {
            #expect(throws: JSONWriter.WriteError.numberNotFinite) {
                try JSONWriter.bytes(of: .array([.number(number)]))
            }
        }
        var deep = JSONValue.null
        for _ in 0..<255 { deep = .array([deep]) }
        #expect(throws: Never.self) { try JSONWriter.bytes(of: deep) }
        #expect(throws: JSONWriter.WriteError.tooDeep) { try JSONWriter.bytes(of: .array([deep])) }
    }
}
