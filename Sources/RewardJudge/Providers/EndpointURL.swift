/// Where an endpoint is: a host with an optional base path, or a Unix socket.
package struct EndpointURL: Sendable, Hashable {
    package let isSecure: Bool
    /// As it stands in the URL, an IPv6 address in brackets; `localhost` for a Unix socket.
    package let host: String
    /// Nil for the scheme's own port.
    package let port: Int?
    /// Empty or with a slash before every part and none at the end.
    package let basePath: String
    package let unixSocketPath: String?

    private static let byteCountMax = 2_048
    /// What `sockaddr_un` has room for, the closing zero aside.
    private static let unixSocketPathByteCountMax = 107

    /// Parses `http://…`, `https://…` or `unix:/path/to.sock`. Refuses, with the key `url`, other schemes, white space
    /// and control characters, credentials, queries and fragments: each of them would end up in a log or in the wrong
    /// place of a request.
    package init(_ text: String) throws(EndpointError) {
        let bytes = Array(text.utf8)
        guard bytes.count <= EndpointURL.byteCountMax else { throw EndpointURL.refusal("is too long") }
        guard bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw EndpointURL.refusal("holds white space or characters beyond ASCII")
        }
        if text.hasPrefix("unix:") {
            self = try EndpointURL(unixSocket: String(text.dropFirst("unix:".count)))
            return
        }
        let rest: Substring
        if text.hasPrefix("https://") {
            isSecure = true
            rest = text.dropFirst("https://".count)
        } else if text.hasPrefix("http://") {
            isSecure = false
            rest = text.dropFirst("http://".count)
        } else {
            throw EndpointURL.refusal("must begin with http://, https:// or unix:/")
        }
        guard !rest.contains("#") else { throw EndpointURL.refusal("has a fragment") }
        guard !rest.contains("?") else {
            throw EndpointURL.refusal("has a query; api_version and headers are settings")
        }
        let authority = rest.prefix { $0 != "/" }
        guard !authority.contains("@") else { throw EndpointURL.refusal("holds a credential; that is a setting") }
        (host, port) = try EndpointURL.split(authority, isSecure: isSecure)
        basePath = try EndpointURL.path(rest.dropFirst(authority.count))
        unixSocketPath = nil
    }

    private init(unixSocket text: String) throws(EndpointError) {
        var path = Substring(text)
        // `unix:///path` is `unix:/path` with an authority of nothing.
        while path.hasPrefix("//") { path = path.dropFirst() }
        guard path.hasPrefix("/"), path.count > 1 else { throw EndpointURL.refusal("names no absolute socket path") }
        guard path.utf8.count <= EndpointURL.unixSocketPathByteCountMax else {
            throw EndpointURL.refusal("names a socket path longer than 107 bytes")
        }
        isSecure = false
        host = "localhost"
        port = nil
        basePath = ""
        unixSocketPath = String(path)
    }

    /// What the `Host` header says.
    package var authority: String { port.map { "\(host):\($0)" } ?? host }

    /// The whole URL of `target`, a path with or without a query.
    package func url(target: String) -> String { (isSecure ? "https://" : "http://") + authority + target }

    /// The path of an API's route. A base path with a version in it (`/v1`, `/api/paas/v4`, `/v1beta/openai`) is taken
    /// to end where the route begins, one that ends with the route as the whole; else `version` goes between.
    package func path(ofRoute route: String, version: String) -> String {
        if basePath.hasSuffix(route) { return basePath }
        let hasVersion = basePath.split(separator: "/").contains { part in
            part.first == "v" && part.dropFirst().first.map { ("0"..."9").contains($0) } == true
        }
        return basePath + (hasVersion ? "" : version) + route
    }

    /// Every byte but letters, digits, `-`, `.`, `_` and `~` as `%` and two digits (RFC 3986, 2.3).
    package static func percentEncoded(_ text: String, keepsSlashes: Bool = false) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                bytes.append(byte)
            case UInt8(ascii: "/") where keepsSlashes: bytes.append(byte)
            default: bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func split(
        _ authority: Substring, isSecure: Bool
    ) throws(EndpointError) -> (host: String, port: Int?) {
        var host = authority
        var portText: Substring?
        if authority.hasPrefix("[") {
            guard let close = authority.firstIndex(of: "]") else { throw refusal("has an address that does not end") }
            host = authority[...close]
            let rest = authority[authority.index(after: close)...]
            guard rest.isEmpty || rest.first == ":" else { throw refusal("has an address that goes on after its end") }
            portText = rest.isEmpty ? nil : rest.dropFirst()
            let address = host.dropFirst().dropLast()
            guard address.contains(":"), address.allSatisfy({ $0.isHexDigit || $0 == ":" || $0 == "." }) else {
                throw refusal("has no IPv6 address between its brackets")
            }
        } else {
            if let colon = authority.firstIndex(of: ":") {
                host = authority[..<colon]
                portText = authority[authority.index(after: colon)...]
            }
            guard !host.isEmpty, host.utf8.count <= 253, host.utf8.allSatisfy(isHostByte) else {
                throw refusal("names no host")
            }
        }
        guard let portText else { return (host.lowercased(), nil) }
        guard portText.utf8.count <= 5, portText.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let port = Int(portText), (1...65_535).contains(port)
        else { throw refusal("has no port from 1 to 65535") }
        return (host.lowercased(), port == (isSecure ? 443 : 80) ? nil : port)
    }

    private static func path(_ text: Substring) throws(EndpointError) -> String {
        var path = text
        while path.last == "/" { path = path.dropLast() }
        let bytes = Array(path.utf8)
        for (index, byte) in bytes.enumerated() {
            if byte == UInt8(ascii: "%") {
                guard index + 2 < bytes.count, isHexadecimal(bytes[index + 1]), isHexadecimal(bytes[index + 2]) else {
                    throw refusal("has a % without two digits in its path")
                }
            } else if !isPathByte(byte) {
                throw refusal("has a character in its path that must be percent-encoded")
            }
        }
        return String(path)
    }

    private static func refusal(_ message: String) -> EndpointError { EndpointError(key: "url", message) }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20)
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        isAlphanumeric(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte | 0x20)
    }

    private static func isPathByte(_ byte: UInt8) -> Bool {
        isAlphanumeric(byte) || "-._~!$&'()*+,;=:@/".utf8.contains(byte)
    }
}
