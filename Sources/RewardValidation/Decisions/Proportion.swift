/// A share of a count, with its intervals.
package struct Proportion: Sendable, Hashable {
    package let successCount: Int
    package let count: Int

    package init(_ successCount: Int, of count: Int) {
        precondition(count >= 0 && (0...count).contains(successCount), "successes are some of the trials")
        self.successCount = successCount
        self.count = count
    }

    package var value: Estimate<Double> {
        count > 0 ? .value(Double(successCount) / Double(count)) : .undefined(.tooFew(needed: 1, found: 0))
    }

    /// Wilson's score interval (1927), which stays inside 0...1 and holds its level for small counts.
    package func wilson(level: Double = 0.95) -> Estimate<Interval> {
        value.map { share in
            let z = NormalDistribution.reach(level: level)
            let n = Double(count)
            let centre = (share + z * z / (2 * n)) / (1 + z * z / n)
            let reach = z / (1 + z * z / n) * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot()
            return Interval(
                low: successCount == 0 ? 0 : max(0, centre - reach),
                high: successCount == count ? 1 : min(1, centre + reach), level: level, method: .wilson)
        }
    }

    /// Clopper and Pearson's exact interval (1934), which is never too narrow and often too wide.
    package func clopperPearson(level: Double = 0.95) -> Estimate<Interval> {
        value.map { _ in
            let tail = (1 - level) / 2
            let (k, n) = (Double(successCount), Double(count))
            return Interval(
                low: successCount == 0 ? 0 : BetaDistribution.quantile(tail, k, n - k + 1),
                high: successCount == count ? 1 : BetaDistribution.quantile(1 - tail, k + 1, n - k),
                level: level, method: .clopperPearson)
        }
    }
}
