import RewardStore
import Testing

/// Which rollouts are drawn, and with which weights.
@Suite struct ReviewDrawTests {
    private static func frame(_ counts: [ReviewStratum: Int]) -> [ReviewFrame.Entry] {
        var entries: [ReviewFrame.Entry] = []
        for stratum in ReviewStratum.allCases {
            for _ in 0..<counts[stratum, default: 0] {
                entries.append(.init(rollout: Int64(entries.count + 1), stratum: stratum))
            }
        }
        return entries
    }

    @Test func sharesAreKeptWhereEveryStratumHasEnough() {
        let counts: [ReviewStratum: Int] = [
            .random: 10_000, .nearThreshold: 1_000, .judgesDisagree: 500, .suspected: 200,
        ]
        #expect(
            ReviewDraw.quotas(counts, wanted: 100) == [
                .random: 40, .nearThreshold: 30, .judgesDisagree: 20, .suspected: 10,
            ])
    }

    @Test func whatAStratumLacksGoesToTheOthers() {
        let quotas = ReviewDraw.quotas([.random: 10_000, .nearThreshold: 5, .suspected: 1], wanted: 50)
        #expect(quotas == [.random: 44, .nearThreshold: 5, .suspected: 1])
        // A stratum that nothing would be drawn of could not be spoken for.
        #expect(
            ReviewDraw.quotas([.random: 9, .nearThreshold: 9, .judgesDisagree: 9, .suspected: 9], wanted: 4).count == 4)
        #expect(ReviewDraw.quotas([.random: 2, .suspected: 1], wanted: 50) == [.random: 2, .suspected: 1])
        #expect(ReviewDraw.quotas([:], wanted: 50).isEmpty)
    }

    @Test func everyRolloutIsDrawnOnceAndWeightsAddUpToTheFrame() {
        for seed in 0..<50 as Range<UInt64> {
            let counts: [ReviewStratum: Int] = [.random: 700, .nearThreshold: 60, .judgesDisagree: 3, .suspected: 41]
            let items = ReviewDraw.items(Self.frame(counts), wanted: 60, seed: seed)
            #expect(items.count == 60 && Set(items.map(\.rollout)).count == 60)
            for (stratum, count) in counts {
                let weight = items.filter { $0.stratum == stratum }.reduce(0) { $0 + $1.weight }
                #expect(abs(weight - Double(count)) < 1e-9, "seed \(seed), \(stratum)")
            }
        }
    }

    @Test func seedDecidesTheSampleAndItsOrder() {
        let frame = Self.frame([.random: 500, .nearThreshold: 100, .suspected: 50])
        let first = ReviewDraw.items(frame, wanted: 40, seed: 7)
        #expect(ReviewDraw.items(frame, wanted: 40, seed: 7) == first)
        #expect(ReviewDraw.items(frame, wanted: 40, seed: 8) != first)
        // A later seed must not change what an earlier one has given: these were drawn once and are written down.
        #expect(first.prefix(5).map(\.rollout) == Self.firstOfSeed7)
        #expect(Set(first.prefix(20).map(\.stratum)).count == 3)
    }

    private static let firstOfSeed7: [Int64] = [604, 605, 516, 75, 175]

    /// A value that depends on the stratum, so that an unweighted mean is far off: over many seeds the weighted sum is the frame's,
    /// within four standard errors of the mean over the seeds, and its spread is what the design promises.
    @Test func weightedSumsEstimateTheFrameWithoutBias() {
        let counts: [ReviewStratum: Int] = [.random: 400, .nearThreshold: 90, .judgesDisagree: 40, .suspected: 10]
        let frame = Self.frame(counts)
        let base: [ReviewStratum: Double] = [.random: 1, .nearThreshold: 10, .judgesDisagree: 100, .suspected: 1_000]
        let values = frame.map { base[$0.stratum, default: 0] * Double($0.rollout % 7) }
        let truth = values.reduce(0, +)
        let seedCount = 4_000
        var sum = 0.0
        var squares = 0.0
        var plain = 0.0
        for seed in 0..<UInt64(seedCount) {
            let items = ReviewDraw.items(frame, wanted: 40, seed: seed)
            let estimate = items.reduce(0) { $0 + $1.weight * values[Int($1.rollout) - 1] }
            sum += estimate
            squares += estimate * estimate
            plain += items.reduce(0) { $0 + values[Int($1.rollout) - 1] } * Double(frame.count) / Double(items.count)
        }
        let mean = sum / Double(seedCount)
        let variance = squares / Double(seedCount) - mean * mean
        let standardError = (variance / Double(seedCount)).squareRoot()
        #expect(abs(mean - truth) < 4 * standardError, "\(mean) for \(truth), standard error \(standardError)")
        #expect(abs(plain / Double(seedCount) - truth) > 100 * standardError)
        // Stratified sampling without replacement (Cochran, Sampling Techniques, 5.6): the sum over strata of N (N - n) S^2 / n.
        let quotas = ReviewDraw.quotas(counts, wanted: 40)
        let promised = counts.reduce(0.0) { total, entry in
            let members = frame.indices.filter { frame[$0].stratum == entry.key }.map { values[$0] }
            let (size, drawn) = (Double(entry.value), Double(quotas[entry.key, default: 0]))
            let center = members.reduce(0, +) / size
            let spread = members.reduce(0) { $0 + ($1 - center) * ($1 - center) } / (size - 1)
            return total + size * (size - drawn) * spread / drawn
        }
        #expect(abs(variance / promised - 1) < 0.1, "variance \(variance) for \(promised)")
    }
}
