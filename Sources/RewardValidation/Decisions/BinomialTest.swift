import Foundation

/// The exact binomial test.
package enum BinomialTest {
    /// The two-sided p-value of `successCount` in `count` trials of the given chance: the probability of all outcomes that are
    /// not more likely than this one, as scipy's `binomtest` has it. 1 without trials.
    package static func pValue(successCount: Int, of count: Int, chance: Double = 0.5) -> Double {
        precondition((0...max(0, count)).contains(successCount), "successes are some of the trials")
        precondition(chance > 0 && chance < 1, "a chance that is certain needs no test")
        guard count > 0 else { return 1 }
        // Equal probabilities differ by rounding.
        let limit = logProbability(successCount, count, chance) + 1e-7
        var sum = 0.0
        for outcome in 0...count {
            let logProbability = logProbability(outcome, count, chance)
            if logProbability <= limit { sum += exp(logProbability) }
        }
        return min(1, sum)
    }

    private static func logProbability(_ successCount: Int, _ count: Int, _ chance: Double) -> Double {
        let (k, n) = (Double(successCount), Double(count))
        let ways =
            BetaDistribution.logGamma(n + 1) - BetaDistribution.logGamma(k + 1) - BetaDistribution.logGamma(n - k + 1)
        return ways + k * log(chance) + (n - k) * log1p(-chance)
    }
}

/// McNemar's test: whether two judges differ in what they pass, by the items on which they disagree.
package struct McNemarTest: Sendable, Hashable {
    /// Items that only the first passed, and that only the second passed.
    package let onlyFirstCount: Int
    package let onlySecondCount: Int

    package init(onlyFirstCount: Int, onlySecondCount: Int) {
        precondition(onlyFirstCount >= 0 && onlySecondCount >= 0, "counts are not negative")
        self.onlyFirstCount = onlyFirstCount
        self.onlySecondCount = onlySecondCount
    }

    package init(_ first: [Bool], _ second: [Bool]) {
        precondition(first.count == second.count, "both judge the same items")
        onlyFirstCount = zip(first, second).count { $0 && !$1 }
        onlySecondCount = zip(first, second).count { !$0 && $1 }
    }

    /// Exact and two-sided; 1 where they never disagree.
    package var pValue: Double {
        BinomialTest.pValue(successCount: onlyFirstCount, of: onlyFirstCount + onlySecondCount)
    }
}
