internal import Glibc
internal import RewardKernel

/// Reads how sure a judge was from the tokens of its reply: `p(met) / (p(met) + p(unmet))` at the token where the
/// verdict begins, over that token and its alternatives.
///
/// The tokens may hold text that the reply lacks (llama.cpp keeps fences there) and its probabilities may be those
/// before the grammar was applied, so the place is looked for in the tokens themselves and the two answers are taken
/// relative to each other.
struct VerdictProbability {
    private let tokens: [ProviderReply.Token]
    private let text: ReplyText
    /// Where each token begins in `text`.
    private let starts: [Int]

    init(tokens: [ProviderReply.Token]) {
        let tokens = Array(tokens.prefix(JudgementLimits.tokenCountMax))
        var bytes: [UInt8] = []
        var starts: [Int] = []
        for token in tokens {
            guard bytes.count + token.text.utf8.count <= JudgementLimits.replyByteCountMax else { break }
            starts.append(bytes.count)
            bytes.append(contentsOf: token.text.utf8)
        }
        self.tokens = Array(tokens.prefix(starts.count))
        self.starts = starts
        text = ReplyText(bytes)
    }

    /// By the criteria's names; without those whose place was not found.
    func probabilities(for shape: VerdictShape) -> [String: Double] {
        guard case .criteria(let questions, _) = shape else { return [:] }
        var found: [String: Double] = [:]
        for question in questions {
            guard let start = valueStart(question.name, isOnly: questions.count == 1) else { continue }
            found[question.name] = probability(at: start)
        }
        return found
    }

    /// Where the verdict on `name` begins, behind a quote.
    private func valueStart(_ name: String, isOnly: Bool) -> Int? {
        if isOnly, let start = lastValue(ofKey: "pass", from: 0) ?? lastValue(ofKey: "verdict", from: 0) {
            return start
        }
        guard let start = lastValue(ofKey: name, from: 0) else { return nil }
        guard start < text.bytes.count, text.bytes[start] == UInt8(ascii: "{") else { return start }
        return firstValue(ofKey: "verdict", from: start) ?? firstValue(ofKey: "pass", from: start)
    }

    private func lastValue(ofKey key: String, from start: Int) -> Int? {
        var found: Int?
        var index = start
        while let next = firstValue(ofKey: key, from: index) {
            found = next
            index = next
        }
        return found
    }

    /// Behind `"key"`, a colon and an opening quote, if there is one.
    private func firstValue(ofKey key: String, from start: Int) -> Int? {
        let mark = "\"\(key)\""
        var index = start
        while let found = text.firstIndex(of: mark, from: index) {
            index = found + mark.utf8.count
            // Not in a string, where the quotes would be escaped.
            if found > 0, text.bytes[found - 1] == UInt8(ascii: "\\") { continue }
            let colon = text.skipWhiteSpace(from: index)
            guard colon < text.bytes.count, text.bytes[colon] == UInt8(ascii: ":") else { continue }
            let value = text.skipWhiteSpace(from: colon + 1)
            return value < text.bytes.count && text.bytes[value] == UInt8(ascii: "\"") ? value + 1 : value
        }
        return nil
    }

    private func probability(at start: Int) -> Double? {
        guard let index = starts.lastIndex(where: { $0 <= start }), start < text.bytes.count else { return nil }
        let token = tokens[index]
        // What of the token stands before the verdict: every alternative must begin with the like.
        var met = 0.0
        var unmet = 0.0
        var hasChosen = false
        for alternative in token.alternatives.prefix(JudgementLimits.alternativeCountMax) {
            if alternative.text == token.text { hasChosen = true }
            add(alternative.text, alternative.logProbability, &met, &unmet)
        }
        if !hasChosen { add(token.text, token.logProbability, &met, &unmet) }
        guard met + unmet > 0 else { return nil }
        return met / (met + unmet)
    }

    private func add(_ text: String, _ logProbability: Double, _ met: inout Double, _ unmet: inout Double) {
        // A little above 0 is rounding; far above, or NaN, is no logarithm of a probability.
        guard logProbability <= 0.001 else { return }
        switch VerdictProbability.side(of: text) {
        case .some(true): met += exp(logProbability)
        case .some(false): unmet += exp(logProbability)
        case .none: return
        }
    }

    /// Which answer a token begins: the first letters tell them apart, so a part of the word will do.
    private static func side(of text: String) -> Bool? {
        guard text.utf8.count <= 64 else { return nil }
        let letters = text.utf8.map(ReplyText.lowered).drop { !ReplyText.isWordByte($0) }
            .prefix { ReplyText.isWordByte($0) }
        guard !letters.isEmpty else { return nil }
        let word = String(decoding: letters, as: UTF8.self)
        if "met".hasPrefix(word) || "true".hasPrefix(word) { return true }
        if "unmet".hasPrefix(word) || "false".hasPrefix(word) { return false }
        return nil
    }
}
