internal import RewardMemory

// The one place where a value comes from that no component gave.
//
// The policy of a reward says what happens to a rollout of which a part could not be had:
//
//     renormalise   the other components carry the reward
//     fixed: v      v takes the missing component's place
//     group_mean    the mean reward of the rollouts of the same group that have one, so that this one's advantage is 0
//     null          no value: 0 on the wire, and the status says that it is none
//
// A rollout with nothing at all gets the mean of its group where the request brings groups, else the middle of the range.

extension RewardPlan {
    /// A rollout of which a counted component could not be had, for the reason in `status`.
    @_noAllocation
    func neutralised(_ row: borrowing ScoreRow, _ status: Status) -> RolloutOutcome {
        let value: Double?
        switch neutral {
        case .renormalise: value = combine(row, standIn: nil)
        case .fixed(let fixed): value = combine(row, standIn: fixed)
        case .groupMean, .null: value = nil
        }
        guard let value, value.isFinite else { return RolloutOutcome(reward: standIn, status: status, isGated: false) }
        return RolloutOutcome(reward: clamped(value), status: status, isGated: false)
    }

    /// What stands in for a rollout with no value of its own; nil when its group must say.
    var standIn: Double? {
        @_noAllocation get {
            switch neutral {
            case .null: 0
            case .fixed(let value): clamped(value)
            case .renormalise, .groupMean: nil
            }
        }
    }

    /// The reward of a rollout whose group has none either.
    package var middleOfRange: Double {
        @_noAllocation get { rangeLow + (rangeHigh - rangeLow) / 2 }
    }
}
