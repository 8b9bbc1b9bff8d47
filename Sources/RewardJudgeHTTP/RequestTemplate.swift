internal import CCurl
internal import RewardJudge

/// All of a request but its body, checked and in libcurl's form.
///
/// The calls of one endpoint differ in their bodies only, so the driver keeps the last few templates. Checking and
/// copying headers anew for every call costs a tenth of the call.
final class RequestTemplate {
    let url: String
    let requestTarget: String?
    let unixSocketPath: String?
    let isEncrypted: Bool
    let method: RequestCheck.Method
    /// The set that its last transfer went to, where connections to its host may be idle.
    var setIndex = 0
    /// Never empty: `Expect:` is always in it.
    private(set) var headers: UnsafeMutablePointer<curl_slist>?
    private let methodName: String
    private let fields: [HTTPRequest.Header]

    init(_ request: HTTPRequest) throws(TransportFailure) {
        let findings = try RequestCheck.check(request)
        url = request.url
        requestTarget = request.requestTarget
        unixSocketPath = request.unixSocketPath
        isEncrypted = findings.isEncrypted
        method = findings.method
        methodName = request.method
        fields = request.headers
        for field in fields {
            // libcurl's form of a header without a value; a colon would take the header out.
            try append(field.value.isEmpty ? "\(field.name);" : "\(field.name): \(field.value)")
        }
        // Without these, libcurl would name a type of its own, and ask for leave before it sends a large body.
        if case .post = method, !findings.hasContentType { try append("Content-Type:") }
        try append("Expect:")
    }

    deinit {
        plaudit_curl_free(headers)
    }

    /// Whether the request is one of this template. Quick where both come from the same values, as those of one
    /// endpoint do.
    func fits(_ request: HTTPRequest) -> Bool {
        url == request.url && methodName == request.method && fields == request.headers
            && requestTarget == request.requestTarget && unixSocketPath == request.unixSocketPath
    }

    private func append(_ line: String) throws(TransportFailure) {
        guard let longer = plaudit_curl_append(headers, line) else {
            throw TransportFailure(.other, "no memory for a header")
        }
        headers = longer
    }
}
