import Foundation

/// A completion of the benchmark and the answer that is expected of it.
package struct WorkloadText: Sendable {
    package let bytes: [UInt8]
    /// The last number of the text.
    package let reference: Double
}

/// The completions and word list that every measurement of one run works on.
///
/// 64 JSON completions of 2 KB in the mean (1,024 to 3,072 bytes), 8 of them in German or French, 6 cut short so that
/// they are no JSON; and 1,000 literals of which none occurs in any of them, so that every matcher reads every text
/// to its end.
package struct Workload: Sendable {
    package static let textCount = 64
    package static let patternCount = 1_000
    /// What the regular expression of the workload looks for; it stands near the end of each text.
    package static let regex = #""confidence":\s*(0\.\d+|1\.0)\b"#

    package let prose: Prose
    /// Completions as above.
    package let texts: [WorkloadText]
    /// As many plain completions of exactly 256 bytes, and of exactly 2,048.
    package let plain256: [[UInt8]]
    package let plain2048: [[UInt8]]
    /// Completions that each fail another check, for comparing what peers find: the texts alone would hide a peer that looks for
    /// nothing.
    package let probes: [WorkloadText]
    /// Lower-case words and two-word phrases.
    package let patterns: [String]

    package init(prose: Prose, seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        self.prose = prose
        let texts = (0..<Self.textCount).map { Self.makeText($0, prose, &generator) }
        self.texts = texts
        plain256 = (0..<Self.textCount).map { _ in Self.makePlain(byteCount: 256, prose, &generator) }
        plain2048 = (0..<Self.textCount).map { _ in Self.makePlain(byteCount: 2_048, prose, &generator) }
        patterns = Self.makePatterns(absentFrom: texts, &generator)
        probes = Self.makeProbes(prose, patterns: patterns, &generator)
    }

    /// As many completions like `texts`, but in English, whole, and of about `byteCount` bytes each (200 at least): up to a sentence
    /// and a half more.
    package func texts(byteCount: Int, seed: UInt64) -> [WorkloadText] {
        var generator = SeededGenerator(seed: seed)
        let sentences = prose.english.filter { $0.utf8.count <= byteCount / 3 }
        return (0..<Self.textCount).map { _ in
            Self.makeText(0, byteCount: byteCount, sentences.isEmpty ? ["It is so."] : sentences, &generator)
        }
    }

    private static func makeText(_ index: Int, _ prose: Prose, _ generator: inout SeededGenerator) -> WorkloadText {
        let sentences =
            index % 8 == 3 ? (index % 16 == 3 ? prose.german : prose.french) : prose.english
        // The lengths are evenly spread and the same for every seed, so that the mean is 2 KB for all of them.
        let byteCount = 1_024 + 2_048 * ((index * 37) % textCount) / (textCount - 1)
        return makeText(index, byteCount: byteCount, sentences, &generator)
    }

    private static func makeText(
        _ index: Int, byteCount: Int, _ sentences: [String], _ generator: inout SeededGenerator
    ) -> WorkloadText {
        let total = generator.below(100_000)
        let tail = #"],"confidence":0.\#(1 + generator.below(99)),"total":\#(total)}"#
        var text = #"{"answer":""#
        let answerByteCount = byteCount * 3 / 5
        repeat { text += escaped(generator.pick(sentences)) + " " } while text.utf8.count < answerByteCount
        text += #"","steps":["#
        var isFirst = true
        while isFirst || text.utf8.count + tail.utf8.count < byteCount {
            text += (isFirst ? "\"" : ",\"") + escaped(generator.pick(sentences)) + "\""
            isFirst = false
        }
        text += tail
        if index % 11 == 5 { text.removeLast() }
        return WorkloadText(bytes: Array(text.utf8), reference: Double(total))
    }

    private static func makeProbes(
        _ prose: Prose, patterns: [String], _ generator: inout SeededGenerator
    ) -> [WorkloadText] {
        func probe(
            _ sentences: [String], byteCount: Int = 1_024, insertion: String = "", tail: String, reference: Double
        ) -> WorkloadText {
            var answer = insertion
            while answer.utf8.count < byteCount {
                answer += escaped(generator.pick(sentences).filter { !$0.isNumber }) + " "
            }
            return WorkloadText(bytes: Array((#"{"answer":""# + answer + tail).utf8), reference: reference)
        }
        let tail = #"","steps":[],"confidence":1,"total":42}"#
        return [
            probe(
                prose.english, insertion: "It says \(generator.pick(patterns).uppercased()) here. ", tail: tail,
                reference: 42),
            probe(prose.english, insertion: "It has (\(generator.pick(patterns))). ", tail: tail, reference: 42),
            probe(prose.english, tail: #"","steps":[],"confidence":"high","total":42}"#, reference: 42),
            probe(prose.english, tail: #"","steps":{},"confidence":1,"total":42}"#, reference: 42),
            probe(prose.english, tail: #"","steps":[],"confidence":1}}"#, reference: 1),
            probe(prose.english, tail: #"","steps":["none"]}"#, reference: 42),
            probe(prose.english, tail: tail, reference: 41),
            probe(prose.english, tail: #"","steps":[],"confidence":1,"total":-42.50}"#, reference: -42.5),
            probe(prose.english, byteCount: 4_096, tail: tail, reference: 42),
            probe(prose.german, byteCount: 2_900, tail: tail, reference: 42),
            probe(prose.french, byteCount: 2_900, tail: tail, reference: 42),
        ]
    }

    private static func makePlain(byteCount: Int, _ prose: Prose, _ generator: inout SeededGenerator) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < byteCount {
            // ASCII only, so that a cut cannot fall into a character.
            bytes += generator.pick(prose.english).utf8.filter { $0 < 0x80 }
            bytes.append(UInt8(ascii: " "))
        }
        return Array(bytes.prefix(byteCount))
    }

    private static func makePatterns(
        absentFrom texts: [WorkloadText], _ generator: inout SeededGenerator
    ) -> [String] {
        let haystack = Array(
            texts.map { String(decoding: $0.bytes, as: UTF8.self).lowercased() }.joined(separator: "\n").utf8CString)
        let consonants = Array("bcdfgklmnprstvz").map(String.init)
        let vowels = Array("aeiou").map(String.init)
        func word() -> String {
            let syllables = 2 + generator.below(3)
            return (0..<syllables).map { _ in generator.pick(consonants) + generator.pick(vowels) }.joined()
                + (generator.below(2) == 0 ? generator.pick(consonants) : "")
        }
        var seen: Set<String> = []
        var patterns: [String] = []
        while patterns.count < patternCount {
            let pattern = generator.below(5) == 0 ? word() + " " + word() : word()
            guard strstr(haystack, pattern) == nil, seen.insert(pattern).inserted else { continue }
            patterns.append(pattern)
        }
        return patterns
    }

    /// `text` between the quotes of a JSON string.
    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": escaped += "\\\""
            case "\\": escaped += "\\\\"
            case _ where scalar.value < 0x20: escaped += " "
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
