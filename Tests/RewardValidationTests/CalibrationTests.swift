import RewardJudge
import RewardValidation
import Testing

/// A judge held against people, as figures.
@Suite struct CalibrationTests {
    private static func items(both: Int, onlyHuman: Int, onlyJudge: Int, neither: Int) -> [LabelledItem] {
        [(both, 1.0, true), (onlyHuman, 1, false), (onlyJudge, 0, true), (neither, 0, false)].flatMap { cell in
            (0..<cell.0).map { _ in
                LabelledItem(human: cell.1, score: cell.2 ? 1 : 0, isPassed: cell.2)
            }
        }
    }

    private static var settings: CalibrationSettings {
        var settings = CalibrationSettings()
        settings.resampleCount = 500
        return settings
    }

    /// 91 % agreement, and hardly more than chance: why neither figure stands alone.
    @Test func agreementAloneMisleads() throws {
        let agreement = PassAgreement(
            Self.items(both: 90, onlyHuman: 5, onlyJudge: 4, neither: 1), Self.settings)
        #expect(agreement.table.agreement == Proportion(91, of: 100))
        #expect(isClose(agreement.kappa.value, 0.13, within: 0.01))
        #expect(agreement.humanPasses == Proportion(95, of: 100) && agreement.judgePasses == Proportion(94, of: 100))
        #expect(agreement.smallerClassCount == 5 && agreement.weighted == nil)
        #expect(try agreement.bootstrap.get().interval.contains(0.13))
    }

    /// Two of the short way to kappa agree with the long one.
    @Test func kappaOfTwoClassesIsKappa() {
        var generator = ValidationSeed.generator(#function)
        for _ in 0..<200 {
            let first = (0..<20).map { _ in generator.index(below: 2) }
            let second = (0..<20).map { _ in generator.index(below: 2) }
            func count(_ one: Int, _ other: Int) -> Double {
                Double(zip(first, second).count { $0 == one && $1 == other })
            }
            let short = CohenKappa.value(
                both: count(1, 1), onlyFirst: count(1, 0), onlySecond: count(0, 1), neither: count(0, 0))
            switch CohenKappa(first, second).value {
            case .value(let value): #expect(isClose(short, value, within: 1e-12))
            case .undefined(let reason): #expect(short == .undefined(reason))
            }
        }
    }

    /// Every second pass was left out of the sample, and stands for two.
    @Test func weightsGiveBackWhatTheSampleLeftOut() throws {
        var items = Self.items(both: 20, onlyHuman: 5, onlyJudge: 10, neither: 40)
        let whole = PassAgreement(
            Self.items(both: 40, onlyHuman: 10, onlyJudge: 10, neither: 40), Self.settings)
        for row in items.indices where items[row].human == 1 { items[row].weight = 2 }
        let weighted = try #require(PassAgreement(items, Self.settings).weighted)
        #expect(isClose(weighted.kappa, whole.kappa.value.value ?? 0, within: 1e-12))
        #expect(isClose(weighted.agreement, 0.8) && isClose(weighted.humanPassShare, 0.5))
        #expect(isClose(weighted.judgePassShare, 0.5))
    }

    /// Noise has its best threshold too; on the half that did not choose it, it is worth nothing.
    @Test func thresholdOfNoiseIsWorthNothingOnTheOtherHalf() throws {
        var generator = PoolRandom(seed: 11)
        let items = (0..<200).map { row in
            LabelledItem(
                human: Double(generator.index(below: 2)), score: generator.unit(), isPassed: true, group: "\(row / 2)")
        }
        let fit = try ThresholdFit.of(items, Self.settings).get()
        #expect(fit.fittingCount == 100 && fit.reportingCount == 100)
        let fitted = try fit.fittedKappa.get()
        let reported = try fit.reportedKappa.get()
        #expect(fitted > 0.05 && reported < fitted)
        #expect(abs(reported) < 0.25)
        // A judge that passes everything agrees by chance only.
        #expect(fit.presentKappa == .value(0))
    }

    @Test func thresholdOfAGoodScoreHoldsOnTheOtherHalf() throws {
        var generator = PoolRandom(seed: 3)
        // Right scores, on the wrong side of one half.
        let items = (0..<200).map { row in
            LabelledItem(
                human: Double(row % 2), score: row % 2 == 1 ? 0.3 + 0.1 * generator.unit() : 0.2 * generator.unit(),
                isPassed: false)
        }
        let fit = try ThresholdFit.of(items, Self.settings).get()
        #expect((0.3...0.4).contains(fit.threshold))
        #expect(try fit.reportedKappa.get() > 0.9 && fit.presentKappa == .value(0))
        let oneSided = items.map { LabelledItem(human: 1, score: $0.score, isPassed: true) }
        #expect(ThresholdFit.of(oneSided, Self.settings) == .undefined(.absentClass("negative item")))
    }

    @Test func peopleAgreeAsFarAsTheyShareItems() {
        let labels = [
            (rater: "a", item: 1, isPassed: true), ("b", 1, true), ("a", 2, false), ("b", 2, true), ("a", 3, true),
            ("a", 2, true),
        ]
        let people = PanelAgreement(labels)
        #expect(people.raterCount == 2 && people.sharedItemCount == 2)
        // The last word of a person counts, so both items agree.
        #expect(people.agreement == Proportion(2, of: 2) && people.alpha == .undefined(.oneClass))
    }

    @Test func moreLabelsAreToldByTheWidth() throws {
        let items = Self.items(both: 20, onlyHuman: 4, onlyJudge: 6, neither: 20)
        let calibration = SubjectCalibration(name: "q", items: items, verdicts: .init(), Self.settings)
        let width = try calibration.agreement.bootstrap.get().interval.width
        let further = try calibration.furtherLabelCount.get()
        #expect(abs(Double(50 + further) - 50 * (width / 0.2) * (width / 0.2)) <= 1)
        #expect(calibration.scores == nil && calibration.segments.isEmpty)
        #expect(calibration.gates.map(\.name) == ["labels", "kappa", "kappa_low", "length", "parse_failures"])
    }

    @Test func parseFailuresAreAGateOfTheirOwn() {
        let items = Self.items(both: 60, onlyHuman: 1, onlyJudge: 1, neither: 60)
        var verdicts = SubjectCalibration.VerdictCounts()
        verdicts.scoredCount = 122
        func outcome(_ failedCount: Int) -> ValidationGate.Outcome? {
            verdicts.parseFailedCount = failedCount
            return SubjectCalibration(name: "q", items: items, verdicts: verdicts, Self.settings).gates.last?.outcome
        }
        #expect(outcome(0) == .passed && outcome(1) == .passed && outcome(3) == .failed)
    }
}
