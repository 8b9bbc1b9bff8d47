import RewardJudge

/// Where a judge's secret is. Secrets stand in environment variables or files, never in the configuration, and show in
/// no message: neither they nor what may be one that was put into the wrong place.
struct CredentialKeys {
    private let mapping: MappingReader
    private let apiKeyVariable: NodeReader?
    private let apiKeyFile: NodeReader?
    private let authentication: NodeReader?
    private let bearerVariable: NodeReader?
    private let accessKeyVariable: NodeReader?
    private let secretKeyVariable: NodeReader?
    private let sessionTokenVariable: NodeReader?

    /// How a key is shown to providers that know two ways.
    private enum Authentication: String, CaseIterable {
        case xAPIKey = "x-api-key"
        case apiKey = "api-key"
        case bearer
    }

    /// Where AWS's own tools look.
    private enum AmazonVariable {
        static let bearer = "AWS_BEARER_TOKEN_BEDROCK"
        static let accessKey = "AWS_ACCESS_KEY_ID"
        static let secretKey = "AWS_SECRET_ACCESS_KEY"
        static let sessionToken = "AWS_SESSION_TOKEN"
    }

    init(_ mapping: MappingReader) {
        self.mapping = mapping
        apiKeyVariable = mapping.optional("api_key_env")
        apiKeyFile = mapping.optional("api_key_file")
        authentication = mapping.optional("auth")
        bearerVariable = mapping.optional("bearer_env")
        accessKeyVariable = mapping.optional("access_key_env")
        secretKeyVariable = mapping.optional("secret_key_env")
        sessionTokenVariable = mapping.optional("session_token_env")
    }

    private var amazonKeys: [NodeReader] {
        [bearerVariable, accessKeyVariable, secretKeyVariable, sessionTokenVariable].compactMap(\.self)
    }

    /// Whether no secret is named.
    var isEmpty: Bool { secretReader == nil }

    /// The place of what is found wrong with the secret.
    var secretReader: NodeReader? {
        apiKeyVariable ?? apiKeyFile ?? bearerVariable ?? secretKeyVariable ?? accessKeyVariable
            ?? sessionTokenVariable
    }

    /// The credential; nil when something was reported.
    func resolve(api: JudgeAPI) -> EndpointCredential? {
        let errorCount = mapping.context.errors.count
        let credential =
            switch api {
            case .bedrock: amazonCredential()
            case .openai, .azure, .anthropic, .decisions, .systemone: keyCredential(api: api)
            }
        return mapping.context.errors.count == errorCount ? credential : nil
    }
}

// MARK: - Keys

extension CredentialKeys {
    private func keyCredential(api: JudgeAPI) -> EndpointCredential? {
        for reader in amazonKeys { reader.refuseKey(unless: [.bedrock], api: api) }
        let isBearer = decodeAuthentication(api: api) == .bearer
        if apiKeyVariable != nil { apiKeyFile?.reportKey("`api_key_env` says it already; leave one of them out") }
        let secret: String?
        if let apiKeyVariable {
            secret = apiKeyVariable.secretFromEnvironment()
        } else if let apiKeyFile {
            secret = apiKeyFile.secretFromFile()
        } else {
            authentication?.reportKey(
                "there is no key to show", suggestion: "name its environment variable in `api_key_env`")
            return EndpointCredential.none
        }
        return secret.map { isBearer ? .bearer($0) : .key($0) }
    }

    private func decodeAuthentication(api: JudgeAPI) -> Authentication? {
        guard let authentication else { return nil }
        let words: [Authentication]
        switch api {
        case .anthropic: words = [.xAPIKey, .bearer]
        case .azure: words = [.apiKey, .bearer]
        case .openai, .bedrock, .decisions, .systemone:
            authentication.refuseKey(unless: [.anthropic, .azure], api: api)
            return nil
        }
        guard let text = authentication.scalar?.text, let word = words.first(where: { $0.rawValue == text }) else {
            authentication.report("expected one of \(words.map(\.rawValue).joined(separator: ", "))")
            return nil
        }
        return word
    }
}

// MARK: - Amazon

extension CredentialKeys {
    private func amazonCredential() -> EndpointCredential? {
        for reader in [apiKeyVariable, apiKeyFile] {
            reader?.reportKey(
                "is not read with `api: bedrock`",
                suggestion: "use `bearer_env`, or `access_key_env` and `secret_key_env`")
        }
        authentication?.refuseKey(unless: [.anthropic, .azure], api: .bedrock)
        guard apiKeyVariable == nil && apiKeyFile == nil else { return nil }
        if let bearerVariable {
            for reader in [accessKeyVariable, secretKeyVariable, sessionTokenVariable] {
                reader?.reportKey("`bearer_env` says it already; leave one of them out")
            }
            return bearerVariable.secretFromEnvironment().map(EndpointCredential.bearer)
        }
        if amazonKeys.isEmpty { return usualAmazonCredential() }
        for (reader, key) in [(accessKeyVariable, "access_key_env"), (secretKeyVariable, "secret_key_env")]
        where reader == nil {
            mapping.report("the key `\(key)` is missing", suggestion: "two keys sign a request")
        }
        let accessKey = accessKeyVariable?.secretFromEnvironment()
        let secretKey = secretKeyVariable?.secretFromEnvironment()
        let sessionToken = sessionTokenVariable?.secretFromEnvironment()
        guard let accessKey, let secretKey else { return nil }
        return .aws(accessKey: accessKey, secretKey: secretKey, sessionToken: sessionToken)
    }

    /// What AWS's own tools would use.
    private func usualAmazonCredential() -> EndpointCredential? {
        let environment = mapping.context.environment
        if let token = environment(AmazonVariable.bearer), !token.isEmpty { return .bearer(token) }
        guard let accessKey = environment(AmazonVariable.accessKey), !accessKey.isEmpty,
            let secretKey = environment(AmazonVariable.secretKey), !secretKey.isEmpty
        else {
            mapping.report(
                "there is no credential: neither \(AmazonVariable.bearer) nor \(AmazonVariable.accessKey) and "
                    + "\(AmazonVariable.secretKey) are set",
                suggestion: "set them, or name others in `bearer_env`, or `access_key_env` and `secret_key_env`")
            return nil
        }
        let sessionToken = environment(AmazonVariable.sessionToken).flatMap { $0.isEmpty ? nil : $0 }
        return .aws(accessKey: accessKey, secretKey: secretKey, sessionToken: sessionToken)
    }
}
