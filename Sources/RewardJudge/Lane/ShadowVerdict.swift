/// What a second rubric found beside the one that counts. It counts nowhere.
package struct ShadowVerdict: Sendable, Equatable {
    /// `reward.component`.
    package var task: String
    /// The second rubric's name.
    package var rubric: String
    package var judge: String
    package var completion: String
    /// By the rubric that counts, from 0 to 1.
    package var score: Double
    /// By the second one.
    package var shadowScore: Double
    /// What the second one found of each criterion.
    package var findings: [CriterionFinding]
    package var rationale: String

    /// Whether both are on the same side of a half.
    package var isAgreement: Bool { (score >= 0.5) == (shadowScore >= 0.5) }
}
