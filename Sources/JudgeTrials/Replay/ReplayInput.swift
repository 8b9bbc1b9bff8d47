import RewardKernel
import RewardReport

/// Rollouts of an audit log that can be scored again, with what came of them then.
package struct ReplayInput: Sendable {
    package private(set) var outcomes: [StoredOutcome] = []
    private var lines: [String] = []
    private var groups: [String?] = []
    private var names: [String] = []
    /// Kept without their texts: what came of them is known, and not what they were.
    package private(set) var textlessCount = 0
    /// A text of theirs was cut when they were kept.
    package private(set) var cutCount = 0

    package init() {}

    /// Takes a rollout as `StoreReader.export` gives it. False when it cannot be scored again.
    @discardableResult
    package mutating func add(_ exported: JSONValue) -> Bool {
        guard case .object(let members) = exported, let scored = exported["scored"],
            let outcome = StoredOutcome(scored)
        else { return false }
        guard case .string? = exported["completion"] else {
            textlessCount += 1
            return false
        }
        guard scored["texts_cut"] != .bool(true) else {
            cutCount += 1
            return false
        }
        outcomes.append(outcome)
        groups.append(exported["group_id"]?.compactText)
        names.append(exported["id"]?.compactText ?? "")
        lines.append(JSONValue.object(members.filter { $0.name != "scored" }).compactText)
        return true
    }

    package var count: Int { outcomes.count }

    /// The rollouts of a group stand together, by the names of groups and rollouts: a store has them in the order in which workers
    /// ended them, which must not show in figures that resample.
    package mutating func gatherGroups() {
        let keys = outcomes.indices.map { row in (groups[row] ?? names[row], names[row], row) }
        let order = keys.sorted(by: <).map(\.2)
        outcomes = order.map { outcomes[$0] }
        lines = order.map { lines[$0] }
        groups = order.map { groups[$0] }
        names = order.map { names[$0] }
    }

    /// The rollouts as a file has them.
    package func file(name: String) throws(InputFileError) -> RolloutFile {
        try RolloutFile(Array(lines.joined(separator: "\n").utf8), name: name)
    }
}
