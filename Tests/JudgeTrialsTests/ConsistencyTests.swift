import Foundation
import JudgeTrials
import ReportPages
import RewardJudge
import RewardKernel
import RewardValidation
import TerminalText
import Testing

@Suite struct ConsistencyTests {
    private static func report(
        _ component: String, _ rollouts: [TrialRollout], repeats: Int,
        _ answer: @escaping @Sendable (JudgeWork) -> JudgeWorkAnswer
    ) throws -> ConsistencyReport {
        let subject = try TrialFixture.subject(component)
        let trial = try ConsistencyTrial(subject, rollouts: rollouts, repeatCount: repeats)
        let answers = try JudgeAsking(PlayedDesk(answer), openCountMax: 4).answers(to: trial.inquiries)
        return ConsistencyReport(subject, trial, answers, facts: TrialFixture.facts(subject))
    }

    private static func rubric(_ report: ConsistencyReport) throws -> RubricConsistency {
        guard case .rubric(let rubric) = report.measure else {
            Issue.record("no rubric")
            throw CancellationError()
        }
        return rubric
    }

    /// Four rollouts, four repeats; `polite` of the first one flips every time, and nothing else does.
    @Test func aCriterionThatFlipsIsFound() throws {
        let report = try Self.report("quality", TrialFixture.rollouts(prompts: 2, each: 2), repeats: 4) { work in
            let isFirst = work.rollouts[0].completion.hasPrefix("Completion 0 ")
            let isOdd = (work.ticket.number - 1) / 4 % 2 == 1
            return .rubric(
                work, [("correct", .met), ("polite", isFirst && isOdd ? .unmet : .met), ("invents", .cannotAssess)])
        }
        let rubric = try Self.rubric(report)
        let polite = rubric.criteria[1]
        #expect(polite.metShare.successCount == 14 && polite.metShare.count == 16)
        #expect(polite.repeats.flipRate.successCount == 1 && polite.repeats.flipRate.count == 4)
        // Six pairs an item: all equal in three items, two of six in the first.
        #expect(polite.repeats.retest.share.value == 20.0 / 24)
        // p (1 - p) of a half, over four items.
        #expect(polite.repeats.values.meanPopulationVariance.value == 0.25 / 4)
        #expect(rubric.criteria[0].repeats.retest.share.value == 1)
        #expect(rubric.criteria[2].unassessedCount == 16 && rubric.criteria[2].metShare.value.value == nil)
        #expect(rubric.unstable.map(\.rollout.row) == [1])
        #expect(rubric.unstable[0].scores.count == 4)
        // (3 / 4 - ...) the first rollout's score is 1/3 or 2/3: variance 1/36 (ddof 0), 1/27 (ddof 1), over four items.
        let deviation = try #require(rubric.score.values.pooledDeviation.value)
        #expect(abs(deviation - (1.0 / 27 / 4).squareRoot()) < 1e-12)
        #expect(report.gates.map(\.hasPassed) == [true, false])
    }

    @Test func whatFailsIsNoVerdictAndFailsItsGate() throws {
        let report = try Self.report("quality", TrialFixture.rollouts(prompts: 2), repeats: 5) { work in
            work.ticket.number % 5 == 0 ? .failed(work, .parseFailed) : .rubric(work, [("correct", .met)])
        }
        #expect(report.counts.count == 10 && report.counts.scoredCount == 8)
        #expect(report.counts.parseFailures.successCount == 2 && report.counts.parseFailures.count == 10)
        #expect(report.gates[0].hasPassed == false)
        let rubric = try Self.rubric(report)
        #expect(rubric.score.classes.repeatCount == 8)
    }

    @Test func aJudgeThatPrefersAPlaceIsFound() throws {
        let rollouts = TrialFixture.rollouts(prompts: 3, each: 4)
        let report = try Self.report("better", rollouts, repeats: 2) { .pair($0, .first, .first) }
        guard case .preference(let preference) = report.measure else { throw CancellationError() }
        #expect(preference.pairCount == 18)
        #expect(preference.order.flipRate.successCount == 18 && preference.order.flipRate.count == 18)
        #expect(preference.order.favouredFirstCount == 18)
        // Twice a half to the power of eighteen.
        #expect(abs(preference.order.pValue - 2.0 / 262_144) < 1e-12)
        #expect(preference.retest.share.value == 1)
        #expect(preference.flipped.count == 18)
        #expect(report.gates.map(\.hasPassed) == [true, false, true])
    }

    @Test func equalCompletionsAndSingleRolloutsAreNotCompared() throws {
        let subject = try TrialFixture.subject("better")
        #expect(throws: TrialError.self) {
            try ConsistencyTrial(subject, rollouts: TrialFixture.rollouts(prompts: 5), repeatCount: 2)
        }
        let twins = TrialFixture.rollouts(prompts: 1, each: 2).map { rollout in
            var shown = rollout.shown
            shown.completion = "the same"
            return TrialRollout(row: rollout.row, shown: shown, group: rollout.group, name: rollout.name)
        }
        #expect(throws: TrialError.self) { try ConsistencyTrial(subject, rollouts: twins, repeatCount: 2) }
    }

    @Test func reportsSayTheSameInEveryForm() throws {
        for component in ["quality", "better"] {
            let report = try Self.report(component, TrialFixture.rollouts(prompts: 2, each: 2), repeats: 2) { work in
                component == "better"
                    ? .pair(work, .first, .first)
                    : .rubric(work, [("correct", work.ticket.number % 2 == 0 ? .met : .unmet), ("polite", .met)])
            }
            let lines = report.lines(style: .plain).joined(separator: "\n")
            #expect(lines.contains("answer.\(component)") && lines.contains("parse_failures: 0.0 %"))
            #expect(report.json["command"] == .string("consistency"))
            guard case .array(let gates)? = report.json["gates"] else { throw CancellationError() }
            #expect(gates.count == report.gates.count)
            let html = report.page.html
            #expect(html.contains("Gates") && html.contains("rollouts.jsonl") && !html.contains("<script"))
        }
    }
}
