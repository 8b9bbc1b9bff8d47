import JudgeTrials
import ReportPages
import RewardJudge
import RewardKernel
import RewardValidation
import TerminalText
import Testing

@Suite struct JudgeAskingTests {
    private static let rollouts = TrialFixture.rollouts(prompts: 10)

    @Test func everyInquiryIsAskedOnceAndAnsweredInItsOrder() throws {
        let desk = PlayedDesk(heldCount: 5) { .rubric($0, [($0.rollouts[0].completion, .met)]) }
        var told: [Int] = []
        let answers = try JudgeAsking(desk, openCountMax: 5).answers(
            to: Self.rollouts.map { Inquiry(task: 0, rollouts: [$0.shown]) }
        ) { told.append($0) }
        #expect(desk.works.count == 10)
        #expect(answers.map { $0.answers[0].findings[0].name } == Self.rollouts.map(\.shown.completion))
        #expect(told.first == 0 && told.last == 10 && told == told.sorted())
        #expect(answers.allSatisfy { $0.usage.callCount == 1 && $0.seconds >= 0 })
    }

    @Test func noMoreAreOpenThanAllowed() throws {
        let desk = PlayedDesk(heldCount: 2) { .rubric($0, [("a", .met)]) }
        _ = try JudgeAsking(desk, openCountMax: 2).answers(
            to: Self.rollouts.map { Inquiry(task: 0, rollouts: [$0.shown]) })
        #expect(desk.openCountMax == 2)
    }

    /// Repeats are inquiries like any other: each has a ticket of its own and the same texts.
    @Test func equalInquiriesAreEachAsked() throws {
        let desk = PlayedDesk { .rubric($0, [("a", .met)]) }
        let inquiry = Inquiry(task: 0, rollouts: [Self.rollouts[0].shown])
        _ = try JudgeAsking(desk, openCountMax: 1).answers(to: [inquiry, inquiry, inquiry])
        #expect(Set(desk.works.map(\.ticket)).count == 3)
        #expect(Set(desk.works.map { $0.rollouts[0].completion }).count == 1)
    }

    @Test func aFailedCallKeepsItsStatus() throws {
        let desk = PlayedDesk { .failed($0, .timeout) }
        let answers = try JudgeAsking(desk, openCountMax: 1).answers(
            to: [Inquiry(task: 0, rollouts: [Self.rollouts[0].shown])])
        #expect(answers[0].status == .timeout)
        #expect(AnswerCounts(answers).scoredCount == 0)
        #expect(AnswerCounts(answers).failures.map(\.count) == [1])
    }

    @Test func nothingToAskIsDoneAtOnce() throws {
        #expect(try JudgeAsking(PlayedDesk { .failed($0, .timeout) }, openCountMax: 1).answers(to: []).isEmpty)
    }

    @Test func subjectsAreNamedOrTheOnlyOnes() throws {
        let configuration = try TrialFixture.configuration()
        #expect(throws: TrialError.self) { try TrialSubject(configuration, reward: nil, component: nil) }
        do {
            _ = try TrialSubject(configuration, reward: nil, component: "qualty")
        } catch {
            #expect(error.message == "no judged component is called \"qualty\"; did you mean `quality`?")
        }
        do {
            // Scored by rules.
            _ = try TrialSubject(configuration, reward: "answer", component: "brief")
        } catch {
            #expect(error.message.contains("quality, better"))
        }
        #expect(try TrialSubject(configuration, reward: nil, component: "better").judgeTitle == "two (m2)")
    }
}
