import RewardJudge

/// Pairs with a known better half, each asked in both orders, counted as JudgeBench counts them (its `metrics.py`): either order
/// is a vote for the right one or against it, ties and missing answers none, and the sum decides.
///
/// It differs from `PairOutcome` where one order names a winner and the other does not: a win here, half a win there.
package struct PairVote: Sendable, Hashable {
    package private(set) var pairCount = 0
    package private(set) var correctCount = 0
    package private(set) var incorrectCount = 0
    package private(set) var tieCount = 0
    /// Pairs whose two answers, taken back to one order, differ; a missing answer differs from every other.
    package private(set) var inconsistentCount = 0
    /// Pairs that lack an answer.
    package private(set) var unansweredCount = 0

    package init() {}

    /// - Parameters:
    ///   - isFirstBetter: Which half of the pair is right.
    ///   - straight: With the first half shown first; nil when there was no answer.
    ///   - swapped: With the second half shown first.
    package mutating func add(
        isFirstBetter: Bool, straight: PreferenceVerdict.Choice?, swapped: PreferenceVerdict.Choice?
    ) {
        pairCount += 1
        let choices = [straight, swapped?.swapped]
        if choices.contains(nil) { unansweredCount += 1 }
        if choices[0] != choices[1] || choices[0] == nil { inconsistentCount += 1 }
        let sum = choices.reduce(0) { sum, choice in
            switch choice {
            case .first: sum + (isFirstBetter ? 1 : -1)
            case .second: sum + (isFirstBetter ? -1 : 1)
            case .tie, nil: sum
            }
        }
        if sum > 0 { correctCount += 1 } else if sum < 0 { incorrectCount += 1 } else { tieCount += 1 }
    }

    package var accuracy: Proportion { Proportion(correctCount, of: pairCount) }
}
