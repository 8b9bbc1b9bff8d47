internal import RewardKernel

/// What the lane counts beside the pool and the cache: the one list of it.
package struct LaneCounters: Sendable, Equatable {
    package var questionCount = 0
    package var refusedWorkCount = 0
    package var callCount = 0
    /// Calls that the cache or a call under way answered.
    package var cachedCount = 0
    package var repairCount = 0
    /// Requests sent anew without a parameter that was refused.
    package var resendCount = 0
    /// Requests that were not needed because one brought several answers.
    package var savedRequestCount = 0
    /// Batches that were not answered in time, and were asked again in parts.
    package var dividedBatchCount = 0
    package var scoredCount = 0
    package var escalatedCount = 0
    /// Completions that failed without a call: empty, or known to be no answer.
    package var gatedCount = 0
    package var suspectCount = 0
    /// Known-bad completions that were judged, and those of them that passed.
    package var canaryCount = 0
    package var canaryPassedCount = 0
    /// Second rubrics that were not asked because the lane was full or had no pause, and those that gave no verdict.
    package var shadowSkippedCount = 0
    package var shadowFailedCount = 0
    package var pairCount = 0
    package var flipCount = 0
    package var tieCount = 0
    package var usage = TokenUsage()
    package var cost: Double = 0
    private(set) var stepCounts = Array(repeating: 0, count: LadderStep.allCases.count)
    private(set) var statusCounts: [Status: Int] = [:]
    private(set) var faultCounts: [String: Int] = [:]

    mutating func count(_ step: LadderStep) {
        stepCounts[step.rawValue] += 1
    }

    mutating func count(_ failure: JudgeFailure) {
        statusCounts[failure.status, default: 0] += 1
    }

    mutating func count(_ fault: VerdictFault) {
        faultCounts[fault.label, default: 0] += 1
    }
}

extension JudgeLane {
    /// Everything that is counted, under its name in `stats`.
    package var statistics: JudgeStatistics {
        let calls = pool.statistics
        var counters = [
            JudgeStatistics.Counter("questions", Double(counts.questionCount)),
            .init("questions_waiting", Double(questions.count)),
            .init("refused_requests", Double(counts.refusedWorkCount)),
            .init("scored", Double(counts.scoredCount)),
            .init("calls", Double(counts.callCount)),
            .init("attempts", Double(calls.attemptCount)),
            .init("retries", Double(calls.retryCount)),
            .init("in_flight", Double(calls.inFlightCount)),
            .init("queued", Double(calls.queuedCount)),
            .init("cached", Double(counts.cachedCount)),
            .init("cache_entries", Double(cache?.statistics.entryCount ?? 0)),
            .init("cache_restored", Double(cache?.statistics.restoredCount ?? 0)),
            .init("rate_limited", Double(calls.rateLimitedCount)),
            .init("overloaded", Double(calls.overloadedCount)),
            .init("breaker_openings", Double(calls.breakerOpeningCount)),
            .init("hedges", Double(calls.hedgeCount)),
            .init("resent_with_less", Double(counts.resendCount)),
            .init("requests_saved", Double(counts.savedRequestCount)),
            .init("batches_divided", Double(counts.dividedBatchCount)),
            .init("repairs", Double(counts.repairCount)),
            .init("escalations", Double(counts.escalatedCount)),
            .init("failed_without_a_call", Double(counts.gatedCount)),
            .init("suspected_injections", Double(counts.suspectCount)),
            .init("canaries", Double(counts.canaryCount)),
            .init("canaries_passed", Double(counts.canaryPassedCount)),
            .init("shadows_skipped", Double(counts.shadowSkippedCount)),
            .init("shadows_failed", Double(counts.shadowFailedCount)),
            .init("drift_alarms", Double(watches.reduce(0) { $0 + $1.alarmCount })),
            .init("drifting", Double(watches.count { $0.isRaised })),
            .init("pairs", Double(counts.pairCount)),
            .init("flips", Double(counts.flipCount)),
            .init("ties", Double(counts.tieCount)),
            .init("tokens_in", Double(counts.usage.inputCount)),
            .init("tokens_out", Double(counts.usage.outputCount)),
            .init("cost", counts.cost),
        ]
        for step in LadderStep.allCases {
            counters.append(.init("parsed_\(step.label)", Double(counts.stepCounts[step.rawValue])))
        }
        for (status, count) in counts.statusCounts.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            counters.append(.init("\(status.name)", Double(count)))
        }
        counters += shadowStatistics
        for (label, count) in counts.faultCounts.sorted(by: { $0.key < $1.key }) {
            counters.append(.init("unreadable_\(label)", Double(count)))
        }
        return JudgeStatistics(counters: counters, judges: judgeStatistics)
    }

    /// What watches for drift, of all tasks.
    private var watches: [DriftWatch] { canaryWatches + shadowWatches }

    private var judgeStatistics: [(name: String, counters: [JudgeStatistics.Counter])] {
        var first = 0
        return catalog.judges.map { judge in
            defer { first += judge.endpoints.count }
            let states = (first..<first + judge.endpoints.count).map { pool.status(ofEndpoint: $0) }
            let latencies = states.compactMap(\.latencyNanoseconds)
            let mean = latencies.isEmpty ? 0 : Double(latencies.reduce(0, +)) / Double(latencies.count)
            return (
                judge.name,
                [
                    .init("in_flight", Double(states.reduce(0) { $0 + $1.inFlightCount })),
                    .init("concurrency", Double(states.reduce(0) { $0 + $1.concurrencyLimit })),
                    .init("attempts", Double(states.reduce(0) { $0 + $1.attemptCount })),
                    .init("failures", Double(states.reduce(0) { $0 + $1.failureCount })),
                    .init("latency_ms", (mean / 1e6 * 10).rounded() / 10),
                    .init("tokens_today", Double(states.reduce(0) { $0 + $1.spentToday.tokenCount })),
                ]
            )
        }
    }
}

extension LadderStep {
    /// As `stats` names it.
    var label: String {
        switch self {
        case .probabilities: "probabilities"
        case .structured: "structured"
        case .wholeText: "whole_text"
        case .stripped: "stripped"
        case .lastObject: "last_object"
        case .textualPattern: "textual_pattern"
        }
    }
}
