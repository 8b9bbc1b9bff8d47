import HTTPTypes
import Hummingbird
import NIOCore
import RewardDialects
import RewardKernel
import RewardReport

/// What the gateway answers: JSON in, a dialect, the sidecar, the dialect again, JSON out.
struct Routes: Sendable {
    static let healthPath = "/healthz"

    let service: ScoringService
    let bodies: RequestBodies

    func add(to router: Router<GatewayContext>) {
        add(OpenRLHFRequest.self, at: "/get_reward", to: router)
        add(NeMoGymRequest.self, at: "/verify", to: router)
        add(EvalProtocolRequest.self, at: "/evaluate", to: router)
        add(NovaRequest.self, at: "/nova", to: router)
        router.post("/rm") { request, context in
            await answer(request, context) { body in try await rewardOfSlime(body, request) }
        }
        let graders = GraderService(service)
        router.post("/v1/fine_tuning/alpha/graders/run") { request, context in
            await answer(request, context) { body in Reply.json(try await graders.run(try GraderRequest(body))) }
        }
        router.post("/v1/fine_tuning/alpha/graders/validate") { request, context in
            await answer(request, context) { body in Reply.json(try graders.validate(body)) }
        }
        // What a NeMo Gym agent asks before the first turn: there is no state to prepare.
        router.post("/seed_session") { request, context in
            await answer(request, context) { _ in Reply.json(.object([])) }
        }
        router.get("/metrics") { _, _ in
            do throws(ScoringError) {
                let stats = StatsView(try await service.ask("stats"))
                return Reply.text(stats.prometheusText, type: "text/plain; version=0.0.4")
            } catch {
                return Reply.error(error)
            }
        }
        for path in [Self.healthPath, "/health"] {
            router.get(RouterPath(path)) { _, _ in
                do throws(ScoringError) {
                    _ = try await service.ask("ping")
                    return Reply.json(.object(["status": .string("ok")]))
                } catch {
                    return Reply.error(error)
                }
            }
        }
    }

    private func add<Language: Dialect>(_: Language.Type, at path: String, to router: Router<GatewayContext>) {
        router.post(RouterPath(path)) { request, context in
            await answer(request, context) { body in
                let asked = try Language(body)
                let scored = try await service.score(
                    asked.rollouts, reward: Self.reward(of: request), wantsRationales: Language.wantsRationales)
                return Reply.json(asked.reply(to: scored))
            }
        }
    }

    /// The reward as slime reads it: a number, with the status beside it where it is no score; or the mapping, on request.
    private func rewardOfSlime(_ body: JSONValue, _ request: Request) async throws -> Response {
        let asked = try SlimeRequest(body)
        let scored = try await service.score(asked.rollouts, reward: Self.reward(of: request))
        guard request.uri.queryParameters.get("detail") == nil, let rollout = scored.first else {
            return Reply.json(asked.reply(to: scored))
        }
        var reply = Reply.json(asked.number(rollout))
        if let failure = rollout.failure, let name = HTTPField.Name("plaudit-status") { reply.headers[name] = failure }
        return reply
    }

    private static func reward(of request: Request) -> String? {
        request.uri.queryParameters.get("reward")
    }

    /// Reads the body, answers it, and says what went wrong where something did.
    private func answer(
        _ request: Request, _ context: GatewayContext,
        _ respond: (JSONValue) async throws -> Response
    ) async -> Response {
        do {
            let (body, lease) = try await bodies.json(of: request)
            defer { withExtendedLifetime(lease) {} }
            return try await respond(body)
        } catch let error as DialectError {
            return Reply.error(.badRequest, "bad_request", error.description)
        } catch let error as GraderRequestError {
            return Reply.error(.badRequest, "bad_request", error.description)
        } catch let error as ScoringError {
            return Reply.error(error)
        } catch let error as BodyError {
            if case .notJSON = error { return Reply.error(error) }
            // The rest of the body is not waited for.
            context.channel.close(mode: .input, promise: nil)
            return Reply.error(error)
        } catch {
            return Reply.error(.internalServerError, "internal", "a fault of the gateway")
        }
    }
}
