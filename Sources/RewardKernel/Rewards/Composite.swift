internal import RewardMemory

// How component scores become one reward. With x_c a component's scaled and clamped score and w_c its weight, over the
// components that count (weight other than 0) and have a score:
//
//     weighted_mean   sum(w_c x_c) / sum(w_c)
//     weighted_sum    sum(w_c x_c)            (missing components: scaled up by sum(|w|) / sum(|w| present))
//     product         product(x_c)
//     minimum         min(x_c)
//     formula         the expression, with x_c under each component's name
//
// An abstained component is left out, whatever the policy. One that could not be had is treated as the neutral policy says,
// and the rollout's status names why.

extension RewardPlan {
    /// Aggregates a row in which no gate decided.
    @_noAllocation
    func aggregate(_ row: borrowing ScoreRow) -> RolloutOutcome {
        var status = Status.scored
        for index in 0..<components.count where components[index].counts {
            let own = row.outcomes[index].status
            // An unusable input outranks a value that merely could not be had: it is the rollout's own fault.
            if own.isMissing && !status.isError && (status == .scored || own.isError) { status = own }
        }
        guard status == .scored else { return neutralised(row, status) }
        guard let value = combine(row, standIn: nil), value.isFinite else {
            return RolloutOutcome(reward: standIn, status: .nothingScored, isGated: false)
        }
        return RolloutOutcome(reward: clamped(value), status: .scored, isGated: false)
    }

    /// Combines what is there; `standIn` takes the place of what could not be had. Nil when there is nothing to combine.
    @_noAllocation
    func combine(_ row: borrowing ScoreRow, standIn: Double?) -> Double? {
        if case .formula = aggregate { return evaluateFormula(row, standIn: standIn) }
        var sum: Double = 0
        var weightSum: Double = 0
        var presentMagnitude: Double = 0
        var product: Double = 1
        var minimum = Double.infinity
        var presentCount = 0
        for index in 0..<components.count where components[index].weight != 0 {
            let outcome = row.outcomes[index]
            let value: Double
            if outcome.status == .scored {
                value = components[index].contribution(of: outcome.score)
            } else if let standIn, outcome.status.isMissing {
                value = standIn
            } else {
                continue
            }
            let weight = components[index].weight
            sum += weight * value
            weightSum += weight
            presentMagnitude += weight.magnitude
            product *= value
            minimum = value < minimum ? value : minimum
            presentCount &+= 1
        }
        guard presentCount > 0 else { return nil }
        switch aggregate {
        case .weightedMean: return sum / weightSum
        case .weightedSum: return sum * (weightTotal / presentMagnitude)
        case .product: return product
        case .minimum: return minimum
        case .formula: return nil
        }
    }

    @_noAllocation
    private func evaluateFormula(_ row: borrowing ScoreRow, standIn: Double?) -> Double? {
        guard let formula else { return nil }
        var values = InlineArray<32, Double>(repeating: 0)
        for index in 0..<components.count {
            let outcome = row.outcomes[index]
            if outcome.status == .scored {
                values[index] = components[index].contribution(of: outcome.score)
            } else if formula.uses(index) {
                // A formula has no weights to renormalise: without a stand-in it has no value.
                guard let standIn else { return nil }
                values[index] = standIn
            }
        }
        return formula.evaluate(values)
    }
}
