import RewardJudge
import RewardJudgeHTTP
import Testing

@Suite struct ResponseHeadTests {
    private static func read(_ lines: [String], countMax: Int = 100, byteCountMax: Int = 1_000) -> HTTPFields? {
        var head = ResponseHead(countMax: countMax, byteCountMax: byteCountMax)
        for line in lines {
            guard Array(line.utf8).withUnsafeBytes({ head.append($0) }) else { return nil }
        }
        return head.fields
    }

    @Test func fieldsAreReadWhateverTheirFormIs() {
        let fields = Self.read([
            "HTTP/1.1 200 OK\r\n", "Content-TYPE:text/html \t\r\n", "X-Colons: a:b:c\r\n", "X-Empty:\r\n",
            "no field\r\n",
            ": no name\r\n", " continued: line\r\n", "X-Bare: 1\n", "\r\n",
        ])
        #expect(fields == ["content-type": "text/html", "x-colons": "a:b:c", "x-empty": "", "x-bare": "1"])
    }

    @Test func interimResponseIsForgottenAndTrailersAreDropped() {
        let fields = Self.read([
            "HTTP/1.1 103 Early Hints\r\n", "Link: x\r\n", "\r\n", "HTTP/2 200\r\n", "a: 1\r\n", "\r\n", "b: 2\r\n",
        ])
        #expect(fields == ["a": "1"])
    }

    @Test func bytesThatAreNoTextAreRepaired() {
        var head = ResponseHead(countMax: 10, byteCountMax: 100)
        let line: [UInt8] = [0x41, 0x3A, 0x20, 0xC3, 0x28, 0x0D, 0x0A]
        let isAccepted = line.withUnsafeBytes { head.append($0) }
        #expect(isAccepted)
        #expect(head.fields["a"] == "\u{FFFD}(")
    }

    @Test func limitsHoldOverEveryLineOfATransfer() {
        let interim = ["HTTP/1.1 100 Continue\r\n", "\r\n"]
        #expect(Self.read(interim + interim, countMax: 4) != nil)
        #expect(Self.read(interim + interim, countMax: 3) == nil)
        #expect(Self.read(["a: 1\r\n", "b: 2\r\n"], byteCountMax: 12) != nil)
        #expect(Self.read(["a: 1\r\n", "b: 2\r\n"], byteCountMax: 11) == nil)
    }

    /// Goal: no line can crash. Method: random bytes of the few kinds that matter here.
    @Test func randomLinesNeverDoHarm() {
        var generator = SeededGenerator.forTest("randomLinesNeverDoHarm")
        let alphabet = Array("HTP/1: \t\r\nab".utf8) + [0, 0xFF]
        for _ in 0..<2_000 {
            var head = ResponseHead(countMax: 50, byteCountMax: 500)
            for _ in 0..<60 {
                let line = (0..<Int.random(in: 0..<20, using: &generator)).map { _ in
                    alphabet.randomElement(using: &generator)!
                }
                _ = line.withUnsafeBytes { head.append($0) }
            }
            #expect(head.fields.count <= 50)
        }
    }
}
