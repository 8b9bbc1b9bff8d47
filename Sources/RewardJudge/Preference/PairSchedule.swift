/// Which completions of a group are compared. Every pair is meant to be asked in both orders, since judges favour a
/// place; only both orders show how much.
package enum PairSchedule: Sendable, Hashable {
    /// Every pair: `n(n-1)/2`.
    case all
    /// Each with the `neighbourCount / 2` behind it on a ring in random order: `n * neighbourCount / 2` pairs, in one
    /// wave. The count is even and at least 2; every pair where the group is not larger than it.
    case ring(neighbourCount: Int)

    /// Every pair up to four completions, above that a ring of four neighbours: `4n` calls with both orders.
    package static func standard(count: Int) -> PairSchedule { count <= 4 ? .all : .ring(neighbourCount: 4) }

    /// The pairs for a group of `count`; none for fewer than two or more than `JudgementLimits.groupSizeMax`. Which of
    /// a pair comes first is random too, for judges that are asked in one order only.
    package func pairs(count: Int, using generator: inout some RandomNumberGenerator) -> [ComparisonPair] {
        guard (2...JudgementLimits.groupSizeMax).contains(count) else { return [] }
        let order = Shuffle.permutation(of: count, using: &generator)
        var pairs: [ComparisonPair] = []
        switch self {
        case .ring(let neighbourCount) where neighbourCount < count - 1:
            for place in 0..<count {
                for step in 1...max(neighbourCount / 2, 1) {
                    pairs.append(ComparisonPair(order[place], order[(place + step) % count]))
                }
            }
        case .all, .ring:
            for place in 0..<count {
                for other in (place + 1)..<max(count, place + 1) {
                    pairs.append(ComparisonPair(order[place], order[other]))
                }
            }
        }
        return pairs.map { generator.next() & 1 == 0 ? $0 : ComparisonPair($0.second, $0.first) }
    }

    /// Rounds of a Swiss schedule for `count` completions: `ceil(log2(count)) + 1`.
    package static func swissRoundCount(_ count: Int) -> Int {
        count < 2 ? 0 : Int.bitWidth - (count - 1).leadingZeroBitCount + 1
    }

    /// The next round of a Swiss schedule: completions with like points meet, none meets another twice while there is
    /// someone else left, and the last one over waits. Equal points are ordered at random.
    ///
    /// It knows more per call than a ring but takes several waves, each of which waits for the one before.
    package static func swissRound(
        points: [Double], played: Set<ComparisonPair>, using generator: inout some RandomNumberGenerator
    ) -> [ComparisonPair] {
        guard (2...JudgementLimits.groupSizeMax).contains(points.count) else { return [] }
        let known = Set(played.map(\.unordered))
        var waiting = Shuffle.permutation(of: points.count, using: &generator)
            .map { (index: $0, points: points[$0].isFinite ? points[$0] : 0) }
        // The sort is stable, so that what the shuffle did to equals stays.
        waiting.sort { $0.points > $1.points }
        var order = waiting.map(\.index)
        var pairs: [ComparisonPair] = []
        while order.count >= 2 {
            let first = order.removeFirst()
            let place = order.firstIndex { !known.contains(ComparisonPair(first, $0).unordered) } ?? 0
            pairs.append(ComparisonPair(first, order.remove(at: place)))
        }
        return pairs.map { generator.next() & 1 == 0 ? $0 : ComparisonPair($0.second, $0.first) }
    }
}
