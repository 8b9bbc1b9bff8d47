import Foundation
import RewardKernel
import RewardReport
import RewardStore
import TerminalText

/// What a store holds, for people and as JSON.
struct StoreSummaryView {
    private let path: String
    private let summary: StoreReader.Summary

    init(path: String, _ summary: StoreReader.Summary) {
        self.path = path
        self.summary = summary
    }

    func lines(style: TerminalStyle) -> [String] {
        var lines = [style(.heading, path) + "  \(Figures.bytes(summary.fileByteCount))"]
        let counts = [
            ("rollouts", summary.rolloutCount), ("verdicts", summary.verdictCount), ("labels", summary.labelCount),
        ]
        lines.append(counts.map { "\(Figures.count($0.1)) \($0.0)" }.joined(separator: ", "))
        if let span = summary.span {
            lines.append("scored from \(Self.time(span.lowerBound)) to \(Self.time(span.upperBound))")
        }
        guard !summary.rewards.isEmpty else { return lines }
        var table = TextTable([
            .init("reward"), .init("configuration"), .init("rollouts", .right), .init("scored", .right),
            .init("mean reward", .right),
        ])
        for reward in summary.rewards {
            table.add([
                .init(reward.name, .name), .init(String(reward.configurationHash.prefix(12))),
                .init(Figures.count(reward.rolloutCount)), .init(Figures.count(reward.scoredCount)),
                .init(reward.meanReward.map { Figures.decimal($0, fractionDigits: 4) } ?? "-"),
            ])
        }
        return lines + [""] + table.lines(style: style)
    }

    var json: JSONValue {
        let members: [JSONValue.Member] = [
            .init("path", .string(path)),
            .init("file_bytes", .integer(Int64(summary.fileByteCount))),
            .init("rollouts", .integer(Int64(summary.rolloutCount))),
            .init("verdicts", .integer(Int64(summary.verdictCount))),
            .init("labels", .integer(Int64(summary.labelCount))),
            .init("first", summary.span.map { .string(Self.time($0.lowerBound)) } ?? .null),
            .init("last", summary.span.map { .string(Self.time($0.upperBound)) } ?? .null),
            .init("rewards", .array(summary.rewards.map(Self.json(of:)))),
        ]
        return .object(members)
    }

    private static func json(of reward: StoreReader.Summary.Reward) -> JSONValue {
        let members: [JSONValue.Member] = [
            .init("name", .string(reward.name)),
            .init("configuration_hash", .string(reward.configurationHash)),
            .init("rollouts", .integer(Int64(reward.rolloutCount))),
            .init("scored", .integer(Int64(reward.scoredCount))),
            .init("mean_reward", reward.meanReward.map(JSONValue.number) ?? .null),
        ]
        return .object(members)
    }

    private static func time(_ microseconds: Int64) -> String {
        Date(timeIntervalSince1970: Double(microseconds) / 1e6).formatted(.iso8601)
    }
}
