import ReportPages
import RewardValidation

extension CorrelationReport {
    package var page: Page {
        var sections: [Section] = []
        if let correlation { sections.append(figureSection(correlation)) }
        if let grouped = correlation?.grouped { sections.append(groupSection(grouped)) }
        if let correlation, !correlation.segments.isEmpty { sections.append(segmentSection(correlation)) }
        if !lags.isEmpty { sections.append(lagSection) }
        if sections.isEmpty {
            sections.append(
                Section(
                    "Nothing in common",
                    [
                        .note(
                            .undefined,
                            "No record names a rollout of the scores, and the two have no steps or times in common.")
                    ]))
        }
        return Page(
            title: "Rewards and production",
            lead: "Whether the \(code: subject) goes where the metric of production goes.",
            facts: [
                .init("scores", "\(code: scoreSource)"), .init("metric", "\(code: metric.name)"),
                .init("rollouts with both", "\(input.rows.count)"),
                .init(
                    "left out",
                    "\(input.strayCount) of unknown rollouts, \(input.unscoredCount) without a score, \(metric.emptyCount) without a value"
                ),
            ], sections: sections)
    }

    private func figureSection(_ correlation: ProductionCorrelation) -> Section {
        var table = Table(
            caption: "Over all rollouts",
            columns: [
                "coefficient", .init("value", .number), .init("bootstrap over prompt groups", .number),
                .init("p", .number),
            ])
        for figure in correlation.figures {
            let bootstrap = figure.bootstrap.map { $0.map { FigureCells.text($0.interval) } }
            table.add([
                Cell(figure.kind.rawValue), FigurePage.cell(figure.correlation.map(\.coefficient), figure.interval),
                bootstrap.map { $0.value.map { Cell($0) } ?? .undefined($0.reason?.text ?? "") } ?? .none,
                figure.correlation.value.map { Cell(Self.probability($0.pValue)) } ?? .none,
            ])
        }
        var blocks: [Block] = warnings.map { .note(.warning, Prose($0)) }
        blocks.append(.table(table))
        blocks.append(.plot(scatter))
        return Section("Over all rollouts", blocks)
    }

    /// Points that a plot can show apart; more are thinned evenly.
    private static let pointCountMax = 2_000

    private var scatter: Plot {
        let stride = max(1, (input.rows.count + Self.pointCountMax - 1) / Self.pointCountMax)
        let rows = input.rows.enumerated().filter { $0.offset % stride == 0 }.map(\.element)
        let thinned = stride > 1 ? " Every \(stride)th rollout is drawn." : ""
        return Plot(
            title: "Each rollout", description: "The \(subject) across, the metric upwards.\(thinned)",
            .scatter(
                [Series("rollouts", rows.map { .init($0.reward, $0.metric) })], x: Axis(subject), y: Axis("metric")))
    }

    private func groupSection(_ grouped: GroupedCorrelation) -> Section {
        var table = Table(
            caption: "Spearman's coefficient, taken apart", columns: ["where", .init("coefficient", .number)])
        table.add([
            "over everything",
            FigurePage.cell(grouped.overall.map(\.coefficient), grouped.overall.flatMap { $0.interval(level: level) }),
        ])
        table.add([
            Cell("inside \(grouped.groupCount) prompt groups"),
            FigurePage.cell(grouped.within.map(\.coefficient), grouped.withinInterval),
        ])
        table.add([
            "between the groups",
            FigurePage.cell(grouped.between.map(\.coefficient), grouped.between.flatMap { $0.interval(level: level) }),
        ])
        return Section(
            "Inside and between prompts",
            [
                .paragraph(
                    "A trainer that compares the completions of one prompt learns from the inside alone: what counts is the second row."
                ), .table(table),
            ])
    }

    private func segmentSection(_ correlation: ProductionCorrelation) -> Section {
        var table = Table(
            caption: "Spearman's coefficient by \(segmentField ?? "segment")",
            columns: [
                Table.Column(segmentField ?? "segment"), .init("rollouts", .number), .init("coefficient", .number),
            ])
        for segment in correlation.segments {
            table.add([
                Cell(segment.name), .count(segment.count),
                FigurePage.cell(segment.spearman.correlation.map(\.coefficient), segment.spearman.interval),
            ])
        }
        return Section("By segment", [.table(table)])
    }

    private var lagSection: Section {
        let points = lags.compactMap { lag in
            lag.correlation.value.map { correlation in
                Series.Point(
                    Double(lag.steps), correlation.coefficient,
                    interval: lag.interval.value.map { $0.low...max($0.low, $0.high) })
            }
        }
        var blocks: [Block] = [
            .paragraph(
                "Means of both by step, the metric so many steps later. One step is a \(input.series?.unit ?? "step"). Neighbouring steps are no independent witnesses: the intervals are too narrow where a series drifts."
            )
        ]
        if points.count > 1 {
            blocks.append(
                .plot(
                    Plot(
                        title: "Spearman's coefficient by lag",
                        description: "Right of 0 the metric comes later than the rewards, left of it earlier.",
                        .lines(
                            [Series("coefficient", points)], x: Axis("steps later"),
                            y: Axis("coefficient", range: -1...1)), references: [.horizontal(0, "none")])))
        }
        var table = Table(
            caption: "By lag",
            columns: ["metric later by", .init("steps with both", .number), .init("coefficient", .number)])
        for lag in lags {
            table.add([
                Cell("\(lag.steps)"), .count(lag.correlation.value?.count ?? 0),
                FigurePage.cell(lag.correlation.map(\.coefficient), lag.interval),
            ])
        }
        blocks.append(.table(table))
        return Section("With a lag", blocks)
    }
}
