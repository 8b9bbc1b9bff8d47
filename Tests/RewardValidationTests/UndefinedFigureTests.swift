import RewardValidation
import Testing

/// What does not exist says why, and is never a NaN or a 0.
@Suite struct UndefinedFigureTests {
    @Test func withoutItemsThereIsNoAgreement() {
        #expect(CohenKappa([Int](), []).value == .undefined(.tooFew(needed: 1, found: 0)))
        #expect(CohenKappa([Int](), []).interval() == .undefined(.tooFew(needed: 1, found: 0)))
        #expect(FleissKappa.value(counts: []) == .undefined(.tooFew(needed: 1, found: 0)))
        #expect(KrippendorffAlpha.value(ratings: [], level: .nominal) == .undefined(.tooFew(needed: 1, found: 0)))
        #expect(Proportion(0, of: 0).wilson() == .undefined(.tooFew(needed: 1, found: 0)))
    }

    @Test func ratersWhoKnowOneClassOnly() {
        #expect(FleissKappa.value(ratings: [["a", "a"], ["a", "a"]]) == .undefined(.oneClass))
        #expect(CohenKappa(["pass"], ["pass"], weights: .quadratic).value == .undefined(.oneClass))
    }

    @Test func itemsWithDifferentNumbersOfRatings() {
        #expect(FleissKappa.value(counts: [[2, 0], [1, 0]]) == .undefined(.unequalRaterCounts))
        #expect(FleissKappa.value(counts: [[1, 0], [0, 1]]) == .undefined(.tooFew(needed: 2, found: 1)))
        #expect(
            IntraclassCorrelation.of(.oneWay, .single, ratings: [[1, 2], [1]]) == .undefined(.unequalRaterCounts))
    }

    @Test func krippendorffNeedsPairsAndAScaleThatFits() {
        let single: [[Double?]] = [[1, nil], [nil, 2]]
        #expect(KrippendorffAlpha.value(ratings: single, level: .nominal) == .undefined(.tooFew(needed: 1, found: 0)))
        #expect(KrippendorffAlpha.value(ratings: [[1, -1], [2, 1]], level: .ratio) == .undefined(.outOfRange))
        #expect(KrippendorffAlpha.value(ratings: [[1, .nan], [2, 1]], level: .interval) == .undefined(.outOfRange))
    }

    @Test func correlationsOfTooLittleOrOfNoNumbers() throws {
        for kind in Correlation.Kind.allCases {
            #expect(Correlation.of(kind, [1], [1]) == .undefined(.tooFew(needed: 2, found: 1)))
            #expect(Correlation.of(kind, [1, .nan], [1, 2]) == .undefined(.outOfRange))
            #expect(Correlation.of(kind, [1, .infinity], [1, 2]) == .undefined(.outOfRange))
            #expect(Correlation.of(kind, [1, 2], [5, 5]) == .undefined(.constant))
            let two = try Correlation.of(kind, [1, 2], [7, 5]).get()
            #expect(isClose(two.coefficient, -1) && two.pValue == 1)
            #expect(two.interval().reason != nil)
        }
        #expect(Correlation.kendallTauC([1, 2], [5, 5]) == .undefined(.constant))
    }

    @Test func extremeColumnsStillCorrelate() throws {
        let huge = try Correlation.pearson([-1e308, 0, 1e308], [1, 2, 3]).get()
        #expect(isClose(huge.coefficient, 1))
        let tiny = try Correlation.pearson([0, 1e-300, 2e-300], [1, 2, 3]).get()
        #expect(isClose(tiny.coefficient, 1))
    }

    @Test func decisionsWithoutAClass() {
        let none = BinaryOutcomes(truth: [true, true], decisions: [false, false], positive: "met")
        #expect(none.precision == .undefined(.absentClass("item taken for met")))
        #expect(none.specificity == .undefined(.absentClass("item that is not met")))
        #expect(none.recall == .value(0))
        #expect(none.balancedAccuracy.reason != nil)
        #expect(none.matthewsCorrelation == .undefined(.constant))
        let empty = BinaryOutcomes(truth: [false], decisions: [false], positive: "met")
        #expect(empty.f1.reason != nil && empty.recall.reason != nil)
    }

    @Test func curvesAndProbabilities() throws {
        #expect(ReceiverCurve.of(truth: [true], scores: [0.5]) == .undefined(.absentClass("negative item")))
        #expect(ReceiverCurve.of(truth: [false], scores: [0.5]) == .undefined(.absentClass("positive item")))
        let backwards = try ReceiverCurve.of(truth: [false, true], scores: [0.9, 0.1]).get()
        #expect(backwards.bestPoint == .undefined(.noThreshold) && backwards.area == 0)
        let same = try ReceiverCurve.of(truth: [false, true], scores: [0.5, 0.5]).get()
        #expect(same.area == 0.5 && same.bestPoint == .undefined(.noThreshold))
        #expect(ProbabilityScores.brier(truth: [], probabilities: []).reason != nil)
        #expect(ProbabilityScores.brier(truth: [true], probabilities: [1.5]) == .undefined(.outOfRange))
        #expect(ProbabilityScores.averagePrecision(truth: [false], scores: [1]).reason != nil)
        // One certain mistake costs a lot, and not everything.
        let loss = try ProbabilityScores.logLoss(truth: [true, false], probabilities: [0, 0]).get()
        #expect(isClose(loss, 18.021826694558577))
    }

    @Test func equallyGoodThresholdsGiveTheHigher() throws {
        let curve = try ReceiverCurve.of(
            truth: [true, false, true, false], scores: [0.9, 0.7, 0.5, 0.3]
        ).get()
        #expect(try curve.bestPoint.get().threshold == 0.9)
    }

    @Test func intraclassCorrelationWithoutSpread() {
        #expect(
            IntraclassCorrelation.of(.agreement, .single, ratings: [[1, 1], [1, 1]]) == .undefined(.constant))
        #expect(
            IntraclassCorrelation.of(.agreement, .single, ratings: [[1, 2]])
                == .undefined(.tooFew(needed: 2, found: 1)))
        let perfect = IntraclassCorrelation.of(.agreement, .single, ratings: [[1, 1], [2, 2], [3, 3]])
        #expect(perfect.value?.value == 1 && perfect.value?.interval.low == 1)
    }

    @Test func bootstrapOfWhatMostResamplesLack() {
        let tooRare = Bootstrap(resampleCount: 200, seed: 1).interval(unitCount: 3) { units in
            Set(units).count == 3 ? .value(1) : .undefined(.constant)
        }
        guard case .undefined(.resamples(let undefinedCount, 200)) = tooRare else {
            Issue.record("\(tooRare)")
            return
        }
        #expect(undefinedCount > 100)
        #expect(
            Bootstrap().interval(unitCount: 1) { _ in .value(1) } == .undefined(.tooFew(needed: 2, found: 1)))
        #expect(Bootstrap().interval(unitCount: 5) { _ in .undefined(.oneClass) } == .undefined(.oneClass))
    }

    /// Without any spread BCa divides by zero; the percentile interval takes its place and says so.
    @Test func bootstrapOfAConstantFigure() throws {
        let outcome = try Bootstrap(resampleCount: 100).interval(unitCount: 4) { _ in .value(3) }.get()
        #expect(outcome.interval == Interval(low: 3, high: 3, level: 0.95, method: .percentileBootstrap))
        #expect(outcome.standardError == 0)
    }

    @Test func repeatsOfNothing() {
        let none = RepeatVariance([[1], []])
        #expect(none.itemCount == 0)
        #expect(none.meanSampleVariance.reason != nil && none.pooledDeviation.reason != nil)
        #expect(none.retestAgreement.value.reason != nil)
        #expect(RepeatVariance([[1, 2]]).noiseShare(ofGroupVariance: 0) == .undefined(.constant))
        #expect(Variance.of([1], ddof: 1) == .undefined(.tooFew(needed: 2, found: 1)))
        #expect(Variance.within(groups: [1, 2], [3, 4]).reason != nil)
    }

    @Test func everyReasonIsASentencePart() {
        let reasons: [Undefined] = [
            .tooFew(needed: 3, found: 2), .constant, .oneClass, .absentClass("met item"), .unequalRaterCounts,
            .outOfRange, .noThreshold, .resamples(undefinedCount: 3, resampleCount: 10), .noConvergence,
        ]
        #expect(Set(reasons.map(\.text)).count == reasons.count)
        #expect(Undefined.tooFew(needed: 3, found: 2).text == "too few: 2 of at least 3")
    }
}
