import RewardJudge

/// A rubric that was read, with what its template shows of a rollout.
struct RubricDraft {
    let question: RubricQuestion
    let readsPrompt: Bool
    let readsReferenceAnswer: Bool
    /// In alphabetical order.
    let fields: [String]
    /// What it asks for, for comparing completions: the texts of its criteria, or of its scale. Worded once, however
    /// many components compare by it.
    let comparisonCriteria: String

    init(question: RubricQuestion, readsPrompt: Bool, readsReferenceAnswer: Bool, fields: [String]) {
        self.question = question
        self.readsPrompt = readsPrompt
        self.readsReferenceAnswer = readsReferenceAnswer
        self.fields = fields
        comparisonCriteria = Self.comparisonCriteria(of: question.rubric)
    }

    /// Verdicts that one answer holds.
    var verdictCountPerAnswer: Int {
        switch question.rubric.calls {
        case .perItem: max(1, question.rubric.criteria.count)
        case .perCriterion: 1
        }
    }

    /// Whether it asks Boolean questions, which every API answers.
    var isBoolean: Bool {
        switch question.rubric.measure {
        case .criteria: true
        case .scale: false
        }
    }

    private static func comparisonCriteria(of rubric: Rubric) -> String {
        switch rubric.measure {
        case .scale(let scale): scale.text
        case .criteria(let criteria):
            criteria.map { criterion in
                criterion.isNegative
                    ? "- An error, which makes a completion worse: \(criterion.text)" : "- \(criterion.text)"
            }.joined(separator: "\n")
        }
    }
}
