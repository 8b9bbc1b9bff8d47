/// The bounds of what is asked of a judge and of what is read from its reply.
package enum JudgementLimits {
    /// A reply shows every criterion; beyond this a judge loses track, and several rubrics serve better.
    package static let criterionCountMax = 64
    /// Of a criterion's, a scale's or an instruction's text, in bytes.
    package static let rubricTextByteCountMax = 16_384
    /// Of each list of examples.
    package static let exampleCountMax = 32
    /// Names go into JSON keys and into identifiers of providers, which take 64.
    package static let nameByteCountMax = 64
    /// Of an own template, in bytes.
    package static let templateByteCountMax = 65_536
    /// Of everything that one call says to the judge, in bytes: some 250,000 tokens.
    package static let callByteCountMax = 1_048_576
    /// Of the text that a judge replied, in bytes: far above what any token limit of ours lets through.
    package static let replyByteCountMax = 1_048_576
    /// Objects tried when a reply is searched for its JSON, and bytes looked at meanwhile, as a multiple of its length.
    package static let objectAttemptCountMax = 256
    package static let objectScanFactor = 4
    /// Of a rationale that is kept, in characters.
    package static let reasonCharacterCountMax = 300
    /// Tokens of a reply that are looked at for probabilities, and alternatives of each.
    package static let tokenCountMax = 8_192
    package static let alternativeCountMax = 32
    /// Completions that are compared with each other.
    package static let groupSizeMax = 1_024
    /// Completions that one call of group mode shows.
    package static let chunkSizeMax = 8
    /// Completions that every chunk of a larger group shows, so that the chunks can be put on one scale.
    package static let anchorCount = 2
}
