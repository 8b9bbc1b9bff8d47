/// One row of the table: everything that is said about one figure.
package struct Figure: Sendable {
    /// The part of the table it stands in.
    package var section: String
    package var name: String
    /// The median over the rounds.
    package var value: Double
    package var unit: String
    /// The distance between the quartiles as a share of the median.
    package var spread: Double
    /// What the floor took or did, in the same unit, in the same run.
    package var floor: Double?
    /// What the floor is.
    package var floorName: String?
    /// The median of the rounds' own ratios to the floor, and their quartiles.
    package var ratio: Double?
    package var ratioQuartiles: ClosedRange<Double>?
    package var goal: Goal?
    /// Where it stands in a plot.
    package var plot: PlotPoint?

    /// A figure without a floor.
    package init(
        section: String, name: String, unit: String, rounds: Rounds, goal: Goal? = nil, plot: PlotPoint? = nil
    ) {
        self.section = section
        self.name = name
        self.unit = unit
        self.goal = goal
        self.plot = plot
        value = rounds.median
        spread = rounds.spread
    }

    /// A figure and its floor, measured in the same interleaved rounds.
    package init(
        section: String, name: String, unit: String, rounds: Rounds, floor: Rounds, floorName: String,
        goal: Goal? = nil,
        plot: PlotPoint? = nil
    ) {
        self.init(section: section, name: name, unit: unit, rounds: rounds, goal: goal, plot: plot)
        let ratios = rounds.ratios(to: floor)
        self.floor = floor.median
        self.floorName = floorName
        self.ratio = ratios.median
        self.ratioQuartiles = ratios.quantile(0.25)...ratios.quantile(0.75)
    }

    /// Whether the goal is met; nil when there is none.
    package var isGoalMet: Bool? {
        goal?.isMet(value: value, ratio: ratio)
    }
}

extension Figure: Encodable {
    private enum Key: String, CodingKey {
        case section, name, value, unit, spread, floor, ratio, goal, plot
        case floorName = "floor_name"
        case ratioQuartiles = "ratio_quartiles"
        case goalMet = "goal_met"
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(section, forKey: .section)
        try container.encode(name, forKey: .name)
        try container.encode(value, forKey: .value)
        try container.encode(unit, forKey: .unit)
        try container.encode(spread, forKey: .spread)
        try container.encodeIfPresent(floor, forKey: .floor)
        try container.encodeIfPresent(floorName, forKey: .floorName)
        try container.encodeIfPresent(ratio, forKey: .ratio)
        try container.encodeIfPresent(
            ratioQuartiles.map { [$0.lowerBound, $0.upperBound] }, forKey: .ratioQuartiles)
        try container.encodeIfPresent(goal?.text(unit: unit), forKey: .goal)
        try container.encodeIfPresent(isGoalMet, forKey: .goalMet)
        try container.encodeIfPresent(plot, forKey: .plot)
    }
}
