import RewardJudge
import RewardKernel
import Testing

/// What the lane finds out of endpoints while it works: parameters that are refused, and when to probe again.
@Suite struct EndpointLearningTests {
    private static let good = #"{"reason": "it answers", "verdict": "met"}"#

    private func fixture() throws -> LaneFixture {
        let criterion = try Criterion(name: "answers", text: "It answers the question.")
        return try LaneFixture([LaneFixture.rubric([criterion])], cache: false)
    }

    private func refusal(_ message: String) -> HTTPResponse {
        HTTPResponse(statusCode: 400, headers: [:], body: Array(#"{"error":{"message":"\#(message)"}}"#.utf8))
    }

    @Test func parameterThatIsRefusedByNameIsLeftOutAtOnceAndFromThenOn() throws {
        var fixture = try fixture()
        fixture.submit(1, ["Paris.", "Rome."], [(0, [0]), (0, [1])])
        // Both were sent before either was refused.
        for _ in 0..<2 {
            let request = fixture.waiting.removeFirst()
            #expect(request.body["seed"] == .integer(1))
            fixture.respond(request, refusal("seed: Extra inputs are not permitted"))
        }
        #expect(fixture.waiting.map { $0.body["seed"] } == [nil, nil])
        fixture.answerAll { _ in Self.good }
        #expect(fixture.answers.first?.answers.map(\.score) == [1, 1])
        fixture.submit(2, ["Bonn."], [(0, [0])])
        #expect(fixture.waiting.first?.body["seed"] == nil)
        fixture.answerAll { _ in Self.good }
        let retries = try #require(fixture.lane.statistics.counters.first { $0.name == "retries" })
        #expect(retries.value == 0 && fixture.lane.heldCount == 0)
    }

    @Test func serverThatRefusesBothNamesOfALimitIsNotAskedForEver() throws {
        var fixture = try fixture()
        fixture.submit(1, ["Paris."], [(0, [0])])
        while !fixture.waiting.isEmpty {
            let request = fixture.waiting.removeFirst()
            fixture.respond(request, refusal("max_tokens and max_completion_tokens are not supported"))
        }
        #expect(fixture.answers.first?.answers.first?.status == .transport)
        #expect(fixture.requestCount <= 4 && fixture.lane.heldCount == 0)
    }

    @Test func endpointIsProbedAgainWhenItsBreakerCloses() throws {
        var fixture = try fixture()
        fixture.lane.setCapabilities(EndpointCapabilities(structuredOutput: .jsonSchema), ofEndpoint: 0)
        // The only endpoint of a judge gets twenty failures.
        for ticket in 1...20 as ClosedRange<UInt64> {
            fixture.submit(ticket, ["Paris \(ticket)."], [(0, [0])])
            while fixture.answers.count < Int(ticket) {
                if fixture.waiting.isEmpty { fixture.advanceToTimer() } else { fixture.fail(.authentication) }
            }
        }
        #expect(fixture.probedEndpoints.isEmpty)
        fixture.submit(21, ["Rome."], [(0, [0])])
        while fixture.waiting.isEmpty { fixture.advanceToTimer() }
        fixture.answerAll { _ in Self.good }
        #expect(fixture.answers.last?.answers.first?.score == 1)
        #expect(fixture.probedEndpoints == [0])
    }

    @Test func endpointWhoseProbeFailedIsProbedOnceItAnswers() throws {
        var fixture = try fixture()
        fixture.submit(1, ["Paris."], [(0, [0])])
        fixture.answerAll { _ in Self.good }
        // The first probe is still under way.
        #expect(fixture.probedEndpoints.isEmpty)
        fixture.lane.probeFailed(ofEndpoint: 0)
        for ticket in 2...3 as ClosedRange<UInt64> {
            fixture.submit(ticket, ["Rome."], [(0, [0])])
            fixture.answerAll { _ in Self.good }
        }
        #expect(fixture.probedEndpoints == [0])
    }

    // MARK: Clocks

    private func signedEndpoint() throws -> JudgeEndpoint {
        try JudgeEndpoint(
            api: .bedrock, url: "http://judge.test", model: "m",
            credential: .aws(accessKey: "access", secretKey: "secret-secret", sessionToken: nil), region: "eu-west-1")
    }

    private func signedFixture() throws -> LaneFixture {
        let criterion = try Criterion(name: "answers", text: "It answers the question.")
        return try LaneFixture([LaneFixture.rubric([criterion])], cache: false, endpoint: signedEndpoint())
    }

    private func refusedSignature(date: String) -> HTTPResponse {
        HTTPResponse(
            statusCode: 403, headers: ["x-amzn-errortype": "InvalidSignatureException:http://x", "date": date],
            body: Array(#"{"message":"Signature expired"}"#.utf8))
    }

    private func signingDate(_ request: HTTPRequest?) -> String? {
        request?.headers.first { $0.name == "x-amz-date" }?.value
    }

    @Test func signatureThatIsRefusedForTheTimeIsMadeAnewByTheEndpointsClock() throws {
        var fixture = try signedFixture()
        fixture.submit(1, ["Paris."], [(0, [0])])
        #expect(signingDate(fixture.waiting.first?.request) == "20231114T221320Z")
        let ahead = refusedSignature(date: "Tue, 14 Nov 2023 23:13:21 GMT")
        fixture.respond(fixture.waiting.removeFirst(), ahead)
        #expect(signingDate(fixture.waiting.first?.request) == "20231114T231321Z")
        // The next question is signed so at once.
        fixture.submit(2, ["Rome."], [(0, [0])])
        #expect(signingDate(fixture.waiting.last?.request) == "20231114T231321Z")
        // Refused by the endpoint's own time, it is refused for something else.
        while !fixture.waiting.isEmpty { fixture.respond(fixture.waiting.removeFirst(), ahead) }
        #expect(fixture.answers.map { $0.answers.first?.status } == [.transport, .transport])
        #expect(fixture.requestCount == 3 && fixture.lane.heldCount == 0)
    }

    /// What was sent before the first refusal is signed anew as well, and ends with a score.
    @Test func requestsThatWereUnderWayAreSignedAnewToo() throws {
        var fixture = try signedFixture()
        fixture.submit(1, ["Paris.", "Rome.", "Bonn."], [(0, [0]), (0, [1]), (0, [2])])
        let ahead = refusedSignature(date: "Tue, 14 Nov 2023 23:13:21 GMT")
        for _ in 0..<3 { fixture.respond(fixture.waiting.removeFirst(), ahead) }
        #expect(fixture.waiting.map { signingDate($0.request) } == Array(repeating: "20231114T231321Z", count: 3))
        let content = Self.good.replacing("\"", with: "\\\"")
        let reply = #"{"output":{"message":{"content":[{"text":""# + content + #""}]}},"stopReason":"end_turn"}"#
        while !fixture.waiting.isEmpty {
            fixture.respond(
                fixture.waiting.removeFirst(), HTTPResponse(statusCode: 200, headers: [:], body: Array(reply.utf8)))
        }
        #expect(fixture.answers.first?.answers.map(\.score) == [1, 1, 1] && fixture.lane.heldCount == 0)
    }

    @Test(arguments: ["Tue, 14 Nov 2023 22:14:10 GMT", "soon", ""])
    func signatureIsNotMadeAnewWhereClocksAgreeOrNobodyKnows(date: String) throws {
        var fixture = try signedFixture()
        fixture.submit(1, ["Paris."], [(0, [0])])
        fixture.respond(fixture.waiting.removeFirst(), refusedSignature(date: date))
        #expect(fixture.requestCount == 1 && fixture.answers.count == 1 && fixture.lane.heldCount == 0)
    }

    @Test func endpointWithAClockThatRunsWildIsNotAskedForEver() throws {
        var fixture = try signedFixture()
        fixture.submit(1, ["Paris."], [(0, [0])])
        var hour = 0
        while !fixture.waiting.isEmpty {
            hour += 1
            let date = "Tue, 14 Nov 2023 0\(hour):13:20 GMT"
            fixture.respond(fixture.waiting.removeFirst(), refusedSignature(date: date))
        }
        #expect(fixture.requestCount == 4 && fixture.lane.heldCount == 0)
    }

    @Test func requestsWithoutASignatureAreNotSentAnewForTheirTime() throws {
        var fixture = try fixture()
        fixture.submit(1, ["Paris."], [(0, [0])])
        fixture.respond(fixture.waiting.removeFirst(), refusedSignature(date: "Tue, 14 Nov 2023 23:13:21 GMT"))
        #expect(fixture.requestCount == 1 && fixture.lane.heldCount == 0)
    }

    @Test func probeIsSignedAnewOnceByTheEndpointsClock() throws {
        var probes = EndpointProbes([try signedEndpoint()], indices: [0])
        let ahead = LaneArrival.response(refusedSignature(date: "Tue, 14 Nov 2023 23:13:21 GMT"))
        let first = probes.begin(wallClockSeconds: 1_700_000_000)
        #expect(signingDate(first.questions.first?.request) == "20231114T221320Z")
        let second = probes.ended(0, ahead, wallClockSeconds: 1_700_000_000)
        #expect(signingDate(second.questions.first?.request) == "20231114T231321Z" && second.outcomes.isEmpty)
        let wild = LaneArrival.response(refusedSignature(date: "Tue, 14 Nov 2023 20:13:21 GMT"))
        let last = probes.ended(0, wild, wallClockSeconds: 1_700_000_000)
        #expect(last.questions.isEmpty && last.outcomes.count == 1 && probes.isDone)
        // What was learnt holds for the next probe.
        let again = probes.begin(again: 0, wallClockSeconds: 1_700_000_001)
        #expect(signingDate(again.questions.first?.request) == "20231114T231322Z")
    }
}
