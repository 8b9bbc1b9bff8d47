/// Where the counters of a reward and of its components stand in a worker's table of counters.
///
/// A reward has `rewardCounterCount` of them, then each of its components `componentCounterCount`.
package enum RewardCounters {
    /// Names of a reward's counters in `stats`.
    @_noAllocation
    package static func rewardName(_ position: Int) -> StaticString {
        switch position {
        case 0: "rollouts"
        case 1: "scored"
        case 2: "neutral"
        case 3: "refused"
        default: "gated"
        }
    }

    /// Names of a component's counters in `stats`; behind them stand the number of timed runs and their nanoseconds.
    @_noAllocation
    package static func componentName(_ position: Int) -> StaticString {
        switch position {
        case 0: "scored"
        case 1: "gated"
        case 2: "abstained"
        case 3: "neutral"
        default: "error"
        }
    }

    package static var rewardCounterCount: Int { @_noAllocation get { 5 } }
    package static var componentCounterCount: Int { @_noAllocation get { 7 } }

    // Allocates: while a configuration is compiled.
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
