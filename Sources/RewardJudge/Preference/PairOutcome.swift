/// What came of a pair that was asked in both orders.
package struct PairOutcome: Sendable, Hashable {
    package var pair: ComparisonPair
    /// For the pair's first: 1 for a win, 0.5 for a tie, 0 for a loss.
    package var points: Double
    /// 1, or less when only one order was answered.
    package var weight: Double
    package var agreement: Agreement

    package enum Agreement: Sendable, Hashable {
        /// Both orders said the same.
        case same
        /// The winner changed with the order: the judge favoured the place, shown first or second, and not a text.
        case flipped(favoured: PreferenceVerdict.Choice)
        /// A winner in one order, a tie in the other.
        case partial
        /// Only one order was answered.
        case oneSided
    }

    package init(pair: ComparisonPair, points: Double, weight: Double = 1, agreement: Agreement = .same) {
        self.pair = pair
        self.points = points
        self.weight = weight
        self.agreement = agreement
    }

    /// What to make of a pair of which only one order was answered.
    package enum OneSidedPolicy: String, Sendable, CaseIterable {
        case halfWeight = "half_weight"
        case drop
    }

    /// Combines the choice of the call that showed the pair's first as A with that of the call that showed it as B.
    /// The same winner in both wins; anything else is a tie. nil when there is nothing to count.
    package init?(
        pair: ComparisonPair, straight: PreferenceVerdict.Choice?, swapped: PreferenceVerdict.Choice?,
        oneSided: OneSidedPolicy
    ) {
        switch (straight, swapped) {
        case (let straight?, let swapped?):
            if straight == swapped.swapped {
                self.init(pair: pair, points: PairOutcome.points(of: straight))
            } else {
                self.init(
                    pair: pair, points: 0.5,
                    agreement: straight == swapped ? .flipped(favoured: straight) : .partial)
            }
        case (let choice?, nil): self.init(pair, oneSided, choice)
        case (nil, let choice?): self.init(pair, oneSided, choice.swapped)
        case (nil, nil): return nil
        }
    }

    private init?(_ pair: ComparisonPair, _ policy: OneSidedPolicy, _ choice: PreferenceVerdict.Choice) {
        switch policy {
        case .drop: return nil
        case .halfWeight:
            self.init(pair: pair, points: PairOutcome.points(of: choice), weight: 0.5, agreement: .oneSided)
        }
    }

    private static func points(of choice: PreferenceVerdict.Choice) -> Double {
        switch choice {
        case .first: 1
        case .tie: 0.5
        case .second: 0
        }
    }
}
