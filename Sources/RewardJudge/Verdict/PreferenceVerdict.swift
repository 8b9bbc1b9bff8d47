/// Which of the two completions a judge was shown is better.
package struct PreferenceVerdict: Sendable, Hashable {
    package var choice: Choice
    package var reason: String?

    /// By the place in the call: `first` was shown as A.
    package enum Choice: String, Sendable, CaseIterable {
        case first
        case second
        case tie

        /// The same choice with the completions in the other order.
        package var swapped: Choice {
            switch self {
            case .first: .second
            case .second: .first
            case .tie: .tie
            }
        }
    }

    package init(choice: Choice, reason: String? = nil) {
        self.choice = choice
        self.reason = reason
    }
}
