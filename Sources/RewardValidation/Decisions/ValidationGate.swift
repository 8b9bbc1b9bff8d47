/// A condition that a judge should meet before a policy is trained on it.
package struct ValidationGate: Sendable, Hashable {
    package enum Outcome: Sendable, Hashable {
        case passed
        case failed
        /// It cannot be told, and why: for a decision that costs training time that is no pass.
        case open(reason: String)
    }

    package let name: String
    /// The condition, in words.
    package let condition: String
    /// What was measured, in words.
    package let measured: String
    package let outcome: Outcome

    package init(name: String, condition: String, measured: String, outcome: Outcome) {
        self.name = name
        self.condition = condition
        self.measured = measured
        self.outcome = outcome
    }
}
