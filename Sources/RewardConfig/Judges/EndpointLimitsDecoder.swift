import RewardJudge

/// Decodes `limits:` of a judge or of one of its endpoints.
enum EndpointLimitsDecoder {
    /// - Parameter limits: What holds where a key is left out, with the prices.
    static func decode(_ reader: NodeReader, startingFrom limits: EndpointLimits) -> EndpointLimits? {
        guard let mapping = reader.mapping() else { return nil }
        let errorCount = reader.context.errors.count
        var limits = limits
        if let count = mapping.optional("concurrency")?.integer(in: 1...EndpointLimits.concurrencyCeiling) {
            limits.concurrencyMax = count
            limits.concurrencyStart = min(limits.concurrencyStart, count)
        }
        if let count = mapping.optional("concurrency_start")?.integer(in: 1...limits.concurrencyMax) {
            limits.concurrencyStart = count
        }
        if let count = mapping.optional("requests_per_minute")?.integer(in: 1...JudgeLaneLimits.requestsPerMinuteMax) {
            limits.requestsPerMinute = count
        }
        if let count = mapping.optional("tokens_per_minute")?.integer(in: 1...JudgeLaneLimits.tokensPerMinuteMax) {
            limits.tokensPerMinute = count
        }
        if let count = mapping.optional("tokens_per_day")?.integer(in: 1...JudgeLaneLimits.tokensPerDayMax) {
            limits.tokensPerDay = count
        }
        if let costReader = mapping.optional("cost_per_day") {
            if let cost = costReader.number(in: 0.001...JudgeLaneLimits.costPerDayMax) {
                limits.costNanosPerDay = Int((cost * 1e9).rounded())
            }
            if limits.prices == TokenPrices() {
                costReader.reportKey(
                    "without `prices` nothing costs anything", suggestion: "give the judge its `prices`")
            }
        }
        mapping.finish()
        return reader.context.errors.count == errorCount ? limits : nil
    }
}
