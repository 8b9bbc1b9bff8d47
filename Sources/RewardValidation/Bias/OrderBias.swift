import RewardJudge

/// What showing two completions in the other order does to a judge's preference.
package struct OrderBias: Sendable, Hashable {
    /// Pairs of which both orders were answered: the denominator of the rate.
    package let bothAnsweredCount: Int
    /// Pairs of which one order or both were not answered; in no rate.
    package let unansweredCount: Int
    /// The winner changed with the order, by the slot that won both times.
    package let favouredFirstCount: Int
    package let favouredSecondCount: Int
    /// A winner in one order and a tie in the other.
    package let partialCount: Int

    /// - Parameter outcomes: One a pair; nil where no order was answered.
    package init(_ outcomes: [PairOutcome?]) {
        var (both, unanswered, first, second, partial) = (0, 0, 0, 0, 0)
        for outcome in outcomes {
            switch outcome?.agreement {
            case nil, .oneSided: unanswered += 1
            case .same: both += 1
            case .partial:
                both += 1
                partial += 1
            case .flipped(let favoured):
                both += 1
                if favoured == .first { first += 1 } else { second += 1 }
            }
        }
        bothAnsweredCount = both
        unansweredCount = unanswered
        favouredFirstCount = first
        favouredSecondCount = second
        partialCount = partial
    }

    /// Pairs with different answers in the two orders, over those with two answers.
    package var flipRate: Proportion {
        Proportion(favouredFirstCount + favouredSecondCount + partialCount, of: bothAnsweredCount)
    }

    /// Of the changed winners, the share that went to the slot shown first: 0.5 is no bias.
    package var firstSlotShare: Proportion {
        Proportion(favouredFirstCount, of: favouredFirstCount + favouredSecondCount)
    }

    /// Exact and two-sided, of no slot being favoured. Ties tell nothing of a slot and are left out.
    package var pValue: Double {
        BinomialTest.pValue(successCount: favouredFirstCount, of: favouredFirstCount + favouredSecondCount)
    }
}
