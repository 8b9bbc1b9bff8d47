import RewardKernel
import RewardReport

/// OpenRLHF's `--reward.remote_url`: `{"query": [str], "prompts": [str], "labels": [str|null]}` to
/// `{"rewards": [float], "scores": [float], "extra_logs": {name: [float]}}`.
///
/// A query is the prompt with the response behind it, special tokens included. With several servers all but the first are
/// sent empty lists, which are answered by empty ones.
package struct OpenRLHFRequest: Dialect {
    package let rollouts: [RolloutRecord]

    package init(_ body: JSONValue) throws(DialectError) {
        _ = try body.members(at: "")
        let queries = try body.array("query")
        let prompts = try body.array("prompts")
        let labels = body.optional("labels") == nil ? [] : try body.array("labels")
        for (name, column) in [("prompts", prompts), ("labels", labels)] where column.count != queries.count {
            guard name == "prompts" || body.optional("labels") != nil else { continue }
            throw DialectError(name, "has \(column.count) entries where `query` has \(queries.count)")
        }
        var rollouts: [RolloutRecord] = []
        for index in queries.indices {
            let query = try queries[index].string(at: "query[\(index)]")
            let prompt = try prompts[index].string(at: "prompts[\(index)]")
            let label = index < labels.count ? labels[index].referenceAnswer : .null
            rollouts.append(
                RolloutRecord(
                    completion: Self.response(in: query, behind: prompt), prompt: .string(prompt),
                    referenceAnswer: label == .null ? nil : label))
        }
        self.rollouts = rollouts
    }

    /// The query without the prompt; a query that does not begin with it is the response itself.
    private static func response(in query: String, behind prompt: String) -> String {
        // By bytes: to Swift, an accent that begins the response is part of the prompt's last character.
        guard query.utf8.starts(with: prompt.utf8) else { return query }
        return String(decoding: query.utf8.dropFirst(prompt.utf8.count), as: UTF8.self)
    }

    package func reply(to scored: [ScoredRollout]) -> JSONValue {
        let rewards = JSONValue.array(scored.map { .number($0.reward) })
        let figures = scored.map(\.figures)
        let logs = (figures.first ?? []).indices.map { index in
            JSONValue.Member(figures[0][index].name, .array(figures.map { .number($0[index].value) }))
        }
        return .object(["rewards": rewards, "scores": rewards, "extra_logs": .object(logs)])
    }
}
