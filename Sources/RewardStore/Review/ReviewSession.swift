/// Rollouts drawn for people to answer the judge's question about, without seeing its verdict first.
package struct ReviewSession: Sendable, Equatable {
    package let identifier: Int64
    /// When it was drawn, in microseconds since 1970.
    package let at: Int64
    package let reward: String
    package let component: String
    /// What is asked, in order; empty where the component is judged as a whole.
    package let criteria: [ReviewCriterion]
    package let seed: UInt64
    package let threshold: Double
    package let band: Double
    package let strata: [Stratum]
    /// Items answered, by reviewer; in the order of their names.
    package let progress: [Progress]

    package struct Stratum: Sendable, Equatable {
        package let stratum: ReviewStratum
        /// In the frame.
        package let rolloutCount: Int
        package let drawnCount: Int
    }

    package struct Progress: Sendable, Equatable {
        package let labeler: String
        package let answeredCount: Int
    }

    package var itemCount: Int { strata.reduce(0) { $0 + $1.drawnCount } }
    package var frameCount: Int { strata.reduce(0) { $0 + $1.rolloutCount } }
    /// How many choices an answer has: one a criterion, or one for the whole.
    package var choiceCount: Int { max(1, criteria.count) }

    package func answeredCount(_ labeler: String) -> Int {
        progress.first { $0.labeler == labeler }?.answeredCount ?? 0
    }
}

/// One yes/no question of a rubric, as the judge was asked it.
package struct ReviewCriterion: Sendable, Equatable {
    package let name: String
    /// Empty where the store does not know it.
    package let text: String
    /// Whether meeting it is bad.
    package let isNegative: Bool

    package init(name: String, text: String = "", isNegative: Bool = false) {
        self.name = name
        self.text = text
        self.isNegative = isNegative
    }
}

/// What a person says of one criterion, or of the whole.
package enum ReviewChoice: Sendable, Equatable {
    /// 1 for met and 0 for unmet; for the whole, from 0 to 1.
    case value(Double)
    case cannotTell

    package static let met = ReviewChoice.value(1)
    package static let unmet = ReviewChoice.value(0)
}

/// What a person has answered about one item.
package struct ReviewAnswer: Sendable, Equatable {
    package let position: Int
    package let labeler: String
    /// One for each criterion of the session; one for the whole where there are none.
    package let choices: [ReviewChoice]
    package let note: String?

    package init(position: Int, labeler: String, choices: [ReviewChoice], note: String? = nil) {
        self.position = position
        self.labeler = labeler
        self.choices = choices
        self.note = note
    }
}

/// What the judge said of one item.
package struct ReviewVerdict: Sendable, Equatable {
    package let position: Int
    package let score: Double
    /// For each criterion of the session; nil where the judge gave none.
    package let findings: [StoredFinding?]

    /// As a person's choices.
    package var choices: [ReviewChoice] {
        findings.isEmpty
            ? [.value(score)]
            : findings.map { finding in
                switch finding?.judgement {
                case "met": .met
                case "unmet": .unmet
                default: .cannotTell
                }
            }
    }
}

/// One rollout of a session.
package struct ReviewItem: Sendable, Equatable {
    package let position: Int
    package let stratum: ReviewStratum
    package let weight: Double
    /// Nil when the rollout is not in the store any more.
    package let rollout: StoredRollout?
}
