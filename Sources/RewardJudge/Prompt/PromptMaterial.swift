/// The text of a call as it is put together: parts with an empty line between them, and each text of the material between its own
/// borders.
struct PromptMaterial {
    /// Nil leaves every text as it is, without borders.
    private let nonce: PromptNonce?
    /// What a border ends in.
    private let borderEnd: String
    private(set) var text = ""

    /// With room for so many bytes.
    init(nonce: PromptNonce?, byteCount: Int) {
        self.nonce = nonce
        borderEnd = nonce.map { " \($0.text)>>>" } ?? ""
        text.reserveCapacity(byteCount)
    }

    /// What borders, names and the words around a text take; more costs no more than moving what is there.
    static let frameByteCount = 192

    /// What comes first; nothing where there are no borders.
    mutating func appendOpening() {
        guard let nonce else { return }
        append("The material stands between lines that carry the code ")
        text += nonce.text
        text += "."
    }

    /// What belongs to all completions of a prompt comes first, so that servers can cache it.
    mutating func appendContext(prompt: String?, referenceAnswer: String?) {
        if let prompt { append(prompt, as: "prompt", title: "The task that the model was given:\n") }
        if let referenceAnswer {
            append(referenceAnswer, as: "reference_answer", title: "The reference answer:\n")
        }
    }

    /// Said again behind the material, since what stands last is followed best; then what is asked.
    mutating func append(asking ask: String) {
        guard let nonce else { return append(ask) }
        append(PromptWording.reminderOpening)
        text += nonce.text
        text += PromptWording.reminderClosing
        text += ask
    }

    /// A part of ours.
    mutating func append(_ part: String) {
        if !text.isEmpty { text += "\n\n" }
        text += part
    }

    /// A text of the material, behind what tells what it is.
    mutating func append(_ material: String, as name: String, title: String) {
        append(title)
        enclose(material, name)
    }

    /// A text of the material by itself.
    func enclosed(_ material: String, as name: String) -> String {
        var own = PromptMaterial(nonce: nonce, byteCount: material.utf8.count + Self.frameByteCount)
        own.enclose(material, name)
        return own.text
    }

    /// A text between borders that carry the nonce, which the text can neither know nor, once neutralised, hold.
    private mutating func enclose(_ material: String, _ name: String) {
        guard let nonce else {
            text += material
            return
        }
        text += "<<<BEGIN "
        text += name
        text += borderEnd
        text += "\n"
        text += TextNeutralizer.neutralize(material, nonce: nonce)
        text += "\n<<<END "
        text += name
        text += borderEnd
    }

    /// Fails when the text so far is too long, an empty line behind it included.
    func check() throws(PromptFault) {
        let byteCount = text.utf8.count + 2
        guard byteCount <= JudgementLimits.callByteCountMax else { throw .tooLong(byteCount: byteCount) }
    }
}
