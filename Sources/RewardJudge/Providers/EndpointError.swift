/// A setting of an endpoint that cannot be, with the key it stands at. Holds no value, which may be a secret.
package struct EndpointError: Error, Sendable, Equatable {
    /// `url`, `model`, `credential`, `region`, `api_version` or `headers`.
    package var key: String
    package var message: String

    package init(key: String, _ message: String) {
        self.key = key
        self.message = message
    }
}
