import RewardKernel

/// One rollout as a line of a JSONL file brings it.
package struct RolloutRecord: Sendable, Equatable {
    /// Its line in the file, from 1; 0 when it comes from no file.
    package let line: Int
    package let completion: String
    /// A text or a list of messages.
    package let prompt: JSONValue?
    package let referenceAnswer: JSONValue?
    package let identifier: JSONValue?
    package let groupIdentifier: JSONValue?
    package let tokenCount: Int64?
    /// The completion's tokens, each as four little-endian bytes.
    package let tokenIdentifiers: [UInt8]?
    package let isTruncated: Bool?
    /// Every other key of the line.
    package let fields: [JSONValue.Member]

    /// A rollout that comes from elsewhere than a file.
    package init(
        completion: String, prompt: JSONValue? = nil, referenceAnswer: JSONValue? = nil, identifier: JSONValue? = nil,
        groupIdentifier: JSONValue? = nil, fields: [JSONValue.Member] = []
    ) {
        line = 0
        self.completion = completion
        self.prompt = prompt
        self.referenceAnswer = referenceAnswer
        self.identifier = identifier
        self.groupIdentifier = groupIdentifier
        tokenCount = nil
        tokenIdentifiers = nil
        isTruncated = nil
        self.fields = fields
    }

    /// About how many bytes it takes in a request.
    var byteCount: Int {
        completion.utf8.count + (prompt?.byteCount ?? 0) + (referenceAnswer?.byteCount ?? 0) + 64
    }
}

extension RolloutRecord {
    /// Reads one line. Null stands for a key that is left out.
    init(_ text: some Collection<UInt8>, file: String, line: Int) throws(InputFileError) {
        let value: JSONValue
        do throws(JSONValue.ParseError) {
            value = try JSONValue.make(parsing: text)
        } catch {
            throw InputFileError(file: file, line: line, "not JSON at byte \(error.offset + 1): \(error.message)")
        }
        guard case .object(let members) = value else {
            throw InputFileError(file: file, line: line, "expected an object, found \(value.kindName)")
        }
        func refuse(_ key: String, _ expected: String, _ found: JSONValue?) -> InputFileError {
            InputFileError(
                file: file, line: line, "`\(key)`: expected \(expected), found \(found?.kindName ?? "nothing")")
        }
        func optional(_ key: String) -> JSONValue? {
            value[key].flatMap { $0 == .null ? nil : $0 }
        }
        guard case .string(let completion)? = optional("completion") else {
            throw refuse("completion", "a string", value["completion"])
        }
        let prompt = optional("prompt")
        if let prompt, !prompt.isPrompt { throw refuse("prompt", "a string or a list of messages", prompt) }
        let referenceAnswer = optional("reference_answer")
        if let referenceAnswer, !referenceAnswer.isScalar {
            throw refuse("reference_answer", "a text, a number or a boolean", referenceAnswer)
        }
        for key in ["id", "group_id"] {
            if let name = optional(key), !name.isName { throw refuse(key, "a string or a whole number", name) }
        }
        let tokenCount: Int64?
        switch optional("token_count") {
        case nil: tokenCount = nil
        case .integer(let count)? where count >= 0: tokenCount = count
        case let other: throw refuse("token_count", "a whole number of at least 0", other)
        }
        let tokens = optional("token_ids")
        let tokenIdentifiers = tokens.flatMap(\.tokenBytes)
        if tokens != nil && tokenIdentifiers == nil {
            throw refuse("token_ids", "a list of whole numbers of 32 bits", tokens)
        }
        let isTruncated: Bool?
        switch optional("truncated") {
        case nil: isTruncated = nil
        case .bool(let flag)?: isTruncated = flag
        case let other: throw refuse("truncated", "true or false", other)
        }
        self.line = line
        self.completion = completion
        self.prompt = prompt
        self.referenceAnswer = referenceAnswer
        identifier = optional("id")
        groupIdentifier = optional("group_id")
        self.tokenCount = tokenCount
        self.tokenIdentifiers = tokenIdentifiers
        self.isTruncated = isTruncated
        fields = members.filter { !Self.keys.contains($0.name) }
    }

    private static let keys: Set = [
        "completion", "prompt", "reference_answer", "id", "group_id", "token_count", "token_ids", "truncated",
    ]
}

extension JSONValue {
    package var isScalar: Bool {
        switch self {
        case .null, .bool, .integer, .unsigned, .number, .string: true
        case .array, .object: false
        }
    }

    /// Token identifiers as they travel, four little-endian bytes each; nil for anything else.
    fileprivate var tokenBytes: [UInt8]? {
        guard case .array(let elements) = self else { return nil }
        var bytes: [UInt8] = []
        for element in elements {
            guard case .integer(let value) = element, let token = UInt32(exactly: value) else { return nil }
            for shift in [0, 8, 16, 24] { bytes.append(UInt8(truncatingIfNeeded: token >> shift)) }
        }
        return bytes
    }

    /// Whether the sidecar takes it for an identifier.
    package var isName: Bool {
        switch self {
        case .string, .integer, .unsigned: true
        case .null, .bool, .number, .array, .object: false
        }
    }

    /// A text, or a list of objects.
    fileprivate var isPrompt: Bool {
        switch self {
        case .string: true
        case .array(let messages):
            messages.allSatisfy { message in
                if case .object = message { true } else { false }
            }
        case .null, .bool, .integer, .unsigned, .number, .object: false
        }
    }

    fileprivate var byteCount: Int {
        switch self {
        case .null, .bool, .integer, .unsigned, .number: 9
        case .string(let text): text.utf8.count + 5
        case .array(let elements): elements.reduce(5) { $0 + $1.byteCount }
        case .object(let members): members.reduce(5) { $0 + $1.name.utf8.count + 5 + $1.value.byteCount }
        }
    }
}
