package import RewardMemory

/// A reward that cannot be compiled: which one, where in it, and why.
package struct RewardPlanError: Error, Equatable {
    package let reward: String
    /// Nil when the fault is the reward's own and no component's.
    package let component: String?
    package let key: [String]
    package let message: String
}

/// All rewards of a configuration, compiled, with the memory they point at.
///
/// Immutable. Workers hold the table of plans as plain memory; whoever made it keeps this object alive meanwhile.
@safe
package final class RewardPlans: @unchecked Sendable {
    package let rewards: FixedTable<RewardPlan>
    package let requirements: ScratchRequirements
    /// Counters that a worker keeps for these rewards.
    package let counterCount: Int
    private let storage: OwnedStorage

    package var storageByteCount: Int { storage.byteCount }

    // Allocates: once per configuration.
    package init(compiling settings: [RewardSettings]) throws(RewardPlanError) {
        let builder = PlanBuilder(storage: OwnedStorage(), requirements: ScratchRequirements())
        var compiled: [RewardPlan] = []
        var counterCount = 0
        for reward in settings {
            let plan = try RewardPlans.compile(reward, into: builder, counterIndex: counterCount)
            counterCount += RewardCounters.count(componentCount: plan.components.count)
            compiled.append(plan)
        }
        storage = builder.storage
        requirements = builder.requirements
        rewards = builder.storage.makeTable(compiled)
        self.counterCount = counterCount
    }
}

extension RewardPlans {
    // Allocates: while a configuration is compiled.
    private static func compile(
        _ reward: RewardSettings, into builder: PlanBuilder, counterIndex: Int
    ) throws(RewardPlanError) -> RewardPlan {
        builder.beginReward()
        guard !reward.components.isEmpty, reward.components.count <= Limits.componentCountMax else {
            throw RewardPlanError(
                reward: reward.name, component: nil, key: ["components"],
                message: "a reward has 1 to \(Limits.componentCountMax) components")
        }
        let formula = try compileFormula(reward, builder)
        var components: [RewardComponent] = []
        for (index, component) in reward.components.enumerated() {
            let isUsed = formula.map { $0.uses(index) } ?? (component.weight != 0)
            components.append(try compile(component, of: reward, isUsed: isUsed, into: builder))
        }
        let counted = components.filter { $0.weight != 0 }
        if reward.aggregate != .formula && counted.isEmpty {
            throw RewardPlanError(
                reward: reward.name, component: nil, key: ["components"],
                message: "every component has weight 0; at least one must count")
        }
        if reward.aggregate == .weightedMean, let negative = components.firstIndex(where: { $0.weight < 0 }) {
            throw RewardPlanError(
                reward: reward.name, component: reward.components[negative].name, key: ["weight"],
                message: "a weighted mean takes no negative weight; use aggregate: weighted_sum")
        }
        // Gates first, judges last: what decides alone may save all the rest, and what costs nothing may save a call.
        let order = components.indices.sorted { left, right in
            (components[left].runningStage, left) < (components[right].runningStage, right)
        }
        let needs = InputNeeds.of(reward)
        return RewardPlan(
            name: builder.storage.makeText(reward.name.utf8),
            graderDigest: builder.storage.makeText(reward.graderDigest.utf8),
            components: builder.storage.makeTable(components),
            order: builder.storage.makeTable(order.map { UInt8($0) }),
            fieldNames: builder.storage.makeTable(builder.fieldNames.map { builder.storage.makeText($0.utf8) }),
            needsPrompts: needs.contains(.prompts),
            needsReferenceAnswers: needs.contains(.referenceAnswers),
            needsTokenCounts: needs.contains(.tokenCounts),
            needsTokenIdentifiers: needs.contains(.tokenIdentifiers),
            needsGroupIdentifiers: needs.contains(.groupIdentifiers),
            judgedCount: components.count { $0.isJudged },
            counterIndex: counterIndex,
            aggregate: reward.aggregate, formula: formula,
            rangeLow: reward.range.lowerBound, rangeHigh: reward.range.upperBound,
            neutral: reward.neutral,
            weightTotal: counted.reduce(0) { $0 + $1.weight.magnitude })
    }

    // Allocates: while a configuration is compiled.
    private static func compile(
        _ component: RewardComponentSettings, of reward: RewardSettings, isUsed: Bool, into builder: PlanBuilder
    ) throws(RewardPlanError) -> RewardComponent {
        let plan: ComponentPlan
        do {
            plan = try ComponentPlan.compile(component.component, into: builder)
        } catch {
            throw RewardPlanError(
                reward: reward.name, component: component.name, key: error.key, message: error.message)
        }
        if let gate = component.gate, !reward.range.contains(gate.reward) {
            throw RewardPlanError(
                reward: reward.name, component: component.name, key: ["gate", "reward"],
                message: "the gate's reward \(gate.reward) lies outside the range of the reward")
        }
        return RewardComponent(
            name: builder.storage.makeText(component.name.utf8), plan: plan,
            weight: component.weight, scale: component.scale,
            clampLow: component.clamp?.lowerBound ?? -Double.greatestFiniteMagnitude,
            clampHigh: component.clamp?.upperBound ?? Double.greatestFiniteMagnitude,
            isGate: component.gate != nil,
            gateBelow: component.gate?.below ?? 0, gateReward: component.gate?.reward ?? 0,
            counts: isUsed || component.gate != nil)
    }

    // Allocates: while a configuration is compiled.
    private static func compileFormula(
        _ reward: RewardSettings, _ builder: PlanBuilder
    ) throws(RewardPlanError) -> FormulaPlan? {
        guard reward.aggregate == .formula else { return nil }
        guard let text = reward.formula else {
            throw RewardPlanError(
                reward: reward.name, component: nil, key: ["formula"], message: "aggregate: formula wants a formula")
        }
        do throws(PlanError) {
            return try FormulaPlan(text, names: reward.components.map(\.name), builder)
        } catch {
            throw RewardPlanError(reward: reward.name, component: nil, key: error.key, message: error.message)
        }
    }
}
