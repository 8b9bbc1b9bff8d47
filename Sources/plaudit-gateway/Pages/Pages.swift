import HTTPTypes
import Hummingbird
import ReportPages
import RewardClient
import RewardStore

/// The pages for people: their routes, and what goes wrong before any of them.
struct Pages: Sendable {
    let store: PageStore
    let bodies: RequestBodies
    let token: BearerToken?
    /// Of the sidecar; nil where there is none at the moment.
    let stats: @Sendable () async -> MessageValue?

    /// Whether a path belongs to the pages.
    static func owns(_ path: String) -> Bool {
        path == "/"
            || ["review", "rollout", "dashboard", "pages", "login"].contains { folder in
                path == "/\(folder)" || path.hasPrefix("/\(folder)/")
            }
    }

    func add(to router: Router<GatewayContext>) {
        PageAssets.add(to: router)
        if let token {
            let login = LoginPage(token: token)
            get(LoginPage.path, router) { query, _ in login.page(next: query["next"]) }
            post(LoginPage.path, router) { form, _ in login.enter(form) }
        }
        router.get("/") { _, _ in PageReply.redirect(to: "/review") }
        let reviews = ReviewPages(store: store)
        get("/review", router) { query, _ in try await reviews.sessions(query) }
        post("/review", router) { form, _ in try await reviews.begin(form) }
        get("/review/:session", router) { query, place in try await reviews.session(try place.session, query) }
        get("/review/:session/next", router) { query, place in try await reviews.next(try place.session, query) }
        get("/review/:session/item/:item", router) { query, place in
            try await reviews.item(try place.session, try place.item, query)
        }
        post("/review/:session/item/:item", router) { form, place in
            try await reviews.answer(try place.session, try place.item, form)
        }
        post("/review/:session/undo", router) { form, place in try await reviews.undo(try place.session, form) }
        let dashboard = DashboardPages(store: store, stats: stats)
        get("/dashboard", router) { query, _ in try await dashboard.page(query) }
        get("/rollout/:rollout", router) { _, place in try await reviews.rollout(try place.rollout) }
    }

    /// What a path names.
    struct Place {
        let parameters: Parameters

        var session: Int64 { get throws { try number("session") } }
        var rollout: Int64 { get throws { try number("rollout") } }
        /// From 0; people count from 1.
        var item: Int {
            get throws {
                guard let item = Int(exactly: try number("item") - 1) else { throw Self.unknown }
                return item
            }
        }

        private func number(_ name: String) throws -> Int64 {
            guard let number = parameters.get(name, as: Int64.self), number > 0 else { throw Self.unknown }
            return number
        }

        private static let unknown = PageError(status: .notFound, message: "There is no such page.")
    }

    private typealias Handler = @Sendable (QueryText, Place) async throws -> Response

    private func get(_ path: String, _ router: Router<GatewayContext>, _ respond: @escaping Handler) {
        router.get(RouterPath(path)) { request, context in
            await Self.answer {
                guard let query = QueryText(parsing: (request.uri.query ?? "").utf8) else { throw Self.garbled }
                return try await respond(query, Place(parameters: context.parameters))
            }
        }
    }

    private func post(_ path: String, _ router: Router<GatewayContext>, _ respond: @escaping Handler) {
        router.post(RouterPath(path)) { request, context in
            await Self.answer {
                if let fault = PageOrigin.fault(ofSending: request) {
                    throw PageError(status: .forbidden, message: fault)
                }
                let (bytes, lease) = try await bodies.bytes(of: request)
                defer { withExtendedLifetime(lease) {} }
                guard let form = QueryText(parsing: bytes) else { throw Self.garbled }
                return try await respond(form, Place(parameters: context.parameters))
            }
        }
    }

    private static let garbled = PageError(status: .badRequest, message: "What was sent is no text in UTF-8.")

    /// The page, or one that says what went wrong.
    private static func answer(_ respond: () async throws -> Response) async -> Response {
        do {
            return try await respond()
        } catch let error as PageError {
            return failure(error.status, error.message)
        } catch let error as ReviewError {
            switch error {
            case .store(let fault): return failure(.serviceUnavailable, fault.message)
            case .refused(let message): return failure(.unprocessableContent, message)
            case .unknown(let message): return failure(.notFound, message)
            }
        } catch let error as BodyError {
            return Reply.error(error)
        } catch {
            return failure(.internalServerError, "A fault of the gateway.")
        }
    }

    private static func failure(_ status: HTTPResponse.Status, _ message: String) -> Response {
        let page = PageFrame("\(status.code) \(status.reasonPhrase)", .none).html { main in
            main.note(.bad, "\(message)")
            main.element("p") { $0.link("All review sessions", "/review") }
        }
        return PageReply.html(page, status: status)
    }
}
