/// What tokens cost, in billionths of a currency unit each: 3 dollars a million is 3,000.
package struct TokenPrices: Sendable, Equatable {
    package var inputNanos: Int
    package var cachedInputNanos: Int
    package var outputNanos: Int

    package init(inputNanos: Int = 0, cachedInputNanos: Int = 0, outputNanos: Int = 0) {
        self.inputNanos = inputNanos
        self.cachedInputNanos = cachedInputNanos
        self.outputNanos = outputNanos
    }

    /// The price of a call. `usage` must have been checked: see `TokenUsage.checked`.
    func cost(of usage: TokenUsage) -> Int {
        (usage.inputCount - usage.cachedInputCount) * inputNanos + usage.cachedInputCount * cachedInputNanos
            + usage.outputCount * outputNanos
    }

    /// The most that so many tokens can cost, of whatever kind they turn out to be.
    func costMax(tokenCount: Int) -> Int {
        tokenCount * max(inputNanos, cachedInputNanos, outputNanos)
    }
}
