internal import CLinux
internal import RewardJudge
internal import RewardKernel
internal import RewardMemory
internal import RewardWire

// Rows for the audit log: written into this worker's ring of the store, once a rollout has its reward.

/// What a judge said of one component of a row.
struct JudgedWords: BitwiseCopyable {
    var judge = ByteView.empty
    var verdict: ByteView?
    var rationale = ByteView.empty

    @_noAllocation init() {}
}

extension Worker {
    /// Writes those rows of `first..<end` that have their reward; the others follow when their judges or groups have spoken.
    @_noAllocation
    func audit(_ task: borrowing BatchTask, rows first: Int, _ end: Int) {
        guard let store, isAudited else { return }
        let now = MonotonicClock.nanoseconds
        let words = unsafe FixedTable(
            unsafe: UnsafeRawPointer(ByteView.empty.base).assumingMemoryBound(to: JudgedWords.self), count: 0)
        for row in first..<end where !task.isPending(row) {
            if task.reward(row).isNaN { continue }
            audit(task, row, words, store, now)
        }
        store.board[0].wakeIfSleeping()
    }

    /// Rows that have no reward yet, and so are not in the log.
    // Allocates: the judge lane.
    func openRows(_ task: BatchTask) -> [Int] {
        (0..<task.request.rolloutCount).filter { task.isPending($0) || task.reward($0).isNaN }
    }

    /// Writes judged rows, with what was said of them.
    // Allocates: the judge lane.
    func audit(_ task: BatchTask, rows: [Int], _ answer: JudgeWorkAnswer) {
        guard let store, isAudited, !rows.isEmpty else { return }
        let now = MonotonicClock.nanoseconds
        var answers: [Int: [JudgeAnswer]] = [:]
        for one in answer.answers { answers[one.row, default: []].append(one) }
        for row in rows {
            let storage = OwnedStorage()
            var words = Array(repeating: JudgedWords(), count: task.plan.components.count)
            for one in answers[row] ?? [] where words.indices.contains(one.component) {
                words[one.component].judge = storage.makeText(one.judge.utf8.prefix(Limits.rationaleByteCountMax))
                words[one.component].rationale = storage.makeText(one.rationale.utf8)
                    .prefix(ofWholeCharacters: store.textByteCountMax)
                if let verdict = one.verdictJSON { words[one.component].verdict = storage.makeText(verdict) }
            }
            audit(task, row, storage.makeTable(words), store, now)
            withExtendedLifetime(storage) {}
        }
        store.board[0].wakeIfSleeping()
    }

    /// Writes one row, or drops it when its ring is full: no reward waits for the log.
    @_noAllocation
    private func audit(
        _ task: borrowing BatchTask, _ row: Int, _ words: FixedTable<JudgedWords>, _ store: StoreTap, _ now: UInt64
    ) {
        let request = task.request
        let capacity = rowByteCountMax(task, row, words, store)
        guard let room = unsafe store.board[0].rings[index].reserve(capacity) else { return }
        var writer = unsafe AuditRowWriter(unsafe: room, capacity: capacity)
        writer.text(task.configurationHash)
        writer.text(task.plan.name)
        writeName(request.message, request.identifierToken(row), &writer)
        writeName(request.message, request.groupToken(row), &writer)
        for component in 0..<task.plan.components.count {
            let outcome = task.componentOutcome(component, row)
            writer.component(task.plan.components[component].name, score: outcome.score, status: outcome.status.code)
            let isJudged = component < words.count ? task.plan.components[component].isJudged : false
            writer.text(isJudged ? words[component].judge : nil)
            writer.text(isJudged ? words[component].verdict : nil)
            writer.text(isJudged ? words[component].rationale : nil)
        }
        var head = AuditHead()
        writeTexts(task, row, store, &head, &writer)
        head.wallClockMicroseconds = plaudit_wall_clock_microseconds()
        head.reward = task.reward(row)
        head.timingMicroseconds = (now &- task.arrivalNanoseconds) / 1_000
        head.tokenCount = Int64(request.tokenCount(row))
        head.completionByteCount = UInt32(truncatingIfNeeded: request.completion(row)?.count ?? 0)
        head.componentCount = UInt8(truncatingIfNeeded: task.plan.components.count)
        head.status = task.status(row)
        head.isTruncated = request.isTruncated(row)
        let byteCount = writer.finish(head)
        precondition(byteCount > 0, "a row fits the room computed for it")
        store.board[0].rings[index].commit(byteCount)
    }

    @_noAllocation
    private func writeTexts(
        _ task: borrowing BatchTask, _ row: Int, _ store: StoreTap, _ head: inout AuditHead,
        _ writer: inout AuditRowWriter
    ) {
        let request = task.request
        let message = request.message
        let limit = store.textByteCountMax
        guard store.keepsTexts else {
            for _ in 0..<4 { writer.text(nil) }
            return
        }
        let prompt = request.promptToken(row)
        if prompt >= 0, message.kind(prompt) == .array {
            head.promptIsJSON = true
            writer.json(message, prompt, byteCountMax: limit)
        } else if prompt >= 0, let text = message.text(prompt) {
            writer.text(text, byteCountMax: limit)
        } else {
            writer.text(nil)
        }
        if let completion = request.completion(row) {
            writer.text(completion, byteCountMax: limit)
        } else {
            writer.text(nil)
        }
        let reference = request.referenceAnswerToken(row)
        if reference >= 0, let text = message.text(reference) {
            writer.text(text, byteCountMax: limit)
        } else if reference >= 0, !(message.kind(reference) == .null) {
            writer.json(message, reference, byteCountMax: limit)
        } else {
            writer.text(nil)
        }
        if task.plan.fieldNames.count > 0 {
            writer.json(
                message, names: task.plan.fieldNames, arrays: task.tables.fieldArrays, row: row, byteCountMax: limit)
        } else {
            writer.text(nil)
        }
    }

    /// The most that the row can take in its ring.
    @_noAllocation
    private func rowByteCountMax(
        _ task: borrowing BatchTask, _ row: Int, _ words: FixedTable<JudgedWords>, _ store: StoreTap
    ) -> Int {
        let request = task.request
        let message = request.message
        let componentCount = task.plan.components.count
        var byteCount = AuditRowWriter.byteCountMax(componentCount: componentCount)
        byteCount &+= task.configurationHash.count &+ task.plan.name.count
        byteCount &+= textByteCount(message, request.identifierToken(row), Int.max)
        byteCount &+= textByteCount(message, request.groupToken(row), Int.max)
        for component in 0..<componentCount { byteCount &+= task.plan.components[component].name.count }
        for component in 0..<words.count {
            byteCount &+= words[component].judge.count &+ words[component].rationale.count
            byteCount &+= words[component].verdict?.count ?? 0
        }
        guard store.keepsTexts else { return byteCount }
        let limit = store.textByteCountMax
        let prompt = request.promptToken(row)
        let isList = prompt >= 0 && message.kind(prompt) == .array
        byteCount &+= isList ? limit : textByteCount(message, prompt, limit)
        byteCount &+= min(limit, request.completion(row)?.count ?? 0)
        byteCount &+= max(32, textByteCount(message, request.referenceAnswerToken(row), limit))
        if task.plan.fieldNames.count > 0 { byteCount &+= limit }
        return byteCount
    }

    /// Bytes of the text at a token, at most so many; 0 for anything else.
    @_noAllocation
    private func textByteCount(_ message: MessageView, _ token: Int, _ limit: Int) -> Int {
        guard token >= 0 else { return 0 }
        return min(limit, message.text(token)?.count ?? 0)
    }

    @_noAllocation
    private func writeName(_ message: MessageView, _ token: Int, _ writer: inout AuditRowWriter) {
        if token >= 0, let integer = message.integer(token) { return writer.name(integer) }
        writer.name(token >= 0 ? message.text(token) : nil)
    }
}
