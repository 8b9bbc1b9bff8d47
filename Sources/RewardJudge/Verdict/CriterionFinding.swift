/// What a judge found of one criterion.
package struct CriterionFinding: Sendable, Hashable {
    /// The criterion's.
    package var name: String
    package var judgement: Judgement
    /// In the judge's words, cut to 300 characters.
    package var reason: String?
    /// That the criterion is met, from 0 to 1, where the endpoint tells.
    package var probability: Double?

    package enum Judgement: String, Sendable, CaseIterable {
        case met
        case unmet
        case cannotAssess = "cannot_assess"

        /// For people.
        var words: String {
            switch self {
            case .met: "met"
            case .unmet: "unmet"
            case .cannotAssess: "cannot assess"
            }
        }
    }

    package init(name: String, judgement: Judgement, reason: String? = nil, probability: Double? = nil) {
        self.name = name
        self.judgement = judgement
        self.reason = reason
        self.probability = probability
    }
}
