import RewardKernel
import RewardValidation
import TerminalText

/// Whether rewards follow a production metric: what `plaudit correlate` shows.
package struct CorrelationReport: Sendable {
    package let input: CorrelationInput
    package let metric: MetricFile
    package let scoreSource: String
    /// "reward", or the component's name.
    package let subject: String
    package let segmentField: String?
    package let level: Double
    /// Nil where the metric names no rollouts.
    package let correlation: ProductionCorrelation?
    /// None where the two have too few steps in common.
    package let lags: [LaggedCorrelation.Lag]

    /// - Parameter lagMax: Steps that the metric may come before or after the rewards.
    package init(
        _ input: CorrelationInput, metric: MetricFile, scoreSource: String, component: String?, segmentField: String?,
        lagMax: Int, bootstrap: Bootstrap
    ) {
        self.input = input
        self.metric = metric
        self.scoreSource = scoreSource
        subject = component ?? "reward"
        self.segmentField = segmentField
        level = bootstrap.level
        correlation = input.rows.isEmpty ? nil : ProductionCorrelation(input.rows, bootstrap)
        let lags =
            input.series.map { series in
                LaggedCorrelation.of(
                    .spearman, series.rewards, series.metric, lags: -lagMax...lagMax, level: bootstrap.level)
            } ?? []
        // Rollouts that were scored within one step have no course that could lag.
        self.lags = lags.contains { $0.correlation.value != nil } ? lags : []
    }

    /// Means of both, by step: what the lags are computed of.
    package var stepMeans: (rewards: [(step: Int64, value: Double)], metric: [(step: Int64, value: Double)])? {
        input.series.map { (LaggedCorrelation.means(of: $0.rewards), LaggedCorrelation.means(of: $0.metric)) }
    }

    /// The lag with the greatest coefficient by size.
    package var strongestLag: LaggedCorrelation.Lag? {
        lags.filter { $0.correlation.value != nil }
            .max { abs($0.correlation.value?.coefficient ?? 0) < abs($1.correlation.value?.coefficient ?? 0) }
    }

    /// Whether rewards go with the metric, or with its opposite, beyond chance, and nothing warns.
    package var isClear: Bool {
        let spearman = correlation?.figures.first { $0.kind == .spearman }?.interval.value
        let lag = strongestLag?.interval.value
        return warnings.isEmpty && (spearman ?? lag).map(\.excludesZero) ?? false
    }

    /// What a reader should not overlook.
    package var warnings: [String] {
        var warnings: [String] = []
        switch correlation?.grouped?.warning {
        case .reversed:
            warnings.append(
                "Simpson's paradox: over all rollouts the \(subject) goes one way with the metric, inside the prompt groups "
                    + "the other. A trainer that compares completions of one prompt learns from the inside.")
        case .onlyBetween:
            warnings.append(
                "The \(subject) follows the metric from prompt to prompt only: inside the prompt groups, which a trainer "
                    + "learns from, no correlation can be seen.")
        case nil: break
        }
        if let correlation {
            let coefficient = correlation.figures.first { $0.kind == .spearman }?.correlation.value?.coefficient ?? 0
            for segment in correlation.segments {
                guard let interval = segment.spearman.interval.value, interval.excludesZero,
                    interval.low > 0 ? coefficient < 0 : coefficient > 0
                else { continue }
                warnings.append("In the segment \(segment.name) the correlation has the other sign.")
            }
        }
        return warnings
    }
}

// MARK: - For people

extension CorrelationReport {
    package func lines(style: TerminalStyle) -> [String] {
        var lines = [
            style(.heading, "correlation") + "  \(subject) of \(scoreSource) with \(metric.name): "
                + FigureCells.counted(input.rows.count, "rollout") + " with both"
        ]
        var left: [String] = []
        if input.strayCount > 0 { left.append("\(Figures.count(input.strayCount)) of rollouts that are not there") }
        if input.unscoredCount > 0 { left.append("\(Figures.count(input.unscoredCount)) of rollouts without a score") }
        if metric.emptyCount > 0 { left.append("\(Figures.count(metric.emptyCount)) without a value") }
        if !left.isEmpty { lines.append("metric records left out: " + left.joined(separator: ", ")) }
        if let correlation { lines += [""] + figureTable(correlation, style) }
        if let grouped = correlation?.grouped { lines += [""] + groupTable(grouped, style) }
        if let correlation, !correlation.segments.isEmpty { lines += [""] + segmentTable(correlation, style) }
        if !lags.isEmpty { lines += [""] + lagTable(style) }
        if correlation == nil && lags.isEmpty {
            lines.append(
                style(.warning, "nothing can be said: ")
                    + "no record names a rollout of the scores, and the two have no steps or times in common")
        }
        for warning in warnings { lines += ["", style(.warning, "warning: ") + warning] }
        return lines
    }

    private func figureTable(_ correlation: ProductionCorrelation, _ style: TerminalStyle) -> [String] {
        var table = TextTable([
            .init(""), .init("coefficient", .right), .init("interval"), .init("bootstrap over prompt groups"),
            .init("p", .right),
        ])
        for figure in correlation.figures {
            table.add([
                .init(figure.kind.rawValue, .name), .init(FigureCells.short(figure.correlation.map(\.coefficient))),
                .init(FigureCells.text(figure.interval)),
                .init(figure.bootstrap.map { FigureCells.text($0.map(\.interval)) } ?? "-"),
                .init(figure.correlation.value.map { Self.probability($0.pValue) } ?? "-"),
            ])
        }
        return table.lines(style: style)
    }

    private func groupTable(_ grouped: GroupedCorrelation, _ style: TerminalStyle) -> [String] {
        var table = TextTable([.init("Spearman"), .init("coefficient", .right), .init("interval")])
        let rows: [(String, Estimate<Correlation>, Estimate<Interval>)] = [
            ("over everything", grouped.overall, grouped.overall.flatMap { $0.interval(level: level) }),
            ("inside \(grouped.groupCount) prompt groups", grouped.within, grouped.withinInterval),
            ("between the groups", grouped.between, grouped.between.flatMap { $0.interval(level: level) }),
        ]
        for (name, correlation, interval) in rows {
            table.add([
                .init(name, .name), .init(FigureCells.short(correlation.map(\.coefficient))),
                .init(FigureCells.text(interval)),
            ])
        }
        return table.lines(style: style)
    }

    private func segmentTable(_ correlation: ProductionCorrelation, _ style: TerminalStyle) -> [String] {
        var table = TextTable([
            .init(segmentField ?? "segment"), .init("rollouts", .right), .init("Spearman", .right), .init("interval"),
        ])
        for segment in correlation.segments {
            table.add([
                .init(segment.name, .name), .init(Figures.count(segment.count)),
                .init(FigureCells.short(segment.spearman.correlation.map(\.coefficient))),
                .init(FigureCells.text(segment.spearman.interval)),
            ])
        }
        return table.lines(style: style)
    }

    private func lagTable(_ style: TerminalStyle) -> [String] {
        var table = TextTable([
            .init("metric later by", .right), .init("steps", .right), .init("Spearman", .right), .init("interval"),
        ])
        for lag in lags {
            table.add([
                .init("\(lag.steps)"), .init(lag.correlation.value.map { Figures.count($0.count) } ?? "-"),
                .init(FigureCells.short(lag.correlation.map(\.coefficient))), .init(FigureCells.text(lag.interval)),
            ])
        }
        return table.lines(style: style) + ["one step is a \(input.series?.unit ?? "step"); of means by step"]
    }

    static func probability(_ value: Double) -> String {
        value < 0.0001 ? "< 0.0001" : Figures.decimal(value, fractionDigits: 4)
    }
}

// MARK: - For programs

extension CorrelationReport {
    package var json: JSONValue {
        .object([
            "subject": .string(subject),
            "scores": .string(scoreSource),
            "metric": .object([
                "source": .string(metric.name), "records": .count(metric.records.count),
                "of_unknown_rollouts": .count(input.strayCount), "of_unscored_rollouts": .count(input.unscoredCount),
                "without_value": .count(metric.emptyCount),
            ]),
            "rollouts": .count(input.rows.count),
            "correlations": .object(
                (correlation?.figures ?? []).map { .init($0.kind.rawValue, json($0)) }),
            "groups": correlation?.grouped.map(json) ?? .null,
            "segments": .array(
                (correlation?.segments ?? []).map {
                    .object([
                        "name": .string($0.name), "rollouts": .count($0.count), "spearman": json($0.spearman),
                    ])
                }),
            "lags": .array(
                lags.map {
                    .object([
                        "steps": .integer(Int64($0.steps)), "spearman": .correlation($0.correlation, level: level),
                    ])
                }),
            "lag_unit": .text(input.series?.unit),
            "warnings": .array(warnings.map(JSONValue.string)),
        ])
    }

    private func json(_ figure: ProductionCorrelation.Figure) -> JSONValue {
        .object([
            "figure": .correlation(figure.correlation, level: level),
            "bootstrap": figure.bootstrap.map(JSONValue.bootstrap) ?? .null,
        ])
    }

    private func json(_ grouped: GroupedCorrelation) -> JSONValue {
        .object([
            "kind": .string(grouped.kind.rawValue), "groups": .count(grouped.groupCount),
            "overall": .correlation(grouped.overall, level: level),
            "within": .object([
                "value": .figure(grouped.within.value?.coefficient), "undefined": .text(grouped.within.reason?.text),
                "interval": .interval(grouped.withinInterval),
            ]),
            "between": .correlation(grouped.between, level: level),
            "warning": .text(grouped.warning?.rawValue),
        ])
    }
}
