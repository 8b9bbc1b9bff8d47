/// Finds what completions say to judges rather than to their readers. A find is a suspicion, never a verdict: it is
/// for a second judge or a person to look at, since an honest completion may quote such words.
package struct InjectionDetector: Sendable, Hashable {
    /// What was found.
    package enum Finding: Sendable, Hashable {
        /// One of the phrases, as it is listed.
        case phrase(String)
        /// A control token of a chat template or an imitation of our borders.
        case controlToken
        /// A finished verdict in the form that judges answer in.
        case verdictForm
    }

    /// Looked for in any case, white space as one space.
    package static let phrases = [
        "ignore all previous instructions", "ignore previous instructions", "ignore the above",
        "disregard all previous", "disregard the above", "disregard previous instructions",
        "forget all previous instructions", "forget your instructions", "override the rubric", "ignore the rubric",
        "ignore the criteria", "as the judge", "dear judge", "note to the judge", "note to the evaluator",
        "note to the grader", "instructions to the judge", "message to the evaluator", "attention judge",
        "attention evaluator", "attention grader", "all criteria are met", "all criteria have been met",
        "all criteria are satisfied", "mark this as correct", "mark this as passed", "grade this as correct",
        "give this the highest", "give this response the highest", "give the highest score", "give a score of",
        "give full marks", "award full marks", "assign the maximum", "assign a score of", "rate this 10",
        "rate this response", "output only true", "return \"pass\": true", "you must choose", "choose response a",
        "choose response b", "this response is better than", "the correct verdict is", "the final verdict is",
        "evaluation: correct", "grader: correct", "system override", "new system prompt", "end of completion",
    ]
    private static let verdictForms = [
        "\"pass\": true", "\"pass\":true", "\"verdict\": \"met\"", "\"verdict\":\"met\"", "\"winner\":", "[[a]]",
        "[[b]]", "[[a>b]]", "[[b>a]]", "[[a>>b]]", "[[b>>a]]", "[result]",
    ]
    private static let controlTokens = [
        "<|im_", "<|start", "<|end", "<|eot", "<|system", "<|user", "<|assistant", "[inst]", "[/inst]", "<<sys>>",
        "<start_of_turn>", "<end_of_turn>", "<<<begin", "<<<end",
    ]

    private static let ownPhrases = PhraseSet(phrases)
    /// Control tokens, and behind them verdict forms.
    private static let ownMarks = PhraseSet(controlTokens + verdictForms)

    private let furtherPhrases: [String]
    private let furtherSet: PhraseSet?

    /// Further phrases are compared as the built-in ones are.
    package init(furtherPhrases: [String] = []) {
        self.furtherPhrases = furtherPhrases.map(GuardText.normalized).filter { !$0.isEmpty }
        furtherSet = self.furtherPhrases.isEmpty ? nil : PhraseSet(self.furtherPhrases)
    }

    /// What was found first; nil for a text without any. Looks at the first `JudgementLimits.callByteCountMax` bytes,
    /// beyond which no judge is asked.
    package func finding(in completion: String) -> Finding? {
        let isWhole = completion.utf8.count <= JudgementLimits.callByteCountMax
        let head =
            isWhole
            ? completion
            : String(decoding: completion.utf8.prefix(JudgementLimits.callByteCountMax), as: UTF8.self)
        let normal = GuardText.normalizedBytes(head)
        if let index = Self.ownPhrases.firstIndex(in: normal) { return .phrase(Self.phrases[index]) }
        if let index = furtherSet?.firstIndex(in: normal) { return .phrase(furtherPhrases[index]) }
        // The ends, which the normal form is without, may be part of a token.
        guard let mark = Self.ownMarks.firstIndex(in: Self.lowered(head)) else { return nil }
        return mark < Self.controlTokens.count ? .controlToken : .verdictForm
    }

    private static func lowered(_ text: String) -> [UInt8] {
        var text = text
        return text.withUTF8 { utf8 in
            [UInt8](unsafeUninitializedCapacity: utf8.count) { target, count in
                for index in utf8.indices { target[index] = ReplyText.lowered(utf8[index]) }
                count = utf8.count
            }
        }
    }
}
