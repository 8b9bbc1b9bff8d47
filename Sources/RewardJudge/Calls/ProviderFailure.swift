/// A call that brought no reply: which kind of failure, and what may be done about it.
package struct ProviderFailure: Error, Sendable, Equatable {
    package var kind: Kind
    /// The HTTP status, when there was one.
    package var statusCode: Int?
    /// The provider's own words, cut to a line; for people.
    package var message: String
    /// How long the provider asks to wait, in nanoseconds.
    package var retryAfterNanoseconds: UInt64?
    /// What the provider said of retrying (`x-should-retry`), which overrules the kind.
    package var shouldRetry: Bool?
    /// Tells two equal failures: a server error that comes back the same is no passing one.
    package var bodyHash: UInt64

    package init(
        _ kind: Kind, statusCode: Int? = nil, message: String, retryAfterNanoseconds: UInt64? = nil,
        shouldRetry: Bool? = nil, bodyHash: UInt64 = 0
    ) {
        self.kind = kind
        self.statusCode = statusCode
        self.message = message
        self.retryAfterNanoseconds = retryAfterNanoseconds
        self.shouldRetry = shouldRetry
        self.bodyHash = bodyHash
    }

    package enum Kind: String, Sendable, CaseIterable {
        /// Too many requests or tokens: passes by itself.
        case rateLimited
        /// The endpoint has no room for now (503, 529).
        case overloaded
        case serverError
        /// A model failed behind the endpoint (424): worth one more try.
        case modelError
        /// No answer in time, by us or by the endpoint (408, 504).
        case timeout
        /// No connection, or one that broke.
        case transport
        /// The account has no credit or reached its limit: waiting does not help.
        case billing
        case authentication
        case forbidden
        case notFound
        case badRequest
        /// The prompt does not fit the model.
        case contextTooLong
        /// The provider would not judge this text.
        case contentFilter
        /// A status of success with a body that is no answer of this API.
        case malformedReply

        /// For people: `rate limited`.
        package var words: String {
            rawValue.reduce(into: "") { words, character in
                words += character.isUppercase ? " " + character.lowercased() : String(character)
            }
        }
    }

    /// Whether another attempt may do better, by the kind alone.
    package var mayPass: Bool {
        if let shouldRetry { return shouldRetry }
        switch kind {
        case .rateLimited, .overloaded, .serverError, .modelError, .timeout, .transport: return true
        case .billing, .authentication, .forbidden, .notFound, .badRequest, .contextTooLong, .contentFilter,
            .malformedReply:
            return false
        }
    }
}
