extension TokenUsage {
    /// The same with every count inside its limits: nobody vouches for what an endpoint claims of its usage.
    var checked: TokenUsage {
        let input = min(max(0, inputCount), EndpointLimits.callTokenCountMax)
        return TokenUsage(
            inputCount: input, outputCount: min(max(0, outputCount), EndpointLimits.callTokenCountMax),
            cachedInputCount: min(max(0, cachedInputCount), input))
    }
}
