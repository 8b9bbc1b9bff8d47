import RewardKernel
import RewardReport

/// What came of a rollout when it was scored.
package struct StoredOutcome: Sendable, Equatable {
    package struct Component: Sendable, Equatable {
        package let name: String
        /// Nil without a score.
        package let score: Double?
        package let status: String

        package init(name: String, score: Double?, status: String) {
            self.name = name
            self.score = score
            self.status = status
        }
    }

    /// Nil where it was not scored: a stand-in is no reward that could be compared.
    package let reward: Double?
    package let status: String
    package let components: [Component]
    package let configurationHash: String

    package init(reward: Double?, status: String, components: [Component], configurationHash: String) {
        self.reward = reward
        self.status = status
        self.components = components
        self.configurationHash = configurationHash
    }

    /// Reads what an export has under `scored`; nil for anything else.
    package init?(_ scored: JSONValue) {
        guard case .string(let status)? = scored["status"], case .object(let columns)? = scored["components"] else {
            return nil
        }
        self.status = status
        reward = status == Self.scoredName ? scored["reward"]?.doubleValue : nil
        configurationHash = scored["configuration_hash"]?.operandText ?? ""
        components = columns.map { column in
            Component(
                name: column.name, score: column.value["score"]?.doubleValue,
                status: column.value["status"]?.operandText ?? "")
        }
    }

    /// What a sidecar answers about a row.
    package init(_ batch: ScoredBatch, row: Int) {
        let status = batch.statuses[row]
        self.status = "\(status.name)"
        reward = status == .scored ? batch.rewards[row] : nil
        configurationHash = batch.configurationHash
        components = batch.components.map { component in
            Component(
                name: component.name, score: component.statuses[row] == .scored ? component.scores[row] : nil,
                status: "\(component.statuses[row].name)")
        }
    }

    package var isScored: Bool { status == Self.scoredName }

    private static var scoredName: String { "\(Status.scored.name)" }
}
