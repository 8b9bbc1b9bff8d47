import RewardKernel

extension NodeReader {
    /// The value as JSON; nil when something was reported.
    func jsonValue() -> JSONValue? {
        switch node.content {
        case .scalar(let scalar):
            switch scalar.kind {
            case .null: return .null
            case .boolean(let value): return .bool(value)
            case .string: return .string(scalar.text)
            case .number(let value):
                // Whole numbers stay whole, also those that a double cannot hold.
                if let whole = Int64(scalar.text) { return .integer(whole) }
                if let whole = UInt64(scalar.text) { return .unsigned(whole) }
                guard value.isFinite else {
                    report("JSON has no \(Quoting.shortened(scalar.text))")
                    return nil
                }
                return Int64(exactly: value).map(JSONValue.integer) ?? .number(value)
            }
        case .sequence:
            let elements = (sequence() ?? []).map { $0.jsonValue() }
            return elements.contains { $0 == nil } ? nil : .array(elements.compactMap(\.self))
        case .mapping:
            let members = (mapping()?.values ?? []).map { name, value in
                value.jsonValue().map { JSONValue.Member(name, $0) }
            }
            return members.contains { $0 == nil } ? nil : .object(members.compactMap(\.self))
        }
    }

    /// The value of a mapping's only key, when that is its name.
    func onlyEntry(_ key: String) -> NodeReader? {
        guard case .mapping(let entries) = node.content, entries.count == 1, entries[0].key == key else { return nil }
        return mapping()?.optional(key)
    }
}

extension Scalar {
    var isBoolean: Bool {
        if case .boolean = kind { true } else { false }
    }
}

extension SourceMark {
    /// Where a byte of a text stands.
    init(ofByte offset: Int, in text: [UInt8]) {
        let before = text.prefix(offset)
        let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        // Every scalar has one byte that is no continuation byte.
        self.init(
            line: before.count { $0 == UInt8(ascii: "\n") } + 1,
            column: before[lineStart...].count { $0 & 0xC0 != 0x80 } + 1)
    }
}
