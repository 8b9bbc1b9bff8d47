import RewardJudge
import RewardValidation
import Testing

/// Correlations inside groups, with a lag, and with the length taken out.
@Suite struct AssociationTests {
    /// Rewards rise from prompt to prompt with the metric, and fall with it among the completions of each.
    @Test func simpsonsParadoxIsSeen() throws {
        var (groups, rewards, metric) = ([Int?](), [Double](), [Double]())
        for group in 0..<10 {
            for place in 0..<5 {
                groups.append(group)
                rewards.append(Double(group * 10 + place))
                metric.append(Double(group * 10 - place))
            }
        }
        for kind in [Correlation.Kind.pearson, .spearman] {
            let parts = GroupedCorrelation(kind, groups: groups, rewards, metric)
            #expect(parts.warning == .reversed)
            #expect(try parts.overall.get().coefficient > 0.9)
            #expect(isClose(try parts.within.get().coefficient, -1))
            #expect(try parts.within.get().count == 41)
            #expect(isClose(try parts.between.get().coefficient, 1))
            #expect(parts.groupCount == 10)
        }
        let agreeing = GroupedCorrelation(.spearman, groups: groups, rewards, rewards)
        #expect(agreeing.warning == nil)
    }

    @Test func correlationBetweenPromptsAloneIsNamed() {
        var generator = ValidationSeed.generator(#function)
        var (groups, rewards, metric) = ([Int?](), [Double](), [Double]())
        for group in 0..<40 {
            for place in 0..<4 {
                groups.append(group)
                rewards.append(Double(group) + generator.unit() / 10)
                // Balanced inside each group: no chance makes it a correlation.
                metric.append(Double(group) + [0.1, -0.1, -0.1, 0.1][place])
            }
        }
        // Rewards rise with the place, the metric goes up and down again.
        for row in rewards.indices { rewards[row] = Double(groups[row] ?? 0) + Double(row % 4) / 10 }
        let parts = GroupedCorrelation(.pearson, groups: groups, rewards, metric)
        #expect(parts.warning == .onlyBetween)
        #expect(isClose(parts.within.map(\.coefficient), 0, within: 1e-9))
    }

    @Test func groupsOfOneHaveNoInside() {
        let parts = GroupedCorrelation(.pearson, groups: [1, 2, nil], [1, 2, 3], [3, 2, 5])
        #expect(parts.within.reason != nil && parts.warning == nil)
        #expect(parts.groupCount == 2)
    }

    @Test func lagIsFoundWhereTheSecondComesLater() throws {
        var generator = ValidationSeed.generator(#function)
        let rewards = (0..<60).map { step in (step: Int64(step * 10), value: generator.unit()) }
        // Two steps later, twice a step.
        let metric = rewards.flatMap { step, value in
            [(step: step + 20, value: value + 0.01), (step: step + 20, value: value - 0.01)]
        }
        let lags = LaggedCorrelation.of(.spearman, rewards, metric, lags: -3...3)
        #expect(lags.map(\.steps) == Array(-3...3))
        let best = try #require(
            lags.max { ($0.correlation.value?.coefficient ?? -1) < ($1.correlation.value?.coefficient ?? -1) })
        #expect(best.steps == 2 && isClose(best.correlation.map(\.coefficient), 1))
        #expect(best.correlation.value?.count == 60)
        #expect(LaggedCorrelation.of(.spearman, [], [], lags: 0...0)[0].correlation.reason != nil)
    }

    /// Both follow a third column and nothing else.
    @Test func partialCorrelationTakesTheThirdOut() throws {
        var generator = ValidationSeed.generator(#function)
        let lengths = (0..<400).map { _ in generator.unit() }
        let first = lengths.map { $0 + 0.1 * generator.unit() }
        let second = lengths.map { $0 + 0.1 * generator.unit() }
        #expect(try Correlation.spearman(first, second).get().coefficient > 0.9)
        let partial = try PartialCorrelation.spearman(first, second, controlling: lengths).get()
        #expect(abs(partial.coefficient) < 0.25 && partial.count == 399)
        // Whatever rounding leaves of a column less itself.
        for count in 3...400 {
            let (first, second) = (Array(first.prefix(count)), Array(second.prefix(count)))
            #expect(PartialCorrelation.spearman(first, second, controlling: first).reason == .constant)
        }
    }

    /// The longer text always wins: at equal lengths nobody does.
    @Test func lengthControlTakesTheLengthOut() throws {
        let differences = (0..<200).map { Double(($0 * 37) % 200) - 60 }
        let longer = try LengthControl.of(
            wins: differences.map { $0 > 0 ? 1 : 0 }, lengthDifferences: differences
        ).get()
        #expect(longer.winRate > 0.6 && longer.lengthCoefficient > 3)
        #expect(abs(longer.controlledWinRate - 0.5) < 0.2)
        // No matter which is longer, every second one wins.
        let blind = try LengthControl.of(
            wins: differences.indices.map { Double($0 % 2) }, lengthDifferences: differences
        ).get()
        #expect(abs(blind.controlledWinRate - 0.5) < 0.1 && abs(blind.lengthCoefficient) < 0.5)
        #expect(LengthControl.of(wins: [1], lengthDifferences: [1]).reason != nil)
        #expect(
            LengthControl.of(
                wins: [Double](repeating: 1, count: 20), lengthDifferences: [Double](repeating: 3, count: 20)
            ).reason == .constant)
    }
}
