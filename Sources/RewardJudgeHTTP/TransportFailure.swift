package import RewardJudge

/// A transfer that brought no response of HTTP.
package struct TransportFailure: Error, Sendable, Equatable {
    package var kind: Kind
    /// One line, for people.
    package var message: String

    package init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    package enum Kind: String, Sendable, CaseIterable {
        /// The host's name leads nowhere.
        case resolve
        /// No connection, or none within the connect timeout: nothing was sent.
        case connect
        /// No trust between the two ends.
        case tls
        /// No whole response within the transfer's time.
        case timeout
        /// The connection broke before the response was whole.
        case reset
        /// The response's headers or body pass a limit.
        case tooLarge
        /// The request cannot be sent as it is.
        case badRequest
        /// What came is no HTTP, or the driver has no room.
        case other
    }

    /// The same failure in the words of the judge lane.
    package var providerFailure: ProviderFailure {
        ProviderFailure(providerKind, message: message)
    }

    private var providerKind: ProviderFailure.Kind {
        switch kind {
        case .resolve, .connect, .tls, .reset, .other: .transport
        case .timeout: .timeout
        // Another attempt would bring the same bytes.
        case .tooLarge: .malformedReply
        case .badRequest: .badRequest
        }
    }
}
