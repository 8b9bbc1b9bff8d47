/// A rubric's verdict as a number.
///
/// With `w` the weights and `m` 1 for a criterion that is met, else 0: `sum(w * m) / sum(w where w > 0)`, cut to 0...1,
/// as HealthBench has it (simple-evals, healthbench_eval.py). A rubric that lists only errors has no positive weights
/// to divide by; its score is `1 - sum(|w| * m) / sum(|w|)`, the share of the weight that stayed clear of errors, so
/// that a completion without an error scores 1 there too.
///
/// A required criterion that is unmet, or a required error that is there, makes it 0 whatever the others say. One that could not
/// be assessed is left to the policy for that.
package struct RubricScore: Sendable, Hashable {
    /// From 0 to 1; nil when no criterion that could earn something was assessed.
    package var value: Double?
    /// The same sum before it is cut, which a penalty may take below 0; nil as `value`.
    package var unclipped: Double?
    /// Criteria that the judge could not assess.
    package var abstainedCount: Int

    /// `isSoft`: a criterion counts by its probability where one is known, not by 0 or 1.
    ///
    /// Fails when the verdict lacks a criterion of the rubric, has one twice, or one that is not the rubric's: such a
    /// verdict is no answer to it.
    package init(
        of verdict: RubricVerdict, criteria: [Criterion], abstain: AbstainPolicy, isSoft: Bool = false
    ) throws(VerdictFault) {
        let findings = verdict.findings
        for (index, finding) in findings.enumerated()
        where findings[..<index].contains(where: { $0.name == finding.name }) {
            throw .duplicate(finding.name)
        }
        var counted: [(weight: Double, share: Double)] = []
        var lacksRequired = false
        abstainedCount = 0
        for criterion in criteria {
            guard let finding = findings.first(where: { $0.name == criterion.name }) else {
                throw .missing(criterion.name)
            }
            if finding.judgement == .cannotAssess { abstainedCount += 1 }
            guard let share = RubricScore.share(of: finding, criterion, abstain, isSoft) else { continue }
            counted.append((criterion.weight, share))
            // Half a probability is a verdict of met, as everywhere.
            if criterion.isRequired, (share >= 0.5) == criterion.isNegative { lacksRequired = true }
        }
        let strangers = findings.lazy.map(\.name).filter { name in !criteria.contains { $0.name == name } }
        if let stranger = strangers.min() { throw .unknownName(stranger) }
        guard abstainedCount < criteria.count else { return }
        unclipped = RubricScore.quotient(counted, hasPositive: criteria.contains { !$0.isNegative })
        value = unclipped.map { lacksRequired ? 0 : min(max($0, 0), 1) }
    }

    /// How far the criterion counts as met, from 0 to 1; nil to leave it out.
    private static func share(
        of finding: CriterionFinding, _ criterion: Criterion, _ abstain: AbstainPolicy, _ isSoft: Bool
    ) -> Double? {
        if isSoft, finding.judgement != .cannotAssess, let probability = finding.probability { return probability }
        switch finding.judgement {
        case .met: return 1
        case .unmet: return 0
        case .cannotAssess:
            switch abstain {
            case .skip: return nil
            case .zero: return 0
            case .partial: return 0.5
            case .fail: return criterion.isNegative ? 1 : 0
            }
        }
    }

    /// nil when the rubric has criteria that earn and all of them were left out: no error found is then no merit.
    private static func quotient(_ counted: [(weight: Double, share: Double)], hasPositive: Bool) -> Double? {
        // The largest weight is taken out first, so that no sum overflows.
        let largest = counted.reduce(0) { max($0, abs($1.weight)) }
        guard largest > 0 else { return nil }
        let total = counted.reduce(0) { $0 + $1.weight / largest * $1.share }
        let positive = counted.reduce(0) { $0 + max($1.weight / largest, 0) }
        if hasPositive { return positive > 0 ? total / positive : nil }
        let negative = counted.reduce(0) { $0 + abs($1.weight / largest) }
        return 1 + total / negative
    }
}
