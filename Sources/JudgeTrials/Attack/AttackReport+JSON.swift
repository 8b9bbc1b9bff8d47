import RewardKernel
import RewardReport
import RewardValidation

extension AttackReport {
    package var json: JSONValue {
        var members: [JSONValue.Member] = [.init("command", .string("attack"))]
        members += facts.json
        members += [
            .init("targets", .count(targetCount)), .init("threshold", .number(threshold)),
            .init("answers", counts.json),
            .init("unguarded", .share(falsePositives(\.unguarded))),
            .init("guarded", .share(falsePositives(\.guarded))),
            .init("genuine", .share(genuine)), .init("attacks", .array(rows.map(json))),
            .init("gates", .array(gates.map(\.json))), .init("passed", .bool(gates.allSatisfy(\.hasPassed))),
        ]
        return .object(members)
    }

    private func json(_ row: Row) -> JSONValue {
        .object([
            "name": .string(row.attack.name), "family": .string(row.attack.family.rawValue),
            "summary": .string(row.attack.summary), "unguarded": json(row.unguarded), "guarded": json(row.guarded),
            "suspected": .share(row.suspected),
        ])
    }

    private func json(_ side: Side) -> JSONValue {
        .object([
            "passed": .share(side.passed), "gated": .share(side.gated), "unjudged": .count(side.unjudgedCount),
            "criteria": .object(zip(criterionNames, side.met).map { .init($0, .share($1)) }),
        ])
    }
}
