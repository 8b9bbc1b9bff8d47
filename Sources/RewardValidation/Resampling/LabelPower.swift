import Foundation

/// How many labels a wanted interval takes.
package enum LabelPower {
    /// Labels for a share that is about `share`, so that its Wilson interval is at most so wide; nil when a million do not do.
    package static func count(forShare share: Double, width: Double, level: Double = 0.95) -> Int? {
        precondition((0...1).contains(share) && width > 0, "a share is from 0 to 1, and no interval has no width")
        return least { count in
            let proportion = Proportion(Int((share * Double(count)).rounded()), of: count)
            return (proportion.wilson(level: level).value?.width ?? 1) <= width
        }
    }

    /// Labels for a kappa that is about `kappa` where the class has this share for both raters, from the asymptotic standard
    /// error; nil when a million do not do.
    package static func count(
        forKappa kappa: Double, prevalence: Double, width: Double, level: Double = 0.95
    ) -> Int? {
        precondition(prevalence > 0 && prevalence < 1 && width > 0, "both classes occur")
        let chance = prevalence * prevalence + (1 - prevalence) * (1 - prevalence)
        let agreement = chance + kappa * (1 - chance)
        guard (0...1).contains(agreement) else { return nil }
        // Of one item, on shares instead of counts: a table of a million stands for them.
        let disagreeing = Int((500_000 * (1 - agreement)).rounded())
        let positive = Int((1_000_000 * prevalence).rounded()) - disagreeing
        let negative = 1_000_000 - positive - 2 * disagreeing
        guard positive >= 0, negative >= 0 else { return nil }
        let table = ConfusionTable(
            categories: [0, 1], counts: [[negative, disagreeing], [disagreeing, positive]])
        guard let error = CohenKappa(table).standardError.value else { return nil }
        return count(error: error * 1_000, width: width, level: level)
    }

    /// How many more of the same kind as `count` that gave an interval of `presentWidth`: widths shrink by the square root. 0 when
    /// it is narrow enough already.
    package static func further(count: Int, presentWidth: Double, width: Double) -> Int {
        precondition(count > 0 && presentWidth >= 0 && width > 0, "widths are positive")
        let needed = Double(count) * (presentWidth / width) * (presentWidth / width)
        return max(0, Int(min(needed.rounded(.up), 1e12)) - count)
    }

    /// `error`: of a single item.
    private static func count(error: Double, width: Double, level: Double) -> Int? {
        let reach = 2 * NormalDistribution.reach(level: level) * error / width
        let needed = (reach * reach).rounded(.up)
        return needed <= 1_000_000 ? max(1, Int(needed)) : nil
    }

    private static func least(_ suffices: (Int) -> Bool) -> Int? {
        var high = 1
        while !suffices(high) {
            guard high < 1_000_000 else { return nil }
            high *= 2
        }
        var low = high / 2
        while high - low > 1 {
            let middle = (low + high) / 2
            if suffices(middle) { high = middle } else { low = middle }
        }
        return high
    }
}
