internal import Digests

/// Signature Version 4 of AWS, over a request with its whole body in memory.
///
/// The canonical request has the path encoded once more than it is sent (all services but S3), no query, and the
/// headers given, so what the transport adds by itself (`accept`, `user-agent`) stays outside. Checked byte for byte
/// against botocore's own signatures.
package struct AWSSignature: Sendable {
    package var accessKey: String
    package var secretKey: String
    package var sessionToken: String?
    package var region: String
    /// The name to sign for, which for `bedrock-runtime` is `bedrock`.
    package var service: String

    package init(accessKey: String, secretKey: String, sessionToken: String?, region: String, service: String) {
        self.accessKey = accessKey
        self.secretKey = secretKey
        self.sessionToken = sessionToken
        self.region = region
        self.service = service
    }

    /// The headers that make a request signed: `x-amz-date`, `x-amz-security-token` with a session token, and
    /// `authorization`.
    ///
    /// - Parameters:
    ///   - path: as it is sent, percent-encoded.
    ///   - headers: those to sign besides, `host` among them, each name once.
    ///   - wallClockSeconds: seconds since 1970; AWS takes a clock that is up to five minutes off.
    package func headers(
        method: String, path: String, headers: [HTTPRequest.Header], body: [UInt8], wallClockSeconds: Int64
    ) -> [HTTPRequest.Header] {
        let time = CivilDate(secondsSince1970: wallClockSeconds).basicFormat
        var added = [HTTPRequest.Header("x-amz-date", time)]
        if let sessionToken { added.append(HTTPRequest.Header("x-amz-security-token", sessionToken)) }
        let canonical = AWSSignature.canonicalRequest(
            method: method, path: path, headers: headers + added, body: body)
        let scope = "\(time.prefix(8))/\(region)/\(service)/aws4_request"
        let toSign = "AWS4-HMAC-SHA256\n\(time)\n\(scope)\n\(AWSSignature.hash(Array(canonical.text.utf8)))"
        var key = AWSSignature.code(String(time.prefix(8)), key: Array("AWS4\(secretKey)".utf8))
        for part in [region, service, "aws4_request", toSign] { key = AWSSignature.code(part, key: key) }
        let credential = "Credential=\(accessKey)/\(scope), SignedHeaders=\(canonical.names)"
        added.append(
            HTTPRequest.Header(
                "authorization", "AWS4-HMAC-SHA256 \(credential), Signature=\(key.hexadecimal)"))
        return added
    }

    /// What is signed, and the names of the headers in it.
    package static func canonicalRequest(
        method: String, path: String, headers: [HTTPRequest.Header], body: [UInt8]
    ) -> (text: String, names: String) {
        let sorted = headers.map { ($0.name.lowercased(), trimmed($0.value)) }.sorted { $0.0 < $1.0 }
        let names = sorted.map(\.0).joined(separator: ";")
        let lines = [
            method, EndpointURL.percentEncoded(path, keepsSlashes: true), "",
            sorted.map { "\($0.0):\($0.1)\n" }.joined(), names, hash(body),
        ]
        return (lines.joined(separator: "\n"), names)
    }

    /// SHA-256 in hexadecimal.
    package static func hash(_ bytes: [UInt8]) -> String { SHA256.hash(data: bytes).hexadecimal }

    private static func code(_ text: String, key: [UInt8]) -> [UInt8] {
        SHA256.authenticationCode(for: Array(text.utf8), key: key)
    }

    /// Without spaces at the ends, and with one where several stand.
    private static func trimmed(_ value: String) -> String {
        value.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
    }
}
