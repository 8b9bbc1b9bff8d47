/// Tells from a status and an error's words what kind of failure a response is: the status first, since servers that
/// speak a protocol share its statuses sooner than its words.
///
/// | status | kind | but |
/// |---|---|---|
/// | 400, 422, other 4xx | badRequest | billing, contentFilter, contextTooLong and rateLimited by name or words |
/// | 401 | authentication | |
/// | 402 | billing | |
/// | 403 | forbidden | authentication where AWS refuses a key or a signature |
/// | 404, 410, 501 | notFound | |
/// | 408, 504 | timeout | |
/// | 409, 425 | overloaded | |
/// | 413 | contextTooLong | |
/// | 424 | modelError | |
/// | 429 | rateLimited | billing by name, overloaded where a model is not ready |
/// | 503, 529 | overloaded | |
/// | 500, other 5xx | serverError | |
/// | everything else | malformedReply | |
enum FailureClassifier {
    /// Reasons that time does not heal, under any status below 500.
    private static let billingNames: Set<String> = [
        "billing_error", "billing_hard_limit_reached", "billing_not_active", "contract_spend_limit_reached",
        "credit_balance_exhausted", "enforced_spend_limit_reached", "insufficient_balance", "insufficient_quota",
        "organization_spend_limit_exceeded", "organization_usage_limit_exceeded", "project_spend_limit_exceeded",
    ]
    private static let contextNames: Set<String> = [
        "context_length_exceeded", "exceed_context_size_error", "string_above_max_length", "request_too_large",
    ]
    private static let filterNames: Set<String> = [
        "content_filter", "content_policy_violation", "responsibleaipolicyviolation",
    ]
    private static let throttleNames: Set<String> = [
        "servicequotaexceededexception", "throttlingexception", "toomanyrequestsexception", "throttling",
    ]
    private static let authenticationNames: Set<String> = [
        "expiredtokenexception", "incompletesignatureexception", "invalidclienttokenid", "invalidsignatureexception",
        "missingauthenticationtokenexception", "signaturedoesnotmatch", "unrecognizedclientexception",
    ]
    /// What the message of a prompt that does not fit says, of the providers that have no name for it.
    private static let contextPhrases = [
        "maximum context length", "prompt is too long", "input is too long", "exceeds the available context size",
        "exceed context window", "context window exceeds", "exceeds the context window", "maximum prompt length",
    ]
    /// Anthropic's word for an empty account, under a type that every bad request has. Quotas have no such words:
    /// Google calls a limit by the minute "your current quota" too.
    private static let billingPhrase = "credit balance is too low"

    /// The failure that `response` is.
    static func failure(
        _ response: HTTPResponse, endpoint: JudgeEndpoint, wallClockSeconds: Int64
    ) -> ProviderFailure {
        var body = ErrorBody(response.body)
        // Bedrock names the exception here, with a colon and an address behind it.
        if let name = response.headers["x-amzn-errortype"]?.split(separator: ":").first, name.utf8.count <= 128 {
            body.names.insert(name.lowercased(), at: 0)
        }
        return failure(
            body, statusCode: response.statusCode, headers: response.headers, body: response.body, endpoint: endpoint,
            wallClockSeconds: wallClockSeconds)
    }

    /// The failure that an error in a response of success is, when it says which status it means.
    static func failure(
        _ error: ErrorBody, statusCode: Int, headers: HTTPFields, body: [UInt8], endpoint: JudgeEndpoint,
        wallClockSeconds: Int64
    ) -> ProviderFailure {
        let hints = RetryHints(headers: headers, wallClockSeconds: wallClockSeconds)
        let kind = kind(statusCode: statusCode, error)
        let message = endpoint.redacted(error.message)
        return ProviderFailure(
            kind, statusCode: statusCode, message: message.isEmpty ? "status \(statusCode) without a word" : message,
            retryAfterNanoseconds: hints.retryAfterNanoseconds,
            // No advice of a gateway makes an account solvent again.
            shouldRetry: kind == .billing ? nil : hints.shouldRetry, bodyHash: hash(body))
    }

    /// A body that is no answer.
    static func malformed(_ response: HTTPResponse, _ message: String) -> ProviderFailure {
        ProviderFailure(
            .malformedReply, statusCode: response.statusCode, message: message, bodyHash: hash(response.body))
    }

    static func kind(statusCode: Int, _ error: ErrorBody) -> ProviderFailure.Kind {
        if (400..<500).contains(statusCode), let kind = kindByWords(statusCode: statusCode, error) { return kind }
        switch statusCode {
        case 401: return .authentication
        case 402: return .billing
        case 403, 451: return .forbidden
        case 404, 410, 501: return .notFound
        case 408, 504: return .timeout
        case 409, 425: return .overloaded
        case 413: return .contextTooLong
        case 424: return .modelError
        case 429: return .rateLimited
        case 503, 529: return .overloaded
        case 400..<500: return .badRequest
        case 500..<600: return .serverError
        default: return .malformedReply
        }
    }

    /// The kinds that a status of 4xx alone does not tell.
    private static func kindByWords(statusCode: Int, _ error: ErrorBody) -> ProviderFailure.Kind? {
        let names = error.names
        if names.contains(where: billingNames.contains) { return .billing }
        switch statusCode {
        case 400, 413, 422:
            let message = error.message.lowercased()
            if message.contains(billingPhrase) { return .billing }
            if names.contains(where: filterNames.contains) { return .contentFilter }
            if names.contains(where: contextNames.contains) || contextPhrases.contains(where: message.contains) {
                return .contextTooLong
            }
            if names.contains(where: throttleNames.contains) { return .rateLimited }
            if names.contains("model_not_found") { return .notFound }
            return nil
        case 403: return names.contains(where: authenticationNames.contains) ? .authentication : nil
        case 429: return names.contains("modelnotreadyexception") ? .overloaded : nil
        default: return nil
        }
    }

    /// FNV-1a of 64 bits.
    static func hash(_ body: [UInt8]) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in body.prefix(ProviderLimits.bodyByteCountMax) {
            hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
        }
        return hash
    }
}
