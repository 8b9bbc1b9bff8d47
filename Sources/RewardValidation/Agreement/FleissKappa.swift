/// Fleiss' kappa (1971): agreement of any number of raters beyond chance, each item rated equally often, by anybody.
///
/// `kappa = (P - Pe) / (1 - Pe)` with `P` the mean share of agreeing pairs of ratings of an item and `Pe` the sum of the squared
/// shares of the classes, as statsmodels `fleiss_kappa` has it.
package enum FleissKappa {
    /// - Parameter counts: One row an item: how many raters chose each class.
    package static func value(counts: [[Int]]) -> Estimate<Double> {
        Estimate { () throws(Undefined) in
            guard let raterCount = counts.first?.reduce(0, +) else { throw .tooFew(needed: 1, found: 0) }
            guard counts.allSatisfy({ $0.reduce(0, +) == raterCount }) else { throw .unequalRaterCounts }
            guard raterCount >= 2 else { throw .tooFew(needed: 2, found: raterCount) }
            let (n, r) = (Double(counts.count), Double(raterCount))
            let pairs = counts.reduce(0.0) { sum, row in
                sum + row.reduce(0.0) { $0 + Double($1) * Double($1 - 1) } / (r * (r - 1))
            }
            let classCount = counts.map(\.count).max() ?? 0
            let chance = (0..<classCount).reduce(0.0) { sum, category in
                let total = counts.reduce(0) { $0 + (category < $1.count ? $1[category] : 0) }
                let share = Double(total) / (n * r)
                return sum + share * share
            }
            guard chance < 1 else { throw .oneClass }
            return (pairs / n - chance) / (1 - chance)
        }
    }

    /// - Parameter ratings: One row an item: the classes that its raters chose.
    package static func value<Category: Hashable>(ratings: [[Category]]) -> Estimate<Double> {
        var places: [Category: Int] = [:]
        for category in ratings.joined() where places[category] == nil { places[category] = places.count }
        return value(
            counts: ratings.map { row in
                var counts = [Int](repeating: 0, count: places.count)
                for category in row { counts[places[category] ?? 0] += 1 }
                return counts
            })
    }
}
