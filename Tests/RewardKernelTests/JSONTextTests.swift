import Foundation
import RewardKernel
import RewardMemory
import Testing

/// The JSON parser under damaged input. Goal: no crash, and one verdict from two readers: what `whole` refuses, the
/// scanner behind `first` refuses too, and the other way round.
@Suite struct JSONTextTests {
    private let texts = [
        #"{"a": [1, -2.5e3, "x\n\u00e9\ud83d\ude00", {"b": null}], "c": true, "d": {}}"#,
        #"[[[[]]], "~~~json", 18446744073709551615, 0.1, false, "\\\"\/"]"#,
        #"{"key with spaces": "a longer text, so that eight bytes are read at a time", "": [], "é": "ü😀"}"#,
    ]

    private func isValid(_ bytes: [UInt8], _ extract: JSONExtraction, _ scratch: inout JSONScratch) -> Bool {
        let storage = OwnedStorage()
        return withExtendedLifetime(storage) { extract.find(in: storage.makeText(bytes), &scratch).isFound }
    }

    @Test func everyPrefixOfATextIsRefused() throws {
        var scratch = try JSONScratch(byteCountMax: 1 << 12, usesPatterns: false)
        for text in texts {
            let bytes = Array(text.utf8)
            #expect(isValid(bytes, .whole, &scratch))
            for count in 0..<bytes.count {
                for extract in JSONExtraction.allCases {
                    let isFound = isValid(Array(bytes[..<count]), extract, &scratch)
                    #expect(!isFound, "\(count) bytes of \(text), \(extract)")
                }
            }
        }
    }

    @Test func everySingleByteMutationGetsTheSameVerdictFromParserAndScanner() throws {
        var scratch = try JSONScratch(byteCountMax: 1 << 12, usesPatterns: false)
        for text in texts {
            var bytes = Array(text.utf8)
            for index in bytes.indices {
                let original = bytes[index]
                // One byte of each kind that the grammar tells apart. Bytes above ASCII would make it invalid UTF-8,
                // which never reaches a component.
                for byte in Array("\0\n\u{1F} {}[]:,\"\\/`-+.0189eEunftaAZ\u{7F}".utf8) where original < 0x80 {
                    bytes[index] = byte
                    let whole = isValid(bytes, .whole, &scratch)
                    let reference = try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
                    // Foundation takes more than the standard (lone surrogates), so only one direction is a rule; but
                    // it refuses numbers beyond doubles, which an exponent in the midst of digits makes.
                    if whole && byte | 0x20 != UInt8(ascii: "e") {
                        #expect(reference != nil, "\(String(decoding: bytes, as: UTF8.self))")
                    }
                    // A fence around it makes the scanner read it first.
                    let fenced = Array("```\n".utf8) + bytes + Array("\n```".utf8)
                    #expect(isValid(fenced, .fenced, &scratch) == whole, "byte \(index) is \(byte)")
                    _ = isValid(bytes, .first, &scratch)
                }
                bytes[index] = original
            }
        }
    }

    @Test func whatStandsBehindATextDecidesNothing() throws {
        var scratch = try JSONScratch(byteCountMax: 1 << 12, usesPatterns: false)
        let pageByteCount = 4096
        let pages = UnsafeMutableRawPointer.allocate(byteCount: 2 * pageByteCount, alignment: pageByteCount)
        defer { unsafe pages.deallocate() }
        let fragments = [
            "[1, 2", "{\"a\": 1", "\"abc", "tru", "nul", "12", "-", "1e", "[1]", "[1 ]", "{\"a\": tru", "",
        ]
        for text in texts + texts.map({ String($0.dropLast()) }) + fragments {
            let bytes = Array(text.utf8)
            let isWhole = isValid(bytes, .whole, &scratch)
            // In place, copied, and where one turns into the other at the page's end.
            for behind in Array("}]\"9e,l \\\0".utf8) + [0xFF] {
                for room in [0, 1, 31, 62, 63, 64, 65, 66, 200] {
                    unsafe pages.initializeMemory(as: UInt8.self, repeating: behind, count: 2 * pageByteCount)
                    let start = unsafe pages + (pageByteCount - room - bytes.count)
                    for (offset, byte) in bytes.enumerated() {
                        unsafe start.storeBytes(of: byte, toByteOffset: offset, as: UInt8.self)
                    }
                    let view = unsafe ByteView(
                        unsafe: UnsafePointer(start.assumingMemoryBound(to: UInt8.self)), count: bytes.count)
                    let isFound = JSONExtraction.whole.find(in: view, &scratch).isFound
                    #expect(isFound == isWhole, "\(text) before \(behind), \(room) bytes from the page's end")
                }
            }
        }
    }

    @Test func textsAtAndAboveTheCapacityAreTold() throws {
        var scratch = try JSONScratch(byteCountMax: 100, usesPatterns: false)
        #expect(isValid(Array(("\"" + String(repeating: "x", count: 98) + "\"").utf8), .whole, &scratch))
        #expect(!isValid(Array(("\"" + String(repeating: "x", count: 99) + "\"").utf8), .whole, &scratch))
        // Empty strings fill the string buffer most densely.
        #expect(isValid(Array(("[" + String(repeating: "\"\",", count: 32) + "\"\"]").utf8), .whole, &scratch))
        // Short numbers fill the tape most densely.
        #expect(isValid(Array(("[" + String(repeating: "1,", count: 48) + "1]").utf8), .first, &scratch))
    }

    @Test func aMegabyteOfOneByteIsReadInLinearTime() throws {
        var scratch = try JSONScratch(byteCountMax: 1 << 20, usesPatterns: false)
        for byte in ["{", "[", "\"", "`", " ", "a", "\\", "1", "\0"] {
            let bytes = [UInt8](repeating: byte.utf8.first!, count: 1 << 20)
            for extract in JSONExtraction.allCases {
                // A long row of ones is a number; no other of these rows is a JSON text.
                let isNumber = byte == "1" && extract == .whole
                #expect(isValid(bytes, extract, &scratch) == isNumber, "\(byte) \(extract)")
            }
        }
    }

    @Test func valuesComeOutOfTextAsTheyWentIn() throws {
        let value = try JSONValue.make(
            parsing: #"{"b": [null, true, -1, 18446744073709551615, 1.5, "é\n"], "a": {}, "a": []}"#.utf8)
        #expect(
            value
                == .object([
                    .init(
                        "b",
                        .array([.null, .bool(true), .integer(-1), .unsigned(.max), .number(1.5), .string("é\n")])),
                    .init("a", .object([])), .init("a", .array([])),
                ]))
        #expect(value["a"] == .array([]))
        let error = #expect(throws: JSONValue.ParseError.self) { try JSONValue.make(parsing: "[1, 2".utf8) }
        #expect(error == JSONValue.ParseError(message: "the text ends inside a value", offset: 5))
    }
}
