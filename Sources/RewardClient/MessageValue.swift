internal import CMsgPack
internal import RewardMemory
internal import RewardWire

/// A MessagePack value as the control plane handles it: the command line, tests, the gateway.
package enum MessageValue: Sendable, Equatable {
    case null
    case boolean(Bool)
    case integer(Int64)
    /// A whole number above Int64's range.
    case unsigned(UInt64)
    case double(Double)
    case string(String)
    case binary([UInt8])
    case array([MessageValue])
    case map([Pair])

    /// A pair of a map. Keys are strings: the protocol knows no others.
    package struct Pair: Sendable, Equatable {
        package let key: String
        package let value: MessageValue

        package init(_ key: String, _ value: MessageValue) {
            self.key = key
            self.value = value
        }
    }

    /// The value of a map's key; nil when there is none or this is no map.
    package subscript(key: String) -> MessageValue? {
        guard case .map(let pairs) = self else { return nil }
        return pairs.first { $0.key == key }?.value
    }

    package var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    package var integer: Int64? {
        if case .integer(let value) = self { value } else { nil }
    }

    package var double: Double? {
        switch self {
        case .double(let value): value
        case .integer(let value): Double(value)
        case .unsigned(let value): Double(value)
        default: nil
        }
    }

    package var binary: [UInt8]? {
        if case .binary(let bytes) = self { bytes } else { nil }
    }

    package var array: [MessageValue]? {
        if case .array(let values) = self { values } else { nil }
    }

    package var map: [Pair]? {
        if case .map(let pairs) = self { pairs } else { nil }
    }
}

// MARK: - Bytes

extension MessageValue {
    /// The value's MessagePack.
    package var encoded: [UInt8] {
        let capacity = encodedByteCountMax
        return [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
            guard let base = buffer.baseAddress else { return }
            var writer = ReplyWriter(unsafe: base, capacity: capacity)
            write(to: &writer)
            precondition(!writer.isOverfull, "a value fits the bound computed for it")
            count = writer.count
        }
    }

    private var encodedByteCountMax: Int {
        switch self {
        case .null, .boolean, .integer, .unsigned, .double: 9
        case .string(let text): 5 + text.utf8.count
        case .binary(let bytes): 5 + bytes.count
        case .array(let values): values.reduce(5) { $0 + $1.encodedByteCountMax }
        case .map(let pairs): pairs.reduce(5) { $0 + 5 + $1.key.utf8.count + $1.value.encodedByteCountMax }
        }
    }

    private func write(to writer: inout ReplyWriter) {
        switch self {
        case .null: writer.null()
        case .boolean(let value): writer.boolean(value)
        case .integer(let value): writer.integer(Int(value))
        case .unsigned(let value): writer.unsigned(value)
        case .double(let value): writer.double(value)
        case .string(let text): MessageValue.write(text, to: &writer)
        case .binary(let bytes):
            bytes.withUnsafeBufferPointer { buffer in
                writer.binary(buffer.baseAddress.map { ByteView(unsafe: $0, count: buffer.count) } ?? .empty)
            }
        case .array(let values):
            writer.array(values.count)
            for value in values { value.write(to: &writer) }
        case .map(let pairs):
            writer.map(pairs.count)
            for pair in pairs {
                MessageValue.write(pair.key, to: &writer)
                pair.value.write(to: &writer)
            }
        }
    }

    private static func write(_ text: String, to writer: inout ReplyWriter) {
        var text = text
        text.withUTF8 { buffer in
            writer.string(buffer.baseAddress.map { ByteView(unsafe: $0, count: buffer.count) } ?? .empty)
        }
    }

    /// The value that `bytes` hold; nil when they are not exactly one MessagePack value with string keys.
    package static func decode(_ bytes: [UInt8]) -> MessageValue? {
        guard var tape = MessageTape(tokenCountMax: max(1, min(bytes.count, Limits.tokenCountMax))) else { return nil }
        return bytes.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return nil }
            var message = MessageView.none
            guard case .parsed = tape.parse(ByteView(unsafe: base, count: buffer.count), into: &message) else {
                return nil
            }
            return MessageValue(message, 0)
        }
    }

    private init?(_ message: MessageView, _ token: Int) {
        switch message.kind(token) {
        case .null: self = .null
        case .no: self = .boolean(false)
        case .yes: self = .boolean(true)
        case .unsigned, .negative:
            if let integer = message.integer(token) {
                self = .integer(integer)
            } else {
                self = .unsigned(message.tokens[token].value)
            }
        case .double: self = .double(message.double(token) ?? 0)
        case .string:
            guard let text = message.text(token) else { return nil }
            let bytes = text.bytes
            // A string that is not UTF-8 stays what it is: bytes.
            self = String(validating: bytes, as: UTF8.self).map(MessageValue.string) ?? .binary(bytes)
        case .binary: self = .binary(message.text(token)?.bytes ?? [])
        case .extension: self = .null
        case .array:
            var values: [MessageValue] = []
            var element = token + 1
            for _ in 0..<message.count(token) {
                guard let value = MessageValue(message, element) else { return nil }
                values.append(value)
                element = message.next(after: element)
            }
            self = .array(values)
        case .map:
            var pairs: [Pair] = []
            var key = token + 1
            for _ in 0..<message.count(token) {
                guard let name = message.text(key) else { return nil }
                guard let value = MessageValue(message, key + 1) else { return nil }
                pairs.append(Pair(String(decoding: name.bytes, as: UTF8.self), value))
                key = message.next(after: key + 1)
            }
            self = .map(pairs)
        }
    }
}

extension ByteView {
    /// A copy of the bytes.
    package var bytes: [UInt8] {
        Array(UnsafeBufferPointer(start: base, count: count))
    }
}
