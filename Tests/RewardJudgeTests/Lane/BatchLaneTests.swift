import RewardJudge
import RewardKernel
import Testing

/// Calls that meet in the window before the pool, and endpoints that take several at once.
@Suite struct BatchLaneTests {
    private static let good = #"{"reason": "it answers", "verdict": "met"}"#
    private static let bad = #"{"reason": "it does not", "verdict": "unmet"}"#
    private static let window: UInt64 = 2_000_000
    private static let batching = EndpointCapabilities(structuredOutput: .jsonSchema, takesBatch: true)

    private func fixture(takesBatch: Bool = true, cache: Bool = true) throws -> LaneFixture {
        let criterion = try Criterion(name: "answers", text: "It answers the question.")
        var fixture = try LaneFixture(
            [LaneFixture.rubric([criterion])], cache: cache, windowNanoseconds: Self.window)
        if takesBatch { fixture.lane.setCapabilities(Self.batching, ofEndpoint: 0) }
        return fixture
    }

    private func counter(_ name: String, _ fixture: LaneFixture) throws -> Double {
        try #require(fixture.lane.statistics.counters.first { $0.name == name }).value
    }

    @Test func callsOfSeveralRequestsBecomeOneRequestWhenTheWindowCloses() throws {
        var fixture = try fixture()
        fixture.submit(1, ["Paris.", "Fish."], [(0, [0]), (0, [1])])
        fixture.now += Self.window / 2
        fixture.submit(2, ["London."], [(0, [0])])
        #expect(fixture.waiting.isEmpty)
        fixture.advanceToTimer()
        let request = try #require(fixture.waiting.first)
        #expect(fixture.requestCount == 1 && request.request.url.hasSuffix("/v1/chat/completions/batch"))
        // In whatever order they come: the number counts.
        fixture.waiting = []
        fixture.respond(request, LaneFixture.batchReply([(2, Self.good), (0, Self.good), (1, Self.bad)]))
        #expect(fixture.answers.map(\.ticket) == [JudgeTicket(1), JudgeTicket(2)])
        #expect(fixture.answers[0].answers.map(\.score) == [1, 0])
        #expect(fixture.answers[1].answers.map(\.score) == [1])
        // The usage of the one request is shared out, to the last token.
        #expect(fixture.answers.map(\.usage.inputTokenCount) == [67, 33])
        #expect(fixture.answers.map(\.usage.callCount) == [2, 1])
        #expect(try counter("requests_saved", fixture) == 2)
        #expect(fixture.lane.heldCount == 0)
    }

    @Test func withoutBatchesCallsGoOneByOneWhenTheWindowCloses() throws {
        var fixture = try fixture(takesBatch: false)
        fixture.submit(1, ["Paris.", "Fish."], [(0, [0]), (0, [1])])
        #expect(fixture.waiting.isEmpty)
        fixture.advanceToTimer()
        #expect(fixture.waiting.count == 2)
        fixture.answerAll { _ in Self.good }
        #expect(fixture.answers.first?.answers.map(\.score) == [1, 1])
        #expect(try counter("requests_saved", fixture) == 0)
    }

    @Test func deadlineInsideTheWindowIsNotWaitedFor() throws {
        var fixture = try fixture(takesBatch: false)
        fixture.submit(1, ["Paris."], [(0, [0])], nanoseconds: Self.window / 2)
        #expect(fixture.waiting.count == 1)
    }

    @Test func batchThatIsRefusedForGoodIsAskedOneByOne() throws {
        var fixture = try fixture()
        fixture.submit(1, ["Paris.", "Fish."], [(0, [0]), (0, [1])])
        fixture.advanceToTimer()
        let request = fixture.waiting.removeFirst()
        fixture.respond(request, HTTPResponse(statusCode: 404, headers: [:], body: Array("{}".utf8)))
        #expect(fixture.waiting.count == 2)
        fixture.answerAll { $0.text.contains("Fish.") ? Self.bad : Self.good }
        #expect(fixture.answers.first?.answers.map(\.score) == [1, 0])
        // And no batch is tried again until a probe finds that it may be.
        fixture.submit(2, ["Rome.", "Bonn."], [(0, [0]), (0, [1])])
        fixture.advanceToTimer()
        #expect(fixture.waiting.count == 2)
        #expect(fixture.waiting.allSatisfy { $0.request.url.hasSuffix("/v1/chat/completions") })
    }

    @Test func batchThatIsRateLimitedIsAskedForAgainAsOne() throws {
        var fixture = try fixture()
        fixture.submit(1, ["Paris.", "Fish."], [(0, [0]), (0, [1])])
        fixture.advanceToTimer()
        fixture.fail(.rateLimited)
        for _ in 0..<10 where fixture.waiting.isEmpty { fixture.advanceToTimer() }
        #expect(fixture.waiting.count == 1 && fixture.requestCount == 2)
    }

    @Test func unreadableAnswerOfABatchIsRepairedAloneAndTheOthersStand() throws {
        var fixture = try fixture()
        fixture.submit(1, ["Paris.", "Fish."], [(0, [0]), (0, [1])])
        fixture.advanceToTimer()
        let request = fixture.waiting.removeFirst()
        fixture.respond(request, LaneFixture.batchReply([(0, "prose"), (1, Self.bad)]))
        fixture.advanceToTimer()
        #expect(fixture.waiting.count == 1)
        fixture.answerAll { _ in Self.good }
        #expect(fixture.answers.first?.answers.map(\.score) == [1, 0])
        #expect(fixture.lane.heldCount == 0)
    }

    @Test func batchGoesOnWithoutThoseThatWereGivenUpAndEndsWithTheLast() throws {
        var fixture = try fixture()
        fixture.submit(1, ["Paris."], [(0, [0])])
        fixture.submit(2, ["Fish."], [(0, [0])])
        fixture.submit(3, ["Bonn."], [(0, [0])])
        fixture.cancel(3)
        fixture.advanceToTimer()
        #expect(fixture.waiting.count == 1)
        fixture.cancel(1)
        #expect(fixture.abortedCount == 0)
        let request = fixture.waiting[0]
        fixture.cancel(2)
        #expect(fixture.abortedCount == 1 && fixture.waiting.isEmpty && fixture.lane.heldCount == 0)
        // What still comes is not heard.
        fixture.respond(request, LaneFixture.batchReply([(0, Self.good), (1, Self.good)]))
        #expect(fixture.answers.isEmpty)
    }

    @Test func lastCallOfABatchThatIsAskedAgainGetsItsAnswer() throws {
        var fixture = try fixture()
        fixture.submit(1, ["Paris."], [(0, [0])])
        fixture.submit(2, ["Fish."], [(0, [0])])
        fixture.advanceToTimer()
        fixture.fail(.rateLimited)
        fixture.cancel(2)
        for _ in 0..<10 where fixture.waiting.isEmpty { fixture.advanceToTimer() }
        #expect(fixture.waiting.count == 1)
        fixture.answerFirst { $0.text.contains("Paris.") ? Self.good : Self.bad }
        #expect(fixture.answers.first?.answers.map(\.score) == [1])
        #expect(fixture.lane.heldCount == 0)
    }

    @Test func callsThatBeginAlikeFollowEachOther() throws {
        let first = try LaneFixture.rubric([Criterion(name: "one", text: "The first.")])
        let second = try LaneFixture.rubric([Criterion(name: "two", text: "The second.")])
        var fixture = try LaneFixture([first, second], windowNanoseconds: Self.window)
        fixture.submit(1, ["a", "b", "c"], [(0, [0]), (1, [0]), (0, [1]), (1, [1]), (0, [2]), (1, [2])])
        fixture.advanceToTimer()
        #expect(fixture.waiting.map { $0.text.contains("The first.") } == [true, true, true, false, false, false])
    }

    @Test func answersOfOneCallCountAsRequestsSaved() throws {
        let criterion = try Criterion(name: "answers", text: "It answers the question.")
        var fixture = try LaneFixture([LaneFixture.rubric([criterion], sampleCount: 3)])
        fixture.lane.setCapabilities(
            EndpointCapabilities(structuredOutput: .jsonSchema, takesSampleCount: true), ofEndpoint: 0)
        fixture.submit(1, ["Paris."], [(0, [0])])
        let request = fixture.waiting.removeFirst()
        #expect(request.body["n"] == .integer(3) && fixture.waiting.isEmpty)
        fixture.respond(request, LaneFixture.batchReply([(0, Self.good), (1, Self.bad), (2, Self.good)]))
        #expect(fixture.answers.first?.answers.first?.score == 1)
        #expect(try counter("requests_saved", fixture) == 2)
    }
}
