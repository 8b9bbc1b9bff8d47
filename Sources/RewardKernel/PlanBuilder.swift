package import RewardMemory

/// Where components put what their plans need while a configuration is compiled.
// Allocates: while a configuration is compiled.
package final class PlanBuilder {
    package let storage: OwnedStorage
    package var requirements: ScratchRequirements
    /// Fields of the reward being compiled, by index: what `Rollout.fields` will hold.
    package private(set) var fieldNames: [String] = []

    package init(storage: OwnedStorage, requirements: ScratchRequirements) {
        self.storage = storage
        self.requirements = requirements
    }

    /// The index in `Rollout.fields` of a named field, new or known.
    package func fieldIndex(_ name: String, key: [String]) throws(PlanError) -> Int {
        if let known = fieldNames.firstIndex(of: name) { return known }
        guard fieldNames.count < Limits.rewardFieldCountMax else {
            throw PlanError(key: key, "a reward reads at most \(Limits.rewardFieldCountMax) fields")
        }
        fieldNames.append(name)
        return fieldNames.count - 1
    }

    /// Starts the next reward: its fields are counted anew, storage and scratch are shared.
    package func beginReward() {
        fieldNames = []
    }
}
