/// The words for judging completions of one prompt against each other: two in a call, or a group of up to eight.
package struct ComparisonPrompt: Sendable {
    package let tier: JudgeTier
    /// What makes one completion better than another.
    package let criteria: String

    /// Fails when `criteria` is empty or too long; the key is relative: `criteria`.
    package init(tier: JudgeTier, criteria: String) throws(RubricError) {
        try RubricText.check(criteria, key: "criteria")
        self.tier = tier
        self.criteria = criteria
    }

    /// Shows `first` as A and `second` as B.
    package func makeCall(
        first: String, second: String, prompt: String?, referenceAnswer: String?, nonce: UInt64, sampling: Sampling
    ) throws(PromptFault) -> JudgeCall {
        let nonce = PromptNonce(nonce)
        let shape = VerdictShape.preference(wantsReason: tier == .heavy)
        var material = PromptMaterial(nonce: nonce, byteCount: 0)
        material.appendOpening()
        material.appendContext(prompt: prompt, referenceAnswer: referenceAnswer)
        material.append(first, as: "completion_A", title: "Completion A:\n")
        material.append(second, as: "completion_B", title: "Completion B:\n")
        material.append(asking: "Say now which completion is better, by the rules above.")
        material.append(PromptWording.answerForm(shape))
        try material.check()
        return JudgeCall(
            system: system(PromptWording.preferenceRules), user: material.text, shape: shape, sampling: sampling)
    }

    /// Shows the completions in the order given, each by its identifier: `c1`, `c2` and so on, which say nothing of
    /// where they came from.
    package func makeCall(
        completions: [String], prompt: String?, referenceAnswer: String?, nonce: UInt64, sampling: Sampling
    ) throws(PromptFault) -> JudgeCall {
        guard (2...JudgementLimits.chunkSizeMax).contains(completions.count) else {
            throw .badCount(completions.count)
        }
        let nonce = PromptNonce(nonce)
        let identifiers = ComparisonPrompt.identifiers(count: completions.count)
        let shape = VerdictShape.group(identifiers: identifiers, wantsReasons: tier == .heavy)
        var material = PromptMaterial(nonce: nonce, byteCount: 0)
        material.appendOpening()
        material.appendContext(prompt: prompt, referenceAnswer: referenceAnswer)
        for (identifier, completion) in zip(identifiers, completions) {
            material.append(completion, as: "completion_\(identifier)", title: "Completion \(identifier):\n")
        }
        material.append(asking: "Score the completions now, by the rules above.")
        material.append(PromptWording.answerForm(shape))
        try material.check()
        return JudgeCall(
            system: system(PromptWording.groupRules), user: material.text, shape: shape, sampling: sampling)
    }

    package static func identifiers(count: Int) -> [String] { (0..<count).map { "c\($0 + 1)" } }

    private func system(_ rules: String) -> String {
        var parts = [PromptWording.role, PromptWording.dataRule, rules, "What counts:\n\(criteria)"]
        if tier == .heavy { parts.append("Give the reason first and let the verdict follow from it.") }
        return parts.joined(separator: "\n\n")
    }
}
