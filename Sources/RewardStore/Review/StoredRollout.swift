import GRDB
import RewardKernel

/// A rollout of the audit log, to be shown.
package struct StoredRollout: Sendable, Equatable {
    /// Its key in the store.
    package let key: Int64
    /// In microseconds since 1970.
    package let at: Int64
    package let reward: String
    package let configurationHash: String
    package let aggregateReward: Double
    package let status: String
    /// The trainer's names, as text.
    package let identifier: String?
    package let group: String?
    /// Text, or a list of messages.
    package let prompt: Prompt
    package let completion: String?
    package let referenceAnswer: String?
    package let isCut: Bool
    package let components: [Component]

    package enum Prompt: Sendable, Equatable {
        case none
        case text(String)
        case messages([Message])

        package struct Message: Sendable, Equatable {
            package let role: String
            package let content: String
        }
    }

    package struct Component: Sendable, Equatable {
        package let name: String
        /// Nil when it has none.
        package let score: Double?
        package let status: String
        /// Who judged; nil for a deterministic component.
        package let judge: String?
        package let findings: [StoredFinding]
        package let rationale: String
    }

    package func component(_ name: String) -> Component? { components.first { $0.name == name } }
}

extension StoredRollout {
    /// The rollout of that key; nil when it is not there.
    static func fetch(_ database: Database, key: Int64) throws -> StoredRollout? {
        let found = try Row.fetchOne(
            database,
            sql: """
                SELECT rollouts.*, plans.reward AS reward_name, plans.configuration_hash
                FROM rollouts JOIN plans ON plans.id = rollouts.plan WHERE rollouts.id = ?
                """, arguments: [key])
        guard let row = found else { return nil }
        let first = key << StoreSchema.positionBitCount
        let cells = try Row.fetchAll(
            database,
            sql: """
                SELECT coalesce(plan_components.name, 'component ' || (components.id & 31)), components.score,
                    components.status, components.judge, components.verdict, components.rationale
                FROM components LEFT JOIN plan_components
                    ON plan_components.plan = ? AND plan_components.position = components.id & 31
                WHERE components.id BETWEEN ? AND ? ORDER BY components.id
                """,
            arguments: [row["plan"] as Int64, first, first + (1 << StoreSchema.positionBitCount) - 1])
        return StoredRollout(
            key: key, at: row["at"], reward: row["reward_name"], configurationHash: row["configuration_hash"],
            aggregateReward: row["reward"], status: statusName(row["status"]), identifier: text(row["rollout_id"]),
            group: text(row["group_id"]), prompt: prompt(text(row["prompt"]), isJSON: row["prompt_is_json"]),
            completion: text(row["completion"]), referenceAnswer: text(row["reference_answer"]),
            isCut: row["texts_cut"], components: cells.map(component))
    }

    private static func component(_ row: Row) -> Component {
        Component(
            name: row[0], score: row[2] == 0 ? row[1] : nil, status: statusName(row[2]), judge: row[3],
            findings: text(row[4]).map(StoredFinding.all) ?? [], rationale: text(row[5]) ?? "")
    }

    static func statusName(_ code: Int) -> String {
        UInt8(exactly: code).flatMap(Status.init(rawValue:)).map { "\($0.name)" } ?? "unknown(\(code))"
    }

    /// Whatever lies there as text: hand-made rows may hold anything.
    static func text(_ value: DatabaseValue) -> String? {
        switch value.storage {
        case .string(let text): text
        case .blob(let bytes): String(decoding: bytes, as: UTF8.self)
        case .int64(let number): String(number)
        case .double(let number): String(number)
        case .null: nil
        }
    }

    /// A list of messages whose JSON has been cut is shown as it stands.
    private static func prompt(_ text: String?, isJSON: Bool) -> Prompt {
        guard let text else { return .none }
        guard isJSON, case .array(let items) = try? JSONValue.make(parsing: text.utf8) else { return .text(text) }
        var messages: [Prompt.Message] = []
        for item in items {
            guard let role = item["role"]?.text, let content = content(item["content"]) else { return .text(text) }
            messages.append(Prompt.Message(role: role, content: content))
        }
        return .messages(messages)
    }

    /// A text, or the texts of a list of parts.
    private static func content(_ value: JSONValue?) -> String? {
        switch value {
        case .string(let text): return text
        case .array(let parts):
            let texts = parts.compactMap { $0["text"]?.text }
            return texts.count == parts.count ? texts.joined(separator: "\n") : nil
        default: return nil
        }
    }
}
