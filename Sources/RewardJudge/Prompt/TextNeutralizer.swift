internal import CLinux

/// Takes the power out of what in a text could be more than text to a judge: our own borders and the control tokens
/// of chat templates, which a server may read as the end of the message.
///
/// One pass, replacing one bracket a token by a look-alike that no Unicode normalisation turns back. What is left is
/// still legible, because a judge has to judge it.
package enum TextNeutralizer {
    /// Tokens of the chat templates in use, by what they begin with; matched as they stand.
    private static let tokens: [String] = [
        "<s>", "</s>", "<bos>", "<eos>", "<pad>", "<unk>", "<mask>", "<start_of_turn>", "<end_of_turn>",
        "<end_of_utterance>", "<|", "<\u{FF5C}", "<<SYS>>", "<</SYS>>", "[INST]", "[/INST]", "[AVAILABLE_TOOLS]",
        "[/AVAILABLE_TOOLS]", "[TOOL_CALLS]", "[TOOL_RESULTS]", "[/TOOL_RESULTS]", "[SYSTEM_PROMPT]",
        "[/SYSTEM_PROMPT]", "[gMASK]", "<<<",
    ]
    private static let angleTokens = tokens.filter { $0.hasPrefix("<") }.map { Array($0.utf8) }
    private static let squareTokens = tokens.filter { $0.hasPrefix("[") }.map { Array($0.utf8) }
    private static let angleStandIn = Array("\u{2039}".utf8)
    private static let squareStandIn = Array("\u{27E6}".utf8)

    package static func neutralize(_ text: String, nonce: PromptNonce) -> String {
        var text = text
        guard text.withUTF8({ mayChange(UnsafeRawBufferPointer($0), nonce) }) else { return text }
        let source = ReplyText(text)
        let code = Array(nonce.text.utf8)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(source.bytes.count + 64)
        // What is left as it is, nearly everything, is copied in runs.
        var start = 0
        var index = 0
        while index < source.bytes.count {
            let byte = source.bytes[index]
            let standIn: [UInt8]
            var byteCount = 1
            if byte == UInt8(ascii: "<"), hasToken(angleTokens, source, index) {
                standIn = angleStandIn
            } else if byte == UInt8(ascii: "["), hasToken(squareTokens, source, index) {
                standIn = squareStandIn
            } else if ReplyText.lowered(byte) == code[0], source.has(code, at: index, ignoresCase: true) {
                standIn = Array(repeating: UInt8(ascii: "x"), count: code.count)
                byteCount = code.count
            } else {
                index += 1
                continue
            }
            bytes.append(contentsOf: source.bytes[start..<index])
            bytes.append(contentsOf: standIn)
            index += byteCount
            start = index
        }
        if start == 0 { return text }
        bytes.append(contentsOf: source.bytes[start...])
        return String(decoding: bytes, as: UTF8.self)
    }

    /// False only for a text without a bracket that a token may begin with, and without the nonce: nearly every one.
    private static func mayChange(_ text: UnsafeRawBufferPointer, _ nonce: PromptNonce) -> Bool {
        guard let base = text.baseAddress else { return false }
        for bracket in [UInt8(ascii: "<"), UInt8(ascii: "[")] where plaudit_find_byte(base, text.count, bracket) >= 0 {
            return true
        }
        // In lower case, digits stay what they are; other bytes may become alike, which the closer look finds out.
        let lowerCaseBits: UInt64 = 0x2020_2020_2020_2020
        var index = 0
        while index + ByteWord.byteCount <= text.count {
            let word = ByteWord(text, at: index)
            // The nonce is as long as two words, so that one of those looked at lies within it, wherever it stands: such a word has
            // neither spaces nor points, and the nonce begins in it or in the eight bytes before.
            if word.firstBelow(UInt8(ascii: "0")) == 0 {
                for start in max(0, index - ByteWord.byteCount)...index
                where ByteWord(text, at: start).value | lowerCaseBits == nonce.firstWord | lowerCaseBits { return true }
            }
            index += ByteWord.byteCount
        }
        return false
    }

    private static func hasToken(_ tokens: [[UInt8]], _ source: ReplyText, _ index: Int) -> Bool {
        tokens.contains { source.has($0, at: index) }
    }

    /// `text` between borders that carry the nonce, which the text can neither know nor, once neutralised, hold; `title` comes
    /// before them.
    package static func enclose(
        _ text: String, as name: String, title: String = "", nonce: PromptNonce
    ) -> String {
        let inner = neutralize(text, nonce: nonce)
        let begin = "<<<BEGIN \(name) \(nonce.text)>>>\n"
        let end = "\n<<<END \(name) \(nonce.text)>>>"
        var enclosed = title
        enclosed.reserveCapacity(title.utf8.count + begin.utf8.count + inner.utf8.count + end.utf8.count)
        enclosed += begin
        enclosed += inner
        enclosed += end
        return enclosed
    }
}
