import RewardJudge

/// Decodes the endpoints of one judge.
struct EndpointDecoder {
    private let api: JudgeAPI
    private let judge: EndpointKeys
    private let shared: SharedEndpointKeys
    /// Nil when something was reported.
    private let judgeLimits: EndpointLimits?

    private static let weights = 0.001...1_000.0

    /// Where an endpoint is.
    private enum Place {
        case url(String)
        /// The API knows its host by the region.
        case ofRegion
    }

    init(api: JudgeAPI, judge: EndpointKeys, shared: SharedEndpointKeys) {
        self.api = api
        self.judge = judge
        self.shared = shared
        let limits = EndpointLimits(prices: shared.prices)
        judgeLimits = judge.limits.map { EndpointLimitsDecoder.decode($0, startingFrom: limits) } ?? limits
        judge.region?.reader.refuseKey(unless: [.bedrock], api: api)
    }

    /// The only endpoint of a judge.
    func decodeOnly() -> JudgeSettings.Endpoint? {
        make(judge, credential: judge.credential.resolve(api: api), limits: judgeLimits, weight: 1)
    }

    /// What a judge of several endpoints lists.
    func decodeList(_ reader: NodeReader) -> [JudgeSettings.Endpoint] {
        judge.url?.reader.reportKey(
            "is not read beside `endpoints`", suggestion: "each of them has a `url` of its own")
        guard let elements = reader.sequence("a list of endpoints", countMax: JudgePool.endpointCountMax) else {
            return []
        }
        if elements.isEmpty { reader.report("a judge has at least one endpoint") }
        let drafts = elements.compactMap(decodeElement)
        let needsJudgeCredential = !judge.credential.isEmpty || drafts.contains { $0.keys.credential.isEmpty }
        let judgeCredential = needsJudgeCredential ? judge.credential.resolve(api: api) : nil
        var endpoints: [JudgeSettings.Endpoint] = []
        for (keys, weight) in drafts {
            keys.region?.reader.refuseKey(unless: [.bedrock], api: api)
            let credential = keys.credential.isEmpty ? judgeCredential : keys.credential.resolve(api: api)
            let limits = judgeLimits.flatMap { limits in
                keys.limits.map { EndpointLimitsDecoder.decode($0, startingFrom: limits) } ?? limits
            }
            guard let endpoint = make(keys.filled(from: judge), credential: credential, limits: limits, weight: weight)
            else { continue }
            if endpoints.contains(where: { $0.endpoint.url == endpoint.endpoint.url }) {
                keys.report("this `url` stands twice", suggestion: "give the endpoint a larger `weight` instead")
            }
            endpoints.append(endpoint)
        }
        return endpoints
    }

    private func decodeElement(_ reader: NodeReader) -> (keys: EndpointKeys, weight: Double)? {
        guard let mapping = reader.mapping("a mapping with the key `url`") else { return nil }
        let keys = EndpointKeys(mapping)
        let weight = mapping.optional("weight").map { $0.number(in: Self.weights) } ?? 1
        JudgeDecoder.refuseSecrets(in: mapping)
        mapping.finish()
        return weight.map { (keys, $0) }
    }

    /// Nil when something was reported, here or before.
    private func make(
        _ keys: EndpointKeys, credential: EndpointCredential?, limits: EndpointLimits?, weight: Double
    ) -> JudgeSettings.Endpoint? {
        if keys.model == nil { judge.reportMissing("model") }
        guard let place = place(of: keys), let credential, let limits, let model = keys.model?.value else { return nil }
        let url: String? =
            switch place {
            case .url(let url): url
            case .ofRegion: nil
            }
        do {
            let endpoint = try JudgeEndpoint(
                api: api, url: url, model: model, credential: credential, region: keys.region?.value,
                apiVersion: shared.apiVersion?.value, tokenLimitName: shared.tokenLimitName, headers: shared.headers)
            return JudgeSettings.Endpoint(endpoint: endpoint, limits: limits, weight: weight)
        } catch {
            report(error, keys)
            return nil
        }
    }

    /// Nil when something was reported.
    private func place(of keys: EndpointKeys) -> Place? {
        if let url = keys.url { return url.value.map(Place.url) }
        switch api {
        case .bedrock:
            guard keys.region == nil else { return .ofRegion }
            keys.reportMissing("region", suggestion: "such as `region: us-east-1`")
        case .anthropic:
            let hasCredential = !keys.credential.isEmpty || !judge.credential.isEmpty
            guard !hasCredential else { return .url("https://api.anthropic.com") }
            keys.reportMissing("api_key_env", suggestion: "or `url`, for a server of your own")
        // Whoever means a provider says so: completions go nowhere by default.
        case .openai, .decisions: keys.reportMissing("url", suggestion: "such as `url: https://api.openai.com/v1`")
        case .azure: keys.reportMissing("url", suggestion: "such as `url: https://NAME.openai.azure.com`")
        case .systemone: keys.reportMissing("url", suggestion: "such as `url: http://127.0.0.1:8080`")
        }
        return nil
    }

    /// What the endpoint itself refuses. Its messages show no value, but names of headers.
    private func report(_ error: EndpointError, _ keys: EndpointKeys) {
        let credential = keys.credential.isEmpty ? judge.credential : keys.credential
        let reader: NodeReader? =
            switch error.key {
            case "url": keys.url?.reader
            case "model": keys.model?.reader
            case "region": keys.region?.reader
            case "api_version": shared.apiVersion?.reader
            case "headers": shared.headersReader
            case "credential": credential.secretReader
            default: nil
            }
        let message = Quoting.shortened(
            error.key == "credential" ? "the secret \(error.message)" : error.message, scalarCountMax: 512)
        if let reader {
            reader.reportOnce(message)
        } else if error.key == "region" {
            keys.reportMissing("region", suggestion: "such as `region: us-east-1`")
        } else {
            keys.report(message, suggestion: nil)
        }
    }
}
