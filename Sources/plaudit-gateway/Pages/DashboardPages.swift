import Hummingbird
import RewardClient
import RewardDialects
import RewardStore

/// What a training run has been rewarded: over time, by component, with what failed.
struct DashboardPages: Sendable {
    let store: PageStore
    /// Of the sidecar; nil where there is none at the moment.
    let stats: @Sendable () async -> MessageValue?

    /// How much of the past is shown.
    enum Window: String, CaseIterable {
        case hour = "1h"
        case sixHours = "6h"
        case day = "24h"
        case week = "7d"
        case everything = "all"

        static let standard = Window.day

        /// Nil for everything.
        var microseconds: Int64? {
            switch self {
            case .hour: 3_600_000_000
            case .sixHours: 6 * 3_600_000_000
            case .day: 24 * 3_600_000_000
            case .week: 7 * 24 * 3_600_000_000
            case .everything: nil
            }
        }

        var text: String {
            switch self {
            case .hour: "last hour"
            case .sixHours: "6 hours"
            case .day: "24 hours"
            case .week: "7 days"
            case .everything: "everything"
            }
        }
    }

    func page(_ query: QueryText) async throws -> Response {
        let window = query["window"].flatMap(Window.init(rawValue:)) ?? .standard
        let reward = query["reward"].flatMap { $0.isEmpty ? nil : $0 }
        async let live = stats()
        let found = try await store.trends { reader throws(StoreError) in
            try DashboardContent(reader, window: window, reward: reward)
        }
        return PageReply.html(DashboardView(content: found, live: await live).html)
    }
}

/// What a dashboard shows of the store.
struct DashboardContent: Sendable {
    let window: DashboardPages.Window
    /// The only reward that is shown; nil for all of them.
    let reward: String?
    /// Nil for a store without rollouts.
    let range: ClosedRange<Int64>?
    let rewards: [RewardTrend]
    let lowest: [RolloutExcerpt]
    let failed: [RolloutExcerpt]

    /// A window ends where the log ends, so that yesterday's run can be seen today.
    init(
        _ reader: TrendReader, window: DashboardPages.Window, reward: String?
    ) throws(StoreError) {
        self.window = window
        self.reward = reward
        guard let span = try reader.span() else {
            range = nil
            (rewards, lowest, failed) = ([], [], [])
            return
        }
        let last = try reader.last() ?? span.upperBound
        let first = window.microseconds.map { max(span.lowerBound, last - $0) } ?? span.lowerBound
        range = first...max(first, last)
        rewards = try reader.rewards(within: first...max(first, last))
        lowest = try reader.lowest(since: first, reward: reward)
        failed = try reader.failed(since: first, reward: reward)
    }
}
