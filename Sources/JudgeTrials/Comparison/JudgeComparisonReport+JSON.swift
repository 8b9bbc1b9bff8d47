import RewardKernel
import RewardReport
import RewardValidation

extension JudgeComparisonReport {
    package var json: JSONValue {
        var members: [JSONValue.Member] = [.init("command", .string("compare-judges"))]
        members += facts.json
        members += [
            .init("threshold", isPreference ? .null : .number(threshold)),
            .init("judges", .array(judges.map(json))), .init("agreement", .array(decisions.matrix.cells.map(json))),
            .init("pairs", .array(pairs.map(json))),
            .init(
                "criteria",
                .array(
                    criteria.map { criterion in
                        .object([
                            "name": .string(criterion.name),
                            "agreement": .array(criterion.agreement.matrix.cells.map(json)),
                            "fleiss": criterion.agreement.fleiss.map(JSONValue.estimate) ?? .null,
                        ])
                    })), .init("fleiss", decisions.fleiss.map(JSONValue.estimate) ?? .null),
            .init("disagreements", .array(disagreements.map(json))),
        ]
        return .object(members)
    }

    private func json(_ judge: Judge) -> JSONValue {
        .object([
            "name": .string(judge.title), "answers": judge.counts.json,
            isPreference ? "stable" : "passed": .share(judge.passed),
            "seconds_p50": .figure(judge.seconds(atShare: 0.5)), "seconds_p95": .figure(judge.seconds(atShare: 0.95)),
            "cost_per_thousand": .number(judge.costPerThousand),
        ])
    }

    private func json(_ cell: KappaMatrix<Int>.Cell) -> JSONValue {
        .object([
            "first": .string(judges[cell.first].title), "second": .string(judges[cell.second].title),
            "items": .count(cell.table.count), "agree": .share(cell.table.agreement),
            "kappa": .estimate(cell.kappa.value), "interval": .interval(cell.kappa.interval()),
        ])
    }

    private func json(_ pair: JudgePair) -> JSONValue {
        .object([
            "first": .string(judges[pair.first].title), "second": .string(judges[pair.second].title),
            "only_first": pair.mcNemar.map { .count($0.onlyFirstCount) } ?? .null,
            "only_second": pair.mcNemar.map { .count($0.onlySecondCount) } ?? .null,
            "mcnemar_p": .figure(pair.mcNemar?.pValue),
            "spearman": pair.spearman.map { .estimate($0.map(\.coefficient)) } ?? .null,
        ])
    }

    private func json(_ disagreement: Disagreement) -> JSONValue {
        .object([
            "rows": .array(disagreement.rollouts.map { .count($0.row) }),
            "ids": .array(disagreement.rollouts.map { .string($0.name) }),
            "scores": .array(disagreement.scores.map(JSONValue.figure)),
            "rationales": .array(disagreement.rationales.map(JSONValue.string)),
        ])
    }
}
