import RewardJudge
import RewardKernel
import RewardValidation

/// What several judges said of the same, and what it cost.
package struct JudgeComparisonReport: Sendable {
    package let facts: TrialFacts
    package let judges: [Judge]
    /// A score from which a completion has passed.
    package let threshold: Double
    /// Whether they agree that a completion has passed; of preferences, which completion of a pair is better.
    package let decisions: Agreement
    /// Whether they agree on each criterion.
    package let criteria: [(name: String, agreement: Agreement)]
    /// Pairs of judges, in the order of `decisions`' cells.
    package let pairs: [JudgePair]
    /// Those on which they differ most first.
    package let disagreements: [Disagreement]

    package struct Judge: Sendable {
        package let title: String
        package let counts: AnswerCounts
        /// Of those with a verdict, those that passed; of preferences, the pairs whose winner stayed in the other order.
        package let passed: Proportion
        /// Seconds from a question to its answer, ascending.
        package let seconds: [Double]
    }

    /// Ratings of the same items by all judges.
    package struct Agreement: Sendable {
        package let matrix: KappaMatrix<Int>
        /// Of three judges or more, over the items that all of them rated.
        package let fleiss: Estimate<Double>?

        /// - Parameter ratings: By judge, then by item; nil without a verdict.
        init(_ ratings: [[Int?]]) {
            matrix = KappaMatrix(ratings: ratings)
            guard ratings.count >= 3 else {
                fleiss = nil
                return
            }
            let itemCount = ratings.first?.count ?? 0
            let counts = (0..<itemCount).compactMap { item -> [Int]? in
                let classes = ratings.compactMap { $0[item] }
                guard classes.count == ratings.count else { return nil }
                return (0..<3).map { place in classes.count { $0 == place } }
            }
            fleiss = FleissKappa.value(counts: counts)
        }
    }

    package struct JudgePair: Sendable {
        package let first: Int
        package let second: Int
        /// Whether one passes more than the other; nil for preferences.
        package let mcNemar: McNemarTest?
        /// Of their scores; nil for preferences.
        package let spearman: Estimate<Correlation>?
    }

    package struct Disagreement: Sendable {
        package let rollouts: [TrialRollout]
        /// By judge: the score, or the points of the first of a pair; nil without a verdict.
        package let scores: [Double?]
        package let rationales: [String]
    }

    /// - Parameter answers: By judge, in the order of its inquiries.
    package init(
        _ subject: TrialSubject, _ trial: JudgeComparisonTrial, _ answers: [[InquiryAnswer]], threshold: Double,
        facts: TrialFacts
    ) {
        self.facts = facts
        self.threshold = threshold
        let isPreference = !trial.pairs.isEmpty
        let outcomes = answers.map { $0.map { isPreference ? $0.outcome : nil } }
        let scores = answers.enumerated().map { judge, answers in
            answers.enumerated().map { item, answer in
                isPreference ? outcomes[judge][item]?.points : answer.judgedScore
            }
        }
        // Of preferences: 0 for the second, 1 for the first, 2 for neither.
        let decided = scores.map { column in
            column.map { score in
                score.map { isPreference ? ($0 == 1 ? 1 : ($0 == 0 ? 0 : 2)) : ($0 >= threshold ? 1 : 0) }
            }
        }
        decisions = Agreement(decided)
        let names = subject.rubric?.criteria.map(\.name) ?? []
        criteria = names.map { name in
            (name, Agreement(answers.map { $0.map { $0.isMet(name) } }))
        }
        judges = answers.enumerated().map { judge, answers in
            let kept: [Bool] =
                isPreference
                ? outcomes[judge].compactMap { $0.map { $0.agreement == .same } }
                : decided[judge].compactMap { $0.map { $0 == 1 } }
            return Judge(
                title: subject.title(trial.judges[judge]), counts: AnswerCounts(answers),
                passed: Proportion(kept.count { $0 }, of: kept.count), seconds: answers.map(\.seconds).sorted())
        }
        pairs = decisions.matrix.cells.map { cell in
            JudgePair(cell.first, cell.second, decided, scores, isPreference: isPreference)
        }
        let items: [[TrialRollout]] =
            isPreference
            ? trial.pairs.map { [trial.rollouts[$0.first], trial.rollouts[$0.second]] } : trial.rollouts.map { [$0] }
        disagreements = items.indices.compactMap { item in
            let known = decided.compactMap { $0[item] }
            guard Set(known).count > 1 else { return nil }
            return Disagreement(
                rollouts: items[item], scores: scores.map { $0[item] },
                rationales: answers.map { $0[item].answers.first?.rationale ?? "" })
        }.enumerated().sorted { (-$0.element.spread, $0.offset) < (-$1.element.spread, $1.offset) }.map(\.element)
    }
}

extension JudgeComparisonReport.JudgePair {
    fileprivate init(_ first: Int, _ second: Int, _ decided: [[Int?]], _ scores: [[Double?]], isPreference: Bool) {
        self.first = first
        self.second = second
        guard !isPreference else {
            mcNemar = nil
            spearman = nil
            return
        }
        let both = decided[first].indices.filter { decided[first][$0] != nil && decided[second][$0] != nil }
        mcNemar = McNemarTest(both.map { decided[first][$0] == 1 }, both.map { decided[second][$0] == 1 })
        spearman = Correlation.of(
            .spearman, both.compactMap { scores[first][$0] }, both.compactMap { scores[second][$0] })
    }
}

extension JudgeComparisonReport.Judge {
    /// The time below which this share of the answers came; nil without answers.
    package func seconds(atShare share: Double) -> Double? {
        guard !seconds.isEmpty else { return nil }
        return seconds[min(seconds.count - 1, Int((share * Double(seconds.count)).rounded(.up)) - 1)]
    }

    /// In the currency of the configuration's prices, for a thousand questions.
    package var costPerThousand: Double {
        counts.count > 0 ? counts.usage.cost * 1_000 / Double(counts.count) : 0
    }
}

extension JudgeComparisonReport.Disagreement {
    package var spread: Double {
        let known = scores.compactMap(\.self)
        return (known.max() ?? 0) - (known.min() ?? 0)
    }
}

extension InquiryAnswer {
    /// What the judge gave; nil for a failure, and for what the gate decided alone.
    var judgedScore: Double? {
        guard let answer = answers.first, answer.status == .scored, !answer.isGated else { return nil }
        return answer.score
    }

    /// 1 for met, 0 for unmet; nil for what could not be assessed, or has no verdict.
    func isMet(_ criterion: String) -> Int? {
        switch answers.first?.findings.first(where: { $0.name == criterion })?.judgement {
        case .met: 1
        case .unmet: 0
        case .cannotAssess, nil: nil
        }
    }

    /// Of the first pair, in the order of the inquiry; nil where an order was not answered.
    var outcome: PairOutcome? {
        guard let pair = pairs.first else { return nil }
        let isStraight = pair.firstRow == 0
        return PairOutcome(
            pair: ComparisonPair(0, 1), straight: isStraight ? pair.straight : pair.swapped,
            swapped: isStraight ? pair.swapped : pair.straight, oneSided: .drop)
    }
}

extension JudgeComparisonReport {
    /// Of any two judges; nil where one is undefined.
    package var lowestKappa: Double? {
        let kappas = decisions.matrix.cells.map(\.kappa.value.value)
        return kappas.contains { $0 == nil } ? nil : kappas.compactMap(\.self).min()
    }
}
