package import RewardMemory

/// Every component type, compiled: the one switch of the hot path.
package enum ComponentPlan: BitwiseCopyable {
    case instructionCheck(FixedCell<InstructionCheckPlan>)
    case cosineLength(FixedCell<CosineLengthPlan>)
    case jsonFormat(FixedCell<JSONFormatPlan>)
    case lengthPenalty(FixedCell<LengthPenaltyPlan>)
    case overlongPenalty(FixedCell<OverlongPenaltyPlan>)
    case languageConsistency(FixedCell<LanguageConsistencyPlan>)
    case safetyFilter(FixedCell<SafetyFilterPlan>)
    case stringCheck(FixedCell<StringCheckPlan>)
    case regexMatch(FixedCell<RegexMatchPlan>)
    case repetitionPenalty(FixedCell<RepetitionPenaltyPlan>)
    case mathEquivalence(FixedCell<MathEquivalencePlan>)
    case numericMatch(FixedCell<NumericMatchPlan>)
    case thinkFormat(FixedCell<ThinkFormatPlan>)
    case tagCount(FixedCell<TagCountPlan>)
    case textSimilarity(FixedCell<TextSimilarityPlan>)
    /// `judge` and `preference`: asked of judges, outside the hot path.
    case judged(JudgedPlan)

    // Allocates: while a configuration is compiled.
    package static func compile(
        _ settings: ComponentSettings, into builder: PlanBuilder
    ) throws(PlanError) -> ComponentPlan {
        let storage = builder.storage
        return switch settings {
        case .instructionCheck(let settings):
            .instructionCheck(storage.makeCell(try InstructionCheckPlan(settings, builder)))
        case .cosineLength(let settings): .cosineLength(storage.makeCell(try CosineLengthPlan(settings, builder)))
        case .jsonFormat(let settings): .jsonFormat(storage.makeCell(try JSONFormatPlan(settings, into: builder)))
        case .lengthPenalty(let settings): .lengthPenalty(storage.makeCell(try LengthPenaltyPlan(settings, builder)))
        case .overlongPenalty(let settings):
            .overlongPenalty(storage.makeCell(try OverlongPenaltyPlan(settings, builder)))
        case .languageConsistency(let settings):
            .languageConsistency(storage.makeCell(try LanguageConsistencyPlan(settings, builder: builder)))
        case .safetyFilter(let settings): .safetyFilter(storage.makeCell(try SafetyFilterPlan(settings, into: builder)))
        case .stringCheck(let settings): .stringCheck(storage.makeCell(try StringCheckPlan(settings, builder)))
        case .regexMatch(let settings): .regexMatch(storage.makeCell(try RegexMatchPlan(settings, builder)))
        case .repetitionPenalty(let settings):
            .repetitionPenalty(storage.makeCell(try RepetitionPenaltyPlan(settings, builder)))
        case .mathEquivalence(let settings):
            .mathEquivalence(storage.makeCell(try MathEquivalencePlan(settings, builder)))
        case .numericMatch(let settings): .numericMatch(storage.makeCell(try NumericMatchPlan(settings, builder)))
        case .textSimilarity(let settings): .textSimilarity(storage.makeCell(try TextSimilarityPlan(settings, builder)))
        case .thinkFormat(let settings): .thinkFormat(storage.makeCell(try ThinkFormatPlan(settings, builder)))
        case .tagCount(let settings): .tagCount(storage.makeCell(try TagCountPlan(settings, builder)))
        case .judged(let settings): .judged(try JudgedPlan(settings, builder))
        }
    }

    @_noAllocation
    package func score(_ rollout: Rollout, _ scratch: inout KernelScratch) -> ComponentOutcome {
        switch self {
        case .instructionCheck(let plan): plan.value.score(rollout, &scratch)
        case .cosineLength(let plan): plan.value.score(rollout, &scratch)
        case .jsonFormat(let plan): plan.value.score(rollout, &scratch.json)
        case .lengthPenalty(let plan): plan.value.score(rollout, &scratch)
        case .overlongPenalty(let plan): plan.value.score(rollout, &scratch)
        case .languageConsistency(let plan): plan.value.score(rollout, &scratch.language)
        case .safetyFilter(let plan): plan.value.score(rollout, &scratch.safety, &scratch.regex)
        case .stringCheck(let plan): plan.value.score(rollout, &scratch.fold, &scratch.json)
        case .regexMatch(let plan): plan.value.score(rollout, &scratch.regex)
        case .repetitionPenalty(let plan): plan.value.score(rollout, &scratch.sequence)
        case .mathEquivalence(let plan): plan.value.score(rollout, &scratch.math, &scratch.fold)
        case .numericMatch(let plan): plan.value.score(rollout)
        case .textSimilarity(let plan):
            plan.value.score(rollout, &scratch.fold, &scratch.json, &scratch.sequence)
        case .thinkFormat(let plan): plan.value.score(rollout)
        case .tagCount(let plan): plan.value.score(rollout)
        case .judged: ComponentOutcome(without: .pending)
        }
    }

    /// One sentence for people about an outcome of this component.
    @_noAllocation
    package func explain(
        _ outcome: ComponentOutcome, _ rollout: Rollout, _ scratch: inout KernelScratch, into text: inout RigidBytes
    ) {
        switch self {
        case .instructionCheck(let plan): plan.value.explain(outcome, into: &text)
        case .cosineLength(let plan): plan.value.explain(outcome, into: &text)
        case .jsonFormat(let plan): plan.value.explain(outcome, rollout: rollout, &scratch.json, into: &text)
        case .lengthPenalty(let plan): plan.value.explain(outcome, into: &text)
        case .overlongPenalty(let plan): plan.value.explain(outcome, into: &text)
        case .languageConsistency(let plan): plan.value.explain(outcome, into: &text)
        case .safetyFilter(let plan): plan.value.explain(outcome, rollout: rollout, into: &text)
        case .stringCheck(let plan): plan.value.explain(outcome, into: &text)
        case .regexMatch(let plan): plan.value.explain(outcome, into: &text)
        case .repetitionPenalty(let plan): plan.value.explain(outcome, into: &text)
        case .mathEquivalence(let plan): plan.value.explain(outcome, rollout: rollout, into: &text)
        case .numericMatch(let plan): plan.value.explain(outcome, rollout: rollout, into: &text)
        case .textSimilarity(let plan): plan.value.explain(outcome, into: &text)
        case .thinkFormat(let plan): plan.value.explain(outcome, into: &text)
        case .tagCount(let plan): plan.value.explain(outcome, into: &text)
        case .judged: break
        }
    }
}
