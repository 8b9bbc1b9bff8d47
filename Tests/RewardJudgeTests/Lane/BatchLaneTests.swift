import RewardJudge
import RewardKernel
import Testing

/// Calls that meet in the window before the pool, and endpoints that take several at once.
@Suite struct BatchLaneTests {
    private static let good = #"{"reason": "it answers", "verdict": "met"}"#
    private static let bad = #"{"reason": "it does not", "verdict": "unmet"}"#
    private static let window: UInt64 = 2_000_000
    private static let batching = EndpointCapabilities(structuredOutput: .jsonSchema, takesBatch: true)

    /// - Parameter batchCount: the calls that go at once where the endpoint takes several.
    private func fixture(takesBatch: Bool = true, batchCount: Int = 4, cache: Bool = true) throws -> LaneFixture {
        let criterion = try Criterion(name: "answers", text: "It answers the question.")
        var fixture = try LaneFixture(
            [LaneFixture.rubric([criterion])], cache: cache, windowNanoseconds: Self.window)
        if takesBatch {
            fixture.lane.setCapabilities(Self.batching, ofEndpoint: 0)
            fixture.growBatches(to: batchCount)
        }
        return fixture
    }

    private func counter(_ name: String, _ fixture: LaneFixture) throws -> Double {
        try #require(fixture.lane.statistics.counters.first { $0.name == name }).value
    }

    @Test func callsOfSeveralRequestsBecomeOneRequestWhenTheWindowCloses() throws {
        var fixture = try fixture()
        let saved = try counter("requests_saved", fixture)
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
        #expect(try counter("requests_saved", fixture) == saved + 2)
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

    private static let rollouts = (0..<16).map { "Rollout number \($0)." }
    private static let questions = (0..<16).map { (task: 0, rollouts: [$0]) }

    /// The numbers of calls of the requests that wait.
    private func sizes(_ fixture: LaneFixture) -> [Int] {
        fixture.waiting.map { request in
            guard request.request.url.hasSuffix("/batch"), case .array(let conversations)? = request.body["messages"]
            else { return 1 }
            return conversations.count
        }
    }

    private func answerBatch(_ fixture: inout LaneFixture, afterSeconds seconds: UInt64 = 0) {
        let size = sizes(fixture)[0]
        fixture.now += seconds * 1_000_000_000
        let request = fixture.waiting.removeFirst()
        fixture.respond(request, LaneFixture.batchReply((0..<size).map { (Int64($0), Self.good) }))
    }

    @Test func batchesBeginSmallAndDoubleWithEachThatComesInGoodTime() throws {
        var fixture = try fixture(batchCount: 2, cache: false)
        fixture.submit(1, Self.rollouts, Self.questions)
        #expect(sizes(fixture) == Array(repeating: 2, count: 8))
        for _ in 0..<8 { answerBatch(&fixture) }
        #expect(fixture.answers.last?.answers.count == 16)
        // The other batches of two were no longer full ones when they came.
        fixture.submit(2, Self.rollouts, Self.questions)
        #expect(sizes(fixture) == [4, 4, 4, 4])
        for _ in 0..<4 { answerBatch(&fixture) }
        fixture.submit(3, Self.rollouts, Self.questions)
        // Those took more than a quarter of their 30 seconds.
        for _ in 0..<2 { answerBatch(&fixture, afterSeconds: 8) }
        fixture.submit(4, Self.rollouts, Self.questions)
        #expect(sizes(fixture) == [8, 8])
        for _ in 0..<2 { answerBatch(&fixture) }
        fixture.submit(5, Self.rollouts, Self.questions)
        #expect(sizes(fixture) == [16])
        answerBatch(&fixture)
        fixture.submit(6, Self.rollouts, Self.questions)
        #expect(sizes(fixture) == [16])
    }

    /// A slow server that has time for few at once: nothing is asked again that it cannot do, and every rollout is scored.
    @Test func batchThatTakesTooLongIsAskedAgainInSmallerOnes() throws {
        var fixture = try fixture(batchCount: 16, cache: false)
        fixture.submit(1, Self.rollouts, Self.questions, seconds: 300)
        #expect(sizes(fixture) == [16])
        for half in [8, 4] {
            while sizes(fixture).first == 2 * half { fixture.fail(.timeout, afterSeconds: 30) }
            #expect(sizes(fixture) == Array(repeating: half, count: 16 / half))
        }
        for _ in 0..<4 { answerBatch(&fixture, afterSeconds: 20) }
        #expect(fixture.answers.first?.answers.map(\.status) == Array(repeating: .scored, count: 16))
        #expect(try counter("batches_divided", fixture) == 3)
        #expect(
            fixture.notices.filter { if case .batchTooLarge = $0 { true } else { false } }
                == [
                    .batchTooLarge(judge: "judge", callCount: 16, countMax: 8),
                    .batchTooLarge(judge: "judge", callCount: 8, countMax: 4),
                ])
        // The endpoint is known now.
        fixture.submit(2, Self.rollouts, Self.questions)
        #expect(sizes(fixture) == [4, 4, 4, 4])
        #expect(fixture.lane.heldCount > 0)
        fixture.cancel(2)
        #expect(fixture.lane.heldCount == 0)
    }

    @Test func callsOfABatchOfTwoThatTakesTooLongGoOneByOne() throws {
        var fixture = try fixture(batchCount: 2, cache: false)
        fixture.submit(1, ["Paris.", "Fish."], [(0, [0]), (0, [1])])
        #expect(sizes(fixture) == [2])
        fixture.fail(.timeout, afterSeconds: 30)
        fixture.advanceToTimer()
        #expect(sizes(fixture) == [1, 1])
        fixture.answerAll { $0.text.contains("Fish.") ? Self.bad : Self.good }
        #expect(fixture.answers.first?.answers.map(\.score) == [1, 0])
        // After 32 answers in good time two are tried again, and no sooner.
        for ticket in 2...3 as ClosedRange<UInt64> {
            fixture.submit(ticket, Self.rollouts, Self.questions)
            fixture.advanceToTimer()
            #expect(sizes(fixture).allSatisfy { $0 == 1 })
            fixture.answerAll { _ in Self.good }
        }
        fixture.submit(4, Self.rollouts, Self.questions)
        #expect(sizes(fixture) == Array(repeating: 2, count: 8))
    }

    @Test func batchThatLastsUntilTheDeadlineMakesTheNextSmaller() throws {
        var fixture = try fixture(batchCount: 16, cache: false)
        fixture.submit(1, Self.rollouts, Self.questions, seconds: 10)
        #expect(sizes(fixture) == [16])
        fixture.advanceToTimer()
        #expect(fixture.answers.first?.answers.map(\.status) == Array(repeating: .timeout, count: 16))
        fixture.submit(2, Self.rollouts, Self.questions, seconds: 10)
        #expect(sizes(fixture) == [8, 8])
    }

    @Test func timeoutThatTheServerItselfReportsMakesTheNextBatchSmallerToo() throws {
        var fixture = try fixture(batchCount: 16, cache: false)
        fixture.submit(1, Self.rollouts, Self.questions)
        let request = fixture.waiting.removeFirst()
        fixture.respond(request, HTTPResponse(statusCode: 504, headers: [:], body: Array("{}".utf8)))
        #expect(sizes(fixture) == [8, 8])
        for _ in 0..<2 { answerBatch(&fixture) }
        #expect(fixture.answers.first?.answers.map(\.status) == Array(repeating: .scored, count: 16))
        fixture.submit(2, Self.rollouts, Self.questions)
        #expect(sizes(fixture) == [8, 8])
    }

    /// Begun late because others were in front, a batch that is not answered says nothing of its size.
    @Test func batchThatBeginsShortlyBeforeItsDeadlineTellsNothing() throws {
        var fixture = try fixture(batchCount: 16, cache: false)
        fixture.submit(1, Self.rollouts, Self.questions, seconds: 10)
        // The connection breaks late; what is asked again has three seconds at most.
        fixture.fail(.transport, afterSeconds: 7)
        for _ in 0..<10 where fixture.waiting.isEmpty { fixture.advanceToTimer() }
        #expect(sizes(fixture) == [16])
        for _ in 0..<10 where fixture.answers.isEmpty { fixture.advanceToTimer() }
        #expect(fixture.answers.first?.answers.map(\.status) == Array(repeating: .timeout, count: 16))
        fixture.submit(2, Self.rollouts, Self.questions, seconds: 10)
        #expect(sizes(fixture) == [16])
    }

    @Test func answerTooLongToBeTakenIsAskedForOneByOneAndMakesTheNextBatchSmaller() throws {
        var fixture = try fixture(batchCount: 16, cache: false)
        fixture.submit(1, Self.rollouts, Self.questions)
        fixture.fail(.malformedReply)
        // As many at once as a new endpoint gets.
        #expect(sizes(fixture) == Array(repeating: 1, count: 8))
        fixture.answerAll { _ in Self.good }
        #expect(fixture.answers.first?.answers.map(\.status) == Array(repeating: .scored, count: 16))
        fixture.submit(2, Self.rollouts, Self.questions)
        #expect(sizes(fixture) == [8, 8])
    }

    /// Sixteen answers of eight criteria with probabilities.
    @Test func answerOfABatchMayBeAsLongAsItsAnswersAreMany() throws {
        var fixture = try fixture(batchCount: 16, cache: false)
        fixture.submit(1, Self.rollouts, Self.questions)
        let request = fixture.waiting.removeFirst()
        let reason = String(repeating: "It answers. ", count: 10_000)
        let reply = LaneFixture.batchReply(
            (0..<16).map { (Int64($0), #"{"reason": "\#(reason)", "verdict": "met"}"#) })
        #expect(reply.body.count > ProviderLimits.bodyByteCountMax)
        #expect(reply.body.count < (request.request.responseByteCountMax ?? 0))
        fixture.respond(request, reply)
        #expect(fixture.answers.first?.answers.map(\.status) == Array(repeating: .scored, count: 16))
        #expect(try counter("tokens_out", fixture) > 0)
    }

    @Test func callsThatBeginAlikeFollowEachOther() throws {
        let first = try LaneFixture.rubric([Criterion(name: "one", text: "The first.")])
        let second = try LaneFixture.rubric([Criterion(name: "two", text: "The second.")])
        var fixture = try LaneFixture([first, second], windowNanoseconds: Self.window)
        fixture.submit(1, ["a", "b", "c"], [(0, [0]), (1, [0]), (0, [1]), (1, [1]), (0, [2]), (1, [2])])
        fixture.advanceToTimer()
        #expect(fixture.waiting.map { $0.text.contains("The first.") } == [true, true, true, false, false, false])
    }

    /// Answers of one call, of which some cannot be read.
    @Test(
        arguments: [
            (["good", "prose", "good"], .scored, 1), (["cut", "bad", "bad"], .scored, 0),
            // One says yes and one says no.
            (["bad", "good", "cut"], .abstained, 0), (["cut", "good", "cut"], .parseFailed, 0),
        ] as [([String], Status, Double)])
    func answersOfOneCallThatCanBeReadStandWhereTheyAreMoreThanHalf(
        _ answers: [String], _ status: Status, _ score: Double
    ) throws {
        let criterion = try Criterion(name: "answers", text: "It answers the question.")
        var fixture = try LaneFixture([LaneFixture.rubric([criterion], sampleCount: 3)])
        fixture.lane.setCapabilities(
            EndpointCapabilities(structuredOutput: .jsonSchema, takesSampleCount: true), ofEndpoint: 0)
        fixture.submit(1, ["Paris."], [(0, [0])])
        let texts = ["good": Self.good, "bad": Self.bad, "prose": "It is good.", "cut": #"{"reason": "it"#]
        let request = fixture.waiting.removeFirst()
        fixture.respond(
            request, LaneFixture.batchReply(answers.enumerated().map { (Int64($0.offset), texts[$0.element] ?? "") }))
        #expect(fixture.waiting.isEmpty)
        let answer = try #require(fixture.answers.first?.answers.first)
        #expect(answer.status == status && answer.score == score)
        #expect(fixture.lane.heldCount == 0)
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
