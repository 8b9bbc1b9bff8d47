import GRDB
import RewardMemory

/// Review sessions in a store, also in one that a sidecar is writing to: every transaction here is short, and waits for theirs.
package final class ReviewStore: Sendable {
    package let path: String
    let writer: DatabaseQueue
    let reader: DatabaseQueue

    /// Opens a store that is there, and brings its tables up to date.
    package init(path: String) throws(ReviewError) {
        self.path = path
        do throws(StoreError) {
            reader = try DatabaseFile.openForReading(path)
            writer = try DatabaseFile.openForWriting(path)
        } catch {
            throw .store(error)
        }
    }

    /// Runs `body` in a read transaction.
    func read<Outcome>(_ body: (Database) throws -> Outcome) throws(ReviewError) -> Outcome {
        try translating { try reader.read(body) }
    }

    /// Runs `body` in a transaction that holds the database from its start on, or waits for it.
    func write<Outcome>(_ body: (Database) throws -> Outcome) throws(ReviewError) -> Outcome {
        try translating { try writer.write(body) }
    }

    private func translating<Outcome>(_ body: () throws -> Outcome) throws(ReviewError) -> Outcome {
        do {
            return try body()
        } catch let error as ReviewError {
            throw error
        } catch {
            do throws(StoreError) {
                return try DatabaseFile.translating(path) { throw error }
            } catch {
                throw .store(error)
            }
        }
    }

    /// The rollout of that key, as the audit log has it.
    package func rollout(_ key: Int64) throws(ReviewError) -> StoredRollout {
        try read { database in
            guard let rollout = try StoredRollout.fetch(database, key: key) else {
                throw ReviewError.unknown("the store has no rollout \(key); it may have become too old to be kept")
            }
            return rollout
        }
    }
}

// MARK: - What can be reviewed

/// A judged component that the audit log has scores of.
package struct ReviewSource: Sendable, Equatable, Hashable {
    package let reward: String
    package let component: String

    package init(reward: String, component: String) {
        self.reward = reward
        self.component = component
    }
}

extension ReviewStore {
    /// Rows of components that are looked through for judged ones: the latest.
    private static let sourceRowCountMax = 100_000

    /// What judges have scored lately.
    package func sources() throws(ReviewError) -> [ReviewSource] {
        try read { database in
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT DISTINCT plans.reward, plan_components.name
                    FROM (
                        SELECT DISTINCT rollouts.plan, latest.id & 31 AS position
                        FROM (SELECT id, judge FROM components ORDER BY id DESC LIMIT ?) AS latest
                            JOIN rollouts ON rollouts.id = latest.id >> 5
                        WHERE latest.judge IS NOT NULL) AS judged
                        JOIN plans ON plans.id = judged.plan
                        JOIN plan_components ON plan_components.plan = judged.plan
                            AND plan_components.position = judged.position
                    ORDER BY 1, 2
                    """, arguments: [Self.sourceRowCountMax])
            return rows.map { ReviewSource(reward: $0[0], component: $0[1]) }
        }
    }
}
