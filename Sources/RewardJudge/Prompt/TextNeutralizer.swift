internal import CLinux
internal import Glibc

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
        let changed = text.withUTF8 { neutralized(UnsafeRawBufferPointer($0), nonce) }
        return changed.map { String(decoding: $0, as: UTF8.self) } ?? text
    }

    /// Nil for a text that stays as it is, as nearly every one does.
    private static func neutralized(_ text: UnsafeRawBufferPointer, _ nonce: PromptNonce) -> [UInt8]? {
        guard let base = text.baseAddress else { return nil }
        var bytes: [UInt8] = []
        // What is left as it is, nearly everything, is copied in runs.
        var start = 0
        var index = 0
        while true {
            index += plaudit_find_border(base + index, text.count - index, nonce.beginning)
            guard index < text.count else { break }
            guard let (standIn, byteCount) = standIn(forWhatStandsAt: index, text, nonce) else {
                index += 1
                continue
            }
            if start == 0 { bytes.reserveCapacity(text.count + 64) }
            bytes.append(contentsOf: text[start..<index])
            bytes.append(contentsOf: standIn)
            index += byteCount
            start = index
        }
        guard start > 0 else { return nil }
        bytes.append(contentsOf: text[start...])
        return bytes
    }

    /// What takes the place of how many bytes; nil where no token and no nonce stands.
    private static func standIn(
        forWhatStandsAt index: Int, _ text: UnsafeRawBufferPointer, _ nonce: PromptNonce
    ) -> (standIn: [UInt8], byteCount: Int)? {
        func stands(_ mark: [UInt8]) -> Bool {
            text.count - index >= mark.count
                && memcmp(text.baseAddress.unsafelyUnwrapped + index, mark, mark.count) == 0
        }
        switch text[index] {
        case UInt8(ascii: "<"): return angleTokens.contains(where: stands) ? (angleStandIn, 1) : nil
        case UInt8(ascii: "["): return squareTokens.contains(where: stands) ? (squareStandIn, 1) : nil
        default:
            let code = nonce.text.utf8
            guard text.count - index >= code.count,
                text[index..<index + code.count].lazy.map(ReplyText.lowered).elementsEqual(code)
            else { return nil }
            return (Array(repeating: UInt8(ascii: "x"), count: code.count), code.count)
        }
    }
}
