/// One place that judge calls go to, checked when it is made, so that no request of its can be malformed.
package struct JudgeEndpoint: Sendable, Equatable {
    package let api: JudgeAPI
    package let url: EndpointURL
    /// The model's name; on Azure the deployment's, on Bedrock a model's or profile's identifier or ARN.
    package let model: String
    package let credential: EndpointCredential
    /// The AWS region that requests are signed for.
    package let region: String?
    /// Nil for the API's default.
    package let apiVersion: String?
    /// Nil for the default of the host.
    package let tokenLimitName: EndpointCapabilities.TokenLimitName?
    /// Sent after our own.
    package let headers: [HTTPRequest.Header]
    /// Set by hand; nil to presume and probe.
    package var capabilities: EndpointCapabilities?

    private static let modelByteCountMax = 2_048
    private static let headerCountMax = 32
    private static let headerByteCountMax = 8_192
    private static let secretByteCountMin = 8
    /// Headers that we or the transport set: a second one would be sent beside, or be left out of a signature.
    private static let ownHeaders: Set<String> = [
        "accept", "accept-encoding", "anthropic-version", "api-key", "authorization", "connection", "content-length",
        "content-type", "expect", "host", "transfer-encoding", "x-amz-content-sha256", "x-amz-date",
        "x-amz-security-token", "x-api-key",
    ]

    /// - Parameters:
    ///   - url: as `EndpointURL` takes it; nil only for `bedrock` with a region.
    ///   - region: for `bedrock`; nil takes it from a host of AWS.
    ///   - apiVersion: `anthropic-version` (2023-06-01 when nil) or Azure's `api-version` (2024-10-21 when nil).
    package init(
        api: JudgeAPI, url: String?, model: String, credential: EndpointCredential = .none, region: String? = nil,
        apiVersion: String? = nil, tokenLimitName: EndpointCapabilities.TokenLimitName? = nil,
        headers: [HTTPRequest.Header] = [], capabilities: EndpointCapabilities? = nil
    ) throws(EndpointError) {
        if let region {
            guard !region.isEmpty, region.utf8.count <= 64, region.utf8.allSatisfy(JudgeEndpoint.isPlain) else {
                throw EndpointError(key: "region", "is no name of an AWS region")
            }
        }
        if let url {
            self.url = try EndpointURL(url)
        } else if api == .bedrock, let region {
            self.url = try EndpointURL("https://bedrock-runtime.\(region).amazonaws.com")
        } else {
            throw EndpointError(key: "url", "is missing")
        }
        guard !model.isEmpty, model.utf8.count <= JudgeEndpoint.modelByteCountMax,
            model.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
        else { throw EndpointError(key: "model", "is empty, too long or holds control characters") }
        if let apiVersion {
            guard !apiVersion.isEmpty, apiVersion.utf8.count <= 64, apiVersion.utf8.allSatisfy(JudgeEndpoint.isPlain)
            else { throw EndpointError(key: "api_version", "holds more than letters, digits, - and .") }
        }
        self.api = api
        self.model = model
        self.credential = credential
        self.region = region ?? JudgeEndpoint.region(ofHost: self.url.host)
        self.apiVersion = apiVersion
        self.tokenLimitName = tokenLimitName
        self.headers = headers
        self.capabilities = capabilities
        try checkCredential()
        try checkHeaders()
    }

    package var anthropicVersion: String { apiVersion ?? "2023-06-01" }

    package var azureVersion: String { apiVersion ?? "2024-10-21" }

    /// `text` with whatever of the credential stands in it made unreadable.
    func redacted(_ text: String) -> String {
        var text = text
        // Very short secrets are those of tests and local servers; taking them out would mangle every message.
        for secret in credential.secrets where secret.utf8.count >= JudgeEndpoint.secretByteCountMin {
            text = text.replacing(secret, with: "***")
            // A message that was cut may end within the secret.
            var count = min(secret.count - 1, text.count)
            while count >= JudgeEndpoint.secretByteCountMin && !text.hasSuffix(secret.prefix(count)) { count -= 1 }
            if count >= JudgeEndpoint.secretByteCountMin { text = text.dropLast(count) + "***" }
        }
        return text
    }

    private func checkCredential() throws(EndpointError) {
        for value in credential.headerValues + credential.secrets {
            guard !value.isEmpty, value.utf8.count <= JudgeEndpoint.headerByteCountMax,
                value.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
            else { throw EndpointError(key: "credential", "is empty, too long or holds more than visible ASCII") }
        }
        guard case .aws = credential else { return }
        guard api == .bedrock else { throw EndpointError(key: "credential", "AWS keys sign requests to bedrock only") }
        guard region != nil else { throw EndpointError(key: "region", "is needed to sign requests") }
    }

    private func checkHeaders() throws(EndpointError) {
        guard headers.count <= JudgeEndpoint.headerCountMax else {
            throw EndpointError(key: "headers", "are more than \(JudgeEndpoint.headerCountMax)")
        }
        for header in headers {
            guard !header.name.isEmpty, header.name.utf8.count <= 128,
                header.name.utf8.allSatisfy({ JudgeEndpoint.isPlain($0) || "!#$%&'*+^_`|~".utf8.contains($0) })
            else { throw EndpointError(key: "headers", "hold a name that is none") }
            guard !header.value.isEmpty, header.value.utf8.count <= JudgeEndpoint.headerByteCountMax,
                header.value.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F })
            else { throw EndpointError(key: "headers", "hold an empty, too long or unprintable value: \(header.name)") }
            guard !JudgeEndpoint.ownHeaders.contains(header.name.lowercased()) else {
                throw EndpointError(key: "headers", "hold one that is not free to set: \(header.name)")
            }
        }
    }

    /// `us-east-1` of `bedrock-runtime.us-east-1.amazonaws.com`.
    private static func region(ofHost host: String) -> String? {
        let parts = host.split(separator: ".")
        guard parts.count >= 4, parts[0].hasPrefix("bedrock-runtime"), host.contains(".amazonaws.com") else {
            return nil
        }
        return String(parts[1])
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) || byte == UInt8(ascii: "-")
            || byte == UInt8(ascii: ".")
    }
}
