import ArgumentParser
import Glibc
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import RewardClient
import RewardDialects
import RewardMemory

/// The command line of the gateway.
@main
struct Gateway: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plaudit-gateway",
        abstract: "Serves the rewards of a running sidecar over HTTP, in the dialects of the trainers.",
        discussion: """
            The gateway is a client of the sidecar's socket and nothing more: it translates. It may start before the sidecar \
            and outlive it; while there is none, requests are answered 503.

              plaudit serve --config rewards.yaml --socket /run/user/1000/plaudit.sock &
              plaudit-gateway --socket /run/user/1000/plaudit.sock

            What to tell the trainer:
              OpenRLHF       --reward.remote_url http://127.0.0.1:8800/get_reward
              slime, miles   --rm-type remote_rm --rm-url http://127.0.0.1:8800/rm
              NeMo Gym       POST /verify
              eval-protocol  POST /evaluate
              Nova events    POST /nova
              OpenAI         base_url http://127.0.0.1:8800/v1 (fine_tuning.alpha.graders.run, .validate)
              Prometheus     GET /metrics; and GET /healthz

            With --store it also shows what the sidecar keeps: open http://127.0.0.1:8800/review to label rollouts and see how \
            far people agree with the judge, and /dashboard for rewards over time.

            With several rewards in the configuration name one, here by --reward or in the URL: /rm?reward=NAME.

            It listens on loopback. Anywhere else it wants a token, which each request then carries as \
            `Authorization: Bearer TOKEN` or `X-Api-Key: TOKEN`:
              PLAUDIT_GATEWAY_TOKEN=... plaudit-gateway --socket P --listen 0.0.0.0:8800

            Prints one line on standard output once it listens, beginning with `plaudit-gateway ready listen=`; the log goes \
            to standard error, one line a request. SIGTERM finishes the requests under way and stops.

            Exit codes: 0 done, 1 the run failed, 2 wrong usage.
            """,
        version: "\(PlauditVersion.text)")

    @Option(help: "The sidecar's socket.")
    var socket: String

    @Option(help: ArgumentHelp("Where to listen; port 0 takes a free one.", valueName: "host:port"))
    var listen: ListenAddress = ListenAddress(host: "127.0.0.1", port: 8800)

    @Option(help: "The reward of requests that name none. Default: the only one of the configuration.")
    var reward: String?

    @Option(
        help: ArgumentHelp(
            "A file with the token that requests must carry. Default: the variable PLAUDIT_GATEWAY_TOKEN.",
            valueName: "file"))
    var tokenFile: String?

    @Option(
        help: ArgumentHelp(
            "The sidecar's store, for the pages /review and /dashboard; `store: {path: F, audit: true}` makes it.",
            valueName: "file"))
    var store: String?

    @Option(help: "Seconds that a request may take; below the 120 s that slime waits and the 180 s of OpenRLHF.")
    var deadline: Int = 90

    @Option(help: "Seconds that a client may take to send a request.")
    var bodyTimeout: Int = 30

    mutating func validate() throws {
        guard (1...3_600).contains(deadline) else { throw ValidationError("--deadline: wanted 1 to 3600") }
        guard (1...3_600).contains(bodyTimeout) else { throw ValidationError("--body-timeout: wanted 1 to 3600") }
    }

    /// Runs, and ends the process with the codes that the command line promises.
    static func main() async {
        let gateway: Gateway
        do {
            var command = try parseAsRoot()
            guard let parsed = command as? Gateway else { return try command.run() }
            gateway = parsed
        } catch {
            leave(after: error, code: 2)
        }
        do {
            try await gateway.run()
        } catch let error as ValidationError {
            leave(after: error, code: 2)
        } catch {
            leave(after: error, code: 1)
        }
    }

    private static func leave(after error: any Error, code: Int32) -> Never {
        // `--help` and `--version` arrive as errors too.
        let isDone = exitCode(for: error).isSuccess
        let message = Array((fullMessage(for: error) + "\n").utf8)
        _ = message.withUnsafeBytes { write(isDone ? STDOUT_FILENO : STDERR_FILENO, $0.baseAddress, $0.count) }
        Glibc.exit(isDone ? 0 : code)
    }

    func run() async throws {
        let token = try BearerToken.load(file: tokenFile)
        guard token != nil || listen.isLoopback else {
            throw ValidationError(
                "--listen \(listen): everybody who reaches that address could use it; "
                    + "set PLAUDIT_GATEWAY_TOKEN or --token-file, or listen on 127.0.0.1")
        }
        var logger = Logger(label: "plaudit-gateway", factory: { StreamLogHandler.standardError(label: $0) })
        logger.logLevel = .info
        let pipeline = try SidecarPipeline(path: socket)
        let deadline = Duration.seconds(deadline)
        let service = ScoringService(defaultReward: reward, deadline: deadline) {
            method, parameters throws(ClientError) in
            // What the sidecar says at its own deadline shall still arrive.
            try await pipeline.call(method, parameters, timeout: deadline + .seconds(5))
        }
        let bodies = RequestBodies(
            timeout: .seconds(bodyTimeout), budget: ByteBudget(Limits.gatewayBodiesByteCountMax))
        let routes = Routes(service: service, bodies: bodies)
        let router = Router(context: GatewayContext.self)
        router.add(middleware: AccessLog(logger: logger))
        if let token {
            router.add(middleware: TokenCheck(token: token, hasPages: store != nil))
        } else {
            router.add(middleware: LoopbackCheck())
        }
        routes.add(to: router)
        if let store {
            let pages = Pages(store: PageStore(path: store), bodies: bodies, token: token) {
                try? await service.ask("stats")
            }
            pages.add(to: router)
        }
        let readyLine =
            "socket=\(socket) reward=\(reward ?? "-") token=\(token == nil ? "no" : "yes") store=\(store ?? "-")"
        let host = listen.host
        var server = Logger(label: "plaudit-gateway", factory: { StreamLogHandler.standardError(label: $0) })
        server.logLevel = .warning
        let application = Application(
            router: router,
            server: .http1(configuration: .init(idleTimeout: .seconds(Int64(bodyTimeout)))),
            configuration: ApplicationConfiguration(
                address: .hostname(listen.host, port: listen.port),
                availableConnectionsDelegate: MaximumAvailableConnections(Limits.gatewayConnectionCountMax)),
            onServerRunning: { channel in
                let port = channel.localAddress?.port ?? 0
                print("plaudit-gateway ready listen=\(ListenAddress(host: host, port: port)) \(readyLine)")
                // A pipe is buffered, and whoever waits for the line waits for the pipe.
                fflush(nil)
            },
            logger: server)
        try await application.runService()
        logger.info("stopped")
    }
}
