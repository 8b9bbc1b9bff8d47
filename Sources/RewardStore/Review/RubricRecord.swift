import GRDB
import RewardJudge
import RewardKernel

/// What judges were asked for one component, so that the audit log can be understood without the configuration.
package struct RubricRecord: Sendable, Equatable {
    package let configurationHash: String
    package let reward: String
    package let component: String
    package let criteria: [Criterion]
    package let scale: RubricScale?

    package init(configurationHash: String, reward: String, component: String, rubric: Rubric) {
        self.configurationHash = configurationHash
        self.reward = reward
        self.component = component
        criteria = rubric.criteria
        if case .scale(let scale) = rubric.measure { self.scale = scale } else { scale = nil }
    }

    /// `{"criteria": [{"name", "text", "weight"}]}` or `{"scale": {"low", "high", "text"}}`.
    var json: JSONValue {
        if let scale {
            let members: [JSONValue.Member] = [
                .init("low", .integer(Int64(scale.low))), .init("high", .integer(Int64(scale.high))),
                .init("text", .string(scale.text)),
            ]
            return .object([.init("scale", .object(members))])
        }
        let items = criteria.map { criterion in
            JSONValue.object([
                .init("name", .string(criterion.name)), .init("text", .string(criterion.text)),
                .init("weight", .number(criterion.weight)),
            ])
        }
        return .object([.init("criteria", .array(items))])
    }

    /// What people are asked, of a rubric as it lies in the store.
    static func criteria(_ rubric: String) -> [ReviewCriterion]? {
        guard let value = try? JSONValue.make(parsing: rubric.utf8) else { return nil }
        if value["scale"] != nil { return [] }
        guard case .array(let items) = value["criteria"] else { return nil }
        return items.compactMap { item in
            item["name"]?.text.map { name in
                ReviewCriterion(
                    name: name, text: item["text"]?.text ?? "", isNegative: (item["weight"]?.double ?? 1) < 0)
            }
        }
    }
}

extension RewardStore {
    /// Writes down what judges are asked from now on.
    package func describe(_ rubrics: [RubricRecord]) throws(StoreError) {
        try DatabaseFile.translating(path) {
            try perform { database in
                try database.inTransaction(.immediate) {
                    for record in rubrics {
                        try database.execute(
                            sql: """
                                INSERT OR REPLACE INTO rubrics (reward, component, configuration_hash, rubric)
                                VALUES (?, ?, ?, ?)
                                """,
                            arguments: [
                                record.reward, record.component, record.configurationHash,
                                try JSONWriter.text(of: record.json),
                            ])
                    }
                    return .commit
                }
            }
        }
    }
}
