import RewardReport
import RewardValidation
import Testing

/// A production metric joined to rewards.
@Suite struct CorrelationInputTests {
    private static func rollouts(_ count: Int, at: (Int) -> Int = { $0 }) throws -> [ScoredRollout] {
        try (0..<count).map { row in
            let text =
                "{\"id\": \(row), \"group_id\": \(row / 4), \"step\": \(row / 4), \"scored\": {\"reward\": \(row), "
                + "\"status\": \"scored\", \"at_us\": \(at(row)), \"components\": {\"a\": {\"score\": \(-row), "
                + "\"status\": \"scored\"}, \"b\": {\"score\": null, \"status\": \"neutral(timeout)\"}}}}"
            return try ScoredRollout(RecordFile(Array(text.utf8), name: "s.jsonl").records[0])
        }
    }

    private static func metric(_ text: String, _ name: String = "m.jsonl") throws -> MetricFile {
        try MetricFile(RecordFile(Array(text.utf8), name: name), segment: "tier")
    }

    private static func input(
        _ metric: MetricFile, component: String? = nil, rollouts: [ScoredRollout]? = nil
    ) throws -> CorrelationInput {
        try CorrelationInput(
            rollouts: try rollouts ?? Self.rollouts(12), metric: metric, component: component, segment: "tier",
            windowSeconds: 60)
    }

    @Test func metricsAreJoinedByName() throws {
        let metric = try Self.metric("id,value,tier\n0,5,x\n3,,x\n11,7,y\n99,1,y\n", "m.csv")
        #expect(metric.emptyCount == 1)
        let input = try Self.input(metric)
        #expect(
            input.rows == [
                .init(reward: 0, metric: 5, group: "0", segment: "x"),
                .init(reward: 11, metric: 7, group: "2", segment: "y"),
            ])
        #expect(input.strayCount == 1 && input.unscoredCount == 0)
        #expect(try Self.input(metric, component: "a").rows.map(\.reward) == [0, -11])
        let lost = try Self.input(metric, component: "b")
        #expect(lost.rows.isEmpty && lost.unscoredCount == 2)
    }

    @Test func stepsMakeASeriesOfMeans() throws {
        let input = try Self.input(try Self.metric("{\"step\": 0, \"value\": 1}\n{\"step\": 2, \"value\": 4}"))
        let series = try #require(input.series)
        #expect(series.unit == "step" && input.rows.isEmpty)
        #expect(LaggedCorrelation.means(of: series.rewards).map(\.value) == [1.5, 5.5, 9.5])
        #expect(series.metric.map(\.step) == [0, 2])
    }

    @Test func timesMakeWindows() throws {
        let rollouts = try Self.rollouts(8) { $0 * 30_000_000 }.map { rollout in
            var rollout = rollout
            rollout.fields = []
            return rollout
        }
        let metric = try Self.metric(
            "{\"time\": \"1970-01-01T00:01:30Z\", \"value\": 2}\n{\"time\": 150, \"value\": 3}")
        let series = try #require(try Self.input(metric, rollouts: rollouts).series)
        #expect(series.unit == "60 s" && series.metric.map(\.step) == [1, 2])
        #expect(LaggedCorrelation.means(of: series.rewards).map(\.value) == [0.5, 2.5, 4.5, 6.5])
    }

    @Test(arguments: [
        ("{\"id\": 1, \"valeu\": 2}", "m.jsonl:1: `value` is missing; did you mean it by `valeu`?"),
        ("{\"value\": 2}", "m.jsonl:1: has no `id`, no `step` and no `time`"),
        ("{\"step\": 1.5, \"value\": 2}", "m.jsonl:1: `step`: expected a whole number, found 1.5"),
        ("{\"time\": \"noon\", \"value\": 2}", "m.jsonl:1: `time`: expected a time such as"),
        ("{\"id\": 1, \"value\": null}", "m.jsonl: has no value of `value`"),
    ])
    func wrongMetricsSayWhereAndWhat(_ text: String, _ expected: String) {
        do {
            _ = try Self.metric(text)
            Issue.record("nothing is thrown")
        } catch {
            #expect("\(error)".hasPrefix(expected), "\(error)")
        }
    }

    @Test func unknownComponentIsNamed() throws {
        let metric = try Self.metric("{\"id\": 1, \"value\": 2}")
        let error = #expect(throws: InputFileError.self) { try Self.input(metric, component: "c") }
        #expect(error?.description == "--component: \"c\" is not in the scores; did you mean `a`?")
    }
}
