import RewardKernel
import RewardMemory

/// Keeps the texts of the rollouts that tests make alive for the whole run.
private let storage = OwnedStorage()

/// A view of `text` that lives as long as the test run.
func bytes(_ text: String) -> ByteView {
    storage.makeText(text.utf8)
}

/// A rollout with that completion and whatever else the test needs.
func rollout(
    _ completion: String, prompt: String? = nil, referenceAnswer: FieldValue = .absent, tokenCount: Int = -1,
    isTruncated: Bool = false, fields: [FieldValue] = []
) -> Rollout {
    let view = bytes(completion)
    return Rollout(
        completion: view, completionIsASCII: view.isASCII, prompt: prompt.map(bytes), referenceAnswer: referenceAnswer,
        tokenCount: tokenCount, isTruncated: isTruncated, fields: storage.makeTable(fields))
}

/// Token identifiers as they travel: four little-endian bytes each.
func tokenBytes(_ tokens: [UInt32]) -> ByteView {
    storage.makeText(tokens.flatMap { token in (0..<4).map { UInt8(truncatingIfNeeded: token >> ($0 * 8)) } })
}
