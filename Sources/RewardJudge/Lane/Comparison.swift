/// The comparisons of one group: what was asked, and what has been answered.
struct Comparison: Sendable {
    /// Completions that are compared, as indices into the question's rollouts; the others failed the gate.
    let members: [Int]
    /// Pairs of members, of all waves so far.
    var pairs: [Pair] = []
    /// Calls that score several at once; nil where pairs are compared.
    var schedule: GroupSchedule?
    var groupVerdicts: [GroupVerdict?] = []
    var openCallCount = 0
    /// Waves of a Swiss schedule still to come.
    var wavesLeft = 0
    var failure: JudgeFailure?

    struct Pair: Sendable {
        let pair: ComparisonPair
        var straight: PreferenceVerdict?
        var swapped: PreferenceVerdict?
    }

    init(members: [Int]) {
        self.members = members
    }

    /// What the pairs that were answered in both orders came to. One order alone says as much of the judge's bias as of the
    /// texts, so it does not count.
    var outcomes: [PairOutcome] {
        pairs.compactMap { pair in
            PairOutcome(
                pair: pair.pair, straight: pair.straight?.choice, swapped: pair.swapped?.choice,
                oneSided: .drop)
        }
    }
}
