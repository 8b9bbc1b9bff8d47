import RewardJudge
import RewardValidation

/// How far a judge of preferences agrees with itself: in the other order, and asked again.
package struct PreferenceConsistency: Sendable {
    /// By the first answer to each pair.
    package let order: OrderBias
    /// Whether a call gives the same answer again, over the calls of all pairs in both orders.
    package let retest: RetestAgreement
    /// Pairs whose winner changed with the order.
    package let flipped: [FlippedPair]
    package let pairCount: Int

    package struct FlippedPair: Sendable {
        package let first: TrialRollout
        package let second: TrialRollout
        package let straight: PreferenceVerdict.Choice
        package let swapped: PreferenceVerdict.Choice
    }

    /// - Parameter items: By pair, then by repeat.
    init(_ rollouts: [TrialRollout], _ pairs: [ComparisonPair], _ items: [[InquiryAnswer]]) {
        pairCount = pairs.count
        let judged = items.map { $0.compactMap(\.pairs.first) }
        order = OrderBias(
            judged.map { repeats in
                repeats.first.flatMap { pair in
                    PairOutcome(
                        pair: ComparisonPair(0, 1), straight: pair.straight, swapped: pair.swapped,
                        oneSided: .halfWeight)
                }
            })
        let choices = judged.flatMap { repeats in [repeats.compactMap(\.straight), repeats.compactMap(\.swapped)] }
        retest = RetestAgreement(RepeatVariance(choices.map { $0.map(\.place) }))
        flipped = zip(pairs, judged).compactMap { pair, repeats in
            guard let judged = repeats.first, let straight = judged.straight, let swapped = judged.swapped,
                straight != swapped.swapped
            else { return nil }
            // The lane may take the pair the other way round.
            let places = judged.firstRow == 0 ? (pair.first, pair.second) : (pair.second, pair.first)
            return FlippedPair(
                first: rollouts[places.0], second: rollouts[places.1], straight: straight, swapped: swapped)
        }
    }
}

extension PreferenceVerdict.Choice {
    fileprivate var place: Double {
        switch self {
        case .first: 0
        case .second: 1
        case .tie: 2
        }
    }
}
