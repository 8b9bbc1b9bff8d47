import RewardKernel
import RewardReport
import RewardValidation

extension ReplayReport {
    package var json: JSONValue {
        var members: [JSONValue.Member] = [.init("command", .string("replay"))]
        members += facts.json
        members += [
            .init("threshold", .number(threshold)), .init("usage", .usage(usage)), .init("reward_change", json(reward)),
            .init("components", .object(components.map { .init($0.name, json($0.change)) })),
            .init("added_components", .array(addedComponents.map(JSONValue.string))),
            .init("removed_components", .array(removedComponents.map(JSONValue.string))),
            .init(
                "statuses",
                .array(
                    statuses.map {
                        .object(["before": .string($0.before), "after": .string($0.after), "count": .count($0.count)])
                    })),
            .init(
                "changed",
                .array(
                    changed.map {
                        .object([
                            "id": .string($0.name), "before": .figure($0.before.reward),
                            "after": .figure($0.after.reward), "status_before": .string($0.before.status),
                            "status_after": .string($0.after.status),
                        ])
                    })),
        ]
        return .object(members)
    }

    private func json(_ change: Change) -> JSONValue {
        .object([
            "rollouts": .count(change.count), "mean_before": .estimate(change.meanBefore),
            "mean_after": .estimate(change.meanAfter), "difference": .estimate(change.meanDifference),
            "interval": .interval(change.interval), "changed": .count(change.changedCount),
            "higher": .count(change.higherCount), "spearman": .estimate(change.spearman),
            "passed_before": .share(change.passedBefore), "passed_after": .share(change.passedAfter),
            "newly_passing": .count(change.mcNemar.onlySecondCount),
            "no_longer_passing": .count(change.mcNemar.onlyFirstCount),
            "mcnemar_p": .figure(change.mcNemar.pValue),
        ])
    }
}
