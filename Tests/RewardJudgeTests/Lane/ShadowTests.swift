import RewardJudge
import RewardKernel
import Testing

/// A second rubric beside the one that counts: it changes nothing but what is said of it.
@Suite struct ShadowTests {
    private static let met = #"{"reason": "so", "verdict": "met"}"#
    private static let unmet = #"{"reason": "not so", "verdict": "unmet"}"#
    private static let stricter = "It answers and proves it."

    private static func task(isShadowed: Bool = true) throws -> JudgeTask {
        var task = try LaneFixture.rubric([Criterion(name: "answers", text: "It answers the question.")])
        let second = try Rubric(name: "strict", criteria: [Criterion(name: "proves", text: stricter)])
        if isShadowed { task.shadow = try RubricQuestion(rubric: second, fieldNames: []) }
        return task
    }

    private static func isShadow(_ request: LaneFixture.Request) -> Bool { request.text.contains(stricter) }

    @Test func answerComesBeforeTheShadowIsAsked() throws {
        var lane = try LaneFixture([Self.task()])
        lane.submit(1, ["Paris."], [(0, [0])])
        #expect(lane.waiting.count == 1 && !Self.isShadow(lane.waiting[0]))
        lane.answerFirst { _ in Self.met }
        #expect(lane.answers.count == 1 && lane.answers[0].answers[0].score == 1)
        #expect(lane.answers[0].usage.callCount == 1, "the shadow is on no request's bill")
        #expect(lane.waiting.isEmpty, "a shadow waits for a pause")
        lane.pause()
        #expect(lane.waiting.count == 1 && Self.isShadow(lane.waiting[0]))
        lane.answerFirst { _ in Self.unmet }
        #expect(lane.answers.count == 1)
        let shadow = try #require(lane.shadows.first)
        #expect(shadow.task == "answer.quality" && shadow.rubric == "strict" && shadow.completion == "Paris.")
        #expect(shadow.score == 1 && shadow.shadowScore == 0 && !shadow.isAgreement)
        #expect(shadow.findings.map(\.name) == ["proves"] && shadow.judge == "judge (m)")
        #expect(lane.lane.heldCount == 0)
    }

    /// The same work with and without a shadow, whatever the shadow says or fails to: the same answers.
    @Test func shadowChangesNoAnswer() throws {
        let texts = (0..<20).map { "Answer number \($0)." }
        func answers(isShadowed: Bool, _ shadow: @escaping (Int) -> String) throws -> [JudgeWorkAnswer] {
            var lane = try LaneFixture([Self.task(isShadowed: isShadowed)])
            lane.submit(1, texts, texts.indices.map { (0, [$0]) })
            var count = 0
            lane.answerAll { request in
                count += 1
                if Self.isShadow(request) { return shadow(count) }
                return request.text.contains("7") ? "no verdict" : (request.text.contains("1") ? Self.met : Self.unmet)
            }
            #expect(lane.lane.heldCount == 0)
            return lane.answers
        }
        let plain = try answers(isShadowed: false) { _ in "" }
        for said in [Self.met, Self.unmet, "nothing to read"] {
            #expect(try answers(isShadowed: true) { _ in said } == plain)
        }
    }

    @Test func agreementIsCountedAndWatched() throws {
        var lane = try LaneFixture([Self.task()])
        var isAgreeing = true
        func play(_ first: Int, _ count: Int) {
            let texts = (first..<first + count).map { "Answer number \($0)." }
            lane.submit(UInt64(first + 1), texts, texts.indices.map { (0, [$0]) })
            lane.answerAll { Self.isShadow($0) && !isAgreeing ? Self.unmet : Self.met }
        }
        play(0, 30)
        #expect(lane.counter("shadows(answer.quality)") == 30 && lane.counter("shadows_agreed(answer.quality)") == 30)
        #expect(lane.counter("drifting") == 0 && lane.notices.isEmpty)
        isAgreeing = false
        play(100, 30)
        #expect(lane.counter("shadows_agreed(answer.quality)") == 30)
        #expect(lane.counter("shadow_difference(answer.quality)") == 0.5)
        #expect(lane.counter("drift_alarms") == 1 && lane.counter("drifting") == 1)
        isAgreeing = true
        // As many at a time as one event begins.
        for round in 1...7 { play(1_000 * round, 30) }
        #expect(lane.counter("drift_alarms") == 1 && lane.counter("drifting") == 0)
        let raised = lane.notices.map { notice -> Bool? in
            if case .shadowDrift(_, _, _, let isRaised) = notice { isRaised } else { nil }
        }
        #expect(raised == [true, false])
        #expect(lane.counter("scored") == 270, "shadows are no scores")
    }

    @Test func canariesAndWhatTheGuardTurnsAwayHaveNoShadow() throws {
        var lane = try LaneFixture([Self.task()], canaryShare: 1)
        let text = "A long enough completion to be cut into a quarter."
        lane.submit(1, [text, "Solution"], [(0, [0]), (0, [1])])
        lane.answerAll { _ in Self.met }
        #expect(lane.shadows.map(\.completion) == [text])
    }

    @Test func shadowThatIsSentAgainAsksItsOwnRubric() throws {
        var lane = try LaneFixture([Self.task()])
        lane.submit(1, ["Paris."], [(0, [0])])
        lane.answerFirst { _ in Self.met }
        lane.pause()
        let first = try #require(lane.waiting.first).request.body
        lane.fail(.transport)
        for _ in 0..<20 where lane.waiting.isEmpty { lane.advanceToTimer() }
        #expect(lane.waiting.map(\.request.body) == [first])
        lane.answerFirst { _ in Self.unmet }
        #expect(lane.shadows.count == 1)
    }

    @Test func shadowThatFailsIsCountedAndSaysNothing() throws {
        var lane = try LaneFixture([Self.task()])
        lane.submit(1, ["Paris."], [(0, [0])])
        lane.answerFirst { _ in Self.met }
        lane.pause()
        lane.fail(.authentication)
        #expect(lane.shadows.isEmpty && lane.counter("shadows_failed") == 1)
        #expect(lane.answers.count == 1 && lane.answers[0].answers[0].status == .scored)
    }

    @Test(arguments: [true, false]) func shuttingDownLeavesNoShadow(isUnderWay: Bool) throws {
        var lane = try LaneFixture([Self.task()])
        lane.submit(1, ["Rome."], [(0, [0])])
        lane.answerFirst { _ in Self.met }
        if isUnderWay { lane.pause() }
        lane.shutDown()
        #expect(lane.lane.heldCount == 0 && lane.answers.count == 1 && lane.waiting.isEmpty)
        #expect(lane.counter("shadows_skipped") == (isUnderWay ? 0 : 1))
    }
}
