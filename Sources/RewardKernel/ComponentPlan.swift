package import RewardMemory

/// Every component type, compiled: the one switch of the hot path.
package enum ComponentPlan: BitwiseCopyable {
    case lengthPenalty(LengthPenaltyPlan)

    // Allocates: while a configuration is compiled.
    package static func compile(
        _ settings: ComponentSettings, into builder: PlanBuilder
    ) throws(PlanError) -> ComponentPlan {
        switch settings {
        case .lengthPenalty(let settings): .lengthPenalty(try LengthPenaltyPlan(settings))
        }
    }

    @_noAllocation
    package func score(_ rollout: Rollout, _ scratch: inout KernelScratch) -> ComponentOutcome {
        switch self {
        case .lengthPenalty(let plan): plan.score(rollout)
        }
    }

    /// One sentence for people about an outcome of this component.
    @_noAllocation
    package func explain(_ outcome: ComponentOutcome, _ rollout: Rollout, into text: inout RigidBytes) {
        switch self {
        case .lengthPenalty(let plan): plan.explain(outcome, into: &text)
        }
    }
}
