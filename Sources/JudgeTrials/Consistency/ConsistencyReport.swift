import RewardJudge
import RewardKernel
import RewardValidation

/// What repeating the questions of a component showed.
package struct ConsistencyReport: Sendable {
    package let facts: TrialFacts
    package let repeatCount: Int
    package let counts: AnswerCounts
    package let measure: Measure

    package enum Measure: Sendable {
        case rubric(RubricConsistency)
        case preference(PreferenceConsistency)
    }

    package init(_ subject: TrialSubject, _ trial: ConsistencyTrial, _ answers: [InquiryAnswer], facts: TrialFacts) {
        self.facts = facts
        repeatCount = trial.repeatCount
        counts = AnswerCounts(answers)
        let items = trial.byItem(answers)
        if let rubric = subject.rubric {
            measure = .rubric(RubricConsistency(rubric, trial.rollouts, items))
        } else {
            measure = .preference(PreferenceConsistency(trial.rollouts, trial.pairs, items))
        }
    }

    /// The conditions that a judge should meet before a policy is trained on it.
    package var gates: [ValidationGate] {
        switch measure {
        case .rubric(let rubric): [TrialGates.parseFailures(counts), TrialGates.retest(rubric.retest)]
        case .preference(let preference):
            [
                TrialGates.parseFailures(counts), TrialGates.flips(preference.order.flipRate),
                TrialGates.retest(preference.retest),
            ]
        }
    }
}

/// Answers by what became of them.
package struct AnswerCounts: Sendable, Equatable {
    /// Questions to one judge lane: calls that share a fate count once.
    package private(set) var count = 0
    package private(set) var scoredCount = 0
    package private(set) var gatedCount = 0
    /// By status, without those that were scored.
    package private(set) var failures: [(status: Status, count: Int)] = []
    package private(set) var usage = JudgeUsage()

    package init(_ answers: [InquiryAnswer]) {
        var byStatus: [Status: Int] = [:]
        for answer in answers {
            usage.add(answer.usage)
            guard let status = answer.status else { continue }
            count += 1
            if status == .scored { scoredCount += 1 } else { byStatus[status, default: 0] += 1 }
            if answer.answers.allSatisfy(\.isGated) { gatedCount += 1 }
        }
        failures = byStatus.sorted { $0.key.code < $1.key.code }.map { ($0.key, $0.value) }
    }

    /// Replies in which no verdict was found, over the questions that a judge replied to.
    package var parseFailures: Proportion {
        let failed = failures.first { $0.status == .parseFailed }?.count ?? 0
        return Proportion(failed, of: scoredCount - gatedCount + failed + abstainedCount)
    }

    private var abstainedCount: Int { failures.first { $0.status == .abstained }?.count ?? 0 }

    package static func == (left: AnswerCounts, right: AnswerCounts) -> Bool {
        left.count == right.count && left.scoredCount == right.scoredCount && left.gatedCount == right.gatedCount
            && left.usage == right.usage && left.failures.elementsEqual(right.failures) { $0 == $1 }
    }
}

extension InquiryAnswer {
    /// What became of it as a whole: the first failure among its rollouts, if there is one.
    package var status: Status? {
        answers.first { $0.status != .scored }?.status ?? answers.first?.status
    }
}
