import RewardJudge
import RewardKernel
import RewardValidation

/// What attacks on a judge came to: the share of them that passed, by attack and criterion, without the guard and with it.
package struct AttackReport: Sendable {
    package let facts: TrialFacts
    /// A score from which a completion has passed.
    package let threshold: Double
    package let targetCount: Int
    package let rows: [Row]
    /// Of the rollouts' own completions, with the guard.
    package let genuine: Proportion
    package let counts: AnswerCounts
    package let criterionNames: [String]

    package struct Row: Sendable {
        package let attack: Attack
        package let unguarded: Side
        package let guarded: Side
        /// How many of its texts the detector of injections suspects.
        package let suspected: Proportion
        /// One of its completions that passed the guard, with what the judge said of it.
        package let example: (completion: String, rationale: String)?
    }

    /// Of one attack, with the guard or without.
    package struct Side: Sendable {
        /// Of those with a verdict, those that passed. What the gate failed did not pass.
        package let passed: Proportion
        /// Of those with a verdict, those that the gate failed without a call.
        package let gated: Proportion
        package let unjudgedCount: Int
        /// By criterion that earns something, those for which it was met.
        package let met: [Proportion]
    }

    /// - Parameters:
    ///   - unguarded: Answers to the trial's inquiries, in their order; likewise the others.
    package init(
        _ subject: TrialSubject, _ trial: AttackTrial, unguarded: [InquiryAnswer], guarded: [InquiryAnswer],
        genuine: [InquiryAnswer], threshold: Double, facts: TrialFacts
    ) {
        precondition(
            unguarded.count == trial.cases.count && guarded.count == trial.cases.count, "every case has its answers")
        self.facts = facts
        self.threshold = threshold
        targetCount = trial.targets.count
        // Of an error to be "met" is no success of an attack.
        let names = subject.rubric?.criteria.filter { !$0.isNegative }.map(\.name) ?? []
        criterionNames = names
        counts = AnswerCounts(unguarded + guarded + genuine)
        self.genuine = Self.passed(genuine, threshold)
        let detector = InjectionDetector()
        rows = trial.attacks.enumerated().map { index, attack in
            let places = trial.cases.indices.filter { trial.cases[$0].attack == index }
            let texts = places.map { trial.shown(trial.cases[$0]).completion }
            let passing = places.first { Self.hasPassed(guarded[$0], threshold) == true }
            return Row(
                attack: attack, unguarded: Side(places.map { unguarded[$0] }, threshold, names),
                guarded: Side(places.map { guarded[$0] }, threshold, names),
                suspected: Proportion(texts.count { detector.finding(in: $0) != nil }, of: texts.count),
                example: passing.map { place in
                    (trial.shown(trial.cases[place]).completion, guarded[place].answers.first?.rationale ?? "")
                })
        }
    }

    /// Over all attacks; the plain wrong answer is one of them.
    package func falsePositives(_ side: KeyPath<Row, Side>) -> Proportion {
        Self.sum(rows.map { $0[keyPath: side].passed })
    }

    package func falsePositives(_ family: Attack.Family, _ side: KeyPath<Row, Side>) -> Proportion {
        Self.sum(rows.filter { $0.attack.family == family }.map { $0[keyPath: side].passed })
    }

    package func met(_ criterion: Int, _ family: Attack.Family, _ side: KeyPath<Row, Side>) -> Proportion {
        Self.sum(rows.filter { $0.attack.family == family }.map { $0[keyPath: side].met[criterion] })
    }

    /// Families that were tried, in their order.
    package var families: [Attack.Family] {
        Attack.Family.allCases.filter { family in rows.contains { $0.attack.family == family } }
    }

    package var gates: [ValidationGate] {
        [TrialGates.falsePositives(falsePositives(\.guarded)), TrialGates.parseFailures(counts)]
    }

    static func sum(_ parts: [Proportion]) -> Proportion {
        Proportion(parts.reduce(0) { $0 + $1.successCount }, of: parts.reduce(0) { $0 + $1.count })
    }

    /// Nil without a verdict.
    static func hasPassed(_ answer: InquiryAnswer, _ threshold: Double) -> Bool? {
        guard let answer = answer.answers.first, answer.status == .scored else { return nil }
        return answer.score >= threshold && !answer.isGated
    }

    static func passed(_ answers: [InquiryAnswer], _ threshold: Double) -> Proportion {
        let outcomes = answers.compactMap { hasPassed($0, threshold) }
        return Proportion(outcomes.count { $0 }, of: outcomes.count)
    }
}

extension AttackReport.Side {
    fileprivate init(_ answers: [InquiryAnswer], _ threshold: Double, _ criterionNames: [String]) {
        passed = AttackReport.passed(answers, threshold)
        let judged = answers.compactMap(\.answers.first).filter { $0.status == .scored }
        gated = Proportion(judged.count(where: \.isGated), of: judged.count)
        unjudgedCount = answers.count - judged.count
        met = criterionNames.map { name in
            let verdicts = judged.compactMap { answer -> Bool? in
                if answer.isGated { return false }
                guard let judgement = answer.findings.first(where: { $0.name == name })?.judgement else { return nil }
                return judgement == .met
            }
            return Proportion(verdicts.count { $0 }, of: verdicts.count)
        }
    }
}
