import RewardJudge
import Testing

@Suite struct HTTPFieldsTests {
    @Test func fieldIsFoundByItsWholeName() {
        let fields: HTTPFields = ["retry-after": "7", "retry-after-ms": "70", "date": "", "x": "y"]
        #expect(fields["retry-after"] == "7")
        #expect(fields["retry-after-ms"] == "70")
        #expect(fields["date"] == "")
        for name in ["", "retry", "retry-after-m", "retry-after-mss", "ate", "y"] { #expect(fields[name] == nil) }
        #expect(HTTPFields()["date"] == nil)
        #expect(fields.count == 4)
    }

    @Test func namesAreComparedInLowerCaseAndTheLastOfARepeatedOneCounts() {
        let fields: HTTPFields = ["X-Request-ID": "First", "x-request-id": "Second", "X-REQUEST-ID": "Third"]
        #expect(fields["x-request-id"] == "Third")
        #expect(fields["X-Request-ID"] == nil)
    }

    @Test func beginningsAreFoundInNamesOnly() {
        let fields: HTTPFields = ["a": "x-ratelimit-", "x-ratelimit": "", "b-x-ratelimit-c": ""]
        #expect(!fields.hasName(beginningWith: "x-ratelimit-"))
        #expect(fields.hasName(beginningWith: "x-ratelimit"))
        #expect(!HTTPFields().hasName(beginningWith: "x"))
    }

    @Test func valueThatIsNoTextIsRepaired() {
        var fields = HTTPFields()
        Array("A".utf8).withUnsafeBytes { name in
            ([0x20, 0xC3, 0x28] as [UInt8]).withUnsafeBytes { fields.append(name: name, value: $0) }
        }
        #expect(fields["a"] == " \u{FFFD}(")
    }

    /// Goal: fields of any names and values are found again. Method: random ones, compared with a dictionary.
    @Test func randomFieldsAgreeWithADictionary() {
        var generator = SeededGenerator.forTest("randomFieldsAgreeWithADictionary")
        for _ in 0..<2_000 {
            var model: [String: String] = [:]
            var fields = HTTPFields()
            for _ in 0..<Int.random(in: 0..<30, using: &generator) {
                func text(_ alphabet: String, _ count: Int) -> String {
                    String((0..<count).map { _ in alphabet.randomElement(using: &generator) ?? "a" })
                }
                var name = text("ab-AB", Int.random(in: 0..<4, using: &generator))
                var value = text("ab: é", Int.random(in: 0..<40, using: &generator))
                model[name.lowercased()] = value
                name.withUTF8 { name in
                    value.withUTF8 {
                        fields.append(name: UnsafeRawBufferPointer(name), value: UnsafeRawBufferPointer($0))
                    }
                }
            }
            for (name, value) in model { #expect(fields[name] == value) }
            #expect(fields["abc"] == nil)
        }
    }
}
