/// What is watched of a rollout while a policy is trained.
package struct MonitoredRollout: Sendable, Hashable {
    /// Microseconds since 1970.
    package var at: Int64
    /// Nil where the rollout has no score of its own.
    package var reward: Double?
    package var group: String?
    /// Of the completion, in bytes.
    package var length: Double
    /// The mean score of the components that judges scored, and of the others; nil without any.
    package var judged: Double?
    package var deterministic: Double?
    /// Whether each criterion that was assessed is met, by `component.criterion`.
    package var criteria: [String: Bool]

    package init(
        at: Int64, reward: Double?, group: String? = nil, length: Double, judged: Double? = nil,
        deterministic: Double? = nil, criteria: [String: Bool] = [:]
    ) {
        self.at = at
        self.reward = reward
        self.group = group
        self.length = length
        self.judged = judged
        self.deterministic = deterministic
        self.criteria = criteria
    }
}
