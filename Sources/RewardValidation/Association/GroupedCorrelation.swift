/// A correlation taken apart by groups: over everything, inside the groups, and between their means.
///
/// A reward can follow a metric over all rollouts and still go against it among the completions of each prompt (Simpson's paradox).
/// A policy that is trained on group-relative rewards learns from the inside alone.
package struct GroupedCorrelation: Sendable, Hashable {
    package enum Warning: String, Sendable, CaseIterable {
        /// Inside the groups it has the other sign, and both intervals exclude 0.
        case reversed
        /// There is one over everything, and none can be seen inside the groups.
        case onlyBetween = "only_between"
    }

    package let kind: Correlation.Kind
    package let groupCount: Int
    package let overall: Estimate<Correlation>
    /// Of deviations from the group's mean (of the ranks inside the group for Spearman), over all groups of two or more.
    package let within: Estimate<Correlation>
    package let withinInterval: Estimate<Interval>
    /// Of the groups' means.
    package let between: Estimate<Correlation>
    package let warning: Warning?

    /// - Parameters:
    ///   - kind: Pearson's or Spearman's.
    ///   - groups: The group of each item; nil for one outside all groups, which counts overall only.
    package init<Group: Hashable>(
        _ kind: Correlation.Kind, groups: [Group?], _ first: [Double], _ second: [Double], level: Double = 0.95
    ) {
        precondition(groups.count == first.count && first.count == second.count, "every item has both values")
        precondition(kind != .kendall, "Kendall's tau has no deviations from a mean")
        self.kind = kind
        let overall = Correlation.of(kind, first, second)
        self.overall = overall
        var members: [[Int]] = []
        var places: [Group: Int] = [:]
        for (row, group) in groups.enumerated() {
            guard let group else { continue }
            if let place = places[group] {
                members[place].append(row)
            } else {
                places[group] = members.count
                members.append([row])
            }
        }
        groupCount = members.count
        func mean(_ rows: [Int], _ column: [Double]) -> Double {
            rows.reduce(0) { $0 + column[$1] / Double(rows.count) }
        }
        between = Correlation.of(kind, members.map { mean($0, first) }, members.map { mean($0, second) })
        let shared = members.filter { $0.count >= 2 }
        func deviations(_ column: [Double]) -> [Double] {
            shared.flatMap { rows in
                let values = rows.map { column[$0] }
                let own = kind == .spearman ? Ranks.average(values) : values
                let mean = own.reduce(0) { $0 + $1 / Double(own.count) }
                return own.map { $0 - mean }
            }
        }
        let within = GroupedCorrelation.within(
            kind, deviations(first), deviations(second), groupCount: shared.count, level: level)
        self.within = within.map(\.correlation)
        withinInterval = within.flatMap(\.interval)
        warning = GroupedCorrelation.warning(overall, withinInterval, level)
    }

    /// Each group's mean takes a degree of freedom, as a partial correlation's controls do.
    private static func within(
        _ kind: Correlation.Kind, _ first: [Double], _ second: [Double], groupCount: Int, level: Double
    ) -> Estimate<(correlation: Correlation, interval: Estimate<Interval>)> {
        Estimate { () throws(Undefined) in
            let count = first.count - groupCount + 1
            guard groupCount > 0, count >= 3 else { throw .tooFew(needed: 3, found: max(0, count)) }
            let coefficient = try Correlation.pearsonCoefficient(first, second)
            let correlation = Correlation(
                kind: kind, coefficient: coefficient, count: count,
                pValue: Correlation.pValue(coefficient, count))
            return (correlation, correlation.interval(level: level))
        }
    }

    private static func warning(
        _ overall: Estimate<Correlation>, _ within: Estimate<Interval>, _ level: Double
    ) -> Warning? {
        guard let outer = overall.flatMap({ $0.interval(level: level) }).value, outer.excludesZero,
            let inner = within.value
        else { return nil }
        if inner.excludesZero { return (inner.low > 0) == (outer.low > 0) ? nil : .reversed }
        return .onlyBetween
    }
}
