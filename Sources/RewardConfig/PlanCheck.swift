import RewardKernel
import RewardMemory

/// Compiles what was read, the last step of a check: patterns, schemas, word lists and formulas are then known to work.
enum PlanCheck {
    private struct Fault {
        let reward: String
        /// Nil when the fault is the reward's own.
        let component: String?
        let key: [String]
        let message: String

        init(_ error: RewardPlanError) {
            (reward, component, key, message) = (error.reward, error.component, error.key, error.message)
        }

        init(_ error: PlanError, reward: String, component: String) {
            (self.reward, self.component, key, message) = (reward, component, error.key, error.message)
        }
    }

    /// The plans; nil when something was reported.
    static func compile(_ rewards: [RewardSettings], _ context: DecodingContext) -> RewardPlans? {
        do {
            return try RewardPlans(compiling: rewards)
        } catch {
            // Compiling stops at the first fault. The parts are compiled one by one to find the others; what only goes wrong
            // with everything together is the first fault alone.
            let faults = rewards.flatMap(faults(in:))
            for fault in faults.isEmpty ? [Fault(error)] : faults { report(fault, context) }
            return nil
        }
    }

    /// Reports what is wrong with the components that could be read, in a configuration that has other errors already.
    static func reportFaults(ofComponentsIn rewards: [RewardSettings], _ context: DecodingContext) {
        for fault in rewards.flatMap(componentFaults(in:)) { report(fault, context) }
    }

    private static func faults(in reward: RewardSettings) -> [Fault] {
        let componentFaults = componentFaults(in: reward)
        guard componentFaults.isEmpty else { return componentFaults }
        do {
            _ = try RewardPlans(compiling: [reward])
            return []
        } catch {
            return [Fault(error)]
        }
    }

    private static func componentFaults(in reward: RewardSettings) -> [Fault] {
        reward.components.compactMap { component -> Fault? in
            let builder = PlanBuilder(storage: OwnedStorage(), requirements: ScratchRequirements())
            do throws(PlanError) {
                _ = try ComponentPlan.compile(component.component, into: builder)
                return nil
            } catch {
                return Fault(error, reward: reward.name, component: component.name)
            }
        }
    }

    private static func report(_ fault: Fault, _ context: DecodingContext) {
        let component = fault.component.map { ["components", $0] } ?? []
        context.report(
            context.sourceMap.error(
                at: ["rewards", fault.reward] + component + fault.key, file: context.file, fault.message))
    }
}
