import GRDB
import RewardKernel

/// A rollout of the audit log as one JSON object: the keys that `plaudit score` reads, so that an export can be scored again,
/// and beside them what came of it.
enum ExportedRollout {
    /// The labels of a rollout; of those of a review session with the session and the weight of the rollout in it.
    static let labelSQL = """
        SELECT labels.component, labels.criterion, labels.value, labels.labeler, labels.note, labels.at,
            review_answers.session, review_items.weight
        FROM labels LEFT JOIN review_answers ON review_answers.id = labels.answer
            LEFT JOIN review_items ON review_items.session = review_answers.session
                AND review_items.position = review_answers.position
        WHERE labels.rollout = ? ORDER BY labels.id
        """

    static func json(_ row: Row, components: [Row], names: [String], labels: [Row]) -> JSONValue {
        var members: [JSONValue.Member] = []
        func append(_ name: String, _ value: JSONValue) {
            if value != .null { members.append(.init(name, value)) }
        }
        append("id", name(row["rollout_id"]))
        append("group_id", name(row["group_id"]))
        append("prompt", row["prompt_is_json"] == true ? json(row["prompt"]) : text(row["prompt"]))
        append("completion", text(row["completion"]))
        append("reference_answer", text(row["reference_answer"]))
        append("token_count", name(row["token_count"]))
        if row["truncated"] == true { append("truncated", .bool(true)) }
        if case .object(let fields) = json(row["fields"]) { members += fields }
        var scored: [JSONValue.Member] = [
            .init("at_us", .integer(row["at"])), .init("reward_name", .string(row["reward_name"])),
            .init("configuration_hash", .string(row["configuration_hash"])), .init("reward", .number(row["reward"])),
            .init("status", status(row["status"])), .init("timing_us", .integer(row["timing_us"])),
            .init("completion_bytes", .integer(row["completion_bytes"])),
        ]
        if row["texts_cut"] == true { scored.append(.init("texts_cut", .bool(true))) }
        scored.append(.init("components", .object(components.map { member($0, names) })))
        append("scored", .object(scored))
        if !labels.isEmpty { append("labels", .array(labels.map(label))) }
        return .object(members)
    }

    private static func label(_ row: Row) -> JSONValue {
        var members: [JSONValue.Member] = []
        for key in ["component", "criterion", "value", "labeler", "note", "at", "session", "weight"] {
            let value = name(row[key])
            if value != .null { members.append(.init(key == "at" ? "at_us" : key, value)) }
        }
        return .object(members)
    }

    private static func member(_ row: Row, _ names: [String]) -> JSONValue.Member {
        let position = Int((row["id"] as Int64) & ((1 << StoreSchema.positionBitCount) - 1))
        var members: [JSONValue.Member] = [
            .init("score", row["status"] == 0 ? .number(row["score"]) : .null), .init("status", status(row["status"])),
        ]
        for key in ["judge", "rationale"] {
            if case .string(let text) = text(row[key]), !text.isEmpty { members.append(.init(key, .string(text))) }
        }
        let verdict = json(row["verdict"])
        if verdict != .null { members.append(.init("verdict", verdict)) }
        return .init(names.indices.contains(position) ? names[position] : "component \(position)", .object(members))
    }

    private static func status(_ code: Int) -> JSONValue {
        .string(UInt8(exactly: code).flatMap(Status.init(rawValue:)).map { "\($0.name)" } ?? "unknown(\(code))")
    }

    /// Text or a whole number, as the trainer sent it.
    private static func name(_ value: DatabaseValue) -> JSONValue {
        if let integer = Int64.fromDatabaseValue(value), case .int64 = value.storage { return .integer(integer) }
        return text(value)
    }

    private static func text(_ value: DatabaseValue) -> JSONValue {
        switch value.storage {
        case .string(let text): .string(text)
        case .blob(let bytes): .string(String(decoding: bytes, as: UTF8.self))
        case .int64(let number): .integer(number)
        case .double(let number): .number(number)
        case .null: .null
        }
    }

    /// The value of a JSON text; one that has been cut stays a text.
    private static func json(_ value: DatabaseValue) -> JSONValue {
        guard case .string(let text) = value.storage else { return .null }
        return (try? JSONValue.make(parsing: Array(text.utf8))) ?? .string(text)
    }
}
