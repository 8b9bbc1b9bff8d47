import BenchSupport
import Foundation
import Testing

@Suite struct WorkloadTests {
    private static let workload = Workload(prose: .generated(), seed: 1)

    @Test func sameSeedGivesTheSameBytes() {
        let again = Workload(prose: .generated(), seed: 1)
        #expect(again.texts.map(\.bytes) == Self.workload.texts.map(\.bytes))
        #expect(again.patterns == Self.workload.patterns)
        #expect(Workload(prose: .generated(), seed: 2).texts[0].bytes != Self.workload.texts[0].bytes)
    }

    @Test func textsAreJSONOfTwoKilobytesInTheMean() {
        let texts = Self.workload.texts
        #expect(texts.count == 64)
        let mean = texts.map { Double($0.bytes.count) }.reduce(0, +) / 64
        #expect((1_950...2_250).contains(mean))
        let valid = texts.filter { (try? JSONSerialization.jsonObject(with: Data($0.bytes))) is [String: Any] }
        #expect(valid.count == 58)
    }

    @Test func referenceIsTheLastNumberOfTheText() throws {
        for text in Self.workload.texts {
            let string = String(decoding: text.bytes, as: UTF8.self)
            let last = try #require(string.split(whereSeparator: { !$0.isNumber && $0 != "." }).last)
            #expect(Double(last) == text.reference)
        }
    }

    @Test func noPatternOccursInAnyText() {
        #expect(Set(Self.workload.patterns).count == 1_000)
        let haystack = Data(
            Self.workload.texts.map { String(decoding: $0.bytes, as: UTF8.self).lowercased() }.joined(separator: "\n")
                .utf8)
        #expect(haystack.range(of: Data("confidence".utf8)) != nil)
        #expect(!Self.workload.patterns.contains { haystack.range(of: Data($0.utf8)) != nil })
    }

    @Test func plainTextsHaveExactlyTheirSize() {
        #expect(Self.workload.plain256.allSatisfy { $0.count == 256 })
        #expect(Self.workload.plain2048.allSatisfy { $0.count == 2_048 && !$0.contains { $0 >= 0x80 } })
    }

    /// As bench/peers checks them: a probe that passed everything would compare nothing.
    @Test func probesFailEveryCheckInTurn() {
        let probes = Self.workload.probes
        let isFound = probes.map { probe in
            let text = String(decoding: probe.bytes, as: UTF8.self).lowercased()
            return Self.workload.patterns.contains { text.contains($0) }
        }
        #expect(isFound == [true, true] + Array(repeating: false, count: probes.count - 2))
        let isTyped = probes.map { probe in
            let object = (try? JSONSerialization.jsonObject(with: Data(probe.bytes))) as? [String: Any]
            return object?["answer"] is String && object?["confidence"] is NSNumber && object?["steps"] is [Any]
        }
        #expect(isTyped.filter { !$0 }.count == 4)
        let characterCounts = probes.map { String(decoding: $0.bytes, as: UTF8.self).unicodeScalars.count }
        #expect(characterCounts.contains { $0 > 3_500 })
        #expect(characterCounts.contains { (2_501..<3_500).contains($0) })
        #expect(zip(probes, characterCounts).contains { $0.bytes.count > $1 })
    }

    @Test func textsOfAnySizeAreWholeJSON() {
        for byteCount in [200, 2_048, 65_536] {
            let texts = Self.workload.texts(byteCount: byteCount, seed: 1)
            #expect(texts.count == 64)
            #expect(texts.allSatisfy { (try? JSONSerialization.jsonObject(with: Data($0.bytes))) is [String: Any] })
            let mean = texts.reduce(0) { $0 + $1.bytes.count } / 64
            #expect((byteCount * 9 / 10...byteCount * 3 / 2 + 64).contains(mean), "\(mean) for \(byteCount)")
        }
    }
}
