import RewardDialects
import RewardKernel
import Testing

func json(_ text: String) throws -> JSONValue {
    try JSONValue.make(parsing: text.utf8)
}

/// A rollout with the components `format` and `judge`, of which the second may be missing.
func scored(_ reward: Double, _ status: Status = .scored, judge: Status = .scored) -> ScoredRollout {
    ScoredRollout(
        reward: reward, status: status,
        components: [
            .init(name: "format", score: 1, status: .scored, rationale: "valid JSON"),
            .init(name: "judge", score: judge == .scored ? 0.5 : 0, status: judge),
        ])
}

/// Checks a reply against its golden text.
func expectReply(
    _ reply: JSONValue, _ golden: String, sourceLocation: SourceLocation = #_sourceLocation
) throws {
    #expect(reply == (try json(golden)), sourceLocation: sourceLocation)
}

/// Where a request is wrong.
func place<Request: Dialect>(_: Request.Type, _ body: String) throws -> String? {
    let body = try json(body)
    do throws(DialectError) {
        _ = try Request(body)
        return nil
    } catch {
        return error.place
    }
}
