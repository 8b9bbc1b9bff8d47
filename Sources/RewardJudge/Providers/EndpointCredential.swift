/// What an endpoint is shown of who we are. Never in a log: it describes itself by its kind alone.
package enum EndpointCredential: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible {
    case none
    /// The provider's own key, in the header that its API has for it.
    case key(String)
    /// Always `Authorization: Bearer`.
    case bearer(String)
    /// Requests are signed with it (Signature Version 4).
    case aws(accessKey: String, secretKey: String, sessionToken: String?)

    package var description: String {
        switch self {
        case .none: "none"
        case .key: "key"
        case .bearer: "bearer"
        case .aws: "aws"
        }
    }

    package var debugDescription: String { description }

    /// What must not show in any message.
    var secrets: [String] {
        switch self {
        case .none: []
        case .key(let secret), .bearer(let secret): [secret]
        case .aws(_, let secretKey, let sessionToken): [secretKey] + (sessionToken.map { [$0] } ?? [])
        }
    }

    /// What goes into headers as it is.
    var headerValues: [String] {
        switch self {
        case .none: []
        case .key(let secret), .bearer(let secret): [secret]
        case .aws(let accessKey, _, let sessionToken): [accessKey] + (sessionToken.map { [$0] } ?? [])
        }
    }
}
