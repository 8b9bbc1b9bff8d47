import RewardClient
import RewardConfig
import RewardKernel
import RewardReport
import TerminalText
import Testing

/// A reply as the sidecar writes it: two components, rows as (reward, status, then score and status of each component).
private func reply(
    _ rows: [(reward: Double, status: Status, a: (Double, Status), b: (Double, Status))], rationales: [String?]? = nil
) -> MessageValue {
    func doubles(_ values: [Double]) -> MessageValue {
        .binary(
            values.flatMap { value in (0..<8).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * UInt64($0))) } })
    }
    func statuses(_ values: [Status]) -> MessageValue { .binary(values.map(\.rawValue)) }
    func column(_ values: [(Double, Status)]) -> MessageValue {
        .map([.init("scores", doubles(values.map(\.0))), .init("status", statuses(values.map(\.1)))])
    }
    var pairs: [MessageValue.Pair] = [
        .init("rewards", doubles(rows.map(\.reward))), .init("status", statuses(rows.map(\.status))),
        .init("components", .map([.init("a", column(rows.map(\.a))), .init("b", column(rows.map(\.b)))])),
        .init("config_hash", .string("h")),
    ]
    if let rationales {
        let texts = MessageValue.array(rationales.map { $0.map(MessageValue.string) ?? .null })
        pairs.append(.init("rationales", .map([.init("a", texts), .init("b", texts)])))
    }
    return .map(pairs)
}

@Suite struct ScoredBatchTests {
    private static let rows: [(reward: Double, status: Status, a: (Double, Status), b: (Double, Status))] = [
        (0.75, .scored, (1, .scored), (0.5, .scored)),
        (0, .scored, (0, .scored), (0, .gated)),
        (0.5, .limitReached, (0, .limitReached), (0.5, .scored)),
        (0, .invalidUTF8, (0, .invalidUTF8), (0, .invalidUTF8)),
        (1, .scored, (1, .scored), (0, .abstained)),
    ]

    @Test func figuresCountOnlyWhatWasScored() throws {
        let table = ScoreTable(try #require(ScoredBatch(reply(Self.rows), rolloutCount: 5)), reward: "r")
        #expect(table.components.map(\.name) == ["a", "b"])
        let b = table.components[1]
        #expect((b.mean, b.minimum, b.maximum) == (0.5, 0.5, 0.5))
        #expect((b.scoredCount, b.abstainedCount, b.gatedCount, b.neutralCount, b.errorCount) == (2, 1, 1, 0, 1))
        #expect(table.reward.scoredCount == 3)
        #expect(table.reward.mean == 1.75 / 3)
        #expect((table.reward.neutralCount, table.reward.errorCount) == (1, 1))
        #expect(
            table.lines(style: .plain) == [
                "     mean     min     max  scored  abstained  gated  neutral  error",
                "a  0.6667  0.0000  1.0000       3          -      -        1      1",
                "b  0.5000  0.5000  0.5000       2          1      1        -      1",
                "r  0.5833  0.0000  1.0000       3          -      -        1      1",
            ])
    }

    @Test func nothingScoredHasNoMean() throws {
        let rows = [Self.rows[3]]
        let table = ScoreTable(try #require(ScoredBatch(reply(rows), rolloutCount: 1)), reward: "r")
        #expect(table.reward.mean == nil)
        #expect(table.json["reward"]?["mean"] == .null)
    }

    @Test func lineOfTheOutputHasAScoreOnlyWhereThereIsOne() throws {
        let batch = try #require(ScoredBatch(reply(Self.rows), rolloutCount: 5))
        let record = try RolloutFile(Array(#"{"completion": "c", "id": "x", "group_id": 3}"#.utf8), name: "f").records[
            0]
        #expect(
            batch.json(row: 1, of: record, hasStandIns: true).compactText
                == #"{"line":1,"id":"x","group_id":3,"reward":0.0,"status":"scored","components":{"a":{"score":0.0,"#
                + #""status":"scored"},"b":{"score":null,"status":"gated"}}}"#)
        #expect(batch.json(row: 2, of: record, hasStandIns: true)["reward"] == .number(0.5))
        #expect(batch.json(row: 2, of: record, hasStandIns: false)["reward"] == .null)
        #expect(batch.json(row: 2, of: record, hasStandIns: false)["status"] == .string("neutral(limit_reached)"))
    }

    @Test func batchesOfOneRewardJoin() throws {
        var batch = try #require(ScoredBatch(reply(Array(Self.rows[..<2])), rolloutCount: 2))
        #expect(batch.append(try #require(ScoredBatch(reply(Array(Self.rows[2...])), rolloutCount: 3))))
        let whole = try #require(ScoredBatch(reply(Self.rows), rolloutCount: 5))
        #expect(batch.rewards == whole.rewards)
        #expect(batch.components.map(\.scores) == whole.components.map(\.scores))
        #expect(batch.components.map(\.statuses) == whole.components.map(\.statuses))
    }

    @Test func replyOfAnotherShapeIsRefused() {
        #expect(ScoredBatch(reply(Self.rows), rolloutCount: 4) == nil)
        #expect(ScoredBatch(.null, rolloutCount: 0) == nil)
        #expect(ScoredBatch(.map([.init("rewards", .binary([1, 2, 3]))]), rolloutCount: 0) == nil)
        guard case .map(var pairs) = reply([Self.rows[0]]) else { return }
        pairs[1] = .init("status", .binary([0xFE]))
        #expect(ScoredBatch(.map(pairs), rolloutCount: 1) == nil)
    }

    @Test func explanationNamesTheGateThatDecided() throws {
        let yaml = """
            rewards:
              r:
                components:
                  a: {type: think_format, gate: {below: 1, reward: 0}}
                  b: {type: tag_count, weight: 0.5}
            """
        let reward = try Configuration.read(Array(yaml.utf8), file: "f", baseDirectory: "").rewards[0]
        let record = try RolloutFile(Array(#"{"completion": "evil\u001b[2J"}"#.utf8), name: "f").records[0]
        let batch = try #require(ScoredBatch(reply([Self.rows[1]], rationales: ["why\n"]), rolloutCount: 1))
        let explanation = Explanation(reward: reward, record: record, batch: batch)
        #expect(
            explanation.lines(style: .plain) == [
                "r  line 1",
                #"completion  "evil\u{1B}[2J" (8 B)"#,
                "",
                "  component  type          status   score  weight  what it found",
                "  a          think_format  scored  0.0000       1  why\\n",
                "  b          tag_count     gated        -     0.5  why\\n",
                "",
                "reward 0.0000, scored",
                "the gate of `a` decided: its score is below 1",
            ])
        #expect(explanation.json["gate"] == .string("a"))
    }
}

@Suite struct StatsViewTests {
    private static let stats = MessageValue.map([
        .init("uptime_s", .double(1.5)), .init("config_hash", .string("h")), .init("connections", .integer(1)),
        .init("connections_total", .integer(1_234)), .init("rollouts_in", .integer(7)),
        .init(
            "rewards",
            .map([
                .init(
                    "r",
                    .map([
                        .init("rollouts", .integer(7)), .init("scored", .integer(4)), .init("neutral", .integer(2)),
                        .init("refused", .integer(1)), .init("gated", .integer(0)),
                        .init(
                            "components",
                            .map([.init("a", .map([.init("scored", .integer(4)), .init("ns_mean", .double(120.5))]))])),
                    ]))
            ])),
    ])

    @Test func prometheusTextHasTypesAndLabels() {
        let lines = StatsView(Self.stats).prometheusText.split(separator: "\n").map(String.init)
        #expect(lines.contains("# TYPE plaudit_uptime_seconds gauge"))
        #expect(lines.contains("plaudit_connections 1"))
        #expect(lines.contains("# TYPE plaudit_connections_total counter"))
        #expect(lines.contains("plaudit_connections_total 1234"))
        #expect(lines.contains("plaudit_rollouts_in_total 7"))
        #expect(lines.contains(#"plaudit_reward_rollouts_total{reward="r",outcome="neutral"} 2"#))
        #expect(lines.contains(#"plaudit_component_outcomes_total{reward="r",component="a",outcome="scored"} 4"#))
        #expect(lines.contains(#"plaudit_component_nanoseconds_mean{reward="r",component="a"} 120.5"#))
        // A family is declared once.
        #expect(Set(lines.filter { $0.hasPrefix("#") }).count == lines.filter { $0.hasPrefix("#") }.count)
    }

    @Test func countersAreReadable() {
        let lines = StatsView(Self.stats).lines(style: .plain)
        #expect(lines.contains("connections_total  1,234"))
        #expect(lines.contains("r  rollouts 7, scored 4, neutral 2, refused 1, gated 0"))
    }
}
