import RewardKernel
import RewardReport

/// What the sidecar said of one rollout.
package struct ScoredRollout: Sendable, Equatable {
    package struct Component: Sendable, Equatable {
        package let name: String
        /// 0 where the status is not `scored`.
        package let score: Double
        package let status: Status
        /// What it found, when that was asked for.
        package let rationale: String?

        package init(name: String, score: Double, status: Status, rationale: String? = nil) {
            self.name = name
            self.score = score
            self.status = status
            self.rationale = rationale
        }
    }

    /// What the reward's neutral policy puts there, where the status is not `scored`.
    package let reward: Double
    package let status: Status
    /// In configured order.
    package let components: [Component]

    package init(reward: Double, status: Status, components: [Component]) {
        self.reward = reward
        self.status = status
        self.components = components
    }

    package init(_ batch: ScoredBatch, row: Int) {
        reward = batch.rewards[row]
        status = batch.statuses[row]
        components = batch.components.map { component in
            let status = component.statuses[row]
            return Component(
                name: component.name, score: status == .scored ? component.scores[row] : 0, status: status,
                rationale: component.rationales?[row])
        }
    }

    var isScored: Bool { status == .scored }

    /// Numbers for wires that know no others, under the names that the Python adapters give them, the same for every
    /// outcome: flags are 0 or 1; a component without a score has 0 and the flag 0.
    var figures: [Figure] {
        var figures = [
            Figure("plaudit/scored", isScored),
            Figure("plaudit/neutral", status.kind == .neutral),
            Figure("plaudit/error", status.kind == .error),
        ]
        for component in components {
            figures.append(Figure("plaudit/\(component.name)", component.score))
            figures.append(Figure("plaudit/\(component.name)/scored", component.isScored))
        }
        return figures
    }

    struct Figure {
        let name: String
        let value: Double
        let isFlag: Bool

        init(_ name: String, _ value: Double) {
            self.name = name
            self.value = value
            isFlag = false
        }

        init(_ name: String, _ holds: Bool) {
            self.name = name
            value = holds ? 1 : 0
            isFlag = true
        }
    }

    /// Why there is no score, in a sentence: the status, and the components that could not be had.
    package var failure: String? {
        guard !isScored else { return nil }
        let parts = components.filter { $0.status.isMissing }.map { "\($0.name): \($0.status.name)" }
        return parts.isEmpty ? "\(status.name)" : "\(status.name) (\(parts.joined(separator: ", ")))"
    }
}

extension ScoredRollout.Component {
    var isScored: Bool { status == .scored }
}
