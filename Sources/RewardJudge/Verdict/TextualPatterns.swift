internal import RewardKernel

/// The last step of the ladder: verdicts that stand as marks in prose. Where marks of one kind disagree, none is
/// taken.
struct TextualPatterns {
    let text: ReplyText
    let shape: VerdictShape
    let reader: VerdictReader

    /// nil when there is no mark; several criteria or completions are not looked for in prose.
    func verdict() throws(VerdictFault) -> Verdict? {
        switch shape {
        case .criteria(let questions, _):
            guard questions.count == 1 else { return nil }
            guard let judgement = try agreed(judgements()) else { return nil }
            return .criteria(
                RubricVerdict(findings: [CriterionFinding(name: questions[0].name, judgement: judgement)]))
        case .scale(let low, let high, _):
            guard let value = try score() else { return nil }
            guard Double(low) <= value, value <= Double(high) else { throw .outOfRange("\(value)") }
            return .scale(ScaleVerdict(value: value))
        case .preference:
            guard let choice = try agreed(choices()) else { return nil }
            return .preference(PreferenceVerdict(choice: choice))
        case .group: return nil
        }
    }

    private func agreed<Value: Equatable>(_ values: [Value]) throws(VerdictFault) -> Value? {
        guard let first = values.first else { return nil }
        guard values.allSatisfy({ $0 == first }) else { throw .contradiction }
        return first
    }

    private func judgements() -> [CriterionFinding.Judgement] {
        if let word = reader.judgement(word: text.trimmed.bytes.count <= 16 ? text.trimmed.string : "") {
            return [word]
        }
        return ["pass", "verdict"].flatMap { values(ofKey: $0) }.compactMap { value in
            // Bare, these are JSON's Booleans; in quotes they are what the reader thinks of such words.
            switch value.isQuoted ? "" : value.word {
            case "true": .met
            case "false": .unmet
            default: reader.judgement(word: value.word)
            }
        }
    }

    /// The words, in lower case, that stand behind `key` and a colon, with quotes and asterisks in between as wanted.
    private func values(ofKey key: String) -> [(word: String, isQuoted: Bool)] {
        var words: [(word: String, isQuoted: Bool)] = []
        let lowercased = text.lowercased
        var index = 0
        while let start = lowercased.firstIndex(of: key, from: index) {
            index = start + key.utf8.count
            if start > 0, ReplyText.isWordByte(text.bytes[start - 1]) { continue }
            guard let value = valueStart(from: index) else { continue }
            var end = value
            while end < text.bytes.count, end - value <= 16, ReplyText.isWordByte(text.bytes[end]) { end += 1 }
            let quotes = [UInt8(ascii: "\""), UInt8(ascii: "'")]
            words.append(
                (
                    String(decoding: text.bytes[value..<end], as: UTF8.self).lowercased(),
                    quotes.contains(text.bytes[value - 1])
                ))
        }
        return words
    }

    /// Where the value begins, when a colon follows.
    private func valueStart(from start: Int) -> Int? {
        var index = skipDecoration(from: start)
        guard index < text.bytes.count, text.bytes[index] == UInt8(ascii: ":") else { return nil }
        index = skipDecoration(from: index + 1)
        return index < text.bytes.count ? index : nil
    }

    private func skipDecoration(from start: Int) -> Int {
        var index = start
        while index < text.bytes.count, index - start < 256 {
            let byte = text.bytes[index]
            guard
                ReplyText.isWhiteSpace(byte) || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'")
                    || byte == UInt8(ascii: "*") || byte == UInt8(ascii: "`")
            else { break }
            index += 1
        }
        return index
    }

    /// `[RESULT] 4`, of several the last; else `[[4]]`; else `"score": 4`.
    private func score() throws(VerdictFault) -> Double? {
        if let value = ForeignScoreFormat.lastResult(in: text) { return value }
        let marks = text.doubleBracketMarks.compactMap { Double($0) }.filter(\.isFinite)
        if let value = try agreed(marks) { return value }
        var values: [Double] = []
        var index = 0
        while let start = text.firstIndex(of: "\"score\"", from: index) {
            index = start + 7
            if let value = valueStart(from: index).flatMap({ text.number(at: $0) }) { values.append(value) }
        }
        return try agreed(values)
    }

    private func choices() -> [PreferenceVerdict.Choice] {
        let marks = text.doubleBracketMarks.compactMap { ForeignPreferenceFormat.choice(ofMark: $0) }
        if !marks.isEmpty { return marks }
        return values(ofKey: "winner").compactMap { reader.choice($0.word) }
    }
}
