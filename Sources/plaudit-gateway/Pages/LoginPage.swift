import HTTPTypes
import Hummingbird
import ReportPages

/// Where a person gives the gateway's token, so that their browser may ask for the pages.
struct LoginPage {
    static let path = "/login"

    let token: BearerToken

    /// What needs no token: the door itself, and what it looks like.
    static func isOpen(_ path: String) -> Bool {
        path == self.path || path.hasPrefix(PageAssets.folder)
    }

    /// To a browser that carries no cookie: the door. A link with `?token=` opens it at once, and the token leaves the address.
    static func answer(_ request: Request, _ token: BearerToken) -> Response {
        let query = QueryText(parsing: (request.uri.query ?? "").utf8) ?? QueryText()
        guard request.method == .get else {
            return LoginPage(token: token).page(next: nil, message: "Sign in first.", status: .unauthorized)
        }
        if let offered = query["token"], token.matches(offered) {
            return LoginPage(token: token).opened(request.uri.path)
        }
        var door = QueryText()
        door.append("next", request.uri.path)
        return PageReply.redirect(to: "\(path)?\(door.text)")
    }

    func page(next: String?, message: String? = nil, status: HTTPResponse.Status = .ok) -> Response {
        let html = PageFrame("Sign in", .none).html { main in
            if let message { main.note(.bad, "\(message)") }
            main.form(Self.path) { form in
                form.hidden("next", Self.place(next))
                form.field(
                    "Token", name: "token", value: "",
                    hint: "The one that the gateway was started with: PLAUDIT_GATEWAY_TOKEN or --token-file.",
                    [
                        .init("type", "password"), .init("required"), .init("autofocus"),
                        .init("autocomplete", "current-password"),
                    ])
                form.element("p", [.class("actions")]) { line in
                    line.element("button", [.class("first")], text: "Sign in")
                }
            }
        }
        return PageReply.html(html, status: status)
    }

    func enter(_ form: QueryText) -> Response {
        guard let offered = form["token"], token.matches(offered) else {
            return page(next: form["next"], message: "That is not the token.", status: .unauthorized)
        }
        return opened(Self.place(form["next"]))
    }

    private func opened(_ place: String) -> Response {
        var reply = PageReply.redirect(to: place)
        reply.headers[.setCookie] = "\(token.cookie); Path=/; HttpOnly; SameSite=Strict"
        return reply
    }

    /// Only pages of ours, wherever the address in the form comes from.
    private static func place(_ next: String?) -> String {
        guard let next, Pages.owns(next), Link(next) != nil, next != path else { return "/review" }
        return next
    }
}
