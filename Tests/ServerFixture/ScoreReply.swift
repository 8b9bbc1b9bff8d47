import RewardClient
import RewardMemory

/// A score reply with its columns unpacked.
package struct ScoreReply {
    package struct WrongShape: Error {}

    package struct Column: Equatable {
        package let scores: [Double]
        package let status: [UInt8]
    }

    package let value: MessageValue
    package let rewards: [Double]
    package let status: [UInt8]
    package let components: [String: Column]

    package init(_ value: MessageValue) throws {
        self.value = value
        guard let rewards = value["rewards"]?.binary, let status = value["status"]?.binary,
            let components = value["components"]?.map, rewards.count == status.count * 8
        else { throw WrongShape() }
        self.rewards = ScoreReply.doubles(rewards)
        self.status = status
        var columns: [String: Column] = [:]
        for pair in components {
            guard let scores = pair.value["scores"]?.binary, let status = pair.value["status"]?.binary,
                scores.count == status.count * 8, status.count == self.status.count
            else { throw WrongShape() }
            columns[pair.key] = Column(scores: ScoreReply.doubles(scores), status: status)
        }
        self.components = columns
    }

    /// The rationales of a component, one a row; nil where there is none.
    package func rationales(_ component: String) -> [String?] {
        value["rationales"]?[component]?.array?.map(\.string) ?? []
    }

    package var degradedGroups: [MessageValue] { value["degraded_groups"]?.array ?? [] }

    /// Little-endian float64 values.
    private static func doubles(_ bytes: [UInt8]) -> [Double] {
        stride(from: 0, to: bytes.count, by: 8).map { start in
            Double(bitPattern: (0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[start + $1]) << (8 * UInt64($1)) })
        }
    }
}

extension SidecarConnection {
    /// Scores and unpacks; more columns and options follow the completions.
    package func score(
        _ reward: String, _ completions: [MessageValue], _ options: [MessageValue.Pair] = []
    ) throws -> ScoreReply {
        try ScoreReply(try call("score", ScoreCall.parameters(reward, completions, options)))
    }
}

/// Requests as bytes, for tests that say what goes over the wire themselves.
package enum ScoreCall {
    package static func parameters(
        _ reward: String, _ completions: [MessageValue], _ options: [MessageValue.Pair] = []
    ) -> MessageValue {
        .map([.init("reward", .string(reward)), .init("completions", .array(completions))] + options)
    }

    /// The frame of a request.
    package static func frame(_ identifier: UInt32, _ method: String, _ parameters: MessageValue = [:]) -> [UInt8] {
        SidecarConnection.frame(
            MessageValue.array([0, .integer(Int64(identifier)), .string(method), parameters]).encoded)
    }
}
