internal import RewardJudge

/// What a request must hold before libcurl sees it: nothing in it may end a header line or the request line early.
enum RequestCheck {
    enum Method {
        case get
        case post
    }

    struct Findings {
        var method: Method
        var isEncrypted: Bool
        /// Without one, libcurl would add its own.
        var hasContentType: Bool
    }

    static func check(_ request: HTTPRequest) throws(TransportFailure) -> Findings {
        let method: Method
        switch request.method {
        case "GET": method = .get
        case "POST": method = .post
        default: throw TransportFailure(.badRequest, "a request is GET or POST, not \(request.method)")
        }
        guard request.url.utf8.allSatisfy(isVisible) else {
            throw TransportFailure(.badRequest, "the URL holds a space or a control character")
        }
        let scheme = request.url.prefix(8).lowercased()
        guard scheme.hasPrefix("http://") || scheme == "https://" else {
            throw TransportFailure(.badRequest, "the URL begins with neither http:// nor https://")
        }
        if let target = request.requestTarget {
            guard target.utf8.first == UInt8(ascii: "/"), target.utf8.allSatisfy(isVisible) else {
                throw TransportFailure(
                    .badRequest, "the request target is no path, or holds a space or a control character")
            }
        }
        if let path = request.unixSocketPath {
            // The kernel's own limit, the final zero included.
            guard !path.isEmpty, path.utf8.count < 108, !path.utf8.contains(0) else {
                throw TransportFailure(.badRequest, "the path of the Unix socket is empty or longer than 107 bytes")
            }
        }
        var hasContentType = false
        for header in request.headers {
            try check(header)
            if isName(header.name, "content-type") { hasContentType = true }
        }
        return Findings(method: method, isEncrypted: scheme == "https://", hasContentType: hasContentType)
    }

    private static func check(_ header: HTTPRequest.Header) throws(TransportFailure) {
        guard !header.name.isEmpty, header.name.utf8.allSatisfy({ isVisible($0) && $0 != UInt8(ascii: ":") }) else {
            throw TransportFailure(.badRequest, "a header's name is empty or holds a character that ends it")
        }
        guard header.value.utf8.allSatisfy({ isVisible($0) || $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") })
        else {
            throw TransportFailure(.badRequest, "the value of the header \(header.name) holds a control character")
        }
        if isName(header.name, "content-length") || isName(header.name, "transfer-encoding") {
            throw TransportFailure(.badRequest, "the header \(header.name) is the driver's to set")
        }
    }

    private static func isVisible(_ byte: UInt8) -> Bool {
        byte > 0x20 && byte != 0x7F
    }

    /// Whether the name is that one, which is in lower case, whatever case it is in itself.
    private static func isName(_ name: String, _ wanted: StaticString) -> Bool {
        guard name.utf8.count == wanted.utf8CodeUnitCount else { return false }
        return wanted.withUTF8Buffer { wanted in
            name.utf8.elementsEqual(wanted) { left, right in (left | 0x20) == right || left == right }
        }
    }
}
