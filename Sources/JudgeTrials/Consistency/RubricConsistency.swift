import RewardJudge
import RewardKernel
import RewardValidation

/// How far a rubric's judge agrees with itself.
package struct RubricConsistency: Sendable {
    /// Of the component's score.
    package let score: Repeats
    package let criteria: [Criterion]
    /// The share of the spread inside a group that is the judge's noise; see `RepeatVariance.noiseShare`.
    package let noiseShare: Estimate<Double>
    /// The mean sample variance of single scores inside groups.
    package let groupVariance: Estimate<Double>
    /// The rollouts whose repeats differ, those that differ most first.
    package let unstable: [UnstableRollout]

    /// One figure that is repeated: a score, or a criterion's verdict.
    package struct Repeats: Sendable {
        /// Of the verdicts as classes: whether two are equal.
        package let classes: RepeatVariance
        /// Of the values from 0 to 1; what could not be assessed has none.
        package let values: RepeatVariance

        /// Whether two repeats of an item are equal.
        package var retest: RetestAgreement { RetestAgreement(classes) }
        /// Items whose repeats are not all equal.
        package var flipRate: Proportion {
            Proportion(classes.itemCount - classes.stableCount, of: classes.itemCount)
        }
    }

    package struct Criterion: Sendable {
        package let name: String
        package let repeats: Repeats
        package let metCount: Int
        package let unmetCount: Int
        package let unassessedCount: Int

        package var metShare: Proportion { Proportion(metCount, of: metCount + unmetCount) }
    }

    package struct UnstableRollout: Sendable {
        package let rollout: TrialRollout
        /// One a repeat; nil where it failed.
        package let scores: [Double?]
        package let rationales: [String]
    }

    /// - Parameter items: By rollout, then by repeat. What the gate decided says nothing of the judge and is left out.
    init(_ rubric: Rubric, _ rollouts: [TrialRollout], _ items: [[InquiryAnswer]]) {
        let answers = items.map { $0.compactMap(\.answers.first) }
        let scores = answers.map { $0.map { $0.status == .scored && !$0.isGated ? $0.score : nil } }
        let known = scores.map { $0.compactMap(\.self) }
        score = Repeats(classes: RepeatVariance(known), values: RepeatVariance(known))
        criteria = rubric.criteria.map { Criterion($0.name, answers) }
        groupVariance = Self.groupVariance(rollouts.map(\.group), scores)
        noiseShare = groupVariance.flatMap { [score] in score.values.noiseShare(ofGroupVariance: $0) }
        unstable = zip(rollouts, zip(answers, scores)).compactMap { rollout, one in
            let present = one.1.compactMap(\.self)
            let rationales = one.0.map(\.rationale)
            let verdicts = Set(one.0.filter { $0.status == .scored }.map { $0.findings.map(\.judgement) })
            guard present.count >= 2, Set(present).count > 1 || verdicts.count > 1 else { return nil }
            return UnstableRollout(rollout: rollout, scores: one.1, rationales: rationales)
        }.enumerated().sorted { (-$0.element.spread, $0.offset) < (-$1.element.spread, $1.offset) }.map(\.element)
    }

    /// The agreement of the worst: of the score, or of a criterion.
    package var retest: RetestAgreement {
        ([score.retest] + criteria.map(\.repeats.retest)).min { ($0.share.value ?? 2) < ($1.share.value ?? 2) }
            ?? score.retest
    }

    /// Each repeat is a single score of every rollout; the mean over the repeats that have a figure.
    private static func groupVariance(_ groups: [String], _ scores: [[Double?]]) -> Estimate<Double> {
        var figures: [Double] = []
        var reason: Undefined = .tooFew(needed: 1, found: 0)
        for index in 0..<(scores.map(\.count).max() ?? 0) {
            let rows = scores.indices.filter { scores[$0].indices.contains(index) && scores[$0][index] != nil }
            switch Variance.within(groups: rows.map { groups[$0] }, rows.map { scores[$0][index] ?? 0 }) {
            case .value(let figure): figures.append(figure)
            case .undefined(let why): reason = why
            }
        }
        return figures.isEmpty ? .undefined(reason) : .value(figures.reduce(0, +) / Double(figures.count))
    }
}

extension RubricConsistency.UnstableRollout {
    /// From the lowest score to the highest.
    package var spread: Double {
        let present = scores.compactMap(\.self)
        return (present.max() ?? 0) - (present.min() ?? 0)
    }
}

extension RubricConsistency.Criterion {
    fileprivate init(_ name: String, _ answers: [[JudgeAnswer]]) {
        self.name = name
        let judgements = answers.map { repeats in
            repeats.compactMap { answer in answer.findings.first { $0.name == name }?.judgement }
        }
        let all = judgements.joined()
        metCount = all.count { $0 == .met }
        unmetCount = all.count { $0 == .unmet }
        unassessedCount = all.count { $0 == .cannotAssess }
        repeats = RubricConsistency.Repeats(
            classes: RepeatVariance(judgements.map { $0.map(\.place) }),
            values: RepeatVariance(
                judgements.map { repeats in
                    repeats.filter { $0 != .cannotAssess }.map { $0 == .met ? 1 : 0 }
                }))
    }
}

extension CriterionFinding.Judgement {
    /// A number for each, to tell them apart by.
    fileprivate var place: Double {
        switch self {
        case .unmet: 0
        case .met: 1
        case .cannotAssess: 2
        }
    }
}

/// How often two answers to the same question are equal.
package struct RetestAgreement: Sendable {
    /// Over pairs of repeats of an item.
    package let share: Estimate<Double>
    /// Wilson's, with the items as its count: the pairs of one item are no independent witnesses.
    package let interval: Estimate<Interval>
    package let itemCount: Int

    init(_ repeats: RepeatVariance) {
        share = repeats.retestAgreement.value
        itemCount = repeats.itemCount
        interval = share.flatMap { share in
            Proportion(Int((share * Double(repeats.itemCount)).rounded()), of: repeats.itemCount).wilson()
        }
    }
}
