/// Two completions of a group to be compared, by their places in the group.
package struct ComparisonPair: Sendable, Hashable {
    package var first: Int
    package var second: Int

    package init(_ first: Int, _ second: Int) {
        self.first = first
        self.second = second
    }

    /// The same pair whichever way round it is.
    var unordered: ComparisonPair { first < second ? self : ComparisonPair(second, first) }
}
