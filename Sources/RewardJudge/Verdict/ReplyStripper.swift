/// Takes off what models put around their JSON: thoughts and fences.
enum ReplyStripper {
    private static let thoughtTags = ["think", "thinking", "reasoning"]

    /// The text behind the thoughts that it begins with. Throws `truncated` when they do not end: what follows is then
    /// no verdict but an idea of one.
    static func withoutLeadingThoughts(_ text: ReplyText) throws(VerdictFault) -> ReplyText {
        let trimmed = text.trimmed
        for tag in thoughtTags where trimmed.has(Array("<\(tag)>".utf8), at: 0) {
            guard let close = trimmed.firstIndex(of: "</\(tag)>") else { throw .truncated }
            return ReplyText(trimmed.bytes[(close + tag.utf8.count + 3)...]).trimmed
        }
        return trimmed
    }

    /// The text behind the first end of a thought whose beginning the server's chat template kept; nil without one.
    static func behindThoughtEnd(_ text: ReplyText) -> ReplyText? {
        for tag in thoughtTags {
            guard let close = text.firstIndex(of: "</\(tag)>") else { continue }
            return ReplyText(text.bytes[(close + tag.utf8.count + 3)...]).trimmed
        }
        return nil
    }

    /// What is inside the fence, when the text is one fenced block and nothing else.
    static func withoutFence(_ text: ReplyText) -> ReplyText? {
        let trimmed = text.trimmed
        guard trimmed.has("```", at: 0) else { return nil }
        var start = 3
        // The rest of the line names the language; a model that leaves out the line end begins its JSON there.
        while start < trimmed.bytes.count, trimmed.bytes[start] != 0x0A,
            trimmed.bytes[start] != UInt8(ascii: "{"), trimmed.bytes[start] != UInt8(ascii: "[")
        {
            start += 1
        }
        var end = trimmed.bytes.count
        if trimmed.has("```", at: end - 3) { end -= 3 }
        guard start < end else { return nil }
        return ReplyText(trimmed.bytes[start..<end]).trimmed
    }
}
