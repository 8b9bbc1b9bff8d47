internal import CLinux
internal import RewardJudge
internal import RewardKernel
internal import RewardMemory
internal import RewardWire
internal import Synchronization

// Requests with components that judges score: parked after their deterministic part, finished when the answers have come.
// This is the judge lane: it allocates, and never runs for a request without such components.

extension Worker {
    // MARK: Parking

    /// Copies what the reply still needs, asks the judges, and lets connection and worker go on.
    // Allocates: the judge lane.
    @_semantics("no_performance_analysis") @inline(never)
    mutating func park(_ slot: Int, _ task: BatchTask) {
        guard let rewardIndex = RewardPlan.index(of: task.plan.name, in: plans) else {
            preconditionFailure("a task's plan is one of the epoch's")
        }
        let request = task.request
        var rows: [Int] = []
        for row in 0..<request.rolloutCount where task.isPending(row) { rows.append(row) }
        let byteCount = request.message.body.count + task.replyCapacity
        // Where the budget is full no judge is asked, so that the copy lasts a moment only.
        let isCharged = server.charge(byteCount)
        let origin = ParkedOrigin(
            slot: slot, generation: slots[slot].generation, epoch: epoch, rewardIndex: rewardIndex,
            chargedByteCount: isCharged ? byteCount : 0)
        let ticket = JudgeTicket(server.nextTicket.add(1, ordering: .relaxed).newValue)
        let waitingRequest = ParkedRequest(task, ticket: ticket, origin: origin, pendingCount: rows.count)
        if request.wantsRationales { waitingRequest.rationales = makeRationales(task) }
        parked[ticket] = waitingRequest
        parkedCount = parked.count + comparisons.count
        slots[slot].parkedCount &+= 1

        let rollouts = rows.map { makeRollout(task, $0, waitingRequest.body) }
        let usual = epoch.desk?.deadlineMilliseconds ?? Limits.judgeDeadlineMilliseconds
        // A request may name a longer time than the usual, but no one is waited for without end.
        let deadline =
            task.deadlineNanoseconds == UInt64.max
            ? task.arrivalNanoseconds &+ usual &* 1_000_000
            : min(task.deadlineNanoseconds, task.arrivalNanoseconds &+ Limits.judgeDeadlineMillisecondsMax &* 1_000_000)
        let work = JudgeWork(
            ticket: ticket, deadlineNanoseconds: deadline, rollouts: rollouts,
            questions: makeQuestions(task, rows), mailbox: mailbox)
        // Last, since it writes over what the task has written.
        if request.wantsPartial { unsafe writePartial(slot, task, from: waitingRequest.reply) }
        if isCharged, let desk = epoch.desk, desk.submit(work) { return }
        // No judge can be had: the reply says so, and is not kept waiting.
        let missing = work.questions.flatMap { question in
            question.rollouts.map { index in
                JudgeAnswer(
                    row: rows[index], component: question.component, score: 0, status: .budget,
                    rationale: "the judge lane has as much work as it takes")
            }
        }
        mailbox.put(JudgeWorkAnswer(ticket: ticket, answers: missing, usage: JudgeUsage()))
    }

    // Allocates: the judge lane.
    private func makeRollout(_ task: BatchTask, _ row: Int, _ body: RequestBytes) -> JudgedRollout {
        let request = task.request
        var fields: [String: String] = [:]
        for field in 0..<task.plan.fieldNames.count {
            let array = task.tables.fieldArrays[field]
            guard array >= 0 else { continue }
            fields[task.plan.fieldNames[field].makeString()] = operandText(request.message, array &+ 1 &+ row)
        }
        var completion = 0..<0
        if let view = request.completion(row), !view.isEmpty {
            let start = view.offset(in: request.message.body)
            completion = start..<start + view.count
        }
        return JudgedRollout(
            row: row, completion: completion, of: body, prompt: request.promptTranscript(row),
            referenceAnswer: operandText(request.message, request.referenceAnswerToken(row)), fields: fields)
    }

    /// A text, number or boolean of the request as text; nil when there is none.
    // Allocates: the judge lane.
    private func operandText(_ message: MessageView, _ token: Int) -> String? {
        guard token >= 0 else { return nil }
        switch message.kind(token) {
        case .string, .binary: return message.text(token)?.makeString()
        case .unsigned, .negative:
            return message.integer(token).map(String.init) ?? message.double(token).map { String($0) }
        case .double: return message.double(token).map { String($0) }
        case .yes: return "true"
        case .no: return "false"
        case .null, .array, .map, .extension: return nil
        }
    }

    /// What each judged component asks: about every row, or about the rows of every group.
    // Allocates: the judge lane.
    private func makeQuestions(_ task: BatchTask, _ rows: [Int]) -> [JudgeQuestion] {
        var questions: [JudgeQuestion] = []
        for component in 0..<task.plan.components.count {
            guard case .judged(let plan) = task.plan.components[component].plan else { continue }
            let waiting = rows.indices.filter { task.componentStatus(component, rows[$0]) == Status.pending.code }
            switch plan.kind {
            case .rubric:
                for index in waiting {
                    questions.append(JudgeQuestion(component: component, task: plan.task, rollouts: [index]))
                }
            case .preference:
                for group in groups(of: waiting, rows, task.request) {
                    questions.append(JudgeQuestion(component: component, task: plan.task, rollouts: group))
                }
            }
        }
        return questions
    }

    /// The indices of `waiting` by their group, groups in the order of their first rows.
    // Allocates: the judge lane.
    private func groups(of waiting: [Int], _ rows: [Int], _ request: ScoreRequest) -> [[Int]] {
        var places: [String: Int] = [:]
        var groups: [[Int]] = []
        for index in waiting {
            let name = operandText(request.message, request.groupToken(rows[index])) ?? ""
            // A number and a text of the same digits are different groups.
            let isText = request.message.kind(request.groupToken(rows[index])) == .string
            let key = (isText ? "t" : "n") + name
            if let place = places[key] {
                groups[place].append(index)
            } else {
                places[key] = groups.count
                groups.append([index])
            }
        }
        return groups
    }

    /// What the deterministic components say, told now because their plans may be others later.
    // Allocates: the judge lane.
    private mutating func makeRationales(_ task: BatchTask) -> [[String?]] {
        var rationales: [[String?]] = []
        for component in 0..<task.plan.components.count {
            var column: [String?] = []
            for row in 0..<task.request.rolloutCount {
                text.removeAll()
                let isSaid = scorer.explain(task, component: component, row: row, into: &text)
                column.append(isSaid ? text.view.makeString() : nil)
            }
            rationales.append(column)
        }
        return rationales
    }

    // MARK: Finishing

    /// Finishes every request whose answers have come.
    // Allocates: the judge lane.
    mutating func finishParked() {
        let arrived = heldAnswers + mailbox.takeAll()
        heldAnswers = []
        for answer in arrived {
            guard let slot = parked[answer.ticket]?.slot ?? comparisons[answer.ticket]?.slot else { continue }
            // The batch's reply lies behind the connection's last one, where this one must go.
            if batch.isRunning && batch.slot == slot {
                heldAnswers.append(answer)
                continue
            }
            if let comparison = forget(answer.ticket) {
                finish(comparison, answer)
                continue
            }
            guard let request = parked.removeValue(forKey: answer.ticket) else { continue }
            parkedCount = parked.count + comparisons.count
            finish(request, answer)
            if request.chargedByteCount > 0 { server.release(request.chargedByteCount) }
        }
    }

    // Allocates: the judge lane.
    private mutating func finish(_ parked: ParkedRequest, _ answer: JudgeWorkAnswer) {
        let slot = parked.slot
        slots[slot].parkedCount &-= 1
        unsafe parked.body.bytes.withUnsafeBufferPointer { body in
            guard let base = body.baseAddress else { preconditionFailure("a parked request has a body") }
            var task = unsafe resumedTask(parked, ByteView(unsafe: base, count: body.count))
            record(answer, of: parked, in: task)
            let open = isAudited ? openRows(task) : []
            let groups = settleRows(of: parked, in: task)
            audit(task, rows: open, answer)
            if task.request.wantsRationales { writeRationales(of: parked, answer, &task) }
            let usage = ReplyUsage(answer.usage)
            writeTail(&task, usage, degradedGroupCount: groups)
            guard task.replyCount <= slots[slot].replyFreeCount else {
                // Nobody takes this connection's replies.
                count(.droppedReaders)
                note(.droppedReader, slots[slot].unsent.count)
                return close(slot)
            }
            unsafe plaudit_copy(slots[slot].replyTail, task.reply, task.replyCount)
            deliver(slot, task)
        }
        if slots[slot].descriptor >= 0 { serve(slot) }
    }

    /// The task as it was when it was parked, over the same bytes parsed again.
    // Allocates: the judge lane.
    private mutating func resumedTask(_ parked: ParkedRequest, _ body: ByteView) -> BatchTask {
        var message = MessageView.none
        guard case .parsed = tape.parse(body, into: &message), let envelope = try? Envelope(message),
            let request = try? ScoreRequest(message, parameters: envelope.parameters, promptIndex: &prompts)
        else { preconditionFailure("what was a request once is one again") }
        for (component, columns) in parked.columns.enumerated() { tables.columns[component] = columns }
        var task = unsafe BatchTask(
            request: request, plan: parked.epoch.plans.rewards.cell(parked.rewardIndex), tables: tables,
            messageIdentifier: parked.messageIdentifier, configurationHash: parked.epoch.configurationHash,
            unsafe: parked.reply, replyCapacity: parked.replyCapacity, arrivalNanoseconds: parked.arrivalNanoseconds,
            deadlineNanoseconds: parked.deadlineNanoseconds)
        task.replyCount = parked.replyCount
        task.rewardsOffset = parked.rewardsOffset
        task.statusOffset = parked.statusOffset
        return task
    }

    /// Puts the answers into the reply's columns. A row without one, which the desk does not leave, counts as failed.
    // Allocates: the judge lane.
    private func record(_ answer: JudgeWorkAnswer, of parked: ParkedRequest, in task: BatchTask) {
        let counters = parked.epoch.totals.counters(ofWorker: index)
        let firstCounter = task.plan.counterIndex &+ RewardCounters.rewardCounterCount
        for one in answer.answers {
            guard one.component >= 0, one.component < task.plan.components.count, one.row >= 0,
                one.row < task.request.rolloutCount,
                task.componentStatus(one.component, one.row) == Status.pending.code
            else { continue }
            let isScored = one.status == .scored && one.score.isFinite
            let status =
                isScored ? .scored : (one.status == .scored || one.status == .pending ? .parseFailed : one.status)
            task.setComponent(one.component, one.row, score: isScored ? one.score : 0, status: status)
        }
        for component in 0..<task.plan.components.count where task.plan.components[component].isJudged {
            for row in 0..<task.request.rolloutCount where task.isPending(row) {
                if task.componentStatus(component, row) == Status.pending.code {
                    task.setComponent(component, row, score: 0, status: .transport)
                }
                let status = task.componentOutcome(component, row).status
                let counter = firstCounter &+ component &* RewardCounters.componentCounterCount
                counters.add(1, to: counter &+ RewardCounters.component(for: status))
            }
        }
    }

    /// Aggregates every row that waited, and settles what its group must say. The number of degraded groups.
    // Allocates: the judge lane.
    private mutating func settleRows(of parked: ParkedRequest, in task: BatchTask) -> Int {
        let counters = parked.epoch.totals.counters(ofWorker: index)
        let base = task.plan.counterIndex
        for row in 0..<task.request.rolloutCount where task.isPending(row) {
            let outcome = scorer.settle(task, row)
            task.setReward(row, outcome.reward ?? .nan)
            task.setStatus(row, outcome.status)
            counters.add(1, to: base &+ RewardCounters.rollout(for: outcome.status))
            switch outcome.status.kind {
            case .value: count(.scored)
            case .neutral: count(.neutral)
            case .error: count(.refused)
            }
            if outcome.isGated {
                counters.add(1, to: base &+ 4)
                count(.gated)
            }
        }
        var leavesRewards = false
        for row in 0..<task.request.rolloutCount where task.reward(row).isNaN { leavesRewards = true }
        return settleGroups(task, isPending: leavesRewards, audits: false)
    }

    // Allocates: the judge lane.
    private mutating func writeRationales(
        of parked: ParkedRequest, _ answer: JudgeWorkAnswer, _ task: inout BatchTask
    ) {
        var rationales = parked.rationales
        for one in answer.answers where !one.rationale.isEmpty {
            guard rationales.indices.contains(one.component), rationales[one.component].indices.contains(one.row)
            else { continue }
            rationales[one.component][one.row] = one.rationale
        }
        var writer = unsafe ReplyWriter(
            unsafe: task.reply + task.replyCount, capacity: task.replyCapacity &- task.replyCount)
        writer.string("rationales")
        writer.map(rationales.count)
        for (component, column) in rationales.enumerated() {
            writer.string(task.plan.components[component].name)
            writer.array(column.count)
            for rationale in column {
                guard var rationale else {
                    writer.null()
                    continue
                }
                rationale.withUTF8 { utf8 in
                    guard let base = utf8.baseAddress else { return writer.string(.empty) }
                    let view = unsafe ByteView(unsafe: base, count: utf8.count)
                    writer.string(view.prefix(ofWholeCharacters: Limits.rationaleByteCountMax))
                }
            }
        }
        precondition(!writer.isOverfull, "the rationales of a reply fit the bound computed for it")
        task.replyCount &+= writer.count
    }

    // MARK: Telling ahead

    /// The notification `partial`: what is scored already, with `pending` for what is not. It is written where the reply was
    /// begun, so the columns come from the copy.
    // Allocates: the judge lane.
    private mutating func writePartial(
        _ slot: Int, _ task: BatchTask, from columns: UnsafeMutablePointer<UInt8>
    ) {
        let componentCount = task.plan.components.count
        // A notification is a courtesy: where the peer takes no replies there is no room for one.
        guard slots[slot].replyFreeCount > task.replyCount + 1_024 else { return }
        var writer = replyWriter(slot)
        let start = writer.beginFrame()
        writer.array(3)
        writer.integer(2)
        writer.string("partial")
        writer.map(4)
        writer.string("msgid")
        writer.unsigned(UInt64(task.messageIdentifier))
        writer.string("rewards")
        let rolloutCount = task.request.rolloutCount
        unsafe writer.binary(ByteView(unsafe: columns + task.rewardsOffset, count: rolloutCount &* 8))
        writer.string("status")
        unsafe writer.binary(ByteView(unsafe: columns + task.statusOffset, count: rolloutCount))
        writer.string("components")
        writer.map(componentCount)
        for component in 0..<componentCount {
            let offsets = task.tables.columns[component]
            writer.string(task.plan.components[component].name)
            writer.map(2)
            writer.string("scores")
            unsafe writer.binary(ByteView(unsafe: columns + offsets.scores, count: rolloutCount &* 8))
            writer.string("status")
            unsafe writer.binary(ByteView(unsafe: columns + offsets.status, count: rolloutCount))
        }
        finish(slot, &writer, start)
    }

    // MARK: Giving up

    /// `cancel`: gives up a request of this connection whose judges have not answered. It gets no reply.
    // Allocates: the judge lane.
    @_semantics("no_performance_analysis") @inline(never)
    mutating func cancel(
        _ slot: Int, _ identifier: UInt32, _ message: MessageView, _ parameters: Int
    ) throws(RequestFault) {
        guard message.kind(parameters) == .map else { throw .notAMap("params") }
        var wanted: Int64?
        var key = parameters &+ 1
        for _ in 0..<message.count(parameters) {
            if let name = message.text(key), name.equals(ByteView("msgid")) { wanted = message.integer(key &+ 1) }
            key = message.next(after: key &+ 1)
        }
        guard let wanted else { throw .missingKey("msgid") }
        var isFound = false
        if slots[slot].parkedCount > 0,
            let found = parked.values.first(where: { $0.slot == slot && Int64($0.messageIdentifier) == wanted })
        {
            isFound = true
            giveUp(found)
        } else if slots[slot].parkedCount > 0,
            let found = comparisons.first(where: { $1.slot == slot && Int64($1.messageIdentifier) == wanted })
        {
            isFound = true
            found.value.epoch.desk?.cancel(found.key)
            _ = forget(found.key)
        }
        var writer = replyWriter(slot)
        let start = writer.beginReply(identifier)
        writer.map(1)
        writer.string("cancelled")
        writer.boolean(isFound)
        finish(slot, &writer, start)
    }

    /// The connection is gone: nobody waits for its judges any more.
    // Allocates: the judge lane.
    @_semantics("no_performance_analysis") @inline(never)
    mutating func forgetParked(of slot: Int) {
        for request in parked.values.filter({ $0.slot == slot }) { giveUp(request) }
        for (ticket, comparison) in comparisons where comparison.slot == slot {
            comparison.epoch.desk?.cancel(ticket)
            _ = forget(ticket)
        }
    }

    /// Forgets a parked request; its rows count as refused, so that the books balance.
    // Allocates: the judge lane.
    private mutating func giveUp(_ request: ParkedRequest) {
        request.epoch.desk?.cancel(request.ticket)
        parked[request.ticket] = nil
        parkedCount = parked.count + comparisons.count
        slots[request.slot].parkedCount &-= 1
        count(.refused, request.pendingCount)
        count(.cancelled, request.pendingCount)
        let plan = request.epoch.plans.rewards.cell(request.rewardIndex)
        request.epoch.totals.counters(ofWorker: index).add(
            UInt64(request.pendingCount), to: plan.value.counterIndex &+ 3)
        if request.chargedByteCount > 0 { server.release(request.chargedByteCount) }
    }

    /// While the sidecar drains: after half of the time, judges are waited for no longer; after all of it, replies neither.
    // Allocates: the judge lane.
    mutating func hurryJudges(_ drainDeadline: UInt64) {
        let now = MonotonicClock.nanoseconds
        if now > drainDeadline {
            for request in parked.values { giveUp(request) }
            for ticket in comparisons.keys { _ = forget(ticket) }
            return
        }
        guard now > drainDeadline &- pressureLimits.drainMilliseconds &* 500_000 else { return }
        for request in parked.values { request.epoch.desk?.shutDown() }
        for comparison in comparisons.values { comparison.epoch.desk?.shutDown() }
    }

    // MARK: Counting

    /// `judging` in `stats`: the counters of the judge lane.
    // Allocates: the judge lane.
    @_semantics("no_performance_analysis") @inline(never)
    func writeJudging(_ writer: inout ReplyWriter) {
        guard let desk = epoch.desk else { return writer.map(0) }
        let statistics = desk.statistics
        writer.map(statistics.counters.count + 1)
        for counter in statistics.counters { write(counter, &writer) }
        writer.string("judges")
        writer.map(statistics.judges.count)
        for judge in statistics.judges {
            write(judge.name, &writer)
            writer.map(judge.counters.count)
            for counter in judge.counters { write(counter, &writer) }
        }
    }

    // Allocates: the judge lane.
    private func write(_ counter: JudgeStatistics.Counter, _ writer: inout ReplyWriter) {
        write(counter.name, &writer)
        if let whole = UInt64(exactly: counter.value) { writer.unsigned(whole) } else { writer.double(counter.value) }
    }

    // Allocates: the judge lane.
    func write(_ text: String, _ writer: inout ReplyWriter) {
        var text = text
        text.withUTF8 { utf8 in
            guard let base = utf8.baseAddress else { return writer.string(.empty) }
            let view = unsafe ByteView(unsafe: base, count: utf8.count)
            writer.string(view.prefix(ofWholeCharacters: Limits.rationaleByteCountMax))
        }
    }
}
