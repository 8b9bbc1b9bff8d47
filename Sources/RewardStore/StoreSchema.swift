import GRDB
import RewardKernel

/// The tables of the store. A change is a new migration behind the others; none is ever altered.
///
/// Rows of the audit log are rowid tables whose keys only grow, so that inserting is appending. A component's key is its
/// rollout's times 32 plus its position: the components of a rollout lie together and need no index.
enum StoreSchema {
    /// Positions of components below one rollout's key; as many as a reward may have.
    static let positionBitCount: Int64 = 5

    static func migrate(_ queue: DatabaseQueue, _ path: String) throws {
        try queue.read { try check($0, path) }
        try migrator.migrate(queue)
    }

    /// Refuses a store that later versions have changed.
    static func check(_ database: Database, _ path: String) throws {
        if try migrator.hasBeenSuperseded(database) { throw StoreError.newer(path: path) }
    }

    private static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { database in
            for statement in first { try database.execute(sql: statement) }
            for status in Status.allCases {
                try database.execute(
                    sql: "INSERT INTO statuses (code, name) VALUES (?, ?)",
                    arguments: [Int(status.code), status.name.description])
            }
            try database.execute(
                sql: "INSERT INTO settings (name, value) VALUES ('nonce_seed', ?)",
                arguments: [Int64(bitPattern: UInt64.random(in: 0...UInt64.max))])
        }
        migrator.registerMigration("review", foreignKeyChecks: .immediate) { database in
            for statement in ReviewSchema.statements { try database.execute(sql: statement) }
        }
        migrator.registerMigration("trends", foreignKeyChecks: .immediate) { database in
            for statement in TrendSchema.statements { try database.execute(sql: statement) }
        }
        migrator.registerMigration("shadows", foreignKeyChecks: .immediate) { database in
            for statement in ShadowTable.statements { try database.execute(sql: statement) }
        }
        return migrator
    }

    private static let first = [
        "CREATE TABLE settings (name TEXT PRIMARY KEY, value) WITHOUT ROWID",
        "CREATE TABLE statuses (code INTEGER PRIMARY KEY, name TEXT NOT NULL)",
        // A reward of a configuration, and its components in their order.
        """
        CREATE TABLE plans (
            id INTEGER PRIMARY KEY, configuration_hash TEXT NOT NULL, reward TEXT NOT NULL,
            UNIQUE (reward, configuration_hash))
        """,
        """
        CREATE TABLE plan_components (
            plan INTEGER NOT NULL REFERENCES plans, position INTEGER NOT NULL, name TEXT NOT NULL,
            PRIMARY KEY (plan, position)) WITHOUT ROWID
        """,
        // Times are microseconds since 1970. `rollout_id` and `group_id` are what the trainer sent: text or integers.
        """
        CREATE TABLE rollouts (
            id INTEGER PRIMARY KEY, at INTEGER NOT NULL, plan INTEGER NOT NULL REFERENCES plans,
            status INTEGER NOT NULL, reward REAL NOT NULL, rollout_id, group_id, timing_us INTEGER NOT NULL,
            token_count INTEGER, truncated INTEGER NOT NULL, completion_bytes INTEGER NOT NULL,
            texts_cut INTEGER NOT NULL, prompt_is_json INTEGER NOT NULL,
            prompt TEXT, completion TEXT, reference_answer, fields TEXT)
        """,
        "CREATE INDEX rollouts_by_time ON rollouts (at)",
        "CREATE INDEX rollouts_by_plan ON rollouts (plan, status, reward)",
        "CREATE INDEX rollouts_by_group ON rollouts (group_id) WHERE group_id IS NOT NULL",
        """
        CREATE TABLE components (
            id INTEGER PRIMARY KEY, score REAL NOT NULL, status INTEGER NOT NULL,
            judge TEXT, verdict TEXT, rationale TEXT)
        """,
        """
        CREATE TABLE verdicts (
            id INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, at INTEGER NOT NULL, answers TEXT NOT NULL)
        """,
        "CREATE INDEX verdicts_by_time ON verdicts (at)",
        // What people say of a rollout, or of one component or criterion of it.
        """
        CREATE TABLE labels (
            id INTEGER PRIMARY KEY, at INTEGER NOT NULL, rollout INTEGER NOT NULL, component TEXT, criterion TEXT,
            value REAL NOT NULL, labeler TEXT NOT NULL, note TEXT)
        """,
        "CREATE INDEX labels_by_rollout ON labels (rollout)",
        """
        CREATE VIEW component_scores AS
            SELECT components.id >> 5 AS rollout, plan_components.name AS component, components.score,
                statuses.name AS status, components.judge, components.verdict, components.rationale
            FROM components JOIN rollouts ON rollouts.id = components.id >> 5
                JOIN plan_components ON plan_components.plan = rollouts.plan
                    AND plan_components.position = components.id & 31
                JOIN statuses ON statuses.code = components.status
        """,
    ]
}
