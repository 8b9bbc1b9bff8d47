extension JudgePool {
    /// Tells the endpoint what an attempt that ended by itself came to.
    mutating func settle(_ attempt: Attempt, _ outcome: AttemptOutcome, _ actions: inout [PoolAction]) {
        let effect: EndpointState.Effect
        let hints: RateHints?
        switch outcome {
        case .success(let usage, let said):
            let checked = usage.checked
            effect = endpoints[attempt.endpoint].succeeded(attempt, usage: checked, now: now)
            counts.count(checked)
            hints = said
        case .failure(let failure, let said):
            effect = endpoints[attempt.endpoint].failed(attempt, failure, now: now)
            if failure.kind == .rateLimited { counts.rateLimitedCount += 1 }
            if failure.kind == .overloaded { counts.overloadedCount += 1 }
            hints = said
        }
        count(effect)
        if let hints { endpoints[attempt.endpoint].apply(hints, now: now) }
        if effect.didCloseBreaker { actions.append(.recovered(endpoint: attempt.endpoint)) }
    }

    /// Decides what an attempt's end means for its call.
    mutating func resolve(_ attempt: Attempt, _ outcome: AttemptOutcome, _ actions: inout [PoolAction]) {
        let slot = attempt.callSlot
        if attempt.isHedge {
            calls[slot].hedge = nil
        } else {
            calls[slot].running = nil
        }
        // An answer at the deadline is too late: whoever asked has been told so, or is about to be.
        guard now < calls[slot].call.deadlineNanoseconds else { return }
        switch outcome {
        case .success:
            if attempt.isHedge { counts.hedgeWonCount += 1 }
            finish(slot, .answered(by: attempt.identifier, endpoint: attempt.endpoint), &actions)
        case .failure(let failure, _):
            if let verdict = failed(slot, failure) {
                finish(slot, .failed(verdict), &actions)
            } else if !calls[slot].isRunning {
                retry(slot, failure, &actions)
            }
        }
    }

    /// Notes a failure of a call. Returns how the call ends by it; nil when it goes on.
    private mutating func failed(_ slot: Int, _ failure: ProviderFailure) -> PoolFailure? {
        let isSameAgain =
            failure.kind == .serverError && failure.bodyHash != 0
            && failure.bodyHash == calls[slot].serverErrorHash
        calls[slot].lastFailure = failure.kind
        switch failure.kind {
        case .serverError: calls[slot].serverErrorHash = failure.bodyHash
        case .modelError: calls[slot].modelErrorCount += 1
        case .rateLimited, .overloaded, .timeout, .transport, .billing, .authentication, .forbidden, .notFound,
            .badRequest, .contextTooLong,
            .contentFilter, .malformedReply:
            break
        }
        let record = calls[slot]
        // The other attempt may be at an endpoint in better order.
        if record.isRunning { return nil }
        if isSameAgain || !RetryPolicy.mayRetry(failure) { return .permanent(failure) }
        let isTooMuch = record.call.isBatch && failure.kind == .timeout
        if isTooMuch || record.call.isProbe || record.attemptCount >= settings.attemptCountMax
            || record.modelErrorCount > 1
        {
            return .retriesExhausted(failure)
        }
        return nil
    }

    /// Sends a call again, at once or later, or gives it up.
    private mutating func retry(_ slot: Int, _ failure: ProviderFailure, _ actions: inout [PoolAction]) {
        // A hedge that was planned is void: the slow attempt is over.
        wakes.remove(slot)
        let record = calls[slot]
        let judge = record.call.judge
        let others = judges[judge].mask & ~record.triedMask
        let open = openNow(others)
        var delay: UInt64?
        if open == 0 {
            // The wait that the endpoint asks for matters only where the call cannot go elsewhere.
            var asked = failure
            if hasFuture(others) { asked.retryAfterNanoseconds = nil }
            delay = RetryPolicy.delay(attempt: record.attemptCount, randomUnit: random.unit(), failure: asked)
            guard let delay, delay < record.call.deadlineNanoseconds - now else {
                return finish(slot, .failed(.retriesExhausted(failure)), &actions)
            }
        }
        let totals = judges[judge].retries.totals(now: now)
        guard totals.some < max(settings.retryCountMin, Int(settings.retryShare * Double(totals.all))) else {
            counts.retryRefusedCount += 1
            return finish(slot, .failed(.retriesExhausted(failure)), &actions)
        }
        judges[judge].retries.add(all: 0, some: 1, now: now)
        if let delay {
            calls[slot].phase = .waiting
            judges[judge].waitingCount += 1
            // A wait of nothing still is a timer, so that no event goes on for ever.
            wakes.insert(slot, instant: now + max(1, delay), number: record.sequence)
        } else {
            start(slot, endpoint: choose(slot, among: open), isHedge: false, &actions)
        }
    }

    /// Whether one of a set of endpoints takes calls again soon.
    private func hasFuture(_ set: UInt64) -> Bool {
        endpoints.indices.contains { index in
            guard set & 1 << UInt64(index) != 0 else { return false }
            switch endpoints[index].availability(now: now) {
            case .now, .afterAttempt: return true
            case .at(let instant): return instant <= now + RetryPolicy.capNanoseconds
            case .suspended, .spent: return false
            }
        }
    }

    /// Ends a call: lets its attempts go, forgets it and tells.
    mutating func finish(_ slot: Int, _ outcome: PoolOutcome, _ actions: inout [PoolAction]) {
        let record = calls[slot]
        for identifier in [record.running, record.hedge] {
            guard let identifier, let attempt = attempts.remove(identifier) else { continue }
            let effect = endpoints[attempt.endpoint].abandoned(
                attempt, timeoutNanoseconds: settings.timeoutNanoseconds, now: now)
            count(effect)
            actions.append(.abort(attempt: identifier))
        }
        deadlines.remove(slot)
        wakes.remove(slot)
        ready.remove(slot)
        if record.phase == .waiting { judges[record.call.judge].waitingCount -= 1 }
        calls.remove(slot)
        counts.count(outcome)
        actions.append(.finish(call: record.call.identifier, outcome))
    }

    private mutating func count(_ effect: EndpointState.Effect) {
        counts.costNanos += effect.costNanos
        if effect.didOpenBreaker { counts.breakerOpeningCount += 1 }
    }
}
