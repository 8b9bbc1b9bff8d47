/// Why a rollout cannot be put to a judge. Its judged part is neutral then, never a score.
package enum PromptFault: Error, Sendable, Hashable {
    /// The template names something that this rollout does not have.
    case missingValue(String)
    /// The call would have more than `JudgementLimits.callByteCountMax` bytes.
    case tooLong(byteCount: Int)
    /// More completions than one call takes, or fewer than it compares.
    case badCount(Int)
}
