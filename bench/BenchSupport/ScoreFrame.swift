/// A `score` request as bytes on the wire, ready for the load generator.
package struct ScoreFrame: Sendable {
    package let rolloutCount: Int
    package let bytes: [UInt8]

    /// One frame for `completions`, with `references` as the column of reference answers when it is not nil, and `prompt` in
    /// every row of the column of prompts.
    ///
    /// The msgid is 0 in its four-byte form, which the load generator overwrites for every request.
    package init(reward: String, completions: [[UInt8]], references: [Double]?, prompt: String? = nil) {
        precondition(references == nil || references?.count == completions.count, "columns have one length")
        var body = MessagePackBytes()
        body.appendArrayHeader(4)
        body.append(unsigned: 0)
        body.append(wide: 0)
        body.append("score")
        body.appendMapHeader(2 + (references == nil ? 0 : 1) + (prompt == nil ? 0 : 1))
        body.append("reward")
        body.append(reward)
        body.append("completions")
        body.appendArrayHeader(completions.count)
        for completion in completions { body.append(text: completion) }
        if let references {
            body.append("reference_answers")
            body.appendArrayHeader(references.count)
            for reference in references { body.append(reference) }
        }
        if let prompt {
            body.append("prompts")
            body.appendArrayHeader(completions.count)
            for _ in completions { body.append(prompt) }
        }
        rolloutCount = completions.count
        // The frame's header is the MessagePack form of a 32-bit number: its length.
        var frame = MessagePackBytes()
        frame.append(wide: UInt32(body.bytes.count))
        bytes = frame.bytes + body.bytes
    }
}
