import RewardJudge
import RewardKernel

/// What the audit log says of a judged rollout that decides whether people should look at it.
package struct ReviewEvidence: Sendable {
    package let rollout: Int64
    /// The judge's.
    package let score: Double
    /// Its findings as the audit log has them; nil where the judge gave no findings.
    package let verdict: String?
    /// Equal for rollouts of the same prompt and completion.
    package let textKey: Int
    /// Whether the guard turned it away, or its completion speaks to judges.
    package let isSuspected: Bool
    /// The findings of the reward's other judged components.
    package let otherVerdicts: [String]
    /// The scores of its deterministic components.
    package let deterministicScores: [Double]

    package init(
        rollout: Int64, score: Double, verdict: String? = nil, textKey: Int, isSuspected: Bool = false,
        otherVerdicts: [String] = [], deterministicScores: [Double] = []
    ) {
        self.rollout = rollout
        self.score = score
        self.verdict = verdict
        self.textKey = textKey
        self.isSuspected = isSuspected
        self.otherVerdicts = otherVerdicts
        self.deterministicScores = deterministicScores
    }

    /// A completion that the guard has failed without a call, or that says things to judges rather than to its reader.
    package static func isSuspected(completion: String, rationale: String?) -> Bool {
        rationale?.hasPrefix("failed without asking a judge") == true || detector.finding(in: completion) != nil
    }

    private static let detector = InjectionDetector()

    /// Texts that were scored more than once.
    static func repeats(_ evidence: [ReviewEvidence]) -> Set<Int> {
        var seen: Set<Int> = []
        return Set(evidence.compactMap { seen.insert($0.textKey).inserted ? nil : $0.textKey })
    }

    /// Texts that were scored more than once, on different sides of the threshold or with different findings of a criterion.
    static func repeatsThatDiffer(_ evidence: [ReviewEvidence], threshold: Double) -> Set<Int> {
        let repeated = repeats(evidence)
        var first: [Int: (isPass: Bool, findings: [String: String])] = [:]
        var differing: Set<Int> = []
        for one in evidence where repeated.contains(one.textKey) {
            let findings = Self.findings(one.verdict)
            guard let other = first[one.textKey] else {
                first[one.textKey] = (one.score >= threshold, findings)
                continue
            }
            if other.isPass != (one.score >= threshold) || differ(other.findings, findings) {
                differing.insert(one.textKey)
            }
        }
        return differing
    }

    /// Whether another judge finds otherwise of a criterion of the same name; where no other judge and no repeat tells, whether the
    /// deterministic components' mean lies on the other side of the threshold, half a scale or more away.
    func contradictsItself(threshold: Double, isRepeated: Bool) -> Bool {
        let others = otherVerdicts.map(Self.findings)
        let own = others.isEmpty ? [:] : Self.findings(verdict)
        let comparable = others.filter { !Set($0.keys).isDisjoint(with: own.keys) }
        if !comparable.isEmpty { return comparable.contains { Self.differ(own, $0) } }
        guard !isRepeated, !deterministicScores.isEmpty else { return false }
        let mean = deterministicScores.reduce(0) { $0 + min(1, max(0, $1)) } / Double(deterministicScores.count)
        return (mean >= threshold) != (score >= threshold) && abs(mean - score) >= 0.5
    }

    /// Whether a criterion's probability lies as near to a half as scores do to the threshold.
    func isUnsure(band: Double) -> Bool {
        guard let verdict, verdict.contains("\"probability\"") else { return false }
        return StoredFinding.all(verdict).contains { finding in
            finding.probability.map { abs($0 - 0.5) <= band } ?? false
        }
    }

    private static func findings(_ verdict: String?) -> [String: String] {
        let findings = verdict.map(StoredFinding.all) ?? []
        return Dictionary(findings.map { ($0.name, $0.judgement) }) { first, _ in first }
    }

    /// Findings of the same criterion that are not the same. One that cannot tell contradicts nobody.
    private static func differ(_ left: [String: String], _ right: [String: String]) -> Bool {
        left.contains { name, judgement in
            guard let other = right[name], other != judgement else { return false }
            let unknown = CriterionFinding.Judgement.cannotAssess.rawValue
            return other != unknown && judgement != unknown
        }
    }
}
