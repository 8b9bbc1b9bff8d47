/// How much one endpoint may be asked.
package struct EndpointLimits: Sendable, Equatable {
    /// Tokens of one call that are believed, in an estimate or in an endpoint's word on its usage: above the longest
    /// context there is, and small enough that no sum over a day overflows.
    package static let callTokenCountMax = 10_000_000
    /// The most that a token may cost, in billionths of a currency unit: a hundred times the dearest model.
    package static let tokenPriceNanosMax = 10_000_000
    /// Attempts in flight at one endpoint, whatever is configured.
    package static let concurrencyCeiling = 1_024

    /// Attempts in flight to begin with.
    package var concurrencyStart: Int
    /// Attempts in flight at most, however well it goes.
    package var concurrencyMax: Int
    /// Nil is no limit of ours; the endpoint's headers still count.
    package var requestsPerMinute: Int?
    package var tokensPerMinute: Int?
    package var tokensPerDay: Int?
    /// Money of a day, in billionths of a currency unit.
    package var costNanosPerDay: Int?
    package var prices: TokenPrices

    package init(
        concurrencyStart: Int = 8, concurrencyMax: Int = 64, requestsPerMinute: Int? = nil,
        tokensPerMinute: Int? = nil, tokensPerDay: Int? = nil, costNanosPerDay: Int? = nil,
        prices: TokenPrices = TokenPrices()
    ) {
        self.concurrencyStart = concurrencyStart
        self.concurrencyMax = concurrencyMax
        self.requestsPerMinute = requestsPerMinute
        self.tokensPerMinute = tokensPerMinute
        self.tokensPerDay = tokensPerDay
        self.costNanosPerDay = costNanosPerDay
        self.prices = prices
    }

    /// The same with every figure inside its limits.
    var checked: EndpointLimits {
        func inside(_ price: Int) -> Int { min(max(0, price), Self.tokenPriceNanosMax) }
        var checked = self
        checked.concurrencyMax = min(max(1, concurrencyMax), Self.concurrencyCeiling)
        checked.concurrencyStart = min(max(1, concurrencyStart), checked.concurrencyMax)
        checked.requestsPerMinute = requestsPerMinute.map { max(1, $0) }
        checked.tokensPerMinute = tokensPerMinute.map { max(1, $0) }
        checked.tokensPerDay = tokensPerDay.map { max(0, $0) }
        checked.costNanosPerDay = costNanosPerDay.map { max(0, $0) }
        checked.prices = TokenPrices(
            inputNanos: inside(prices.inputNanos), cachedInputNanos: inside(prices.cachedInputNanos),
            outputNanos: inside(prices.outputNanos))
        return checked
    }
}
