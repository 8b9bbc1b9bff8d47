import Hummingbird
import Logging
import NIOCore
import RewardMemory

/// What belongs to one request: its connection, and what the log says of it.
struct GatewayContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// To be closed where a client may not go on.
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }
}

/// One line a request: method, path, status, time. No query, no header, no text of a rollout.
struct AccessLog: RouterMiddleware {
    let logger: Logger

    func handle(
        _ request: Request, context: GatewayContext,
        next: (Request, GatewayContext) async throws -> Response
    ) async throws -> Response {
        let start = MonotonicClock.nanoseconds
        let response: Response
        do {
            response = try await next(request, context)
        } catch let error as HTTPError {
            response = Reply.error(error.status, "http_\(error.status.code)", error.body ?? error.status.reasonPhrase)
        }
        let milliseconds = Double((MonotonicClock.nanoseconds - start) / 1_000) / 1_000
        // Paths that are none of ours are not repeated: they may hold what a terminal would obey.
        let path = context.endpointPath ?? "(unknown)"
        logger.info("\(request.method) \(path) \(response.status.code) \(milliseconds) ms")
        return response
    }
}

/// Turns away what carries no token. The health check alone goes without: it tells nothing but whether there is a sidecar.
struct TokenCheck: RouterMiddleware {
    let token: BearerToken
    /// Whether there are pages, which browsers ask for with a cookie in the token's place.
    let hasPages: Bool

    func handle(
        _ request: Request, context: GatewayContext,
        next: (Request, GatewayContext) async throws -> Response
    ) async throws -> Response {
        let path = request.uri.path
        if path == Routes.healthPath || token.isCarried(by: request) { return try await next(request, context) }
        if hasPages, Pages.owns(path) {
            if LoginPage.isOpen(path) || token.isKept(by: request) { return try await next(request, context) }
            return LoginPage.answer(request, token)
        }
        // What it sends is not waited for.
        context.channel.close(mode: .input, promise: nil)
        var reply = Reply.error(.unauthorized, "unauthorized", "the token is missing or wrong")
        reply.headers[.wwwAuthenticate] = "Bearer"
        return reply
    }
}

/// Without a token, pages are for browsers on this machine that believe to speak to this machine.
struct LoopbackCheck: RouterMiddleware {
    func handle(
        _ request: Request, context: GatewayContext,
        next: (Request, GatewayContext) async throws -> Response
    ) async throws -> Response {
        if Pages.owns(request.uri.path), !PageOrigin.isLoopback(request) {
            return Reply.error(
                .misdirectedRequest, "wrong_host",
                "pages without a token are served for the host 127.0.0.1 or localhost")
        }
        return try await next(request, context)
    }
}
