internal import Digests
internal import RewardKernel

// Calls: through the cache to the pool, from the pool to requests, and back to whoever asked.

extension JudgeLane {
    /// Asks a judge, unless the cache knows or somebody else is asking already.
    mutating func ask(
        _ call: JudgeCall, judge: Int, question: UInt64, place: LaneCall.Place, _ instant: LaneInstant,
        _ actions: inout [LaneAction]
    ) {
        guard let ticket = questions[question]?.ticket,
            let deadlineNanoseconds = works[ticket]?.work.deadlineNanoseconds
        else { return }
        lastCall += 1
        let identifier = lastCall
        let key = cache == nil ? nil : cacheKey(of: call, judge: judge, place)
        let laneCall = LaneCall(
            call: call, judge: judge, question: question, place: place,
            byteCount: call.system.utf8.count + call.user.utf8.count, deadlineNanoseconds: deadlineNanoseconds,
            prefixHash: prefixHash(of: call.system), key: key)
        calls.insert(laneCall, for: identifier)
        questions.change(question) { $0.openCalls.insert(identifier) }
        // A canary is asked every time.
        let found = key.flatMap {
            cache?.lookup($0, caller: identifier, bypasses: ticket.isCanary, now: instant.monotonicNanoseconds)
        }
        switch found {
        case .hit(let verdicts):
            works.change(ticket) { $0.usage.cachedCount += 1 }
            counts.cachedCount += 1
            settle(identifier, .success(verdicts), instant, &actions)
        case .joins:
            works.change(ticket) { $0.usage.cachedCount += 1 }
            counts.cachedCount += 1
            calls.change(identifier) { $0.flight = .joins }
        case .leads:
            calls.change(identifier) { $0.flight = .leads }
            submit(identifier, instant, &actions)
        case .asksAlone, nil: submit(identifier, instant, &actions)
        }
    }

    /// Sends a call on its way.
    private mutating func submit(_ identifier: UInt64, _ instant: LaneInstant, _ actions: inout [LaneAction]) {
        guard let call = calls[identifier] else { return }
        counts.callCount += 1
        if let ticket = questions[call.question]?.ticket { works.change(ticket) { $0.usage.callCount += 1 } }
        hold(identifier, instant, &actions)
    }

    /// Hands calls to the pool, which knows them as one of that identifier.
    mutating func submit(
        _ identifier: UInt64, members: [UInt64], _ instant: LaneInstant, _ actions: inout [LaneAction]
    ) {
        guard let first = calls[members[0]] else { return }
        var pooled = PooledCall(
            identifier: identifier, judge: first.judge, prefixHash: first.prefixHash,
            estimatedTokenCount: 0, deadlineNanoseconds: 0)
        pooled.isBatch = members.count > 1
        for member in members {
            guard let call = calls[member] else { continue }
            pooled.estimatedTokenCount += call.byteCount / 4 + call.call.sampling.tokenCountMax
            pooled.deadlineNanoseconds = max(pooled.deadlineNanoseconds, call.deadlineNanoseconds)
        }
        var poolActions: [PoolAction] = []
        pool.submit(pooled, now: instant.monotonicNanoseconds, &poolActions)
        perform(poolActions, instant, &actions)
    }

    /// Does what the pool says.
    mutating func perform(_ poolActions: [PoolAction], _ instant: LaneInstant, _ actions: inout [LaneAction]) {
        for action in poolActions {
            switch action {
            case .start(let attempt, let call, let endpoint, let timeoutNanoseconds):
                let members = members(of: call)
                let sent = LaneAttempt(
                    identifier: attempt, calls: members, endpoint: endpoint,
                    capabilities: capabilities[endpoint], clockLead: clockLeads[endpoint],
                    beginNanoseconds: instant.monotonicNanoseconds,
                    endNanoseconds: instant.monotonicNanoseconds + timeoutNanoseconds,
                    hasAmpleTime: isAmple(timeoutNanoseconds, forBatch: members))
                send(sent, instant, &actions)
            case .abort(let attempt):
                if let sent = attempts.removeValue(forKey: attempt.value) {
                    noteBatch(sent, abortedAt: instant, &actions)
                }
                actions.append(.abort(attempt: attempt.value))
            case .recovered(let endpoint): askProbe(ofEndpoint: endpoint, &actions)
            case .finish(let call, .answered(let attempt, let endpoint)):
                finish(call, attempt, endpoint, instant, &actions)
            case .finish(let call, .failed(let failure)): fail(call, failure, instant, &actions)
            }
        }
    }

    /// Sends an attempt's request, built by what the endpoint is known to do.
    private mutating func send(_ sent: LaneAttempt, _ instant: LaneInstant, _ actions: inout [LaneAction]) {
        let asked = sent.calls.compactMap { worded($0) }
        guard !asked.isEmpty, asked.count == sent.calls.count else { return }
        let attempt = sent.identifier
        attempts.insert(sent, for: attempt.value)
        do throws(RequestRefusal) {
            let request =
                asked.count == 1
                ? try request(asked[0], sent, instant)
                : try ProviderAdapter.makeBatchRequest(
                    asked, schema: asked[0].shape.schema, endpoint: endpoints[sent.endpoint],
                    capabilities: sent.capabilities)
            actions.append(
                .send(
                    attempt: attempt.value, request,
                    timeoutNanoseconds: sent.endNanoseconds - min(instant.monotonicNanoseconds, sent.endNanoseconds)))
            for call in sent.calls { letGoOfWords(call) }
        } catch {
            attempts.removeValue(forKey: attempt.value)
            let failure = ProviderFailure(.badRequest, message: JudgeFailure(error).reason)
            var poolActions: [PoolAction] = []
            pool.attemptEnded(attempt, .failure(failure, nil), now: instant.monotonicNanoseconds, &poolActions)
            perform(poolActions, instant, &actions)
        }
    }

    /// A call with its words, which are found anew where they were let go.
    private func worded(_ identifier: UInt64) -> JudgeCall? {
        guard let call = calls[identifier] else { return nil }
        guard call.lacksWords, case .vote(_, _, let part) = call.place else { return call.call }
        return try? rubricCalls(ofQuestion: call.question, sampling: call.call.sampling)?[part]
    }

    private mutating func letGoOfWords(_ identifier: UInt64) {
        // What is compared is put together from several rollouts, and a repair has words that nobody can find again.
        // Nor does a shadow's question lead to its rubric.
        guard let call = calls[identifier], case .vote = call.place, !call.isRepair,
            questions[call.question]?.ticket.isOwn == false
        else { return }
        calls.change(identifier) {
            $0.call.user = ""
            $0.lacksWords = true
        }
    }

    /// The request of one call: by the draft that an earlier one left, where there is one.
    private mutating func request(
        _ call: JudgeCall, _ sent: LaneAttempt, _ instant: LaneInstant
    ) throws(RequestRefusal) -> HTTPRequest {
        let index = sent.endpoint
        if let place = drafts[index].firstIndex(where: { $0.fits(call, sent.capabilities) }) {
            if place > 0 { drafts[index].swapAt(place, place - 1) }
            return drafts[index][max(0, place - 1)].request(asking: call.user)
        }
        let draft = try RequestDraft(call, endpoint: endpoints[index], capabilities: sent.capabilities)
        guard let draft else {
            return try ProviderAdapter.makeRequest(
                call, schema: call.shape.schema, endpoint: endpoints[index], capabilities: sent.capabilities,
                wallClockSeconds: sent.clockLead.applied(to: instant.wallClockSeconds))
        }
        if drafts[index].count == Self.draftCountMax { drafts[index].removeLast() }
        drafts[index].append(draft)
        return draft.request(asking: call.user)
    }

    /// Drafts kept of an endpoint: more than the rubrics that are usually asked of one at a time.
    private static let draftCountMax = 8

    /// What a response to an attempt comes to.
    func read(_ response: HTTPResponse, to sent: LaneAttempt, _ instant: LaneInstant) -> ProviderOutcome {
        let endpoint = endpoints[sent.endpoint]
        guard sent.calls.count == 1 else {
            return ProviderAdapter.readBatch(
                response, callCount: sent.calls.count, endpoint: endpoint, wallClockSeconds: instant.wallClockSeconds)
        }
        guard let call = calls[sent.calls[0]] else { preconditionFailure("a call outlives its attempts") }
        return ProviderAdapter.read(
            response, call: call.call, endpoint: endpoint, wallClockSeconds: instant.wallClockSeconds)
    }

    /// Learns from a refusal. True when the request goes out once more, without the parameter that the endpoint named: to the
    /// pool that is the same attempt.
    mutating func learn(
        from failure: ProviderFailure, of sent: LaneAttempt, _ instant: LaneInstant, _ actions: inout [LaneAction]
    ) -> Bool {
        let endpoint = sent.endpoint
        if sent.calls.count > 1, failure.kind == .notFound || failure.kind == .malformedReply {
            capabilities[endpoint].takesBatch = false
        }
        guard let fewer = sent.capabilities.leavingOut(namedBy: failure, api: endpoints[endpoint].api),
            mayResend(sent, instant)
        else { return false }
        // Another call may have been told already.
        if capabilities[endpoint] == sent.capabilities { capabilities[endpoint] = fewer }
        resend(sent, instant, &actions)
        return true
    }

    /// Learns from a signature that was refused where the clocks differ. True when the request goes out once more.
    mutating func correctClock(
        by outcome: ProviderOutcome, of sent: LaneAttempt, _ instant: LaneInstant, _ actions: inout [LaneAction]
    ) -> Bool {
        // Held against what this request was signed by: those beside it were sent before the first was refused.
        guard mayResend(sent, instant),
            let lead = sent.clockLead.corrected(by: outcome, of: endpoints[sent.endpoint])
        else { return false }
        clockLeads[sent.endpoint] = lead
        resend(sent, instant, &actions)
        return true
    }

    private func mayResend(_ sent: LaneAttempt, _ instant: LaneInstant) -> Bool {
        sent.resendCount < Self.resendCountMax && instant.monotonicNanoseconds < sent.endNanoseconds
    }

    /// Sends a request once more by what is known now; to the pool that is the same attempt.
    private mutating func resend(_ sent: LaneAttempt, _ instant: LaneInstant, _ actions: inout [LaneAction]) {
        var again = sent
        again.calls.removeAll { calls[$0] == nil }
        again.capabilities = capabilities[sent.endpoint]
        again.clockLead = clockLeads[sent.endpoint]
        again.resendCount += 1
        counts.resendCount += 1
        send(again, instant, &actions)
    }

    /// What one request may learn on its way.
    private static let resendCountMax = 3

    /// Reads the verdicts of calls that were answered.
    private mutating func finish(
        _ identifier: UInt64, _ attempt: AttemptIdentifier, _ endpoint: Int, _ instant: LaneInstant,
        _ actions: inout [LaneAction]
    ) {
        guard let sent = attempts[attempt.value], let reply = sent.reply else { return }
        batches.removeValue(forKey: identifier)
        counts.savedRequestCount += reply.samples.count - 1
        guard sent.calls.count > 1 else {
            // What is left of a batch is known to the pool by the batch's identifier.
            calls.change(sent.calls[0]) { $0.batch = nil }
            return take(reply.samples, of: sent.calls[0], reply.usage, endpoint, instant, &actions)
        }
        for (index, member) in sent.calls.enumerated() where calls[member] != nil {
            calls.change(member) { $0.batch = nil }
            take(
                [reply.samples[index]], of: member, reply.usage.share(index, of: sent.calls.count), endpoint, instant,
                &actions)
        }
    }

    /// Reads the verdicts of a call.
    private mutating func take(
        _ samples: [ProviderReply.Sample], of identifier: UInt64, _ usage: TokenUsage, _ endpoint: Int,
        _ instant: LaneInstant, _ actions: inout [LaneAction]
    ) {
        guard let call = calls[identifier] else { return }
        account(usage, endpoint, of: call)
        var verdicts: [ParsedVerdict] = []
        var fault = VerdictFault.empty
        for sample in samples {
            do throws(VerdictFault) {
                let parsed = try VerdictParser().parse(sample, as: call.call.shape)
                counts.count(parsed.step)
                verdicts.append(parsed)
            } catch {
                counts.count(error)
                fault = error
            }
        }
        if samples.isEmpty { counts.count(fault) }
        // Of several answers, those that can be read stand for all as long as they are more than half.
        guard verdicts.count * 2 <= samples.count else {
            return settle(identifier, .success(verdicts), instant, &actions)
        }
        if fault.isRepairable && !call.isRepair, let asked = worded(identifier) {
            return repair(identifier, asked, instant, &actions)
        }
        settle(identifier, .failure(JudgeFailure(fault)), instant, &actions)
    }

    private mutating func account(_ usage: TokenUsage, _ endpoint: Int, of call: LaneCall) {
        let cost = Double(prices[endpoint].cost(of: usage.checked)) / 1e9
        counts.usage.inputCount += usage.inputCount
        counts.usage.outputCount += usage.outputCount
        counts.cost += cost
        guard let ticket = questions[call.question]?.ticket else { return }
        var share = JudgeUsage()
        share.inputTokenCount = usage.inputCount
        share.outputTokenCount = usage.outputCount
        share.cost = cost
        works.change(ticket) { $0.usage.add(share) }
    }

    /// Asks once more, for nothing but JSON. Those who wait for the call wait on: its verdict is theirs, too.
    private mutating func repair(
        _ identifier: UInt64, _ asked: JudgeCall, _ instant: LaneInstant, _ actions: inout [LaneAction]
    ) {
        counts.repairCount += 1
        var again = asked.repairing()
        again.sampling.sampleCount = asked.sampling.sampleCount
        calls.change(identifier) {
            $0.call = again
            $0.isRepair = true
            $0.lacksWords = false
        }
        submit(identifier, instant, &actions)
    }

    /// Ends a call, and with the same outcome those that waited for it.
    mutating func settle(
        _ identifier: UInt64, _ outcome: Result<[ParsedVerdict], JudgeFailure>, _ instant: LaneInstant,
        _ actions: inout [LaneAction]
    ) {
        guard let call = calls[identifier] else { return }
        var waiters: [UInt64] = []
        switch outcome {
        case .success(let verdicts): waiters = land(identifier, call, verdicts, instant, &actions)
        case .failure(let failure) where failure.status == .timeout || failure.status == .cancelled:
            // That is this caller's own: whoever waited longest asks instead.
            hand(over: identifier, call, instant, &actions)
        case .failure: waiters = land(identifier, call, nil, instant, &actions)
        }
        calls.removeValue(forKey: identifier)
        decide(call, identifier, outcome, instant, &actions)
        for waiter in waiters {
            guard let waiting = calls.removeValue(forKey: waiter) else { continue }
            decide(waiting, waiter, outcome, instant, &actions)
        }
    }

    /// Ends the flight of a call that led. Those that waited for it.
    private mutating func land(
        _ identifier: UInt64, _ call: LaneCall, _ verdicts: [ParsedVerdict]?, _ instant: LaneInstant,
        _ actions: inout [LaneAction]
    ) -> [UInt64] {
        guard case .leads = call.flight, let key = call.key else { return [] }
        guard let verdicts else { return cache?.fail(key) ?? [] }
        let kept = KeptVerdict(
            key: key, verdicts: verdicts, wallClockMicroseconds: instant.wallClockSeconds * 1_000_000)
        actions.append(.keep(kept))
        return cache?.fill(key, verdicts, byteCount: kept.byteCount, now: instant.monotonicNanoseconds) ?? []
    }

    /// Takes verdicts of earlier processes into the cache, the oldest first.
    package mutating func restore(_ verdicts: [KeptVerdict], _ instant: LaneInstant) {
        for kept in verdicts {
            let age = max(0, instant.wallClockSeconds * 1_000_000 - kept.wallClockMicroseconds)
            cache?.restore(
                kept.key, kept.verdicts, byteCount: kept.byteCount, ageNanoseconds: UInt64(age) &* 1_000,
                now: instant.monotonicNanoseconds)
        }
    }

    private mutating func hand(
        over identifier: UInt64, _ call: LaneCall, _ instant: LaneInstant, _ actions: inout [LaneAction]
    ) {
        switch call.flight {
        case .alone: return
        case .leads, .joins:
            guard let key = call.key, let next = cache?.leave(key, caller: identifier), calls[next] != nil else {
                return
            }
            calls.change(next) { $0.flight = .leads }
            submit(next, instant, &actions)
        }
    }

    /// Tells a call's question what became of it.
    private mutating func decide(
        _ call: LaneCall, _ identifier: UInt64, _ outcome: Result<[ParsedVerdict], JudgeFailure>,
        _ instant: LaneInstant, _ actions: inout [LaneAction]
    ) {
        guard questions.change(call.question, { $0.openCalls.remove(identifier) != nil }) == true else { return }
        let verdicts = outcome.map { $0.map(\.verdict) }
        switch call.place {
        case .vote(let voter, let firstAnswer, let part):
            vote(call.question, (voter, firstAnswer, part), verdicts, instant, &actions)
        case .pair(let index, let isSwapped):
            compare(call.question, pair: index, isSwapped: isSwapped, verdicts, instant, &actions)
        case .group(let index): compare(call.question, group: index, verdicts, instant, &actions)
        }
    }

    /// Gives up the calls of a question.
    mutating func dropCalls(of question: UInt64, _ instant: LaneInstant, _ actions: inout [LaneAction]) {
        guard let open = questions[question]?.openCalls else { return }
        questions.change(question) { $0.openCalls = [] }
        for identifier in open.sorted() {
            guard let call = calls.removeValue(forKey: identifier) else { continue }
            hand(over: identifier, call, instant, &actions)
            if case .joins = call.flight { continue }
            withdraw(identifier, call, instant, &actions)
        }
    }

    // MARK: Keys

    /// What tells calls of equal meaning: the judge with its models, every word, and how it is sampled.
    private func cacheKey(of call: JudgeCall, judge: Int, _ place: LaneCall.Place) -> CacheKey {
        var hash = keyBeginnings[judge]
        hash.add(call.system)
        hash.add(call.user)
        hash.add(call.shape)
        hash.add(call.sampling)
        // Several answers to the same words are several, though no seed tells them apart.
        if call.sampling.seed == nil, case .vote(_, let answer, _) = place, answer > 0 { hash.add(answer) }
        guard let key = CacheKey(digest: hash.finalize()) else {
            preconditionFailure("a SHA-256 has the length of a key")
        }
        return key
    }

    /// The part of a cache's key that is the same for all calls to a judge.
    static func keyBeginning(of judge: JudgeSettings) -> SHA256 {
        var hash = SHA256()
        hash.add("plaudit verdict 1, wording \(PromptWording.version)")
        for endpoint in judge.endpoints.map(\.endpoint) {
            hash.add(endpoint.api.rawValue)
            hash.add(endpoint.model)
            hash.add(endpoint.url.url(target: endpoint.url.basePath))
            hash.add(endpoint.url.unixSocketPath ?? "")
            hash.add(endpoint.region ?? "")
            hash.add(endpoint.apiVersion ?? "")
            for header in endpoint.headers { hash.add(header.name + ": " + header.value) }
        }
        return hash
    }

    /// A nonce for what is judged: the same for the same texts, and not to be guessed without the lane's key.
    func nonce(for texts: [String]) -> UInt64 {
        // The key in front is enough of a signature where only a quarter of the hash is shown.
        var hash = nonceBeginning
        for text in texts { hash.add(text) }
        return hash.finalize().withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) }
    }

    /// What tells the beginnings of calls apart for the servers' caches. Most calls begin as the one before.
    private mutating func prefixHash(of text: String) -> UInt64 {
        if text != lastPrefix.text { lastPrefix = (text, Self.hash(text)) }
        return lastPrefix.hash
    }

    /// FNV-1a by words instead of bytes: good enough for this, and for nothing else.
    private static func hash(_ text: String) -> UInt64 {
        var text = text
        return text.withUTF8 { utf8 in
            let bytes = UnsafeRawBufferPointer(utf8)
            var hash: UInt64 = 0xCBF2_9CE4_8422_2325
            func add(_ value: UInt64) {
                hash = (hash ^ value) &* 0x100_0000_01B3
                // What is above a byte would only ever move up.
                hash ^= hash >> 32
            }
            var index = 0
            while bytes.count - index >= MemoryLayout<UInt64>.size {
                add(bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
                index += MemoryLayout<UInt64>.size
            }
            for byte in bytes[index...] { add(UInt64(byte)) }
            return hash
        }
    }

    /// The part of every nonce's hash that only this lane knows.
    static func nonceBeginning(seed: UInt64) -> SHA256 {
        var hash = SHA256()
        hash.add("plaudit nonce")
        hash.add(seed)
        return hash
    }
}

extension SHA256 {
    /// A text, with its length in front, so that no two lists of texts are the same bytes.
    fileprivate mutating func add(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            add(UInt64(bytes.count))
            update(bufferPointer: UnsafeRawBufferPointer(bytes))
        }
    }

    fileprivate mutating func add(_ number: UInt64) {
        withUnsafeBytes(of: number.littleEndian) { update(bufferPointer: $0) }
    }

    fileprivate mutating func add(_ flag: Bool) { add(flag ? 1 : 0 as UInt64) }

    fileprivate mutating func add(_ number: Int) { add(UInt64(bitPattern: Int64(number))) }

    /// Each case begins with a number of its own.
    fileprivate mutating func add(_ shape: VerdictShape) {
        switch shape {
        case .criteria(let questions, let wantsReasons):
            add(1)
            add(wantsReasons)
            add(questions.count)
            for question in questions {
                add(question.name)
                add(question.text)
            }
        case .scale(let low, let high, let wantsReason):
            add(2)
            add(wantsReason)
            add(low)
            add(high)
        case .preference(let wantsReason):
            add(3)
            add(wantsReason)
        case .group(let identifiers, let wantsReasons):
            add(4)
            add(wantsReasons)
            add(identifiers.count)
            for identifier in identifiers { add(identifier) }
        }
    }

    fileprivate mutating func add(_ sampling: Sampling) {
        add(sampling.temperature != nil)
        add((sampling.temperature ?? 0).bitPattern)
        add(sampling.seed != nil)
        add(sampling.seed ?? 0)
        add(sampling.tokenCountMax)
        add(sampling.sampleCount)
        add(sampling.wantsProbabilities)
    }
}
