import ReportPages
import RewardKernel
import RewardReport
import RewardValidation
import TerminalText
import Testing

/// The three reports as people and programs get them.
@Suite struct ValidationReportTests {
    private static func part(_ count: Int, agreeing: Int) throws -> CalibrationInput {
        let rollouts = try (0..<count).map { row in
            let score = row % 2 == 0 ? 0.2 + Double(row) / 1_000 : 0.8 - Double(row) / 1_000
            let text =
                "{\"id\": \(row), \"group_id\": \(row / 2), \"lang\": \"\(row % 3)\", \"completion\": \"\(String(repeating: "x", count: row))\", "
                + "\"scored\": {\"reward\": \(score), \"status\": \"scored\", \"components\": {\"q\": {\"score\": \(score), \"status\": \"scored\"}}}}"
            return try ScoredRollout(RecordFile(Array(text.utf8), name: "s.jsonl").records[0])
        }
        let labels = (0..<count).map { row in
            GivenLabel(identifier: "\(row)", component: "q", value: (row % 2 == 1) == (row < agreeing) ? 1 : 0)
        }
        return try CalibrationInput(rollouts: rollouts, labels: labels, segment: "lang")
    }

    private static func report(_ count: Int, agreeing: Int) throws -> CalibrationReport {
        var settings = CalibrationSettings()
        settings.resampleCount = 400
        return CalibrationReport(
            try part(count, agreeing: agreeing), settings, labelSource: "l", scoreSource: "s", segmentField: "lang")
    }

    private static func outcomes(_ report: CalibrationReport) -> [String: String] {
        Dictionary(
            uniqueKeysWithValues: report.entries[0].calibration.gates.map { ($0.name, $0.outcome.word) })
    }

    @Test func goodJudgePassesItsGates() throws {
        let report = try Self.report(160, agreeing: 150)
        #expect(Self.outcomes(report).values.allSatisfy { $0 == "passed" }, "\(Self.outcomes(report))")
        #expect(report.passesGates && !report.hasFailedGate)
        #expect(report.lines(style: .plain).contains { $0.contains("q") && $0.hasSuffix("passed") })
        #expect(report.json["passed"] == .bool(true))
        #expect(report.page.html.contains("<title>") && !report.page.html.contains("<script"))
    }

    @Test func badJudgeFailsAndFewLabelsAreOpen() throws {
        let bad = try Self.report(160, agreeing: 80)
        #expect(Self.outcomes(bad)["kappa"] == "failed" && Self.outcomes(bad)["labels"] == "passed")
        #expect(bad.hasFailedGate && !bad.passesGates)
        let few = try Self.report(40, agreeing: 38)
        #expect(Self.outcomes(few)["kappa"] == "open" && !few.passesGates && !few.hasFailedGate)
        // Few labels do for a judge that is far off.
        let farOff = try Self.report(40, agreeing: 16)
        #expect(Self.outcomes(farOff)["kappa"] == "failed")
    }

    @Test func everyFigureOfACalibrationIsInItsJSON() throws {
        let subject = try #require(try Self.report(120, agreeing: 100).json["subjects"])
        guard case .array(let subjects) = subject else { throw Misshapen() }
        let q = subjects[0]
        #expect(q["name"] == .string("q") && q["labels"] == .integer(120) && q["prompt_groups"] == .integer(60))
        #expect(q["table"]?["both_pass"] == .integer(50) && q["table"]?["both_fail"] == .integer(50))
        #expect(q["kappa"]?["bootstrap"]?["method"] == .string("bca_bootstrap"))
        #expect(q["kappa"]?["asymptotic"]?["method"] == .string("asymptotic"))
        #expect(q["scores"]?["threshold"]?["fitted_on"] == .integer(60))
        guard case .array(let segments)? = q["segments"], case .array(let gates)? = q["gates"] else {
            throw Misshapen()
        }
        #expect(segments.count == 3 && gates.count == 5)
    }

    private struct Misshapen: Error {}

    @Test func oneClassIsUndefinedWithItsReason() throws {
        let rollouts = try (0..<3).map { row in
            try ScoredRollout(
                RecordFile(
                    Array("{\"id\": \(row), \"reward\": 1, \"status\": \"scored\", \"components\": {}}".utf8), name: "s"
                ).records[0])
        }
        let input = try CalibrationInput(
            rollouts: rollouts, labels: (0..<3).map { GivenLabel(identifier: "\($0)", value: 1) })
        let report = CalibrationReport(
            input, CalibrationSettings(), labelSource: "l", scoreSource: "s", segmentField: nil)
        let text = report.lines(style: .plain).joined(separator: "\n")
        #expect(text.contains("kappa       undefined (everything is in one class)"))
        #expect(text.contains("agreement   1.000 [0.439, 1.000], 3 of 3"))
        #expect(!text.contains("nan") && !report.page.html.contains("nan"))
    }

    @Test func correlationReportWarnsOfSimpsonsParadox() throws {
        var rollouts: [ScoredRollout] = []
        var metric = "id,value\n"
        for row in 0..<40 {
            let (group, place) = (row / 4, row % 4)
            let text =
                "{\"id\": \(row), \"group_id\": \(group), \"reward\": \(group * 10 + place), \"status\": \"scored\", \"components\": {}}"
            rollouts.append(try ScoredRollout(RecordFile(Array(text.utf8), name: "s").records[0]))
            metric += "\(row),\(group * 10 - place)\n"
        }
        let file = try MetricFile(RecordFile(Array(metric.utf8), name: "m.csv"))
        let input = try CorrelationInput(
            rollouts: rollouts, metric: file, component: nil, segment: nil, windowSeconds: 60)
        let report = CorrelationReport(
            input, metric: file, scoreSource: "s", component: nil, segmentField: nil, lagMax: 2,
            bootstrap: Bootstrap(resampleCount: 300))
        #expect(report.warnings.count == 1 && report.warnings[0].hasPrefix("Simpson's paradox"))
        #expect(report.json["groups"]?["warning"] == .string("reversed"))
        #expect(report.lines(style: .plain).contains { $0.hasPrefix("warning: Simpson's paradox") })
        #expect(report.page.html.contains("Simpson"))
    }

    private static func monitor(_ rollouts: [MonitoredRollout], windows: Int) throws -> MonitorReport {
        var builder = MonitorBuilder(rolloutCount: rollouts.count, windowCount: windows)
        for rollout in rollouts { builder.add(rollout) }
        return MonitorReport(try #require(builder.finish(MonitorSettings())), reward: "r", source: "plaudit.db")
    }

    /// The judge and the length go up, the rules go down, and one criterion is met ever more.
    @Test func monitorReportSoundsTheAlarmsOfAHackedReward() throws {
        let rollouts = (0..<2_000).map { row in
            let progress = Double(row) / 2_000
            let noise = Double(row * 37 % 101) / 1_000
            return MonitoredRollout(
                at: Int64(row) * 1_000_000, reward: progress + noise, group: "\(row / 4)",
                length: 100 + 900 * progress + 200 * noise, judged: 0.2 + 0.7 * progress + noise,
                deterministic: 0.8 - 0.5 * progress - noise,
                criteria: ["q.polite": Double(row * 31 % 100) < 20 + 80 * progress])
        }
        let report = try Self.monitor(rollouts, windows: 10)
        let names = report.monitor.alarms.map(\.signal.name)
        #expect(Set(["growth", "divergence", "criterion q.polite"]).isSubset(of: names), "\(names)")
        let text = report.lines(style: .plain).joined(separator: "\n")
        #expect(text.contains("ALARM since window") && text.contains("alarm: divergence:"))
        #expect(report.json["alarm"] == .bool(true))
        #expect(report.page.html.contains("alarm"))
    }

    @Test func quietTrainingRaisesNoAlarm() throws {
        let rollouts = (0..<2_000).map { row in
            let noise = Double(row * 7_919 % 1_009) / 1_009
            return MonitoredRollout(
                at: Int64(row) * 1_000_000, reward: noise, group: "\(row / 4)", length: Double(row * 104_729 % 997),
                judged: noise, deterministic: 0.5 + noise / 10, criteria: ["q.polite": row * 31 % 100 < 50])
        }
        let report = try Self.monitor(rollouts, windows: 10)
        #expect(
            report.monitor.traces.allSatisfy { $0.firstAlarm == nil },
            "\(report.lines(style: .plain).joined(separator: "\n"))")
        #expect(report.monitor.windows.map(\.rolloutCount) == [Int](repeating: 200, count: 10))
    }

    @Test func saturatedAndEqualRewardsAreAlarms() throws {
        let rollouts = (0..<400).map { row in
            MonitoredRollout(at: Int64(row), reward: row < 100 ? Double(row % 4) : 1, group: "\(row / 4)", length: 5)
        }
        let report = try Self.monitor(rollouts, windows: 4)
        #expect(report.monitor.alarms.map(\.signal) == [.saturation, .zeroSpread])
        #expect(report.monitor.traces.first { $0.signal == .zeroSpread }?.firstAlarm == 1)
    }

    @Test func unscoredRolloutsAreAnAlarm() throws {
        let rollouts = (0..<100).map { MonitoredRollout(at: Int64($0), reward: $0 < 50 ? 0.5 : nil, length: 5) }
        let report = try Self.monitor(rollouts, windows: 2)
        #expect(report.monitor.alarms.map(\.signal) == [.unscored])
        #expect(!report.lines(style: .plain).joined().contains("nan"))
    }

    @Test func fewRolloutsMakeFewWindows() throws {
        let one = try Self.monitor([MonitoredRollout(at: 1, reward: 1, length: 1)], windows: 20)
        #expect(one.monitor.windows.count == 1 && !one.lines(style: .plain).joined().contains("nan"))
        var builder = MonitorBuilder(rolloutCount: 0, windowCount: 3)
        _ = builder
        builder = MonitorBuilder(rolloutCount: 0, windowCount: 3)
        #expect(builder.finish(MonitorSettings()) == nil)
    }
}
