/// One question to a judge model, in no provider's words: an adapter turns it into a request.
package struct JudgeCall: Sendable, Equatable {
    /// What the judge is and how it answers. The same for every rollout of a rubric, so that servers can cache it.
    package var system: String
    /// What is judged. Parts that many calls share come first, for the same reason.
    package var user: String
    /// What an answer looks like.
    package var shape: VerdictShape
    package var sampling: Sampling

    package init(system: String, user: String, shape: VerdictShape, sampling: Sampling) {
        self.system = system
        self.user = user
        self.shape = shape
        self.sampling = sampling
    }
}

/// How a model is asked. What is nil is left out of the request, because some providers refuse what others default to.
package struct Sampling: Sendable, Hashable {
    package var temperature: Double?
    package var seed: Int?
    package var tokenCountMax: Int
    /// Answers wanted of one question. Where a provider cannot give several in one call, several calls are made.
    package var sampleCount: Int
    /// Whether the probability of the verdict's token is wanted, where the endpoint was seen to give it.
    package var wantsProbabilities: Bool

    package init(
        temperature: Double? = nil, seed: Int? = 1, tokenCountMax: Int = 256, sampleCount: Int = 1,
        wantsProbabilities: Bool = false
    ) {
        self.temperature = temperature
        self.seed = seed
        self.tokenCountMax = tokenCountMax
        self.sampleCount = sampleCount
        self.wantsProbabilities = wantsProbabilities
    }
}

/// What a judge must answer: it decides the JSON schema that is asked for and how the answer is read.
package enum VerdictShape: Sendable, Hashable {
    /// A verdict for each criterion, by name.
    case criteria([Question], wantsReasons: Bool)
    /// One number between the bounds, both included.
    case scale(low: Int, high: Int, wantsReason: Bool)
    /// Which of two completions is better, or neither.
    case preference(wantsReason: Bool)
    /// A score from 0 to 1 for each completion, by the identifier it was given.
    case group(identifiers: [String], wantsReasons: Bool)

    /// One Boolean question, as endpoints that answer with probabilities take it too.
    package struct Question: Sendable, Hashable {
        /// ASCII letters, digits, `_` and `-`; at most 64 bytes.
        package var name: String
        package var text: String

        package init(name: String, text: String) {
            self.name = name
            self.text = text
        }
    }
}
