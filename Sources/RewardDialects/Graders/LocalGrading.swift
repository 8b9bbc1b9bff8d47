import RewardConfig
import RewardKernel
import RewardMemory
import RewardReport

/// Grades in this process, with the same kernel as the sidecar: for graders that ask no model, which need nothing else.
enum LocalGrading {
    /// - Parameter plans: Of one reward without judged components.
    static func score(_ record: RolloutRecord, by plans: RewardPlans) throws(PlanError) -> ScoredRollout {
        let plan = plans.rewards[0]
        var scratch = try KernelScratch(plans.requirements)
        var row = ScoreRow()
        // The rollout's texts live in it, the plan's in `plans`; both outlast the scoring.
        let storage = OwnedStorage()
        let completion = storage.makeText(record.completion.utf8)
        let outcome: RolloutOutcome
        if completion.count > Limits.completionByteCountMax {
            outcome = plan.refuse(.oversize, into: &row)
        } else {
            let fields = (0..<plan.fieldNames.count).map { index in
                let name = plan.fieldNames[index].makeString()
                return fieldValue(record.fields.last { $0.name == name }?.value, storage)
            }
            let rollout = Rollout(
                completion: completion, completionIsASCII: completion.isASCII, prompt: nil,
                referenceAnswer: fieldValue(record.referenceAnswer, storage), tokenCount: -1, isTruncated: false,
                fields: storage.makeTable(fields))
            outcome = plan.score(rollout, &scratch, isTimed: false, into: &row)
        }
        var components: [ScoredRollout.Component] = []
        for index in 0..<plan.components.count {
            let found = row.outcomes[index]
            components.append(
                ScoredRollout.Component(
                    name: plan.components[index].name.makeString(), score: found.status == .scored ? found.score : 0,
                    status: found.status))
        }
        withExtendedLifetime((plans, storage)) {}
        return ScoredRollout(reward: outcome.reward ?? 0, status: outcome.status, components: components)
    }

    private static func fieldValue(_ value: JSONValue?, _ storage: OwnedStorage) -> FieldValue {
        switch value {
        case nil, .null?: .absent
        case .bool(let flag)?: .boolean(flag)
        case .integer(let integer)?: .integer(integer)
        case .unsigned(let integer)?: .number(Double(integer))
        case .number(let number)?: .number(number)
        case .string(let text)?: .text(storage.makeText(text.utf8))
        case .array?, .object?: .absent
        }
    }
}
