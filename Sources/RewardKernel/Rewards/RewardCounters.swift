/// Where the counters of a reward and of its components stand in a worker's table of counters.
///
/// A reward has `rewardCounterCount` of them, then each of its components `componentCounterCount`.
package enum RewardCounters {
    package enum Reward: Int { case rollouts = 0, scored, neutral, refused, gated }
    package enum Component: Int { case scored = 0, gated, abstained, neutral, error, timedCount, nanoseconds }

    package static var rewardCounterCount: Int { @_noAllocation get { 5 } }
    package static var componentCounterCount: Int { @_noAllocation get { 7 } }

    package static func count(componentCount: Int) -> Int {
        rewardCounterCount + componentCount * componentCounterCount
    }

    /// The counter that one more outcome of that status belongs to.
    @_noAllocation
    package static func component(for status: Status) -> Int {
        switch status.kind {
        case .neutral: 3
        case .error: 4
        case .value: status == .scored ? 0 : (status == .gated ? 1 : 2)
        }
    }

    /// The counter that one more rollout of that status belongs to: accounting is exact because every status has one.
    @_noAllocation
    package static func rollout(for status: Status) -> Int {
        switch status.kind {
        case .value: 1
        case .neutral: 2
        case .error: 3
        }
    }
}
