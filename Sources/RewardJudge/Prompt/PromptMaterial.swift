/// Lays out the material of a call, each text between its own borders.
struct PromptMaterial {
    /// Nil leaves every text as it is, without borders.
    let nonce: PromptNonce?

    /// What comes first; nothing where there are no borders.
    var opening: [String] {
        nonce.map { ["The material stands between lines that carry the code \($0.text)."] } ?? []
    }

    /// What belongs to all completions of a prompt comes first, so that servers can cache it.
    func context(prompt: String?, referenceAnswer: String?) -> [String] {
        var parts: [String] = []
        if let prompt { parts.append("The task that the model was given:\n" + enclose(prompt, "prompt")) }
        if let referenceAnswer {
            parts.append("The reference answer:\n" + enclose(referenceAnswer, "reference_answer"))
        }
        return parts
    }

    func enclose(_ text: String, _ name: String) -> String {
        nonce.map { TextNeutralizer.enclose(text, as: name, nonce: $0) } ?? text
    }

    /// The parts with an empty line between them, when they are not too long together.
    static func join(_ parts: [String]) throws(PromptFault) -> String {
        let byteCount = parts.reduce(0) { $0 + $1.utf8.count + 2 }
        guard byteCount <= JudgementLimits.callByteCountMax else { throw .tooLong(byteCount: byteCount) }
        return parts.joined(separator: "\n\n")
    }
}
