internal import RewardKernel

/// A place in a reply that may not be there: what is missing or of another type reads as nil, at any depth.
struct ReplyNode: Sendable {
    let value: JSONValue?

    init(_ value: JSONValue?) { self.value = value }

    /// The value of the member `name`; of several, the last.
    subscript(name: String) -> ReplyNode { ReplyNode(value?[name]) }

    /// The item at `index` of an array.
    subscript(index: Int) -> ReplyNode {
        guard case .array(let items)? = value, items.indices.contains(index) else { return ReplyNode(nil) }
        return ReplyNode(items[index])
    }

    /// Whether anything but `null` stands here.
    var isPresent: Bool { value != nil && value != .null }

    var isObject: Bool {
        if case .object? = value { return true }
        return false
    }

    var text: String? {
        if case .string(let text)? = value { return text }
        return nil
    }

    var flag: Bool? {
        if case .bool(let flag)? = value { return flag }
        return nil
    }

    var items: [JSONValue]? {
        if case .array(let items)? = value { return items }
        return nil
    }

    /// The number, when it is one and finite.
    var number: Double? {
        switch value {
        case .integer(let number)?: Double(number)
        case .unsigned(let number)?: Double(number)
        case .number(let number)? where number.isFinite: number
        default: nil
        }
    }

    /// A count as far as it can be believed: 0 for what is none, at most a billion, so that sums stay far from
    /// overflowing.
    var count: Int {
        guard let number, number > 0 else { return 0 }
        return Int(min(number, 1_000_000_000))
    }

    /// A text, or a number written as one: what providers give as `code`.
    var code: String? {
        if let text { return text }
        if case .integer(let number)? = value { return String(number) }
        return nil
    }
}
