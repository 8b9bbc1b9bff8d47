internal import RewardMemory
internal import Synchronization

/// A JSON value as a tree: what schemas and other settings, requests to judges and their replies are made of. Never touched while
/// rollouts are scored.
package enum JSONValue: Sendable, Equatable {
    case null
    case bool(Bool)
    case integer(Int64)
    /// Only for values above `Int64.max`.
    case unsigned(UInt64)
    case number(Double)
    case string(String)
    case array([JSONValue])
    /// In the order of the text; a name may stand twice.
    case object([Member])

    package struct Member: Sendable, Equatable {
        package var name: String
        package var value: JSONValue

        package init(_ name: String, _ value: JSONValue) {
            self.name = name
            self.value = value
        }
    }

    /// A text that is not JSON: why, and at which byte.
    package struct ParseError: Error, Equatable {
        package let message: String
        package let offset: Int

        package init(message: String, offset: Int) {
            self.message = message
            self.offset = offset
        }
    }

    /// Parses exactly one JSON text, by the rules that completions are parsed by.
    // Allocates: the tree, and a parser where the text is long.
    package static func make(parsing text: some Collection<UInt8>) throws(ParseError) -> JSONValue {
        // A text in one piece of memory, as judges' replies are, is parsed where it stands.
        let parsed = text.withContiguousStorageIfAvailable { bytes in
            guard let base = bytes.baseAddress else { return parse(.empty) }
            return unsafe parse(ByteView(unsafe: base, count: bytes.count))
        }
        if let parsed { return try parsed.get() }
        let storage = OwnedStorage()
        return try parse(storage.makeText(text)).get()
    }

    /// Texts up to that length have one parser for the whole process, which would be made anew for each reply of a judge otherwise.
    private static let sharedByteCountMax = 16 << 10
    private static let shared = Mutex<JSONScratch?>(
        try? JSONScratch(byteCountMax: sharedByteCountMax, usesPatterns: false))

    // Allocates: the tree, and a parser where the text is long.
    private static func parse(_ view: ByteView) -> Result<JSONValue, ParseError> {
        if view.count <= sharedByteCountMax {
            let found: Result<JSONValue, ParseError>? = shared.withLock { scratch in
                guard var parser = scratch.take() else { return nil }
                let found = parse(view, &parser)
                scratch = consume parser
                return found
            }
            if let found { return found }
        }
        do {
            var parser = try JSONScratch(byteCountMax: view.count, usesPatterns: false)
            return parse(view, &parser)
        } catch { return .failure(ParseError(message: error.message, offset: 0)) }
    }

    // Allocates: the tree.
    private static func parse(_ view: ByteView, _ scratch: inout JSONScratch) -> Result<JSONValue, ParseError> {
        let found = JSONExtraction.whole.find(in: view, &scratch)
        guard found.fault == .none else {
            var scan = JSONScan(fault: found.fault, offset: found.start)
            if scan.fault == .malformed { scan = JSONExtraction.locate(in: view, &scratch) }
            var message = RigidBytes(capacity: 256)
            scan.fault.describe(into: &message)
            return .failure(ParseError(message: message.view.makeString(), offset: scan.offset))
        }
        return .success(JSONValue(found.tape, at: JSONTape.root))
    }

    /// The value at `index` of a tape, as a tree of its own.
    // Allocates: the tree.
    package init(_ tape: JSONTape, at index: Int) {
        switch tape.tag(at: index) {
        case JSONTape.Tag.null: self = .null
        case JSONTape.Tag.no: self = .bool(false)
        case JSONTape.Tag.yes: self = .bool(true)
        case JSONTape.Tag.string: self = .string(tape.string(at: index).makeString())
        case JSONTape.Tag.arrayStart:
            var items: [JSONValue] = []
            items.reserveCapacity(tape.count(ofContainerAt: index))
            var cursor = index + 1
            while cursor < tape.end(ofContainerAt: index) {
                items.append(JSONValue(tape, at: cursor))
                cursor = tape.next(after: cursor)
            }
            self = .array(items)
        case JSONTape.Tag.objectStart:
            var members: [Member] = []
            members.reserveCapacity(tape.count(ofContainerAt: index))
            var cursor = index + 1
            while cursor < tape.end(ofContainerAt: index) {
                members.append(Member(tape.string(at: cursor).makeString(), JSONValue(tape, at: cursor + 1)))
                cursor = tape.next(after: cursor + 1)
            }
            self = .object(members)
        default:
            switch tape.number(at: index) {
            case .signed(let value): self = .integer(value)
            case .unsigned(let value): self = .unsigned(value)
            case .real(let value): self = .number(value)
            }
        }
    }

    /// The value of the member `name`: of several, the last; nil when there is none or this is no object.
    package subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.last { $0.name == name }?.value
    }

    /// The number, when this is one.
    package var numberValue: JSONNumber? {
        switch self {
        case .integer(let value): .signed(value)
        case .unsigned(let value): value <= UInt64(Int64.max) ? .signed(Int64(value)) : .unsigned(value)
        case .number(let value): value.isFinite ? .real(value) : nil
        default: nil
        }
    }
}

/// Writes values down as a tape, so that a text's values are compared with a schema's by one walk over two tapes.
// Allocates: for settings only, never while rollouts are scored.
struct JSONTapeBuilder {
    private(set) var words: [UInt64] = []
    private(set) var strings: [UInt8] = []

    /// Appends `value` and returns where it begins.
    // Allocates: while a plan is compiled.
    mutating func append(_ value: JSONValue) -> Int {
        let start = words.count
        switch value {
        case .null: append(JSONTape.Tag.null)
        case .bool(let flag): append(flag ? JSONTape.Tag.yes : JSONTape.Tag.no)
        case .integer(let number): append(JSONTape.Tag.signed, value: UInt64(bitPattern: number))
        case .unsigned(let number):
            append(number > UInt64(Int64.max) ? JSONTape.Tag.unsigned : JSONTape.Tag.signed, value: number)
        case .number(let number): append(JSONTape.Tag.real, value: number.bitPattern)
        case .string(let text): append(text)
        case .array(let items):
            append(JSONTape.Tag.arrayStart)
            for item in items { _ = append(item) }
            close(start, with: JSONTape.Tag.arrayEnd, count: items.count)
        case .object(let members):
            append(JSONTape.Tag.objectStart)
            for member in members {
                append(member.name)
                _ = append(member.value)
            }
            close(start, with: JSONTape.Tag.objectEnd, count: members.count)
        }
        return start
    }

    private mutating func append(_ tag: UInt8, payload: UInt64 = 0) {
        words.append(UInt64(tag) << 56 | payload)
    }

    private mutating func append(_ tag: UInt8, value: UInt64) {
        append(tag)
        words.append(value)
    }

    private mutating func append(_ text: String) {
        append(JSONTape.Tag.string, payload: UInt64(strings.count))
        let bytes = Array(text.utf8)
        for shift in stride(from: 0, to: 32, by: 8) { strings.append(UInt8(truncatingIfNeeded: bytes.count >> shift)) }
        strings.append(contentsOf: bytes)
        // A count is read as part of eight bytes, also that of a last, empty string.
        strings.append(contentsOf: [0, 0, 0, 0])
    }

    private mutating func close(_ start: Int, with tag: UInt8, count: Int) {
        append(tag, payload: UInt64(start))
        words[start] |= UInt64(min(count, 0xFF_FFFF)) << 32 | UInt64(words.count)
    }

    /// The tape of everything appended, living as long as `storage`.
    // Allocates: while a plan is compiled.
    func makeTape(in storage: OwnedStorage) -> JSONTape {
        JSONTape(words: storage.makeTable(words), strings: storage.makeText(strings))
    }
}
