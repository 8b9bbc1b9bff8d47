package import RewardMemory

/// Every component type, compiled: the one switch of the hot path.
package enum ComponentPlan: BitwiseCopyable {
    case jsonFormat(JSONFormatPlan)
    case lengthPenalty(LengthPenaltyPlan)
    case overlongPenalty(OverlongPenaltyPlan)
    case languageConsistency(LanguageConsistencyPlan)
    case safetyFilter(SafetyFilterPlan)
    case stringCheck(StringCheckPlan)
    case regexMatch(RegexMatchPlan)
    case numericMatch(NumericMatchPlan)
    case thinkFormat(ThinkFormatPlan)
    case tagCount(TagCountPlan)

    // Allocates: while a configuration is compiled.
    package static func compile(
        _ settings: ComponentSettings, into builder: PlanBuilder
    ) throws(PlanError) -> ComponentPlan {
        switch settings {
        case .jsonFormat(let settings): .jsonFormat(try JSONFormatPlan(settings, into: builder))
        case .lengthPenalty(let settings): .lengthPenalty(try LengthPenaltyPlan(settings))
        case .overlongPenalty(let settings): .overlongPenalty(try OverlongPenaltyPlan(settings))
        case .languageConsistency(let settings):
            .languageConsistency(try LanguageConsistencyPlan(settings, builder: builder))
        case .safetyFilter(let settings): .safetyFilter(try SafetyFilterPlan(settings, into: builder))
        case .stringCheck(let settings): .stringCheck(try StringCheckPlan(settings, builder))
        case .regexMatch(let settings): .regexMatch(try RegexMatchPlan(settings, builder))
        case .numericMatch(let settings): .numericMatch(try NumericMatchPlan(settings, builder))
        case .thinkFormat(let settings): .thinkFormat(try ThinkFormatPlan(settings, builder))
        case .tagCount(let settings): .tagCount(try TagCountPlan(settings, builder))
        }
    }

    @_noAllocation
    package func score(_ rollout: Rollout, _ scratch: inout KernelScratch) -> ComponentOutcome {
        switch self {
        case .jsonFormat(let plan): plan.score(rollout, &scratch.json)
        case .lengthPenalty(let plan): plan.score(rollout)
        case .overlongPenalty(let plan): plan.score(rollout)
        case .languageConsistency(let plan): plan.score(rollout, &scratch.language)
        case .safetyFilter(let plan): plan.score(rollout, &scratch.safety, &scratch.regex)
        case .stringCheck(let plan): plan.score(rollout, &scratch.fold)
        case .regexMatch(let plan): plan.score(rollout, &scratch.regex)
        case .numericMatch(let plan): plan.score(rollout)
        case .thinkFormat(let plan): plan.score(rollout)
        case .tagCount(let plan): plan.score(rollout)
        }
    }

    /// One sentence for people about an outcome of this component.
    @_noAllocation
    package func explain(_ outcome: ComponentOutcome, _ rollout: Rollout, into text: inout RigidBytes) {
        switch self {
        case .jsonFormat(let plan): plan.explain(outcome, rollout: rollout, into: &text)
        case .lengthPenalty(let plan): plan.explain(outcome, into: &text)
        case .overlongPenalty(let plan): plan.explain(outcome, into: &text)
        case .languageConsistency(let plan): plan.explain(outcome, into: &text)
        case .safetyFilter(let plan): plan.explain(outcome, rollout: rollout, into: &text)
        case .stringCheck(let plan): plan.explain(outcome, into: &text)
        case .regexMatch(let plan): plan.explain(outcome, into: &text)
        case .numericMatch(let plan): plan.explain(outcome, rollout: rollout, into: &text)
        case .thinkFormat(let plan): plan.explain(outcome, into: &text)
        case .tagCount(let plan): plan.explain(outcome, into: &text)
        }
    }
}
