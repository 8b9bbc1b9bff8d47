import RewardKernel

extension JSONValue {
    /// The value on one line, without spaces.
    package var compactText: String {
        var text = ""
        write(into: &text, .compact)
        return text
    }

    /// The value over several lines, two spaces a level; arrays and objects without others inside stay on one line.
    package var indentedText: String {
        var text = ""
        write(into: &text, .indented(by: 0))
        return text
    }

    private enum Layout {
        case compact
        /// On one line, with a space after each comma and colon.
        case spaced
        case indented(by: Int)
    }

    private func write(into text: inout String, _ layout: Layout) {
        switch self {
        case .null: text += "null"
        case .bool(let value): text += value ? "true" : "false"
        case .integer(let value): text += String(value)
        case .unsigned(let value): text += String(value)
        case .number(let value):
            precondition(value.isFinite, "JSON has no infinity and no NaN")
            text += "\(value)"
        case .string(let value): JSONValue.write(value, into: &text)
        case .array(let elements):
            JSONValue.write(elements, "[", "]", into: &text, innerLayout(of: layout)) { element, text, layout in
                element.write(into: &text, layout)
            }
        case .object(let members):
            JSONValue.write(members, "{", "}", into: &text, innerLayout(of: layout)) { member, text, layout in
                JSONValue.write(member.name, into: &text)
                if case .compact = layout { text += ":" } else { text += ": " }
                member.value.write(into: &text, layout)
            }
        }
    }

    /// How a container is laid out inside another.
    private func innerLayout(of outer: Layout) -> Layout {
        if case .indented = outer, isFlat { .spaced } else { outer }
    }

    private static func write<Element>(
        _ elements: [Element], _ open: String, _ close: String, into text: inout String, _ layout: Layout,
        element write: (Element, inout String, Layout) -> Void
    ) {
        text += open
        for (index, element) in elements.enumerated() {
            switch layout {
            case .compact:
                if index > 0 { text += "," }
                write(element, &text, .compact)
            case .spaced:
                if index > 0 { text += ", " }
                write(element, &text, .spaced)
            case .indented(let indentation):
                text += (index > 0 ? ",\n" : "\n") + String(repeating: " ", count: indentation + 2)
                write(element, &text, .indented(by: indentation + 2))
            }
        }
        if case .indented(let indentation) = layout { text += "\n" + String(repeating: " ", count: indentation) }
        text += close
    }

    /// Whether nothing nests in it.
    private var isFlat: Bool {
        switch self {
        case .array(let elements): elements.allSatisfy { !$0.isContainer }
        case .object(let members): members.allSatisfy { !$0.value.isContainer }
        case .null, .bool, .integer, .unsigned, .number, .string: true
        }
    }

    private var isContainer: Bool {
        switch self {
        case .array, .object: true
        case .null, .bool, .integer, .unsigned, .number, .string: false
        }
    }

    private static func write(_ string: String, into text: inout String) {
        text += "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            // U+2028 and U+2029 end a line for some readers of JSONL.
            case "\u{0}"..."\u{1F}", "\u{7F}", "\u{2028}", "\u{2029}":
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}

extension JSONValue {
    /// An object with these members, in this order.
    package static func object(_ members: KeyValuePairs<String, JSONValue>) -> JSONValue {
        .object(members.map { Member($0.key, $0.value) })
    }

    package static func count(_ value: Int) -> JSONValue { .integer(Int64(value)) }

    package static func text(_ value: String?) -> JSONValue { value.map(JSONValue.string) ?? .null }

    /// A number, or null when there is none.
    package static func figure(_ value: Double?) -> JSONValue {
        guard let value, value.isFinite else { return .null }
        return .number(value)
    }

    /// What this is, for "expected a string, found ...".
    package var kindName: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .integer, .unsigned, .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}
