/// Several judges, or several answers of one, as one. A judge that failed is nil and counts as not there.
package enum Panel {
    /// A majority's verdict and how large it was.
    package struct Majority: Sendable, Hashable {
        package var judgement: CriterionFinding.Judgement
        /// Those who said so, of those who voted: above 0.5 to 1, less for a split that is `cannotAssess`.
        package var agreement: Double

        package init(judgement: CriterionFinding.Judgement, agreement: Double) {
            self.judgement = judgement
            self.agreement = agreement
        }
    }

    /// What more than half of those say who could assess it. A split, or nobody who could, is `cannotAssess`. nil when
    /// fewer than `quorum` answered at all.
    package static func majority(_ votes: [CriterionFinding.Judgement?], quorum: Int) -> Majority? {
        let answers = votes.compactMap { $0 }
        guard answers.count >= max(quorum, 1) else { return nil }
        let metCount = answers.count { $0 == .met }
        let unmetCount = answers.count { $0 == .unmet }
        let judgement: CriterionFinding.Judgement =
            metCount > unmetCount ? .met : unmetCount > metCount ? .unmet : .cannotAssess
        // Of all who answered: judges that could not assess it are no support.
        let support = metCount == unmetCount ? answers.count - metCount - unmetCount : max(metCount, unmetCount)
        return Majority(judgement: judgement, agreement: Double(support) / Double(answers.count))
    }

    /// The mean of the scores; nil when fewer than `quorum` are there. Scores that are not finite are not there.
    package static func mean(_ scores: [Double?], quorum: Int) -> Double? {
        let scores = scores.compactMap { $0 }.filter(\.isFinite)
        guard scores.count >= max(quorum, 1) else { return nil }
        return scores.reduce(0) { $0 + $1 / Double(scores.count) }
    }

    /// The verdicts of several judges on the same questions as one: each criterion by majority, its probability the
    /// share that found it met. nil when fewer than `quorum` answered; verdicts that lack a question count as failed.
    package static func majority(
        of verdicts: [RubricVerdict?], questions: [VerdictShape.Question], quorum: Int
    ) -> (verdict: RubricVerdict, agreement: Double)? {
        let names = questions.map(\.name)
        let usable = verdicts.compactMap { $0 }.filter { $0.findings.map(\.name) == names }
        guard usable.count >= max(quorum, 1), !names.isEmpty else { return nil }
        var findings: [CriterionFinding] = []
        var agreement = 1.0
        for index in names.indices {
            let votes = usable.map { $0.findings[index].judgement }
            guard let majority = majority(votes, quorum: quorum) else { return nil }
            let assessedCount = votes.count { $0 != .cannotAssess }
            let reason = usable.first { $0.findings[index].judgement == majority.judgement }?.findings[index].reason
            findings.append(
                CriterionFinding(
                    name: names[index], judgement: majority.judgement, reason: reason,
                    probability: majority.judgement == .cannotAssess
                        ? nil : Double(votes.count { $0 == .met }) / Double(assessedCount)))
            agreement = min(agreement, majority.agreement)
        }
        return (RubricVerdict(findings: findings), agreement)
    }
}
