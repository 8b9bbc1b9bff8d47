// Requests read best when they are written as what they are: `["reward": "r", "completions": ["a", "b"]]`.

extension MessageValue: ExpressibleByStringLiteral {
    package init(stringLiteral value: String) { self = .string(value) }
}

extension MessageValue: ExpressibleByIntegerLiteral {
    package init(integerLiteral value: Int64) { self = .integer(value) }
}

extension MessageValue: ExpressibleByFloatLiteral {
    package init(floatLiteral value: Double) { self = .double(value) }
}

extension MessageValue: ExpressibleByBooleanLiteral {
    package init(booleanLiteral value: Bool) { self = .boolean(value) }
}

extension MessageValue: ExpressibleByArrayLiteral {
    package init(arrayLiteral elements: MessageValue...) { self = .array(elements) }
}

extension MessageValue: ExpressibleByDictionaryLiteral {
    /// The pairs in their order; a key written twice stays twice, as on the wire.
    package init(dictionaryLiteral elements: (String, MessageValue)...) {
        self = .map(elements.map { Pair($0.0, $0.1) })
    }
}
