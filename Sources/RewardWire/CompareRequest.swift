package import RewardMemory

/// A `compare` request as columns over the tape: which of two completions is better, row by row.
package struct CompareRequest: BitwiseCopyable {
    package let message: MessageView
    package private(set) var rewardName: ByteView = .empty
    /// Pairs.
    package private(set) var count = 0
    package private(set) var wantsRationales = false
    /// Milliseconds from the request's arrival, or -1.
    package private(set) var deadlineMilliseconds: Int64 = -1

    /// Tokens of the columns' arrays, or -1.
    private var first = -1
    private var second = -1
    private var prompts = -1
    private var referenceAnswers = -1
    private var promptIndex: FixedTable<UInt32>?

    /// Reads the `params` of a compare request.
    ///
    /// - Parameter promptIndex: Room for one number a pair, filled when there are prompts.
    @_noAllocation
    package init(_ message: MessageView, parameters: Int, promptIndex: inout PromptIndex) throws(RequestFault) {
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
        guard first >= 0 else { throw .missingKey("completions_a") }
        guard second >= 0 else { throw .missingKey("completions_b") }
        count = message.count(first)
        guard count <= Limits.rolloutCountMax / 2 else {
            throw .tooManyRollouts(count &* 2, limit: Limits.rolloutCountMax)
        }
        try checkTexts(first, ByteView("completions_a"))
        try checkTexts(second, ByteView("completions_b"))
        if referenceAnswers >= 0 { try checkTexts(referenceAnswers, ByteView("reference_answers")) }
        try checkPrompts(&promptIndex)
    }

    @_noAllocation
    private mutating func read(_ name: ByteView, value: Int) throws(RequestFault) {
        if name.equals(ByteView("reward")) {
            guard message.kind(value) == .string, let text = message.text(value) else {
                throw .wrongType(key: name, wanted: "a string")
            }
            rewardName = text
        } else if name.equals(ByteView("completions_a")) {
            first = try column(name, value)
        } else if name.equals(ByteView("completions_b")) {
            second = try column(name, value)
        } else if name.equals(ByteView("prompts")) {
            prompts = try column(name, value)
        } else if name.equals(ByteView("reference_answers")) {
            referenceAnswers = try column(name, value)
        } else if name.equals(ByteView("deadline_ms")) {
            if message.kind(value) == .null { return }
            guard let milliseconds = message.integer(value), milliseconds >= 0 else {
                throw .wrongType(key: name, wanted: "a number of milliseconds")
            }
            deadlineMilliseconds = milliseconds
        } else if name.equals(ByteView("rationales")) {
            guard let flag = message.boolean(value) else { throw .wrongType(key: name, wanted: "true or false") }
            wantsRationales = flag
        } else {
            throw .unknownKey(name)
        }
    }

    @_noAllocation
    private func column(_ name: ByteView, _ value: Int) throws(RequestFault) -> Int {
        if message.kind(value) == .null { return -1 }
        guard message.kind(value) == .array else { throw .wrongType(key: name, wanted: "an array") }
        return value
    }

    /// Every row is one text.
    @_noAllocation
    private func checkTexts(_ array: Int, _ name: ByteView) throws(RequestFault) {
        let rowCount = message.count(array)
        guard rowCount == count else { throw .wrongLength(key: name, count: rowCount, wantedCount: count) }
        for row in 0..<rowCount {
            guard let text = message.text(array &+ 1 &+ row), text.count <= Limits.completionByteCountMax else {
                throw .wrongElement(key: name, row: row, wanted: "a text of at most a MiB")
            }
        }
    }

    @_noAllocation
    private mutating func checkPrompts(_ index: inout PromptIndex) throws(RequestFault) {
        guard prompts >= 0 else { return }
        let name = ByteView("prompts")
        let rowCount = message.count(prompts)
        guard rowCount == count else { throw .wrongLength(key: name, count: rowCount, wantedCount: count) }
        var token = prompts &+ 1
        for row in 0..<rowCount {
            let isText = message.text(token) != nil || message.kind(token) == .null
            guard isText || (message.kind(token) == .array && PromptText.isMessageList(message, token)) else {
                throw .wrongElement(key: name, row: row, wanted: "a string or a list of {role, content} messages")
            }
            index.set(row, token)
            token = message.next(after: token)
        }
        promptIndex = index.table(rowCount)
    }

    // MARK: Rows

    /// The texts of a pair.
    // Allocates: the texts; for the judge lane.
    package func completions(_ row: Int) -> (first: String, second: String) {
        (
            message.text(first &+ 1 &+ row)?.makeString() ?? "",
            message.text(second &+ 1 &+ row)?.makeString() ?? ""
        )
    }

    // Allocates: the text; for the judge lane.
    package func prompt(_ row: Int) -> String? {
        guard let promptIndex else { return nil }
        return PromptText.transcript(message, Int(promptIndex[row]))
    }

    // Allocates: the text; for the judge lane.
    package func referenceAnswer(_ row: Int) -> String? {
        guard referenceAnswers >= 0 else { return nil }
        return message.text(referenceAnswers &+ 1 &+ row)?.makeString()
    }
}
