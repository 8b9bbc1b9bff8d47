import RewardJudge

/// Decodes the `judging:` part.
enum JudgingDecoder {
    static func decode(_ reader: NodeReader) {
        guard let mapping = reader.mapping() else { return }
        var lane = LaneSettings()
        if let deadline = mapping.optional("deadline")?.number(in: JudgeLaneLimits.seconds) {
            lane.deadlineMilliseconds = UInt64((deadline * 1e3).rounded())
        }
        if let timeout = mapping.optional("timeout")?.nanoseconds() {
            lane.pool.timeoutNanoseconds = timeout
            lane.pool.warmUpTimeoutNanoseconds = max(lane.pool.warmUpTimeoutNanoseconds, timeout)
        }
        if let warmUpReader = mapping.optional("warm_up_timeout"), let warmUp = warmUpReader.nanoseconds() {
            if warmUp < lane.pool.timeoutNanoseconds { warmUpReader.report("is at least `timeout`") }
            lane.pool.warmUpTimeoutNanoseconds = warmUp
        }
        if let count = mapping.optional("attempts")?.integer(in: 1...JudgeLaneLimits.attemptCountMax) {
            lane.pool.attemptCountMax = count
        }
        if let hedging = mapping.optional("hedging") { lane.pool.hedging = decodeHedging(hedging) }
        if let cache = mapping.optional("cache") { lane.cache = decodeCache(cache) }
        if let count = mapping.optional("min_content_characters")?.integer(in: 1...JudgeLaneLimits.contentCountMax) {
            lane.contentCountMin = count
        }
        if let share = mapping.optional("canaries")?.number(in: 0...0.5) { lane.canaryShare = share }
        if let drift = mapping.optional("drift") { decodeDrift(drift, &lane) }
        if let window = mapping.optional("batch_window_ms")?.number(in: 0...JudgeLaneLimits.batchWindowMillisecondsMax)
        {
            lane.batchWindowNanoseconds = UInt64((window * 1e6).rounded())
        }
        mapping.finish()
        reader.context.judgeLane.lane = lane
    }

    /// `{canaries_passed_max, shadow_agreement_min}`.
    private static func decodeDrift(_ reader: NodeReader, _ lane: inout LaneSettings) {
        guard let mapping = reader.mapping("a mapping such as {canaries_passed_max: 0.05, shadow_agreement_min: 0.8}")
        else { return }
        if let share = mapping.optional("canaries_passed_max")?.number(in: 0...1) { lane.canaryPassedShareMax = share }
        if let share = mapping.optional("shadow_agreement_min")?.number(in: 0...1) { lane.shadowAgreementMin = share }
        mapping.finish()
    }

    /// `{min_delay_ms, share}`, or `true` for their defaults, or `false`.
    private static func decodeHedging(_ reader: NodeReader) -> HedgeSettings? {
        if let scalar = reader.scalar, scalar.isBoolean { return reader.boolean() == true ? HedgeSettings() : nil }
        guard let mapping = reader.mapping("a mapping such as {min_delay_ms: 500, share: 0.05}, true or false") else {
            return nil
        }
        var hedging = HedgeSettings()
        if let delay = mapping.optional("min_delay_ms")?.integer(in: 1...60_000) {
            hedging.delayNanosecondsMin = UInt64(delay) * 1_000_000
        }
        if let share = mapping.optional("share")?.number(in: 0.001...0.5) { hedging.share = share }
        mapping.finish()
        return hedging
    }

    /// `{entries, days, path}`, or `true` for their defaults, or `false` for none.
    private static func decodeCache(_ reader: NodeReader) -> LaneSettings.CacheSettings? {
        if let scalar = reader.scalar, scalar.isBoolean {
            return reader.boolean() == true ? LaneSettings.CacheSettings() : nil
        }
        guard let mapping = reader.mapping("a mapping such as {entries: 100000, days: 7}, true or false") else {
            return nil
        }
        var cache = LaneSettings.CacheSettings()
        if let count = mapping.optional("entries")?.integer(in: 1...JudgeLaneLimits.cacheEntryCountMax) {
            cache.entryCountMax = count
        }
        if let days = mapping.optional("days")?.number(in: JudgeLaneLimits.cacheDays) {
            cache.lifeSeconds = max(1, Int((days * 86_400).rounded()))
        }
        reader.context.judgeLane.cachePath = mapping.optional("path")
        mapping.finish()
        return cache
    }
}

extension NodeReader {
    /// Seconds, as nanoseconds.
    fileprivate func nanoseconds() -> UInt64? {
        number(in: JudgeLaneLimits.seconds).map { UInt64(($0 * 1e9).rounded()) }
    }
}
