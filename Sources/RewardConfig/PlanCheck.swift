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
            reportAll(in: rewards, first: error, context)
            return nil
        }
    }

    /// Compiling stops at the first fault. The parts are compiled one by one to find the others.
    private static func reportAll(in rewards: [RewardSettings], first: RewardPlanError, _ context: DecodingContext) {
        var faults: [Fault] = []
        for reward in rewards {
            var rewardFaults: [Fault] = []
            for component in reward.components {
                let builder = PlanBuilder(storage: OwnedStorage(), requirements: ScratchRequirements())
                do {
                    _ = try ComponentPlan.compile(component.component, into: builder)
                } catch {
                    rewardFaults.append(Fault(error, reward: reward.name, component: component.name))
                }
            }
            if rewardFaults.isEmpty {
                do {
                    _ = try RewardPlans(compiling: [reward])
                } catch {
                    rewardFaults.append(Fault(error))
                }
            }
            faults += rewardFaults
        }
        // What only goes wrong with everything together, a total of memory say.
        for fault in faults.isEmpty ? [Fault(first)] : faults { report(fault, context) }
    }

    private static func report(_ fault: Fault, _ context: DecodingContext) {
        let component = fault.component.map { ["components", $0] } ?? []
        context.report(
            context.sourceMap.error(
                at: ["rewards", fault.reward] + component + fault.key, file: context.file, fault.message))
    }
}
