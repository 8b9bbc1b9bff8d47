import Foundation
import RewardJudge

/// The bootstrap: intervals for any figure, from what it would have been in resamples of the same units.
///
/// BCa by Efron (1987) and the percentile interval, with quantiles interpolated as numpy does and the details of
/// `scipy.stats.bootstrap`: the same resamples give the same interval. A pair that stays together in its unit is resampled as a
/// pair, so the difference of two judges is resampled paired.
package struct Bootstrap: Sendable, Hashable {
    package enum Method: String, Sendable, CaseIterable {
        /// Bias-corrected and accelerated. Where it does not exist, since all resamples are alike or lie to one side, and beyond
        /// `acceleratedUnitCountMax` units, where it differs in nothing that is shown, the percentile interval is given, and
        /// says so.
        case accelerated = "bca"
        case percentile
    }

    /// What came of it.
    package struct Outcome: Sendable, Hashable {
        package var interval: Interval
        /// Of the figure: the standard deviation of the resamples (ddof 1).
        package var standardError: Double
        /// Resamples for which the figure does not exist. They are left out of the interval.
        package var undefinedCount: Int
    }

    /// More resamples without a figure than this share, and there is no interval: what remains would be a choice of them.
    package static let undefinedShareMax = 0.05
    /// The acceleration takes the figure once for every unit that is left out.
    package static let acceleratedUnitCountMax = 2_000

    package var resampleCount: Int
    package var seed: UInt64
    package var level: Double
    package var method: Method

    package init(
        resampleCount: Int = 9_999, seed: UInt64 = 0, level: Double = 0.95, method: Method = .accelerated
    ) {
        precondition(resampleCount > 0, "a bootstrap takes resamples")
        precondition(level > 0 && level < 1, "a level lies between 0 and 1")
        self.resampleCount = resampleCount
        self.seed = seed
        self.level = level
        self.method = method
    }

    /// - Parameter figure: The figure of some units, given by their indices, of which one may stand several times.
    package func interval(
        unitCount: Int, of figure: ([Int]) -> Estimate<Double>
    ) -> Estimate<Outcome> {
        Estimate { () throws(Undefined) in
            guard unitCount >= 2 else { throw .tooFew(needed: 2, found: unitCount) }
            let whole = try figure(Array(0..<unitCount)).get()
            var generator = PoolRandom(seed: seed)
            var units = [Int](repeating: 0, count: unitCount)
            var resamples: [Double] = []
            resamples.reserveCapacity(resampleCount)
            for _ in 0..<resampleCount {
                for place in units.indices { units[place] = generator.index(below: unitCount) }
                if let value = figure(units).value { resamples.append(value) }
            }
            let undefinedCount = resampleCount - resamples.count
            guard Double(undefinedCount) <= Self.undefinedShareMax * Double(resampleCount), resamples.count >= 2 else {
                throw .resamples(undefinedCount: undefinedCount, resampleCount: resampleCount)
            }
            resamples.sort()
            let mean = resamples.reduce(0, +) / Double(resamples.count)
            let variance =
                resamples.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(resamples.count - 1)
            let tails = method == .accelerated ? acceleratedTails(whole, resamples, unitCount, figure) : nil
            let (low, high) = tails ?? ((1 - level) / 2, (1 + level) / 2)
            let interval = Interval(
                low: Self.quantile(resamples, low), high: Self.quantile(resamples, high), level: level,
                method: tails == nil ? .percentileBootstrap : .acceleratedBootstrap)
            return Outcome(
                interval: interval, standardError: variance.squareRoot(), undefinedCount: undefinedCount)
        }
    }

    /// - Parameter figure: The figure of some rows, given by their indices.
    package func interval(
        of units: ResamplingUnits, figure: ([Int]) -> Estimate<Double>
    ) -> Estimate<Outcome> {
        interval(unitCount: units.count) { figure(units.rows(of: $0)) }
    }

    /// The tail probabilities, moved by bias and acceleration; nil where there are none.
    private func acceleratedTails(
        _ whole: Double, _ sorted: [Double], _ unitCount: Int, _ figure: ([Int]) -> Estimate<Double>
    ) -> (low: Double, high: Double)? {
        guard unitCount <= Self.acceleratedUnitCountMax else { return nil }
        let below = sorted.prefix { $0 < whole }.count
        let notAbove = below + sorted[below...].prefix { $0 <= whole }.count
        let share = Double(below + notAbove) / Double(2 * sorted.count)
        guard share > 0, share < 1 else { return nil }
        let bias = NormalDistribution.quantile(share)
        var left: [Double] = []
        for unit in 0..<unitCount {
            guard let value = figure((0..<unitCount).filter { $0 != unit }).value else { return nil }
            left.append(value)
        }
        let mean = left.reduce(0, +) / Double(unitCount)
        let squares = left.reduce(0) { $0 + (mean - $1) * (mean - $1) }
        let cubes = left.reduce(0) { $0 + (mean - $1) * (mean - $1) * (mean - $1) }
        guard squares > 0 else { return nil }
        let acceleration = cubes / (6 * pow(squares, 1.5))
        let reach = NormalDistribution.reach(level: level)
        func tail(_ z: Double) -> Double? {
            let moved = bias + z
            let scale = 1 - acceleration * moved
            return scale > 0 ? NormalDistribution.cumulative(bias + moved / scale) : nil
        }
        guard let low = tail(-reach), let high = tail(reach) else { return nil }
        return (low, high)
    }

    /// Linear between neighbours, as numpy's `percentile`.
    static func quantile(_ sorted: [Double], _ probability: Double) -> Double {
        let place = min(max(probability, 0), 1) * Double(sorted.count - 1)
        let index = min(Int(place), sorted.count - 1)
        let next = min(index + 1, sorted.count - 1)
        return sorted[index] + (sorted[next] - sorted[index]) * (place - Double(index))
    }
}
