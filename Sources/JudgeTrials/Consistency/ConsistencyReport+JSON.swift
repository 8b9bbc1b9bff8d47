import RewardJudge
import RewardKernel
import RewardReport
import RewardValidation

extension ConsistencyReport {
    package var json: JSONValue {
        var members: [JSONValue.Member] = [.init("command", .string("consistency"))]
        members += facts.json
        members += [.init("repeats", .count(repeatCount)), .init("answers", counts.json)]
        switch measure {
        case .rubric(let rubric): members.append(.init("rubric", rubric.json))
        case .preference(let preference): members.append(.init("preference", preference.json))
        }
        members.append(.init("gates", .array(gates.map(\.json))))
        members.append(.init("passed", .bool(gates.allSatisfy(\.hasPassed))))
        return .object(members)
    }
}

extension AnswerCounts {
    var json: JSONValue {
        .object([
            "questions": .count(count), "scored": .count(scoredCount), "gated": .count(gatedCount),
            "failed": .object(failures.map { .init("\($0.status.name)", .count($0.count)) }),
            "parse_failures": .share(parseFailures), "usage": .usage(usage),
        ])
    }
}

extension RubricConsistency {
    var json: JSONValue {
        .object([
            "score": score.json,
            "criteria": .array(
                criteria.map { criterion in
                    .object([
                        "name": .string(criterion.name), "met": .share(criterion.metShare),
                        "cannot_assess": .count(criterion.unassessedCount), "repeats": criterion.repeats.json,
                    ])
                }),
            "group_variance": .estimate(groupVariance), "noise_share": .estimate(noiseShare),
            "unstable": .array(
                unstable.map { rollout in
                    .object([
                        "row": .count(rollout.rollout.row), "id": .string(rollout.rollout.name),
                        "scores": .array(rollout.scores.map(JSONValue.figure)),
                        "rationales": .array(rollout.rationales.map(JSONValue.string)),
                    ])
                }),
        ])
    }
}

extension RubricConsistency.Repeats {
    var json: JSONValue {
        .object([
            "items": .count(classes.itemCount), "flip_rate": .share(flipRate), "test_retest": retest.json,
            "population_variance": .estimate(values.meanPopulationVariance),
            "sample_variance": .estimate(values.meanSampleVariance),
            "pooled_deviation": .estimate(values.pooledDeviation),
        ])
    }
}

extension RetestAgreement {
    var json: JSONValue {
        .object(["value": .figure(share.value), "interval": .interval(interval), "items": .count(itemCount)])
    }
}

extension PreferenceConsistency {
    var json: JSONValue {
        .object([
            "pairs": .count(pairCount), "both_orders": .count(order.bothAnsweredCount),
            "unanswered": .count(order.unansweredCount), "flip_rate": .share(order.flipRate),
            "favoured_first": .count(order.favouredFirstCount), "favoured_second": .count(order.favouredSecondCount),
            "tie_in_one_order": .count(order.partialCount), "first_slot_share": .share(order.firstSlotShare),
            "first_slot_p": .figure(order.pValue), "test_retest": retest.json,
            "flipped": .array(
                flipped.map { pair in
                    .object([
                        "first_row": .count(pair.first.row), "second_row": .count(pair.second.row),
                        "first_shown_first": .string(pair.straight.rawValue),
                        "second_shown_first": .string(pair.swapped.rawValue),
                    ])
                }),
        ])
    }
}
