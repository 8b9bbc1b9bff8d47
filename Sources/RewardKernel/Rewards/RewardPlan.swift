package import RewardMemory

/// One component of a reward, compiled.
package struct RewardComponent: BitwiseCopyable {
    package let name: ByteView
    package let plan: ComponentPlan
    package let weight: Double
    package let scale: Double
    package let clampLow: Double
    package let clampHigh: Double
    package let isGate: Bool
    package let gateBelow: Double
    package let gateReward: Double
    /// Whether the component has a say in the reward; a metric (weight 0, no gate) has none.
    package let counts: Bool

    /// Whether the score comes from judges.
    package var isJudged: Bool {
        @_noAllocation get {
            if case .judged = plan { return true }
            return false
        }
    }

    /// When the component runs: gates, then the others, then what judges say, their gates first.
    var runningStage: Int {
        @_noAllocation get { (isJudged ? 2 : 0) &+ (isGate ? 0 : 1) }
    }

    /// The score as the aggregate takes it: scaled, then clamped.
    @_noAllocation
    package func contribution(of score: Double) -> Double {
        let scaled = score * scale
        return scaled < clampLow ? clampLow : (scaled > clampHigh ? clampHigh : scaled)
    }
}

/// A reward, compiled: everything the hot path needs to score a rollout, in plain memory.
package struct RewardPlan: BitwiseCopyable {
    package let name: ByteView
    /// See `RewardSettings.graderDigest`.
    package let graderDigest: ByteView
    /// In configured order, which is the order of every reply.
    package let components: FixedTable<RewardComponent>
    /// The order of running: gates first, so that a gate that decides saves the rest.
    package let order: FixedTable<UInt8>
    package let fieldNames: FixedTable<ByteView>
    package let needsPrompts: Bool
    package let needsReferenceAnswers: Bool
    package let needsTokenCounts: Bool
    package let needsTokenIdentifiers: Bool
    package let needsGroupIdentifiers: Bool
    /// Components whose scores come from judges.
    package let judgedCount: Int
    /// Where this reward's and its components' counters start in a worker's table.
    package let counterIndex: Int

    let aggregate: Aggregate
    let formula: FormulaPlan?
    let rangeLow: Double
    let rangeHigh: Double
    let neutral: NeutralPolicy
    /// Sum of the magnitudes of all weights that count.
    let weightTotal: Double
}

/// The outcomes of one rollout's components, in configured order; part of a worker's scratch.
package struct ScoreRow: ~Copyable {
    package let outcomes: RigidPool<ComponentOutcome>
    /// Nanoseconds of each component, when the row was timed; -1 where the component did not run.
    package let nanoseconds: RigidPool<Int64>

    // Allocates: once per worker and configuration. Pools and not inline arrays, which are copied whole to read one element.
    package init() {
        outcomes = RigidPool(capacity: Limits.componentCountMax) { _ in ComponentOutcome(without: .gated) }
        nanoseconds = RigidPool(capacity: Limits.componentCountMax) { _ in -1 }
    }

    deinit {
        outcomes.destroy()
        nanoseconds.destroy()
    }
}

/// What became of a rollout.
package struct RolloutOutcome: BitwiseCopyable {
    /// The reward, or nil when the batch as a whole must stand in for it (`NeutralFill`).
    package let reward: Double?
    package let status: Status
    package let isGated: Bool

    @_noAllocation
    init(reward: Double?, status: Status, isGated: Bool) {
        self.reward = reward
        self.status = status
        self.isGated = isGated
    }
}

extension RewardPlan {
    /// The index of the reward of that name; nil when there is none.
    @_noAllocation
    package static func index(of name: ByteView, in rewards: FixedTable<RewardPlan>) -> Int? {
        for index in 0..<rewards.count where rewards[index].name.equals(name) { return index }
        return nil
    }

    /// Scores one rollout: runs the components, gates first, and aggregates.
    @_noAllocation
    package func score(
        _ rollout: Rollout, _ scratch: inout KernelScratch, isTimed: Bool, into row: inout ScoreRow
    ) -> RolloutOutcome {
        var decidingGate = -1
        var isUnusable = false
        for position in 0..<order.count {
            let index = Int(order[position])
            // Where the rollout is refused anyway, no judge is asked.
            guard decidingGate < 0, !isUnusable || !components[index].isJudged else {
                row.outcomes[index] = ComponentOutcome(without: .gated)
                row.nanoseconds[index] = -1
                continue
            }
            let start = isTimed ? MonotonicClock.nanoseconds : 0
            let outcome = components[index].plan.score(rollout, &scratch)
            row.nanoseconds[index] = isTimed ? Int64(bitPattern: MonotonicClock.nanoseconds &- start) : -1
            row.outcomes[index] = outcome
            if components[index].counts && outcome.status.isError { isUnusable = true }
            if components[index].isGate, outcome.status == .scored, outcome.score < components[index].gateBelow {
                decidingGate = index
            }
        }
        if decidingGate >= 0 {
            return RolloutOutcome(reward: components[decidingGate].gateReward, status: .scored, isGated: true)
        }
        if judgedCount > 0 && !isUnusable { return RolloutOutcome(reward: 0, status: .pending, isGated: false) }
        return aggregate(row)
    }

    /// The outcome of a rollout whose judges have answered: a judged gate may decide, else everything is aggregated.
    @_noAllocation
    package func settle(_ row: borrowing ScoreRow) -> RolloutOutcome {
        for position in 0..<order.count {
            let index = Int(order[position])
            guard components[index].isGate, row.outcomes[index].status == .scored else { continue }
            if row.outcomes[index].score < components[index].gateBelow {
                return RolloutOutcome(reward: components[index].gateReward, status: .scored, isGated: true)
            }
        }
        return aggregate(row)
    }

    /// A rollout whose own text is unusable: no component runs, each has the rollout's status.
    @_noAllocation
    package func refuse(_ status: Status, into row: inout ScoreRow) -> RolloutOutcome {
        for index in 0..<components.count {
            row.outcomes[index] = ComponentOutcome(without: status)
            row.nanoseconds[index] = -1
        }
        return RolloutOutcome(reward: standIn, status: status, isGated: false)
    }

    /// Takes `value` into the reward's range.
    @_noAllocation
    func clamped(_ value: Double) -> Double {
        value < rangeLow ? rangeLow : (value > rangeHigh ? rangeHigh : value)
    }
}
