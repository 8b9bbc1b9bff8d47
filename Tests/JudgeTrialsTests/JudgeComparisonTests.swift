import JudgeTrials
import ReportPages
import RewardJudge
import RewardKernel
import RewardValidation
import TerminalText
import Testing

@Suite struct JudgeComparisonTests {
    private static func report(
        _ component: String, _ rollouts: [TrialRollout],
        _ answer: @escaping @Sendable (_ judge: Int, JudgeWork) -> JudgeWorkAnswer
    ) throws -> JudgeComparisonReport {
        let subject = try TrialFixture.subject(component)
        let trial = try JudgeComparisonTrial(subject, rollouts: rollouts, names: nil)
        let answers = try trial.judges.indices.map { judge in
            try JudgeAsking(PlayedDesk { answer(judge, $0) }, openCountMax: 3).answers(to: trial.inquiries(judge))
        }
        return JudgeComparisonReport(subject, trial, answers, threshold: 0.5, facts: TrialFixture.facts(subject))
    }

    @Test func eachJudgeIsAskedByItself() throws {
        let subject = try TrialFixture.subject("quality")
        let trial = try JudgeComparisonTrial(
            subject, rollouts: TrialFixture.rollouts(prompts: 2), names: ["two", "one"])
        #expect(trial.judges == [1, 0])
        #expect(trial.tasks.map(\.judges) == [[1], [0]])
        for names in [["one"], ["one", "one"], ["one", "three"]] {
            #expect(throws: TrialError.self) {
                try JudgeComparisonTrial(subject, rollouts: TrialFixture.rollouts(prompts: 2), names: names)
            }
        }
    }

    /// The table of the McNemar fixture: [[5, 1], [8, 3]].
    @Test func agreementAndItsTestAreThoseOfTheTable() throws {
        let rollouts = TrialFixture.rollouts(prompts: 17)
        let report = try Self.report("quality", rollouts) { judge, work in
            let row = rollouts.firstIndex { $0.shown.completion == work.rollouts[0].completion } ?? 0
            let passes = judge == 0 ? row < 6 : row < 5 || (6..<14).contains(row)
            return .rubric(work, [("correct", passes ? .met : .unmet)])
        }
        let cell = try #require(report.decisions.matrix.cell(0, 1))
        #expect(cell.table.count == 17 && cell.table.agreeingCount == 8)
        let test = try #require(report.pairs[0].mcNemar)
        #expect(test.onlyFirstCount == 1 && test.onlySecondCount == 8)
        #expect(abs(test.pValue - 0.0390625) < 1e-12)
        #expect(report.disagreements.count == 9)
        #expect(report.disagreements.allSatisfy { $0.spread == 1 && $0.rationales.count == 2 })
        let kappa = try #require(cell.kappa.value.value)
        #expect(report.lowestKappa == kappa)
        let lines = report.lines(style: .plain).joined(separator: "\n")
        #expect(lines.contains("0.0391") && lines.contains("they differ on 9 of 17"))
        #expect(report.page.html.contains("Where they differ"))
        guard case .array(let rows)? = report.json["disagreements"] else { throw CancellationError() }
        #expect(rows.count == 9)
    }

    @Test func whatHasNoVerdictIsInNoAgreement() throws {
        let report = try Self.report("quality", TrialFixture.rollouts(prompts: 4)) { judge, work in
            judge == 1 && work.ticket.number == 1
                ? .failed(work, .timeout) : .rubric(work, [("correct", work.ticket.number % 2 == 0 ? .met : .unmet)])
        }
        #expect(report.decisions.matrix.cell(0, 1)?.table.count == 3)
        #expect(report.judges[1].counts.failures.map(\.count) == [1])
        #expect(report.judges[0].passed.count == 4 && report.judges[1].passed.count == 3)
    }

    /// The lane may show the second of a pair first; the winner is the same text.
    @Test func preferencesAreComparedByTheTextThatWins() throws {
        let report = try Self.report("better", TrialFixture.rollouts(prompts: 5, each: 2)) { judge, work in
            judge == 0 ? .pair(work, .first, .second) : .swappedPair(work, .second, .first)
        }
        let cell = try #require(report.decisions.matrix.cell(0, 1))
        #expect(cell.table.count == 5 && cell.table.agreeingCount == 5)
        #expect(report.pairs[0].mcNemar == nil && report.disagreements.isEmpty)
        #expect(report.judges.allSatisfy { $0.passed.successCount == 5 })
        #expect(report.page.html.contains("same in both orders"))
    }

    @Test func timesAreReadAtTheirShares() throws {
        let report = try Self.report("quality", TrialFixture.rollouts(prompts: 10)) { _, work in
            .rubric(work, [("correct", .met)])
        }
        let judge = report.judges[0]
        #expect(judge.seconds(atShare: 0.5) == judge.seconds[4])
        #expect(judge.seconds(atShare: 0.95) == judge.seconds[9])
    }
}
