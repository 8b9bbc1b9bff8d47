import HTTPTypes
import Hummingbird
import NIOCore
import ReportPages

/// The replies of the pages: HTML that runs no script but ours, wherever its texts come from.
enum PageReply {
    /// What a browser may do with a page: our style sheet, our script, forms to us. Text that should become markup after all
    /// runs nothing, fetches nothing and sends nothing.
    private static let policy =
        "default-src 'none'; style-src 'self'; script-src 'self'; form-action 'self'; base-uri 'none'; "
        + "frame-ancestors 'none'"

    static func html(_ text: String, status: HTTPResponse.Status = .ok) -> Response {
        guarded(Reply.text(text, type: "text/html; charset=utf-8", status: status))
    }

    static func asset(_ text: StaticString, type: String) -> Response {
        var reply = guarded(Reply.text(text.description, type: type))
        // The same for everybody, and small; a new version is there at the next start.
        reply.headers[.cacheControl] = "public, max-age=60"
        return reply
    }

    /// On to another page: what a form has sent is not sent again by going back or reloading.
    static func redirect(to path: String) -> Response {
        var reply = guarded(Response(status: .seeOther))
        reply.headers[.location] = path
        return reply
    }

    private static func guarded(_ reply: Response) -> Response {
        var reply = reply
        reply.headers[.contentSecurityPolicy] = policy
        reply.headers[.xContentTypeOptions] = "nosniff"
        reply.headers[.cacheControl] = "no-store"
        if let name = HTTPField.Name("Referrer-Policy") { reply.headers[name] = "same-origin" }
        return reply
    }
}

/// What went wrong with a page, for the person before it.
struct PageError: Error {
    let status: HTTPResponse.Status
    let message: String
}
