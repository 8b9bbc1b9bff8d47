/// What one judge thinks of one completion, or several by majority.
package struct Opinion: Sendable, Equatable {
    package var measure: Measure
    /// How sure it is, from 0 to 1: the smallest share of equal votes over the criteria, or the probability of the less likely
    /// half of its verdicts, whichever is known; 1 where nothing is.
    package var confidence: Double

    package enum Measure: Sendable, Equatable {
        case criteria(RubricVerdict)
        /// From 0 to 1, with the judge's reason.
        case scale(Double, reason: String?)
    }

    package init(measure: Measure, confidence: Double = 1) {
        self.measure = measure
        self.confidence = confidence
    }

    /// A single answer.
    package init(criteria verdict: RubricVerdict) {
        let sure = verdict.findings.compactMap(\.probability).map { max($0, 1 - $0) }.min() ?? 1
        self.init(measure: .criteria(verdict), confidence: sure)
    }

    /// The opinion of the majority, criterion by criterion; a tie between met and unmet is one that cannot be assessed. Scales
    /// are averaged. Nil when there is no opinion, or opinions of different kinds.
    package init?(majorityOf opinions: [Opinion]) {
        guard let first = opinions.first else { return nil }
        guard opinions.count > 1 else {
            self = first
            return
        }
        switch first.measure {
        case .scale:
            var values: [Double] = []
            for case .scale(let value, _) in opinions.map(\.measure) { values.append(value) }
            guard values.count == opinions.count else { return nil }
            let mean = values.reduce(0, +) / Double(values.count)
            let spread = (values.max() ?? mean) - (values.min() ?? mean)
            guard case .scale(_, let reason) = first.measure else { return nil }
            self.init(measure: .scale(mean, reason: reason), confidence: 1 - spread)
        case .criteria(let example):
            var verdicts: [RubricVerdict?] = []
            for case .criteria(let verdict) in opinions.map(\.measure) { verdicts.append(verdict) }
            let questions = example.findings.map { VerdictShape.Question(name: $0.name, text: "") }
            guard verdicts.count == opinions.count,
                let majority = Panel.majority(of: verdicts, questions: questions, quorum: 1)
            else { return nil }
            self.init(measure: .criteria(majority.verdict), confidence: majority.agreement)
        }
    }

    /// What the opinion amounts to for a rubric: the score, or nil where it abstains from all of it.
    package func score(_ question: RubricQuestion) throws(VerdictFault) -> Double? {
        switch measure {
        case .scale(let value, _): value
        case .criteria(let verdict):
            try RubricScore(
                of: verdict, criteria: question.rubric.criteria, abstain: question.rubric.abstain,
                isSoft: question.isSoft
            ).value
        }
    }

    /// What was found of each criterion; empty for a scale.
    package var findings: [CriterionFinding] {
        guard case .criteria(let verdict) = measure else { return [] }
        return verdict.findings
    }

    /// Whether a criterion could not be assessed.
    package var abstains: Bool {
        guard case .criteria(let verdict) = measure else { return false }
        return verdict.findings.contains { $0.judgement == .cannotAssess }
    }

    /// For people: each criterion with its verdict and the reason given.
    package var rationale: String {
        switch measure {
        case .scale(_, let reason): reason ?? ""
        case .criteria(let verdict):
            verdict.findings.enumerated().reduce(into: "") { text, entry in
                if entry.offset > 0 { text += "; " }
                text += entry.element.name
                text += " "
                text += entry.element.judgement.words
                guard let reason = entry.element.reason else { return }
                text += ": "
                text += reason
            }
        }
    }
}
