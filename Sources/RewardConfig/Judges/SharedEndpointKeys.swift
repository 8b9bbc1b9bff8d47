import RewardJudge

/// What a judge says that holds for all of its endpoints.
struct SharedEndpointKeys {
    let apiVersion: TextKey?
    let headersReader: NodeReader?
    let headers: [HTTPRequest.Header]
    let prices: TokenPrices
    let tokenLimitName: EndpointCapabilities.TokenLimitName?
    private let tokenLimitReader: NodeReader?

    init(_ mapping: MappingReader) {
        apiVersion = TextKey(mapping.optional("api_version"), "a version")
        headersReader = mapping.optional("headers")
        headers = headersReader.flatMap(Self.decodeHeaders) ?? []
        prices = mapping.optional("prices").flatMap(Self.decodePrices) ?? TokenPrices()
        tokenLimitReader = mapping.optional("token_limit_name")
        tokenLimitName = tokenLimitReader?.choice()
    }

    func refuseUnread(api: JudgeAPI) {
        apiVersion?.reader.refuseKey(unless: [.anthropic, .azure], api: api)
        tokenLimitReader?.refuseKey(unless: [.openai, .azure], api: api)
    }

    private static func decodeHeaders(_ reader: NodeReader) -> [HTTPRequest.Header]? {
        guard let mapping = reader.mapping("a mapping from names of headers to texts") else { return nil }
        return mapping.values.compactMap { name, value in
            // Not shown: a header may hold a secret, if one of a gateway before the provider.
            guard let scalar = value.scalar, scalar.kind == .string else {
                value.report("expected a text", suggestion: value.scalar == nil ? nil : "quote it")
                return nil
            }
            return HTTPRequest.Header(name, scalar.text)
        }
    }

    /// Currency units for a million tokens; a billionth of it a token is a thousandth of the figure.
    private static func decodePrices(_ reader: NodeReader) -> TokenPrices? {
        guard let mapping = reader.mapping("a mapping such as {input: 0.25, output: 1.25}") else { return nil }
        func nanos(_ reader: NodeReader?) -> Int? {
            reader?.number(in: 0...Double(EndpointLimits.tokenPriceNanosMax) / 1_000)
                .map { Int(($0 * 1_000).rounded()) }
        }
        let input = nanos(mapping.optional("input"))
        let cachedInput = nanos(mapping.optional("cached_input"))
        let output = nanos(mapping.optional("output"))
        mapping.finish()
        return TokenPrices(
            inputNanos: input ?? 0, cachedInputNanos: cachedInput ?? input ?? 0, outputNanos: output ?? 0)
    }
}
