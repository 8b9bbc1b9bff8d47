internal import RewardKernel

/// What readers of replies share.
enum ReplyReading {
    /// A name cut to what is kept of one.
    static func name(_ text: String) -> String {
        String(decoding: text.utf8.prefix(ProviderLimits.nameByteCountMax), as: UTF8.self)
    }

    /// The items of an array, when they are not too many.
    static func items(_ node: ReplyNode, _ what: String, countMax: Int) throws(ReplyFault) -> [JSONValue] {
        guard let items = node.items else { throw ReplyFault("the reply has no \(what)") }
        guard items.count <= countMax else { throw ReplyFault("the reply has more than \(countMax) \(what)") }
        return items
    }

    /// A part of an answer that is said to be text.
    static func text(_ node: ReplyNode) throws(ReplyFault) -> String {
        guard let text = node.text else { throw ReplyFault("a part of the text is none") }
        return text
    }

    /// A number from 0 to 1.
    static func probability(_ node: ReplyNode) throws(ReplyFault) -> Double {
        guard let number = node.number, number >= 0, number <= 1 else {
            throw ReplyFault("a probability is none from 0 to 1")
        }
        return number
    }

    /// The reply of an API that answers questions with probabilities: of one sample, a refusal when every question was
    /// declined.
    static func reply(_ root: ReplyNode, probabilities: [Double?]) -> ProviderReply {
        let isDeclined = probabilities.allSatisfy { $0 == nil }
        let usage = root["usage"]
        return ProviderReply(
            samples: [
                ProviderReply.Sample(
                    content: .probabilities(probabilities), finish: isDeclined ? .refusal("") : .stop)
            ],
            usage: TokenUsage(
                inputCount: usage["input_tokens"].count, outputCount: usage["output_tokens"].count,
                cachedInputCount: usage["input_tokens_details"]["cached_tokens"].count),
            model: root["model"].text.map(name))
    }
}
