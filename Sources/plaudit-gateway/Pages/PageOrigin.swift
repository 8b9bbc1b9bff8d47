import HTTPTypes
import Hummingbird

/// Where a request for a page comes from.
enum PageOrigin {
    /// Why a request may not change anything; nil when it may. Browsers say which page a form was on; what is no browser says nothing.
    static func fault(ofSending request: Request) -> String? {
        if let name = HTTPField.Name("Sec-Fetch-Site"), let site = request.headers[name],
            site != "same-origin", site != "none"
        {
            return "The form was on a page of another site."
        }
        guard let origin = request.headers[.origin] else { return nil }
        guard let host = request.head.authority, origin == "http://\(host)" || origin == "https://\(host)" else {
            return "The form was on a page of another site."
        }
        return nil
    }

    /// Whether the host that a browser believes to speak to is this machine. A name of somebody else's that leads here would make
    /// their pages ours (DNS rebinding).
    static func isLoopback(_ request: Request) -> Bool {
        guard let authority = request.head.authority else { return true }
        let colon = authority.hasSuffix("]") ? nil : authority.lastIndex(of: ":")
        var host = authority[..<(colon ?? authority.endIndex)]
        if host.hasPrefix("[") && host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        return ListenAddress(host: String(host), port: 0).isLoopback
    }
}
