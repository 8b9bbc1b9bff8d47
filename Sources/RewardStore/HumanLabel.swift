import GRDB

/// What a person says of a rollout, of one component of it, or of one criterion of that.
package struct HumanLabel: Sendable, Equatable {
    /// The rollout's key in the store.
    package var rollout: Int64
    package var component: String?
    package var criterion: String?
    /// On the scale of what it is about: 0 or 1 for a criterion, the component's or the reward's range else.
    package var value: Double
    package var labeler: String
    package var note: String?

    package init(
        rollout: Int64, component: String? = nil, criterion: String? = nil, value: Double, labeler: String,
        note: String? = nil
    ) {
        self.rollout = rollout
        self.component = component
        self.criterion = criterion
        self.value = value
        self.labeler = labeler
        self.note = note
    }
}

extension RewardStore {
    /// Keeps labels, all or none of them; waits until they are on disk.
    package func add(_ labels: [HumanLabel]) throws(StoreError) {
        try DatabaseFile.translating(path) {
            try perform { database in
                try database.inTransaction(.immediate) {
                    try LabelTable.insert(database, labels)
                    return .commit
                }
            }
        }
    }

    /// The labels of a rollout, in the order in which they were given.
    package func labels(ofRollout rollout: Int64) throws(StoreError) -> [HumanLabel] {
        try DatabaseFile.translating(path) {
            try perform { database in
                let rows = try Row.fetchAll(
                    database,
                    sql: "SELECT component, criterion, value, labeler, note FROM labels WHERE rollout = ? ORDER BY id",
                    arguments: [rollout])
                return rows.map { row in
                    HumanLabel(
                        rollout: rollout, component: row[0], criterion: row[1], value: row[2], labeler: row[3],
                        note: row[4])
                }
            }
        }
    }
}
