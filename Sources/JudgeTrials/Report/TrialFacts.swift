import Foundation
import ReportPages
import RewardConfig
import RewardKernel
import RewardReport

/// What a trial was held on, for the head of its report.
package struct TrialFacts: Sendable, Equatable {
    package var configurationFile: String
    package var configurationHash: String
    package var reward: String
    package var component: String
    /// By name and model.
    package var judge: String
    package var rolloutFile: String
    package var rolloutCount: Int
    /// The whole trial, on the wall clock.
    package var seconds: Double
    /// Seconds since 1970.
    package var made: Double
    package var version: String

    package init(
        _ subject: TrialSubject, judge: String? = nil, rolloutFile: String, rolloutCount: Int, seconds: Double = 0,
        made: Double = Date().timeIntervalSince1970, version: String
    ) {
        configurationFile = subject.configuration.file
        configurationHash = subject.configuration.hash
        reward = subject.reward.name
        component = subject.component.name
        self.judge = judge ?? subject.judgeTitle
        self.rolloutFile = rolloutFile
        self.rolloutCount = rolloutCount
        self.seconds = seconds
        self.made = made
        self.version = version
    }

    package var json: [JSONValue.Member] {
        [
            .init("configuration", .string(configurationFile)), .init("configuration_hash", .string(configurationHash)),
            .init("reward", .string(reward)), .init("component", .string(component)), .init("judge", .string(judge)),
            .init("rollout_file", .string(rolloutFile)), .init("rollouts", .count(rolloutCount)),
            .init("seconds", .number((seconds * 1e3).rounded() / 1e3)),
            .init("made", .string(CivilTime(secondsSince1970: made).text)), .init("version", .string(version)),
        ]
    }

    package func page(_ usage: String) -> [Page.Fact] {
        [
            .init("configuration", "\(code: configurationFile)"),
            .init("hash", "\(code: String(configurationHash.prefix(16)))"),
            .init("reward and component", "\(code: reward), \(code: component)"), .init("judge", Prose(judge)),
            .init("rollouts", "\(FigureText.count(rolloutCount)) of \(code: rolloutFile)"),
            .init("asked", Prose(usage)),
            .init("took", Prose(ShareText.duration(seconds))),
            .init("made", Prose(CivilTime(secondsSince1970: made).text)),
        ]
    }

    package var footer: String { "plaudit \(version)" }
}
