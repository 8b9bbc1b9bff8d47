/// How often two raters put items into which classes.
package struct ConfusionTable<Category: Hashable & Comparable & Sendable>: Sendable, Hashable {
    /// In ascending order; the rows and columns of `counts`.
    package let categories: [Category]
    /// Rows are the first rater's classes, columns the second's.
    package private(set) var counts: [[Int]]

    /// - Parameter categories: Classes that count although nobody used them; those that occur are added.
    package init(_ first: [Category], _ second: [Category], categories: [Category] = []) {
        precondition(first.count == second.count, "both raters rate the same items")
        self.init(categories: Set(first).union(second).union(categories).sorted())
        let places = Dictionary(uniqueKeysWithValues: self.categories.enumerated().map { ($1, $0) })
        for (one, other) in zip(first, second) {
            guard let row = places[one], let column = places[other] else { continue }
            counts[row][column] += 1
        }
    }

    /// An empty table.
    package init(categories: [Category]) {
        self.categories = categories
        counts = [[Int]](repeating: [Int](repeating: 0, count: categories.count), count: categories.count)
    }

    package init(categories: [Category], counts: [[Int]]) {
        precondition(
            counts.count == categories.count && counts.allSatisfy { $0.count == categories.count },
            "a table has a row and a column for every class")
        self.categories = categories
        self.counts = counts
    }

    package var count: Int { counts.reduce(0) { $0 + $1.reduce(0, +) } }
    package var agreeingCount: Int { counts.indices.reduce(0) { $0 + counts[$1][$1] } }
    /// By class, for the first rater and for the second.
    package var firstTotals: [Int] { counts.map { $0.reduce(0, +) } }
    package var secondTotals: [Int] { counts.indices.map { column in counts.reduce(0) { $0 + $1[column] } } }

    package var agreement: Proportion { Proportion(agreeingCount, of: count) }

    /// Adds the counts of a table with the same classes.
    package mutating func add(_ other: ConfusionTable) {
        precondition(categories == other.categories, "tables of the same classes can be added")
        for row in counts.indices {
            for column in counts.indices { counts[row][column] += other.counts[row][column] }
        }
    }
}
