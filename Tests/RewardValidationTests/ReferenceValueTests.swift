import RewardJudge
import RewardValidation
import Testing

/// Every figure against the library whose convention it follows: scipy 1.17.1, scikit-learn 1.9.1, statsmodels 0.15.0,
/// krippendorff 0.9.0, pingouin 0.7.0 and choix 0.4.1, all on the same small columns.
@Suite struct ReferenceValueTests {
    private static let a = [1, 1, 1, 0, 0, 1, 0, 1, 1, 0, 1, 1]
    private static let b = [1, 0, 1, 0, 0, 1, 1, 1, 1, 0, 1, 0]
    private static let x = [0.1, 0.4, 0.35, 0.8, 0.65, 0.9, 0.4, 0.2, 0.75, 0.5]
    private static let y = [0.2, 0.3, 0.45, 0.7, 0.7, 0.95, 0.5, 0.1, 0.6, 0.5]
    private static let truth = [0, 0, 1, 1, 0, 1, 1, 0, 1, 1].map { $0 == 1 }
    private static let scores = [0.1, 0.4, 0.35, 0.8, 0.4, 0.9, 0.7, 0.2, 0.4, 0.65]

    // MARK: Agreement

    @Test func cohenKappaWithItsAsymptoticInterval() {
        let table = ConfusionTable(Self.a, Self.b)
        let kappa = CohenKappa(table)
        #expect(table.counts == [[3, 1], [2, 6]])
        #expect(isClose(table.agreement.value, 0.75))
        #expect(isClose(kappa.value, 0.47058823529411764))
        #expect(isClose(kappa.standardError, 0.25805819158455473))
        #expect(isClose(kappa.nullStandardError.map { $0 * $0 }, 0.08073817762399077))
        #expect(isClose(kappa.interval(), -0.035196526127146965, 0.9763729967153822))
    }

    @Test func cohenKappaOfConstantRaters() {
        #expect(CohenKappa([1, 1, 1], [1, 1, 1]).value == .undefined(.oneClass))
        #expect(CohenKappa([1, 1, 1], [1, 0, 1]).value == .value(0))
    }

    @Test func weightedKappas() {
        let humans = [1, 2, 3, 4, 5, 3, 2, 4, 5, 1]
        let judge = [1, 3, 3, 4, 4, 3, 1, 5, 5, 2]
        #expect(isClose(CohenKappa(humans, judge, weights: .linear).value, 0.6835443037974684))
        #expect(isClose(CohenKappa(humans, judge, weights: .quadratic).value, 0.8717948717948718))
    }

    @Test(arguments: [
        (KrippendorffAlpha.Level.nominal, 0.743421052631579), (.ordinal, 0.8153875037548814),
        (.interval, 0.8491071428571428), (.ratio, 0.7974027747116121),
    ])
    func krippendorffAlpha(_ level: KrippendorffAlpha.Level, _ expected: Double) {
        let ratings: [[Double?]] = [
            [1, 2, 3, 3, 2, 1, 4, 1, 2, nil, nil, nil], [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, nil, 3],
            [nil, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, nil], [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, nil],
        ]
        #expect(isClose(KrippendorffAlpha.value(ratings: ratings, level: level), expected))
        let constant: [[Double?]] = [[1, 1, 1], [1, 1, 1]]
        #expect(KrippendorffAlpha.value(ratings: constant, level: level) == .undefined(.oneClass))
    }

    @Test func fleissKappa() {
        let counts = [
            [0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1], [7, 7, 0, 0, 0],
            [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7],
        ]
        #expect(isClose(FleissKappa.value(counts: counts), 0.20993070442195522))
    }

    // MARK: Correlation

    @Test func pearson() throws {
        let pearson = try Correlation.pearson(Self.x, Self.y).get()
        #expect(isClose(pearson.coefficient, 0.9285905480475727))
        #expect(isClose(pearson.pValue, 0.00010430155030632896, within: 1e-9))
        #expect(isClose(pearson.interval(), 0.7198147765544157, 0.9833099220442496))
        #expect(Correlation.pearson([1, 1, 1], [1, 2, 3]) == .undefined(.constant))
    }

    @Test func spearman() throws {
        let spearman = try Correlation.spearman(Self.x, Self.y).get()
        #expect(isClose(spearman.coefficient, 0.9388423105261694))
        #expect(isClose(spearman.pValue, 5.6826076131789276e-05, within: 1e-9))
        #expect(Correlation.spearman([1, 1, 1], [1, 2, 3]) == .undefined(.constant))
    }

    @Test func kendall() throws {
        let kendall = try Correlation.kendall(Self.x, Self.y).get()
        #expect(isClose(kendall.coefficient, 0.8276408817690653))
        #expect(isClose(kendall.pValue, 0.0011192658061975223, within: 1e-9))
        #expect(isClose(Correlation.kendallTauC(Self.x, Self.y), 0.8228571428571428))
    }

    /// Exact and normal p-values, and a permutation of 40.
    @Test func kendallPValues() throws {
        let x = [3.0, 1, 4, 15, 9, 2, 6, 5]
        let y = [2.0, 7, 1, 8, 28, 18, 4, 5]
        let exact = try Correlation.kendall(x, y).get()
        #expect(isClose(exact.coefficient, 0.14285714285714285) && isClose(exact.pValue, 0.7195436507936508))
        let swapped = try Correlation.kendall([1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 6, 5]).get()
        #expect(isClose(swapped.coefficient, 0.8666666666666666) && isClose(swapped.pValue, 0.016666666666666666))
        let tied = try Correlation.kendall([1, 1, 2, 2, 3], [1, 2, 2, 3, 3]).get()
        #expect(isClose(tied.coefficient, 0.75) && isClose(tied.pValue, 0.0969446310908336))
        let many = try Correlation.kendall((0..<40).map(Double.init), (0..<40).map { Double($0 * 17 % 41) }).get()
        #expect(isClose(many.coefficient, 0.01794871794871795) && isClose(many.pValue, 0.8704282960625428))
    }

    private static let shroutFleiss: [[Double]] = [
        [9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7],
    ]

    /// pingouin prints six digits, and intervals of two.
    @Test(arguments: [
        (IntraclassCorrelation.Form.oneWay, IntraclassCorrelation.Unit.single, 0.165742, -0.13, 0.72),
        (.agreement, .single, 0.289764, 0.02, 0.76), (.consistency, .single, 0.714841, 0.34, 0.95),
        (.oneWay, .mean, 0.442797, -0.88, 0.91), (.agreement, .mean, 0.620051, 0.07, 0.93),
        (.consistency, .mean, 0.909316, 0.68, 0.99),
    ])
    func intraclassCorrelation(
        _ form: IntraclassCorrelation.Form, _ unit: IntraclassCorrelation.Unit, _ expected: Double, _ low: Double,
        _ high: Double
    ) throws {
        let correlation = try IntraclassCorrelation.of(form, unit, ratings: Self.shroutFleiss).get()
        #expect(isClose(correlation.value, expected))
        #expect(isClose(.value(correlation.interval), low, high, within: 0.005))
        #expect(isClose(correlation.fRatio, form == .oneWay ? 1.794678 : 11.027248))
        #expect(isClose(correlation.pValue, form == .oneWay ? 0.164769 : 0.000135))
    }

    // MARK: Decisions

    @Test func decisionsOfTwoClasses() {
        let outcomes = BinaryOutcomes(
            truth: Self.a.map { $0 == 1 }, decisions: Self.b.map { $0 == 1 }, positive: "met")
        #expect(isClose(outcomes.matthewsCorrelation, 0.47809144373375745))
        #expect(isClose(outcomes.balancedAccuracy, 0.75))
        #expect(isClose(outcomes.f1, 0.8))
        #expect(isClose(outcomes.precision, 0.8571428571428571))
        #expect(isClose(outcomes.recall, 0.75))
    }

    @Test func receiverCurve() throws {
        let curve = try ReceiverCurve.of(truth: Self.truth, scores: Self.scores).get()
        #expect(isClose(curve.area, 0.875))
        #expect(curve.points.map(\.threshold) == [.infinity, 0.9, 0.8, 0.7, 0.65, 0.4, 0.35, 0.2, 0.1])
        let corners = curve.corners
        #expect(corners.map(\.threshold) == [.infinity, 0.9, 0.65, 0.4, 0.35, 0.1])
        #expect(corners.map(\.falsePositiveRate) == [0, 0, 0, 0.5, 0.5, 1])
        let rates = [0, 0.16666666666666666, 0.6666666666666666, 0.8333333333333334, 1, 1]
        #expect(zip(corners, rates).allSatisfy { isClose($0.truePositiveRate, $1) })
        let best = try curve.bestPoint.get()
        #expect(best.threshold == 0.65 && isClose(best.youden, 0.6666666666666666))
    }

    @Test func probabilityScores() {
        #expect(isClose(ProbabilityScores.brier(truth: Self.truth, probabilities: Self.scores), 0.1415))
        #expect(
            isClose(ProbabilityScores.logLoss(truth: Self.truth, probabilities: Self.scores), 0.44322300978800727))
        #expect(
            isClose(ProbabilityScores.averagePrecision(truth: Self.truth, scores: Self.scores), 0.9107142857142857))
    }

    @Test func proportionIntervals() {
        let nine = Proportion(9, of: 12)
        #expect(isClose(nine.wilson(), 0.46769466506643426, 0.9110583316059453))
        #expect(isClose(nine.clopperPearson(), 0.4281415381218108, 0.9451393554720073))
        #expect(isClose(Proportion(0, of: 10).clopperPearson(), 0, 0.3084971078187608))
        #expect(isClose(Proportion(0, of: 10).wilson(), 0, 0.27753279986288))
        #expect(isClose(Proportion(10, of: 10).wilson(), 0.72246720013712, 1))
    }

    @Test func mcNemar() {
        #expect(isClose(McNemarTest(onlyFirstCount: 1, onlySecondCount: 8).pValue, 0.0390625))
        #expect(McNemarTest([true, true], [true, true]).pValue == 1)
    }

    @Test func favouringASlot() {
        let flips = (0..<14).map { place in
            PairOutcome(
                pair: ComparisonPair(0, 1), points: 0.5,
                agreement: .flipped(favoured: place < 11 ? .first : .second))
        }
        let agreeing = PairOutcome(pair: ComparisonPair(0, 1), points: 1)
        let partial = PairOutcome(pair: ComparisonPair(0, 1), points: 0.5, agreement: .partial)
        let oneSided = PairOutcome(pair: ComparisonPair(0, 1), points: 1, agreement: .oneSided)
        let bias = OrderBias(flips + [agreeing, agreeing, agreeing, agreeing, partial, partial, oneSided, nil])
        #expect(isClose(bias.pValue, 0.057373046875))
        #expect(bias.flipRate == Proportion(16, of: 20))
        #expect(bias.firstSlotShare == Proportion(11, of: 14))
        #expect(bias.unansweredCount == 2)
    }

    // MARK: Spread and resampling

    @Test func variancesSayWhichTheyAre() {
        #expect(isClose(Variance.of(Self.x, ddof: 0), 0.06272500000000002))
        #expect(isClose(Variance.of(Self.x, ddof: 1), 0.06969444444444446))
    }

    /// scipy's own resamples are others, so this agrees within the resampling error only.
    @Test(arguments: [
        (Bootstrap.Method.accelerated, -0.05, 0.07, Interval.Method.acceleratedBootstrap),
        (.percentile, -0.05, 0.065, .percentileBootstrap),
    ])
    func bootstrapOfAMeanDifference(
        _ method: Bootstrap.Method, _ low: Double, _ high: Double, _ named: Interval.Method
    ) throws {
        let differences = zip(Self.x, Self.y).map { $0 - $1 }
        let outcome = try Bootstrap(seed: 7, method: method).interval(unitCount: 10) { units in
            .value(units.reduce(0) { $0 + differences[$1] } / Double(units.count))
        }.get()
        #expect(isClose(.value(outcome.interval), low, high, within: 0.01))
        #expect(isClose(outcome.standardError, 0.029951298997737803, within: 0.001))
        #expect(outcome.interval.method == named && outcome.undefinedCount == 0)
    }

    @Test func bradleyTerry() {
        let games = [(0, 1, 7), (1, 0, 3), (1, 2, 6), (2, 1, 4), (0, 2, 8), (2, 0, 2)]
        let outcomes = games.flatMap { first, second, count in
            (0..<count).map { _ in PairOutcome(pair: ComparisonPair(first, second), points: 1) }
        }
        let strengths = BradleyTerry(count: 3, outcomes: outcomes, prior: 0).logStrengths
        let expected = [0.7405699261341627, -0.14910224999611035, -0.5914676761380524]
        #expect(zip(strengths, expected).allSatisfy { isClose($0, $1) })
    }
}
