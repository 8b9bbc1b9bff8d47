import RewardJudge

/// Decodes one judge.
enum JudgeDecoder {
    /// Nil when something was reported.
    static func decode(_ reader: NodeReader, name: String) -> JudgeSettings? {
        guard let mapping = reader.mapping("a mapping with the keys `api` and `model`") else { return nil }
        let errorCount = reader.context.errors.count
        let api = mapping.required("api", suggestion: "such as `api: openai`")?.choice(JudgeAPI.self)
        let keys = EndpointKeys(mapping)
        let shared = SharedEndpointKeys(mapping)
        let temperature = mapping.optional("temperature")
        let seed = mapping.optional("seed")
        var judge = JudgeSettings(name: name, endpoints: [])
        judge.temperature = temperature?.number(in: 0...2)
        if let seed { judge.seed = seed.isNull ? nil : seed.integer(in: 0...Int(Int32.max)) }
        let endpoints = mapping.optional("endpoints")
        refuseSecrets(in: mapping)
        mapping.finish()
        guard let api else { return nil }
        shared.refuseUnread(api: api)
        temperature?.refuseKey(unless: [.openai, .azure, .anthropic, .bedrock], api: api)
        seed?.refuseKey(unless: [.openai, .azure], api: api)
        let decoder = EndpointDecoder(api: api, judge: keys, shared: shared)
        if let endpoints {
            judge.endpoints = decoder.decodeList(endpoints)
        } else if let endpoint = decoder.decodeOnly() {
            judge.endpoints = [endpoint]
        }
        return reader.context.errors.count == errorCount && !judge.endpoints.isEmpty ? judge : nil
    }

    /// What people write who put the secret itself into the file.
    private static let secretKeys: [(key: String, instead: String)] = [
        ("api_key", "api_key_env"), ("key", "api_key_env"), ("token", "api_key_env"), ("bearer", "bearer_env"),
        ("access_key", "access_key_env"), ("secret_key", "secret_key_env"), ("session_token", "session_token_env"),
    ]

    /// Refuses secrets in the file, without showing them.
    static func refuseSecrets(in mapping: MappingReader) {
        for (name, value) in mapping.values {
            guard let secret = secretKeys.first(where: { $0.key == name }) else { continue }
            _ = mapping.optional(name)
            value.reportKey(
                "a secret does not belong into this file",
                suggestion: "put it into an environment variable and write `\(secret.instead): NAME`")
        }
    }
}

extension NodeReader {
    /// Reports a key that means nothing to this protocol.
    func refuseKey(unless apis: [JudgeAPI], api: JudgeAPI) {
        guard !apis.contains(api) else { return }
        reportKey("is only read with \(apis.map { "`api: \($0.rawValue)`" }.joined(separator: " or "))")
    }
}
