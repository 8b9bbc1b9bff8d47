import BenchSupport
import Foundation
import TerminalText

/// What it saves to ask less: gates that turn rollouts away before any judge is asked, and a light judge before a heavy one.
struct JudgeSavings {
    let stage: Stage
    let executable: String

    /// Of the light judge's answers, those that cannot assess a criterion and so go to the heavy one.
    private static let unsurePercent = 20
    private static let heavyLatencyMilliseconds = 800
    /// Batches of a round, and before them, not measured. All of them end, so that every call belongs to a rollout.
    private static let batchCount = 8
    private static let warmUpCount = 2

    /// What is counted is the same in each, and a round of the heavy judge takes long.
    private static let roundCountMax = 3

    /// A reward, and the one that it is held against.
    private struct Row {
        let name: String
        let reward: String
        let floor: String
        let floorName: String
    }

    private static let rows = [
        Row(name: "half of the rollouts pass the gate", reward: "half", floor: "judged", floorName: "no gate"),
        Row(name: "one of ten passes the gate", reward: "tenth", floor: "judged", floorName: "no gate"),
        Row(
            name: "light judge first, \(unsurePercent) % unsure", reward: "cascade", floor: "heavy",
            floorName: "heavy judge alone"),
    ]

    /// Of one round of one reward.
    private struct Run {
        let rolloutsPerSecond: Double
        let callsPerRollout: Double
        /// Calls that the light judge's doubt made.
        let escalationsPerRollout: Double
    }

    func figures(_ progress: (String) -> Void) throws -> [Figure] {
        let light = try JudgeMock(stage, options: ["--unsure-percent", String(Self.unsurePercent)])
        let sure = try JudgeMock(stage)
        let heavy = try JudgeMock(stage, latencyMilliseconds: Self.heavyLatencyMilliseconds)
        // A judge that is unsure beside the gates would leave rollouts without a score.
        let gated = try sidecar("serve-gated", judge: sure, heavy: heavy)
        let tiered = try sidecar("serve-tiered", judge: light, heavy: heavy)
        var runs: [String: [Run]] = [:]
        let roundCount = min(Self.roundCountMax, stage.settings.rounds)
        for round in 1...roundCount {
            for reward in ["judged", "half", "tenth", "heavy", "cascade"] {
                progress("judged rewards that ask less, \(reward), round \(round) of \(roundCount)")
                let sidecar = reward == "heavy" || reward == "cascade" ? tiered : gated
                runs[reward, default: []].append(try run(reward, sidecar))
            }
        }
        return Self.rows.flatMap { row in figures(row, runs[row.reward] ?? [], runs[row.floor] ?? []) }
    }

    private func figures(_ row: Row, _ runs: [Run], _ floors: [Run]) -> [Figure] {
        let section = "Judged batches of \(Figures.count(JudgeInput.batchCount)) x 2 KB over the socket that ask less"
        func figure(_ name: String, _ unit: String, _ value: (Run) -> Double) -> Figure {
            Figure(
                section: section, name: "\(row.name), \(name)", unit: unit, rounds: Rounds(runs.map(value)),
                floor: Rounds(floors.map(value)), floorName: row.floorName)
        }
        let figures = [
            figure("rate", "rollouts/s", \.rolloutsPerSecond), figure("calls", "calls/rollout", \.callsPerRollout),
        ]
        guard row.reward == "cascade" else { return figures }
        return figures + [
            Figure(
                section: section, name: "\(row.name), calls of the heavy one", unit: "calls/rollout",
                rounds: Rounds(runs.map(\.escalationsPerRollout)))
        ]
    }

    /// Two batches under way, so that the calls of one take the places of the other's.
    private func run(_ reward: String, _ sidecar: Peer) throws -> Run {
        let frames = try stage.write(
            "thrifty.bin",
            InputFile.frames([JudgeInput(stage: stage, url: "").judgedFrame(reward: reward)]))
        func counters() throws -> (calls: Double, escalations: Double) {
            // They are told to others a few times a second.
            usleep(200_000)
            return (try sidecar.judging("calls"), try sidecar.judging("escalations"))
        }
        let before = try counters()
        let load = try sidecar.beginLoad(
            stage, frames: frames, requests: Self.batchCount, warmUp: Self.warmUpCount, seconds: 300, depth: 2)
        let report = try LoadReport(load.lastLine(seconds: 300))
        let after = try counters()
        let rollouts = Double((report.requests + Self.warmUpCount) * JudgeInput.batchCount)
        return Run(
            rolloutsPerSecond: report.rolloutsPerSecond, callsPerRollout: (after.calls - before.calls) / rollouts,
            escalationsPerRollout: (after.escalations - before.escalations) / rollouts)
    }

    private func sidecar(_ name: String, judge: JudgeMock, heavy: JudgeMock) throws -> Peer {
        let yaml = JudgeInput(stage: stage, url: judge.url).thriftyYAML(heavyURL: heavy.url)
        let file = try stage.write(name + ".yaml", Array(yaml.utf8))
        return try .plaudit(
            stage, name: name, executable: executable, configuration: file, workers: 1, core: nil)
    }
}
