import BenchSupport
import Testing

@Suite struct ScoreFrameTests {
    private func hex(_ bytes: [UInt8]) -> String {
        bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    /// Checked by hand against the MessagePack specification and the frame format of docs/protocol.md.
    @Test func scoreRequestHasTheDocumentedBytes() {
        let frame = ScoreFrame(reward: "r", completions: [Array("hi".utf8)], references: [1.5])
        let body =
            "94" + "00" + "ce00000000" + "a573636f7265"
            + "83" + "a6726577617264" + "a172"
            + "ab636f6d706c6574696f6e73" + "91" + "a26869"
            + "b17265666572656e63655f616e7377657273" + "91" + "cb3ff8000000000000"
        #expect(hex(frame.bytes) == "ce00000043" + body)
        #expect(frame.rolloutCount == 1)
    }

    @Test func headersTakeTheirShortestForm() {
        func header(_ write: (inout MessagePackBytes) -> Void, _ count: Int) -> String {
            var bytes = MessagePackBytes()
            write(&bytes)
            return hex(Array(bytes.bytes.prefix(count)))
        }
        #expect(header({ $0.append(text: Array(repeating: 65, count: 31)) }, 1) == "bf")
        #expect(header({ $0.append(text: Array(repeating: 65, count: 32)) }, 2) == "d920")
        #expect(header({ $0.append(text: Array(repeating: 65, count: 256)) }, 3) == "da0100")
        #expect(header({ $0.append(text: Array(repeating: 65, count: 65_536)) }, 5) == "db00010000")
        #expect(header({ $0.appendArrayHeader(15) }, 1) == "9f")
        #expect(header({ $0.appendArrayHeader(1_024) }, 3) == "dc0400")
        #expect(header({ $0.appendMapHeader(16) }, 3) == "de0010")
        #expect(header({ $0.append(unsigned: 127) }, 1) == "7f")
        #expect(header({ $0.append(unsigned: 128) }, 2) == "cc80")
        #expect(header({ $0.append(unsigned: 65_536) }, 5) == "ce00010000")
        #expect(header({ $0.append(unsigned: 1 << 32) }, 9) == "cf0000000100000000")
    }
}
