/// Everybody against everybody: the agreement and kappa of each pair of raters, on the items that both rated.
package struct KappaMatrix<Category: Hashable & Comparable & Sendable>: Sendable {
    package struct Cell: Sendable {
        package let first: Int
        package let second: Int
        package let table: ConfusionTable<Category>
        package let kappa: CohenKappa
    }

    package let raterCount: Int
    /// One for each pair, `first < second`, in that order.
    package let cells: [Cell]

    /// - Parameter ratings: One row a rater, one column an item; nil for what was not rated.
    package init(ratings: [[Category?]], weights: CohenKappa.Weights = .none) {
        precondition(Set(ratings.map(\.count)).count <= 1, "all raters have a place for every item")
        raterCount = ratings.count
        let categories = Set(ratings.joined().compactMap(\.self)).sorted()
        cells = ratings.indices.flatMap { second in
            (0..<second).map { first in
                let pairs = zip(ratings[first], ratings[second]).compactMap { one, other in
                    one.flatMap { one in other.map { (one, $0) } }
                }
                let table = ConfusionTable(pairs.map(\.0), pairs.map(\.1), categories: categories)
                return Cell(
                    first: first, second: second, table: table, kappa: CohenKappa(table, weights: weights))
            }
        }.sorted { ($0.first, $0.second) < ($1.first, $1.second) }
    }

    /// The cell of two different raters, whichever way round.
    package func cell(_ first: Int, _ second: Int) -> Cell? {
        cells.first { $0.first == min(first, second) && $0.second == max(first, second) }
    }
}
