/// One criterion, component or reward of a judge, held against people.
package struct SubjectCalibration: Sendable {
    package let name: String
    package let agreement: PassAgreement
    /// By the human's: a pass is positive.
    package let decisions: BinaryOutcomes
    /// Where the judge's scores are more than two.
    package let scores: ScoreFigures?
    package let lengths: LengthFigures
    package let segments: [(name: String, agreement: PassAgreement)]
    /// More labels of the same kind, for an interval of kappa of the wanted width.
    package let furtherLabelCount: Estimate<Int>
    package let verdicts: VerdictCounts
    package let gates: [ValidationGate]

    /// What became of the judge's verdicts of this subject, labelled or not.
    package struct VerdictCounts: Sendable, Hashable {
        package var scoredCount = 0
        package var parseFailedCount = 0
        /// Without a score for any other reason: neutral, cannot assess, gated, an error.
        package var otherCount = 0

        package init() {}

        /// Of those that a judge answered.
        package var parseFailures: Proportion { Proportion(parseFailedCount, of: scoredCount + parseFailedCount) }
    }

    /// How good the scores are as probabilities of a pass, and as an order.
    package struct ScoreFigures: Sendable, Hashable {
        package let curve: Estimate<ReceiverCurve>
        package let areaBootstrap: Estimate<Bootstrap.Outcome>
        package let averagePrecision: Estimate<Double>
        package let brier: Estimate<Double>
        package let logLoss: Estimate<Double>
        package let threshold: Estimate<ThresholdFit>
        /// With the people's values, where these are more than two.
        package let spearman: Estimate<Correlation>?
    }

    /// Whether the judge, or people, like long texts.
    package struct LengthFigures: Sendable, Hashable {
        package let judge: Estimate<Correlation>
        package let human: Estimate<Correlation>
        /// Of judge and people with the length taken out.
        package let partial: Estimate<Correlation>
    }

    /// - Parameter items: Those that both a person and the judge have decided.
    package init(
        name: String, items: [LabelledItem], verdicts: VerdictCounts, _ settings: CalibrationSettings
    ) {
        self.name = name
        self.verdicts = verdicts
        let agreement = PassAgreement(items, settings)
        self.agreement = agreement
        let truth = items.map { $0.human >= settings.threshold }
        decisions = BinaryOutcomes(truth: truth, decisions: items.map(\.isPassed), positive: "passed")
        scores = Set(items.map(\.score)).count > 2 ? Self.scoreFigures(items, truth, settings) : nil
        let lengths = Self.lengthFigures(items)
        self.lengths = lengths
        segments = Dictionary(grouping: items) { $0.segment ?? "" }.filter { !$0.key.isEmpty }
            .sorted { $0.key < $1.key }.map { ($0.key, PassAgreement($0.value, settings)) }
        furtherLabelCount = agreement.bootstrap.flatMap { outcome in
            outcome.interval.width > 0
                ? .value(
                    LabelPower.further(
                        count: agreement.count, presentWidth: outcome.interval.width, width: settings.width))
                : .undefined(.constant)
        }
        gates = CalibrationGates.of(agreement, lengths, verdicts, settings)
    }

    private static func scoreFigures(
        _ items: [LabelledItem], _ truth: [Bool], _ settings: CalibrationSettings
    ) -> ScoreFigures {
        let scores = items.map(\.score)
        let units = ResamplingUnits(groups: items.map(\.group))
        let people = items.map(\.human)
        return ScoreFigures(
            curve: ReceiverCurve.of(truth: truth, scores: scores),
            areaBootstrap: settings.bootstrap.interval(of: units) { rows in
                ReceiverCurve.of(truth: rows.map { truth[$0] }, scores: rows.map { scores[$0] }).map(\.area)
            },
            averagePrecision: ProbabilityScores.averagePrecision(truth: truth, scores: scores),
            brier: ProbabilityScores.brier(truth: truth, probabilities: scores),
            logLoss: ProbabilityScores.logLoss(truth: truth, probabilities: scores),
            threshold: ThresholdFit.of(items, settings),
            spearman: Set(people).count > 2 ? Correlation.spearman(people, scores) : nil)
    }

    private static func lengthFigures(_ items: [LabelledItem]) -> LengthFigures {
        let known = items.compactMap { item in item.length.map { (item, $0) } }
        let lengths = known.map(\.1)
        let (scores, people) = (known.map(\.0.score), known.map(\.0.human))
        return LengthFigures(
            judge: Correlation.spearman(scores, lengths), human: Correlation.spearman(people, lengths),
            partial: PartialCorrelation.spearman(people, scores, controlling: lengths))
    }
}
