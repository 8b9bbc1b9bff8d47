import RewardKernel
import RewardReport

/// A conversation whose last turn is what the policy wrote.
struct Conversation {
    /// `[{"role": ..., "content": text}]`, without the last turn.
    let prompt: JSONValue
    let completion: String

    /// Roles that a policy model speaks in: OpenAI's, and Nova's own word for it.
    private static let policyRoles: Set = ["assistant", "nova_assistant"]

    /// - Parameter messages: Chat messages, whose content is a text or a list of parts.
    init(_ messages: [JSONValue], at place: String) throws(DialectError) {
        guard let last = messages.last else { throw DialectError(place, "there is no message") }
        let lastPlace = "\(place)[\(messages.count - 1)]"
        let role = try last.string("role", in: lastPlace)
        guard Self.policyRoles.contains(role) else {
            throw DialectError("\(lastPlace).role", "the last message is the completion, so its role is assistant")
        }
        completion = try Self.text(last["content"], at: "\(lastPlace).content")
        prompt = try Self.prompt(Array(messages.dropLast()), at: place)
    }

    /// Messages with their contents as texts.
    static func prompt(_ messages: [JSONValue], at place: String) throws(DialectError) -> JSONValue {
        var turns: [JSONValue] = []
        for (index, message) in messages.enumerated() {
            let place = "\(place)[\(index)]"
            let role = try message.string("role", in: place)
            let text = try text(message["content"], at: "\(place).content")
            turns.append(.object(["role": .string(role), "content": .string(text)]))
        }
        return turns.isEmpty ? .string("") : .array(turns)
    }

    /// The text of a content: a string; or the texts of its parts, one behind the other. A turn that only calls tools has none.
    static func text(_ content: JSONValue?, at place: String) throws(DialectError) -> String {
        switch content {
        case nil, .null?: return ""
        case .string(let text)?: return text
        case .array(let parts)?:
            var text = ""
            for (index, part) in parts.enumerated() {
                if case .string(let piece) = part {
                    text += piece
                } else {
                    _ = try part.members(at: "\(place)[\(index)]")
                    if let piece = part.optional("text") { text += try piece.string(at: "\(place)[\(index)].text") }
                }
            }
            return text
        case let other?: throw .expected("a text or a list of parts", at: place, found: other)
        }
    }
}
