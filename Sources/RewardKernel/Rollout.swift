package import RewardMemory

/// A value a rollout brings beside its texts: a reference answer or a field.
package enum FieldValue: BitwiseCopyable {
    case absent
    /// Valid UTF-8.
    case text(ByteView)
    case integer(Int64)
    case number(Double)
    case boolean(Bool)
}

/// One prompt and one completion as the components see them. Every text in it is valid UTF-8.
package struct Rollout: BitwiseCopyable {
    package var completion: ByteView
    /// Whether the completion is pure ASCII; many scans have a shorter way then.
    package var completionIsASCII: Bool
    /// The prompt's text: the string, or the last user turn of a message list. Nil when the request brings none.
    package var prompt: ByteView?
    package var referenceAnswer: FieldValue
    /// Tokens of the completion as the trainer counted them, or -1.
    package var tokenCount: Int
    /// The completion's tokens, each as four little-endian bytes. Nil when the request brings none.
    package var tokenIdentifiers: ByteView?
    /// Whether the trainer cut the completion at its length limit.
    package var isTruncated: Bool
    /// The fields that the reward's components read, in the order of `RewardPlan.fieldNames`.
    package var fields: FixedTable<FieldValue>

    @_noAllocation
    package init(
        completion: ByteView, completionIsASCII: Bool, prompt: ByteView?, referenceAnswer: FieldValue, tokenCount: Int,
        tokenIdentifiers: ByteView? = nil, isTruncated: Bool, fields: FixedTable<FieldValue>
    ) {
        self.completion = completion
        self.completionIsASCII = completionIsASCII
        self.prompt = prompt
        self.referenceAnswer = referenceAnswer
        self.tokenCount = tokenCount
        self.tokenIdentifiers = tokenIdentifiers
        self.isTruncated = isTruncated
        self.fields = fields
    }
}
