import RewardJudge

/// A stratified sample without replacement, the same for the same frame and seed.
///
/// Of the N rollouts of a stratum n are drawn, all equally likely, so each is drawn with probability n / N and carries the weight
/// N / n: the sum of weight times value over the sample estimates the sum over the frame without bias (Horvitz and Thompson, 1952).
package enum ReviewDraw {
    package struct Item: Sendable, Equatable {
        package let rollout: Int64
        package let stratum: ReviewStratum
        /// The inverse of the probability with which it was drawn; 1 or more.
        package let weight: Double
    }

    /// How many are drawn of each stratum.
    ///
    /// One of each that has any; then one after the other to the stratum that is furthest behind its share (Sainte-Laguë), so that
    /// what a small stratum lacks goes to the others by their shares.
    /// - Parameter counts: Rollouts of each stratum.
    /// - Parameter wanted: Rollouts of the session; as many as there are when there are fewer.
    package static func quotas(_ counts: [ReviewStratum: Int], wanted: Int) -> [ReviewStratum: Int] {
        var quotas: [ReviewStratum: Int] = [:]
        var open = ReviewStratum.allCases.filter { counts[$0, default: 0] > 0 }
        let total = min(wanted, open.reduce(0) { $0 + counts[$1, default: 0] })
        for stratum in open.prefix(max(0, total)) { quotas[stratum] = 1 }
        for _ in 0..<max(0, total - open.count) {
            open.removeAll { quotas[$0, default: 0] >= counts[$0, default: 0] }
            let next = open.max { priority($0, quotas) < priority($1, quotas) }
            guard let next else { break }
            quotas[next, default: 0] += 1
        }
        return quotas
    }

    private static func priority(_ stratum: ReviewStratum, _ quotas: [ReviewStratum: Int]) -> Double {
        stratum.share / (Double(quotas[stratum, default: 0]) + 0.5)
    }

    /// The sample in random order, so that whoever stops early has still seen a sample of every stratum.
    package static func items(_ frame: [ReviewFrame.Entry], wanted: Int, seed: UInt64) -> [Item] {
        var generator = PoolRandom(seed: seed)
        var rollouts: [ReviewStratum: [Int64]] = [:]
        for entry in frame { rollouts[entry.stratum, default: []].append(entry.rollout) }
        let quotas = quotas(rollouts.mapValues(\.count), wanted: wanted)
        var items: [Item] = []
        for stratum in ReviewStratum.allCases {
            guard var rest = rollouts[stratum], let quota = quotas[stratum], quota > 0 else { continue }
            let weight = Double(rest.count) / Double(quota)
            for place in 0..<quota {
                rest.swapAt(place, place + Shuffle.index(below: rest.count - place, using: &generator))
                items.append(Item(rollout: rest[place], stratum: stratum, weight: weight))
            }
        }
        return Shuffle.permutation(of: items.count, using: &generator).map { items[$0] }
    }
}
