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
        if let prompt { parts.append(enclose(prompt, "prompt", title: "The task that the model was given:\n")) }
        if let referenceAnswer {
            parts.append(enclose(referenceAnswer, "reference_answer", title: "The reference answer:\n"))
        }
        return parts
    }

    /// A text between its borders, behind what tells what it is.
    func enclose(_ text: String, _ name: String, title: String = "") -> String {
        nonce.map { TextNeutralizer.enclose(text, as: name, title: title, nonce: $0) } ?? title + text
    }

    /// Bytes of the parts with an empty line behind each, when they are not too long together.
    @discardableResult
    static func byteCount(of parts: [String]) throws(PromptFault) -> Int {
        let byteCount = parts.reduce(0) { $0 + $1.utf8.count + 2 }
        guard byteCount <= JudgementLimits.callByteCountMax else { throw .tooLong(byteCount: byteCount) }
        return byteCount
    }

    /// The parts with an empty line between them, when they are not too long together.
    static func join(_ parts: [String]) throws(PromptFault) -> String {
        var text = ""
        text.reserveCapacity(try byteCount(of: parts))
        for (index, part) in parts.enumerated() {
            if index > 0 { text += "\n\n" }
            text += part
        }
        return text
    }
}
