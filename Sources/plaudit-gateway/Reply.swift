import Hummingbird
import NIOCore
import RewardDialects
import RewardKernel
import RewardReport

/// The replies of the gateway.
enum Reply {
    static func json(_ value: JSONValue, status: HTTPResponse.Status = .ok) -> Response {
        text(value.compactText, type: "application/json", status: status)
    }

    static func text(_ text: String, type: String, status: HTTPResponse.Status = .ok) -> Response {
        var headers = HTTPFields()
        headers[.contentType] = type
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    /// `{"error": {"code", "message"}}`, whatever went wrong.
    static func error(_ status: HTTPResponse.Status, _ code: String, _ message: String) -> Response {
        json(
            .object(["error": .object(["code": .string(code), "message": .string(message)])]), status: status)
    }

    static func error(_ error: BodyError) -> Response {
        switch error {
        case .tooLarge: self.error(.contentTooLarge, "too_large", "the body is larger than this server takes")
        case .slow: self.error(.requestTimeout, "slow_body", "the body did not come in time")
        case .full: retryable("overloaded", "too much is under way; send it again")
        case .broken: self.error(.badRequest, "broken_body", "the body ended before it was whole")
        case .notJSON(let message): self.error(.badRequest, "not_json", message)
        }
    }

    static func error(_ error: ScoringError) -> Response {
        switch error {
        case .unknownReward, .noReward, .unknownGrader: self.error(.notFound, "unknown_reward", error.message)
        case .refused: self.error(.unprocessableContent, "refused", error.message)
        case .tooLarge: self.error(.contentTooLarge, "too_large", error.message)
        case .unavailable: retryable("unavailable", error.message)
        case .deadline: self.error(.gatewayTimeout, "deadline", error.message)
        case .fault: self.error(.badGateway, "fault", error.message)
        }
    }

    /// The same request may succeed later: trainers try again by themselves.
    private static func retryable(_ code: String, _ message: String) -> Response {
        var reply = error(.serviceUnavailable, code, message)
        reply.headers[.retryAfter] = "1"
        return reply
    }
}
