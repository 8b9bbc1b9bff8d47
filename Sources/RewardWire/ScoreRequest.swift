internal import CMsgPack
package import RewardMemory

/// A `score` request as columns over the tape: no value is copied, a row is found by adding.
///
/// Every column has as many rows as `completions`. A column's rows are single tokens, so row `i` of a column is its first
/// token plus `i`; only prompts may be message lists, and have an index of their own then.
package struct ScoreRequest: BitwiseCopyable {
    package let message: MessageView
    package private(set) var rewardName: ByteView = .empty
    package private(set) var rolloutCount: Int = 0
    package private(set) var wantsRationales = false
    package private(set) var wantsPartial = false
    /// Milliseconds from the request's arrival, or -1.
    package private(set) var deadlineMilliseconds: Int64 = -1

    private var completions = Column.absent
    private var prompts = Column.absent
    private var promptIndex: FixedTable<UInt32>?
    private var referenceAnswers = Column.absent
    private var identifiers = Column.absent
    private var groupIdentifiers = Column.absent
    private var tokenCounts = Column.absent
    private var truncated = Column.absent
    /// The token of the `fields` map, or -1.
    private var fields = -1

    /// The token of a column's array. Its first row follows it.
    package struct Column: BitwiseCopyable {
        var array: Int

        static var absent: Column { @_noAllocation get { Column(array: -1) } }
        package var isPresent: Bool { @_noAllocation get { array >= 0 } }
        @_noAllocation func token(_ row: Int) -> Int { array &+ 1 &+ row }
    }

    /// Reads the `params` of a score request.
    ///
    /// - Parameter promptIndex: Room for one number a rollout, filled when prompts are message lists.
    @_noAllocation
    package init(
        _ message: MessageView, parameters: Int, promptIndex: inout PromptIndex
    ) throws(RequestFault) {
        self.message = message
        guard message.kind(parameters) == .map else { throw .notAMap("params") }
        var key = parameters &+ 1
        for _ in 0..<message.count(parameters) {
            guard let name = message.text(key) else {
                throw .wrongType(key: ByteView("params"), wanted: "keyed by strings")
            }
            try read(name, value: key &+ 1)
            key = message.next(after: key &+ 1)
        }
        guard !rewardName.isEmpty else { throw .missingKey("reward") }
        guard completions.isPresent else { throw .missingKey("completions") }
        rolloutCount = message.count(completions.array)
        guard rolloutCount <= Limits.rolloutCountMax else {
            throw .tooManyRollouts(rolloutCount, limit: Limits.rolloutCountMax)
        }
        try checkColumns()
        try checkPrompts(&promptIndex)
        try checkFields()
    }

    @_noAllocation
    private mutating func read(_ name: ByteView, value: Int) throws(RequestFault) {
        if name.equals(ByteView("reward")) {
            guard message.kind(value) == .string, let text = message.text(value) else {
                throw .wrongType(key: name, wanted: "a string")
            }
            rewardName = text
        } else if name.equals(ByteView("completions")) {
            completions = try column(name, value)
        } else if name.equals(ByteView("prompts")) {
            prompts = try column(name, value)
        } else if name.equals(ByteView("reference_answers")) {
            referenceAnswers = try column(name, value)
        } else if name.equals(ByteView("ids")) {
            identifiers = try column(name, value)
        } else if name.equals(ByteView("group_ids")) {
            groupIdentifiers = try column(name, value)
        } else if name.equals(ByteView("token_counts")) {
            tokenCounts = try column(name, value)
        } else if name.equals(ByteView("truncated")) {
            truncated = try column(name, value)
        } else if name.equals(ByteView("fields")) {
            if message.kind(value) == .null { return }
            guard message.kind(value) == .map else { throw .wrongType(key: name, wanted: "a map of columns") }
            guard message.count(value) <= Limits.fieldCountMax else { throw .tooManyFields(message.count(value)) }
            fields = value
        } else if name.equals(ByteView("deadline_ms")) {
            if message.kind(value) == .null { return }
            guard let milliseconds = message.integer(value), milliseconds >= 0 else {
                throw .wrongType(key: name, wanted: "a number of milliseconds")
            }
            deadlineMilliseconds = milliseconds
        } else if name.equals(ByteView("rationales")) {
            wantsRationales = try flag(name, value)
        } else if name.equals(ByteView("partial")) {
            wantsPartial = try flag(name, value)
        } else {
            throw .unknownKey(name)
        }
    }

    @_noAllocation
    private func column(_ name: ByteView, _ value: Int) throws(RequestFault) -> Column {
        if message.kind(value) == .null { return .absent }
        guard message.kind(value) == .array else { throw .wrongType(key: name, wanted: "an array") }
        return Column(array: value)
    }

    @_noAllocation
    private func flag(_ name: ByteView, _ value: Int) throws(RequestFault) -> Bool {
        guard let flag = message.boolean(value) else { throw .wrongType(key: name, wanted: "true or false") }
        return flag
    }
}

// MARK: - Checks, once a request

extension ScoreRequest {
    /// Lengths, and that every row of every column is one token of a kind that the column takes.
    @_noAllocation @inline(__always)
    private func checkColumns() throws(RequestFault) {
        // A row of the wrong type costs a completion only itself; nested values are refused, for rows must be single tokens.
        try check(completions, ByteView("completions"), kinds: .scalar, wanted: "a string, binary or nil")
        try check(
            referenceAnswers, ByteView("reference_answers"), kinds: .operand, wanted: "text, a number, a boolean or nil"
        )
        try check(identifiers, ByteView("ids"), kinds: .name, wanted: "a string or an integer")
        try check(groupIdentifiers, ByteView("group_ids"), kinds: .name, wanted: "a string or an integer")
        try check(tokenCounts, ByteView("token_counts"), kinds: .count, wanted: "an integer of at least 0, or nil")
        try check(truncated, ByteView("truncated"), kinds: .flag, wanted: "true, false or nil")
    }

    /// Kinds of tokens that a column takes: one bit a kind.
    private struct KindSet: BitwiseCopyable {
        let bits: UInt32

        static var scalar: KindSet { @_noAllocation get { KindSet(bits: 0b001_1111_1111) } }
        static var operand: KindSet { @_noAllocation get { KindSet(bits: 0b000_1111_1111) } }
        static var name: KindSet { @_noAllocation get { KindSet(bits: 0b000_1101_1000) } }
        static var count: KindSet { @_noAllocation get { KindSet(bits: 0b000_0000_1001) } }
        static var flag: KindSet { @_noAllocation get { KindSet(bits: 0b000_0000_0111) } }

        @_noAllocation func contains(_ kind: UInt32) -> Bool { bits &>> kind & 1 == 1 }
    }

    @_noAllocation
    private func check(
        _ column: Column, _ name: ByteView, kinds: KindSet, wanted: StaticString
    ) throws(RequestFault) {
        guard column.isPresent else { return }
        let count = message.count(column.array)
        guard count == rolloutCount else { throw .wrongLength(key: name, count: count, wantedCount: rolloutCount) }
        for row in 0..<count where !kinds.contains(message.tokens[column.token(row)].kind) {
            throw .wrongElement(key: name, row: row, wanted: wanted)
        }
    }

    @_noAllocation
    private mutating func checkPrompts(_ index: inout PromptIndex) throws(RequestFault) {
        guard prompts.isPresent else { return }
        let name = ByteView("prompts")
        let count = message.count(prompts.array)
        guard count == rolloutCount else { throw .wrongLength(key: name, count: count, wantedCount: rolloutCount) }
        var token = prompts.array &+ 1
        for row in 0..<count {
            switch message.kind(token) {
            case .string, .binary, .null: break
            case .array:
                guard PromptText.isMessageList(message, token) else {
                    throw .wrongElement(key: name, row: row, wanted: "a string or a list of {role, content} messages")
                }
            default: throw .wrongElement(key: name, row: row, wanted: "a string or a list of {role, content} messages")
            }
            index.set(row, token)
            token = message.next(after: token)
        }
        promptIndex = index.table(count)
    }

    @_noAllocation @inline(__always)
    private func checkFields() throws(RequestFault) {
        guard fields >= 0 else { return }
        var key = fields &+ 1
        for _ in 0..<message.count(fields) {
            guard let name = message.text(key) else {
                throw .wrongType(key: ByteView("fields"), wanted: "keyed by strings")
            }
            let column = try column(name, key &+ 1)
            try check(column, name, kinds: .operand, wanted: "text, a number, a boolean or nil")
            key = message.next(after: key &+ 1)
        }
    }
}

// MARK: - Rows

extension ScoreRequest {
    package var hasPrompts: Bool { @_noAllocation get { prompts.isPresent } }
    package var hasReferenceAnswers: Bool { @_noAllocation get { referenceAnswers.isPresent } }
    package var hasTokenCounts: Bool { @_noAllocation get { tokenCounts.isPresent } }
    package var hasGroupIdentifiers: Bool { @_noAllocation get { groupIdentifiers.isPresent } }

    /// The completion's bytes, not yet checked; nil when the row is not a text.
    @_noAllocation
    package func completion(_ row: Int) -> ByteView? {
        message.text(completions.token(row))
    }

    /// The prompt's text, not yet checked: the string, or the last user turn of the message list.
    @_noAllocation
    package func prompt(_ row: Int) -> ByteView? {
        guard let promptIndex else { return nil }
        return PromptText.text(message, Int(promptIndex[row]))
    }

    /// The whole prompt as text, every message of a list with its role; nil where there is none.
    // Allocates: the text; for the judge lane.
    package func promptTranscript(_ row: Int) -> String? {
        guard let promptIndex else { return nil }
        return PromptText.transcript(message, Int(promptIndex[row]))
    }

    /// Tokens of the completion as the trainer counted them, or -1.
    @_noAllocation
    package func tokenCount(_ row: Int) -> Int {
        guard tokenCounts.isPresent, let count = message.integer(tokenCounts.token(row)) else { return -1 }
        return Int(count)
    }

    @_noAllocation
    package func isTruncated(_ row: Int) -> Bool {
        truncated.isPresent && message.boolean(truncated.token(row)) == true
    }

    /// The token of a row's reference answer, or -1.
    @_noAllocation
    package func referenceAnswerToken(_ row: Int) -> Int {
        referenceAnswers.isPresent ? referenceAnswers.token(row) : -1
    }

    /// The token of a row's group, or -1.
    @_noAllocation
    package func groupToken(_ row: Int) -> Int {
        groupIdentifiers.isPresent ? groupIdentifiers.token(row) : -1
    }

    /// The token of a named field's array, or -1. Row `i` of the field is that token plus one plus `i`.
    @_noAllocation
    package func fieldArray(named name: ByteView) -> Int {
        guard fields >= 0 else { return -1 }
        var key = fields &+ 1
        for _ in 0..<message.count(fields) {
            if let known = message.text(key), known.equals(name) {
                return message.kind(key &+ 1) == .array ? key &+ 1 : -1
            }
            key = message.next(after: key &+ 1)
        }
        return -1
    }
}
