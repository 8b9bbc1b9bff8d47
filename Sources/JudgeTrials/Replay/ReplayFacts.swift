import Foundation
import ReportPages
import RewardKernel
import RewardReport
import TerminalText

/// What a replay was held on, for the head of its report.
package struct ReplayFacts: Sendable, Equatable {
    package var store: String
    package var configurationFile: String
    package var configurationHash: String
    package var reward: String
    package var rolloutCount: Int
    /// Left out, since they were kept without texts, or with cut ones.
    package var textlessCount: Int
    package var cutCount: Int
    package var seconds: Double
    package var made: Double
    package var version: String

    package init(
        store: String, configurationFile: String, configurationHash: String, reward: String, input: ReplayInput,
        seconds: Double, made: Double = Date().timeIntervalSince1970, version: String
    ) {
        self.store = store
        self.configurationFile = configurationFile
        self.configurationHash = configurationHash
        self.reward = reward
        rolloutCount = input.count
        textlessCount = input.textlessCount
        cutCount = input.cutCount
        self.seconds = seconds
        self.made = made
        self.version = version
    }

    package var json: [JSONValue.Member] {
        [
            .init("store", .string(store)), .init("configuration", .string(configurationFile)),
            .init("configuration_hash", .string(configurationHash)), .init("reward", .string(reward)),
            .init("rollouts", .count(rolloutCount)), .init("without_texts", .count(textlessCount)),
            .init("with_cut_texts", .count(cutCount)), .init("seconds", .number((seconds * 1e3).rounded() / 1e3)),
            .init("made", .string(CivilTime(secondsSince1970: made).text)), .init("version", .string(version)),
        ]
    }

    package func page(_ usage: String) -> [Page.Fact] {
        [
            .init("store", "\(code: store)"), .init("new configuration", "\(code: configurationFile)"),
            .init("hash", "\(code: String(configurationHash.prefix(16)))"), .init("reward", "\(code: reward)"),
            .init("rollouts", Prose(FigureText.count(rolloutCount) + (leftOut.map { ", left out: \($0)" } ?? ""))),
            .init("asked", Prose(usage)), .init("took", Prose(ShareText.duration(seconds))),
            .init("made", Prose(CivilTime(secondsSince1970: made).text)),
        ]
    }

    /// Rollouts that cannot be scored again; nil where there are none.
    package var leftOut: String? {
        var parts: [String] = []
        if textlessCount > 0 { parts.append("\(Figures.count(textlessCount)) kept without texts") }
        if cutCount > 0 { parts.append("\(Figures.count(cutCount)) with cut texts") }
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }
}
