/// The most that is taken of what an endpoint answers.
package enum ProviderLimits {
    /// Bytes of a body with one answer, which has some thousand, with probabilities some hundred thousand.
    package static let bodyByteCountMax = 1_048_576
    /// Bytes of a body for each answer more: twice what eight criteria with reasons and probabilities take.
    private static let furtherAnswerByteCountMax = 262_144
    /// Answers in one reply, of several samples or of a batch.
    package static let sampleCountMax = 256
    /// Parts that one answer is made of.
    package static let partCountMax = 256
    /// Tokens of an answer that are kept with their probabilities.
    package static let tokenCountMax = 8_192
    /// Alternatives kept of one token; no provider gives more than 20.
    package static let alternativeCountMax = 20
    /// Bytes of a failure's message.
    package static let messageByteCountMax = 300
    /// Bytes of a model's name and of a request's identifier.
    package static let nameByteCountMax = 256
    /// Questions of one call to `/v1/decisions`.
    package static let questionCountMax = 400
    /// Alternatives asked for with each token.
    package static let alternativeCountWanted = 5

    /// Bytes of a body with so many answers.
    package static func bodyByteCountMax(answerCount: Int) -> Int {
        bodyByteCountMax + (min(max(1, answerCount), sampleCountMax) - 1) * furtherAnswerByteCountMax
    }
}
