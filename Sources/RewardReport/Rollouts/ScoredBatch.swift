import RewardClient
import RewardJudge
import RewardKernel

/// What a sidecar answered for some rollouts, column by column.
package struct ScoredBatch: Sendable {
    package struct Component: Sendable {
        package let name: String
        /// A score where the status is `scored`.
        package var scores: [Double]
        package var statuses: [Status]
        /// One sentence a rollout, when they were asked for.
        package var rationales: [String?]?
    }

    package private(set) var rewards: [Double]
    package private(set) var statuses: [Status]
    /// In configured order.
    package private(set) var components: [Component]
    package let configurationHash: String
    /// What its judging cost.
    package private(set) var usage = JudgeUsage()

    /// Reads the result of a `score` request; nil when it is none for so many rollouts.
    package init?(_ result: MessageValue, rolloutCount: Int) {
        guard let rewards = result["rewards"]?.doubles, rewards.count == rolloutCount,
            let statuses = result["status"]?.statuses, statuses.count == rolloutCount,
            let columns = result["components"]?.map
        else { return nil }
        var components: [Component] = []
        for column in columns {
            guard let scores = column.value["scores"]?.doubles, scores.count == rolloutCount,
                let statuses = column.value["status"]?.statuses, statuses.count == rolloutCount
            else { return nil }
            let rationales = result["rationales"]?[column.key]?.array?.map(\.string)
            components.append(
                Component(name: column.key, scores: scores, statuses: statuses, rationales: rationales))
        }
        self.rewards = rewards
        self.statuses = statuses
        self.components = components
        configurationHash = result["config_hash"]?.string ?? ""
        if let usage = result["usage"] { self.usage = JudgeUsage(usage) }
    }

    package var count: Int { rewards.count }

    /// Adds the rollouts of another request for the same reward; false when that one has other components.
    package mutating func append(_ other: ScoredBatch) -> Bool {
        guard components.map(\.name) == other.components.map(\.name) else { return false }
        rewards += other.rewards
        statuses += other.statuses
        usage.add(other.usage)
        for index in components.indices {
            components[index].scores += other.components[index].scores
            components[index].statuses += other.components[index].statuses
            if let more = other.components[index].rationales { components[index].rationales?.append(contentsOf: more) }
        }
        return true
    }

    /// Some of its rollouts.
    package func rows(_ rows: Range<Int>) -> ScoredBatch {
        var part = self
        part.rewards = Array(rewards[rows])
        part.statuses = Array(statuses[rows])
        for index in components.indices {
            part.components[index].scores = Array(components[index].scores[rows])
            part.components[index].statuses = Array(components[index].statuses[rows])
            part.components[index].rationales = components[index].rationales.map { Array($0[rows]) }
        }
        return part
    }

    /// One line of the output: the rollout's identifier or line, its reward and every component.
    /// - Parameter hasStandIns: False with the policy `null`, where a rollout that is not scored has no reward.
    package func json(row: Int, of record: RolloutRecord, hasStandIns: Bool) -> JSONValue {
        let hasReward = statuses[row] == .scored || hasStandIns
        var members: [JSONValue.Member] = [.init("line", .count(record.line))]
        if let identifier = record.identifier { members.append(.init("id", identifier)) }
        if let group = record.groupIdentifier { members.append(.init("group_id", group)) }
        members.append(.init("reward", hasReward ? .figure(rewards[row]) : .null))
        members.append(.init("status", .string("\(statuses[row].name)")))
        members.append(
            .init(
                "components",
                .object(
                    components.map { component in
                        let status = component.statuses[row]
                        return .init(
                            component.name,
                            .object([
                                "score": status == .scored ? .figure(component.scores[row]) : .null,
                                "status": .string("\(status.name)"),
                            ]))
                    })))
        return .object(members)
    }
}

extension MessageValue {
    /// Little-endian doubles in a binary.
    fileprivate var doubles: [Double]? {
        guard let bytes = binary, bytes.count.isMultiple(of: 8) else { return nil }
        return stride(from: 0, to: bytes.count, by: 8).map { start in
            let bits = (0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[start + $1]) << (8 * UInt64($1)) }
            return Double(bitPattern: bits)
        }
    }

    /// A status a byte; nil when one is none that this version knows.
    fileprivate var statuses: [Status]? {
        guard let bytes = binary else { return nil }
        let statuses = bytes.compactMap { Status(rawValue: $0) }
        return statuses.count == bytes.count ? statuses : nil
    }
}

extension JudgeUsage {
    /// Of a reply; what it does not say counts as nothing.
    fileprivate init(_ usage: MessageValue) {
        self.init()
        func count(_ name: String) -> Int { usage[name]?.integer.map { Int($0) } ?? 0 }
        callCount = count("judge_calls")
        cachedCount = count("cached")
        inputTokenCount = count("tokens_in")
        outputTokenCount = count("tokens_out")
        cost = usage["cost"]?.double ?? 0
    }
}
