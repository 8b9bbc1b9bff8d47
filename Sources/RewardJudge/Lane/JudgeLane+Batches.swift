// Batches: calls are held for a moment, so that those which an endpoint takes in one request become one, and those which begin
// alike follow each other and find their beginning in the server's cache.

/// Calls that are one call to the pool.
struct LaneBatch: Sendable {
    /// In the order of their coming; those that were given up are gone.
    var members: [UInt64]
}

extension JudgeLane {
    /// Puts a call among those that are held.
    mutating func hold(_ identifier: UInt64, _ instant: LaneInstant, _ actions: inout [LaneAction]) {
        guard let call = calls[identifier] else { return }
        var groups: [CallGroup] = []
        gatherer.add(
            GatheredCall(
                identifier: identifier, batchKey: batchKey(of: call), prefixHash: call.prefixHash,
                deadlineNanoseconds: call.deadlineNanoseconds),
            now: instant.monotonicNanoseconds, &groups)
        submit(groups, instant, &actions)
    }

    /// Lets go of what was held for long enough.
    mutating func releaseHeld(_ instant: LaneInstant, _ actions: inout [LaneAction]) {
        var groups: [CallGroup] = []
        gatherer.advance(to: instant.monotonicNanoseconds, &groups)
        submit(groups, instant, &actions)
    }

    private mutating func submit(_ groups: [CallGroup], _ instant: LaneInstant, _ actions: inout [LaneAction]) {
        for group in groups {
            if group.identifiers.count == 1 {
                submit(group.identifiers[0], members: group.identifiers, instant, &actions)
                continue
            }
            lastCall += 1
            let identifier = lastCall
            batches.insert(LaneBatch(members: group.identifiers), for: identifier)
            for member in group.identifiers { calls.change(member) { $0.batch = identifier } }
            submit(identifier, members: group.identifiers, instant, &actions)
        }
    }

    /// Tells calls that can be one request: of one judge, all endpoints of which take several, with one form of answer and one way
    /// of sampling, and over within the same second, so that none waits in the pool behind what is more urgent than it.
    private func batchKey(of call: LaneCall) -> GatheredCall.BatchKey? {
        var countMax = call.call.sampling.sampleCount == 1 ? call.batchCountMax : 1
        for endpoint in endpointRange(of: call.judge) {
            countMax = min(countMax, capabilities[endpoint].takesBatch ? batchLimits[endpoint].count : 1)
        }
        guard countMax > 1 else { return nil }
        var hasher = Hasher()
        hasher.combine(call.judge)
        hasher.combine(call.call.shape)
        hasher.combine(call.call.sampling)
        hasher.combine(call.deadlineNanoseconds / 1_000_000_000)
        return GatheredCall.BatchKey(hash: UInt64(bitPattern: Int64(hasher.finalize())), countMax: countMax)
    }

    /// A judge's endpoints, by their index among all.
    func endpointRange(of judge: Int) -> Range<Int> {
        let first = catalog.judges[..<judge].reduce(0) { $0 + $1.endpoints.count }
        return first..<first + catalog.judges[judge].endpoints.count
    }

    /// The calls of a call to the pool.
    func members(of identifier: UInt64) -> [UInt64] {
        batches[identifier]?.members ?? [identifier]
    }

    /// Learns from an answer how many calls its endpoint can be asked at once.
    mutating func noteBatch(_ sent: LaneAttempt, answeredAt instant: LaneInstant) {
        batchLimits[sent.endpoint].answered(
            callCount: sent.calls.count, elapsedNanoseconds: instant.monotonicNanoseconds - sent.beginNanoseconds,
            timeoutNanoseconds: min(
                catalog.lane.pool.timeoutNanoseconds, sent.endNanoseconds - sent.beginNanoseconds))
    }

    /// Whether a batch has as much time as any attempt, or half of what its request has.
    func isAmple(_ nanoseconds: UInt64, forBatch members: [UInt64]) -> Bool {
        guard members.count > 1, let call = calls[members[0]], let ticket = questions[call.question]?.ticket,
            let begun = works[ticket]?.begunNanoseconds
        else { return false }
        return nanoseconds >= catalog.lane.pool.timeoutNanoseconds
            || nanoseconds >= (call.deadlineNanoseconds - min(begun, call.deadlineNanoseconds)) / 2
    }

    /// The same of a request that got no answer.
    mutating func noteBatch(_ sent: LaneAttempt, _ failure: ProviderFailure, _ actions: inout [LaneAction]) {
        switch failure.kind {
        case .timeout where sent.hasAmpleTime: lowerBatchLimit(sent, &actions)
        // Of a driver, an answer that is too long.
        case .malformedReply: lowerBatchLimit(sent, &actions)
        default: break
        }
    }

    /// The same of one that was let go, when all its time was over.
    mutating func noteBatch(_ sent: LaneAttempt, abortedAt instant: LaneInstant, _ actions: inout [LaneAction]) {
        guard sent.hasAmpleTime, instant.monotonicNanoseconds >= sent.endNanoseconds else { return }
        lowerBatchLimit(sent, &actions)
    }

    private mutating func lowerBatchLimit(_ sent: LaneAttempt, _ actions: inout [LaneAction]) {
        guard batchLimits[sent.endpoint].failed(callCount: sent.calls.count),
            let judge = catalog.judges.indices.first(where: { endpointRange(of: $0).contains(sent.endpoint) })
        else { return }
        let notice = LaneNotice.batchTooLarge(
            judge: catalog.judges[judge].name, callCount: sent.calls.count,
            countMax: batchLimits[sent.endpoint].count)
        actions.append(.notice(notice))
    }

    /// Ends calls that the pool has failed. What was refused for good as a batch may be one call's fault, so each is asked
    /// by itself then; what was not done in time is asked in smaller batches.
    mutating func fail(
        _ identifier: UInt64, _ failure: PoolFailure, _ instant: LaneInstant, _ actions: inout [LaneAction]
    ) {
        guard let batch = batches.removeValue(forKey: identifier) else {
            return settle(identifier, .failure(JudgeFailure(failure)), instant, &actions)
        }
        if failure.mayBeTheirNumber { counts.dividedBatchCount += 1 }
        for member in batch.members where calls[member] != nil {
            calls.change(member) { $0.batch = nil }
            if failure.mayBeOneCallsFault {
                calls.change(member) { $0.batchCountMax = 1 }
                submit(member, members: [member], instant, &actions)
            } else if failure.mayBeTheirNumber {
                calls.change(member) { $0.batchCountMax = max(1, batch.members.count / 2) }
                hold(member, instant, &actions)
            } else {
                settle(member, .failure(JudgeFailure(failure)), instant, &actions)
            }
        }
    }

    /// Gives a call up, wherever it is on its way.
    mutating func withdraw(
        _ identifier: UInt64, _ call: LaneCall, _ instant: LaneInstant, _ actions: inout [LaneAction]
    ) {
        if gatherer.cancel(identifier) { return }
        var carrier = identifier
        if let batch = call.batch {
            let isEmpty = batches.change(batch) {
                $0.members.removeAll { $0 == identifier }
                return $0.members.isEmpty
            }
            guard isEmpty == true else { return }
            batches.removeValue(forKey: batch)
            carrier = batch
        }
        var poolActions: [PoolAction] = []
        pool.cancel(carrier, now: instant.monotonicNanoseconds, &poolActions)
        perform(poolActions, instant, &actions)
    }
}

extension PoolFailure {
    /// Whether it tells nothing of the other calls of a batch.
    fileprivate var mayBeOneCallsFault: Bool {
        guard case .permanent(let failure) = self else { return false }
        switch failure.kind {
        case .badRequest, .notFound, .contextTooLong, .contentFilter, .malformedReply, .serverError, .modelError:
            return true
        case .rateLimited, .overloaded, .timeout, .transport, .billing, .authentication, .forbidden: return false
        }
    }

    /// Whether fewer calls of a batch may be answered where all were not.
    fileprivate var mayBeTheirNumber: Bool {
        guard case .retriesExhausted(let failure) = self else { return false }
        return failure.kind == .timeout
    }
}

extension TokenUsage {
    /// What falls to one of so many calls that were one request; the first bear the rest of the division.
    func share(_ index: Int, of count: Int) -> TokenUsage {
        func share(_ tokens: Int) -> Int { tokens / count + (index < tokens % count ? 1 : 0) }
        return TokenUsage(
            inputCount: share(inputCount), outputCount: share(outputCount), cachedInputCount: share(cachedInputCount))
    }
}
