/// A request to an endpoint, ready to be sent.
package struct HTTPRequest: Sendable, Equatable {
    package var method: String
    /// `http://…` or `https://…`; over a Unix socket the host is only a name.
    package var url: String
    /// The path of the Unix socket to connect to instead of the host.
    package var unixSocketPath: String?
    /// The request line's target where it must differ from the URL's path (percent-encoded names of AWS models).
    package var requestTarget: String?
    /// In the order they are sent.
    package var headers: [Header]
    package var body: [UInt8]
    /// Bytes of the response's body that are taken at most; nil for what the driver takes of any.
    package var responseByteCountMax: Int?

    package init(
        method: String = "POST", url: String, unixSocketPath: String? = nil, requestTarget: String? = nil,
        headers: [Header], body: [UInt8]
    ) {
        self.method = method
        self.url = url
        self.unixSocketPath = unixSocketPath
        self.requestTarget = requestTarget
        self.headers = headers
        self.body = body
    }

    package struct Header: Sendable, Equatable {
        package var name: String
        package var value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }
}

/// What an endpoint answered.
package struct HTTPResponse: Sendable, Equatable {
    package var statusCode: Int
    package var headers: HTTPFields
    package var body: [UInt8]

    package init(statusCode: Int, headers: HTTPFields, body: [UInt8]) {
        self.statusCode = statusCode
        self.headers = headers
        self.body = body
    }
}
