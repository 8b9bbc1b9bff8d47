import Foundation
import RewardJudge
import RewardValidation
import Testing

/// What holds for any columns: bounds, symmetry, and what must change nothing.
@Suite struct FigurePropertyTests {
    private static func labels(_ count: Int, _ classes: Int, _ generator: inout PoolRandom) -> [Int] {
        (0..<count).map { _ in generator.index(below: classes) }
    }

    private static func values(_ count: Int, _ generator: inout PoolRandom) -> [Double] {
        // Few different values, so that ties are common.
        (0..<count).map { _ in Double(generator.index(below: 12)) / 4 - 1 }
    }

    @Test func kappasAreBoundedSymmetricAndBlindToNames() {
        var generator = ValidationSeed.generator(#function)
        for _ in 0..<300 {
            let count = 1 + generator.index(below: 40)
            let classes = 1 + generator.index(below: 4)
            let first = Self.labels(count, classes, &generator)
            let second = Self.labels(count, classes, &generator)
            for weights in CohenKappa.Weights.allCases {
                let kappa = CohenKappa(first, second, weights: weights)
                let swapped = CohenKappa(second, first, weights: weights)
                guard let value = kappa.value.value else {
                    #expect(Set(first + second).count == 1)
                    continue
                }
                #expect(value >= -1 - 1e-12 && value <= 1 + 1e-12)
                #expect(isClose(swapped.value, value, within: 1e-12))
                // A variance of 0 is added up to some 1e-16, of which the root is taken.
                #expect(isClose(swapped.standardError, kappa.standardError.value ?? -1, within: 1e-7))
                #expect(CohenKappa(first, first, weights: weights).value.value ?? 1 == 1)
                // Classes in the opposite order, with a gap between their names.
                let renamed = CohenKappa(first.map { -7 * $0 }, second.map { -7 * $0 }, weights: weights)
                #expect(isClose(renamed.value, value, within: 1e-12))
            }
            // Two raters: the nominal alpha is Scott's pi with a correction for the count.
            let ratings = [first, second].map { $0.map { Optional(Double($0)) } }
            if let alpha = KrippendorffAlpha.value(ratings: ratings, level: .nominal).value,
                let fleiss = FleissKappa.value(ratings: zip(first, second).map { [$0, $1] }).value
            {
                let n = Double(2 * count)
                #expect(isClose(alpha, 1 - (1 - fleiss) * (n - 1) / n, within: 1e-12))
            }
        }
    }

    @Test func correlationsAreBoundedSymmetricAndBlindToScale() {
        var generator = ValidationSeed.generator(#function)
        for _ in 0..<300 {
            let count = 2 + generator.index(below: 40)
            let first = Self.values(count, &generator)
            let second = Self.values(count, &generator)
            for kind in Correlation.Kind.allCases {
                guard let correlation = Correlation.of(kind, first, second).value else {
                    #expect(Set(first).count == 1 || Set(second).count == 1)
                    continue
                }
                let value = correlation.coefficient
                #expect((-1...1).contains(value) && (0...1).contains(correlation.pValue))
                #expect(Correlation.of(kind, second, first).value.map { isClose($0.coefficient, value) } == true)
                let scaled = Correlation.of(kind, first.map { 3 * $0 + 100 }, second.map { -$0 })
                #expect(scaled.value.map { isClose($0.coefficient, -value, within: 1e-9) } == true)
                #expect(scaled.value.map { isClose($0.pValue, correlation.pValue, within: 1e-6) } == true)
                if let interval = correlation.interval().value {
                    #expect(interval.low <= value + 1e-12 && value <= interval.high + 1e-12)
                    #expect(interval.low >= -1 && interval.high <= 1)
                }
                guard kind != .pearson else { continue }
                // Ranks know nothing of distances.
                let bent = Correlation.of(kind, first.map { exp($0) }, second)
                #expect(bent.value.map { isClose($0.coefficient, value, within: 1e-9) } == true)
            }
        }
    }

    /// Counted pair by pair, as the definition has it.
    @Test func kendallCountsPairsLikeTheDefinition() {
        var generator = ValidationSeed.generator(#function)
        for _ in 0..<100 {
            let count = 2 + generator.index(below: 30)
            let first = Self.values(count, &generator)
            let second = Self.values(count, &generator)
            guard let tau = Correlation.kendall(first, second).value else { continue }
            var (surplus, firstFree, secondFree) = (0.0, 0.0, 0.0)
            for i in 0..<count {
                for j in 0..<i {
                    let one = first[i] - first[j]
                    let other = second[i] - second[j]
                    surplus += (one * other).sign == .minus ? -1 : (one * other == 0 ? 0 : 1)
                    if one * other == 0, (one * other).sign == .minus { surplus += 1 }
                    firstFree += one == 0 ? 0 : 1
                    secondFree += other == 0 ? 0 : 1
                }
            }
            #expect(isClose(tau.coefficient, surplus / (firstFree * secondFree).squareRoot(), within: 1e-12))
        }
    }

    @Test func proportionIntervalsHoldTheShareAndShrink() {
        var generator = ValidationSeed.generator(#function)
        for _ in 0..<200 {
            let count = 1 + generator.index(below: 300)
            let proportion = Proportion(generator.index(below: count + 1), of: count)
            let more = Proportion(proportion.successCount * 4, of: count * 4)
            for (interval, narrower) in [
                (proportion.wilson(), more.wilson()), (proportion.clopperPearson(), more.clopperPearson()),
            ] {
                guard let interval = interval.value, let narrower = narrower.value, let share = proportion.value.value
                else {
                    Issue.record("\(proportion) has no interval")
                    continue
                }
                #expect(interval.low >= 0 && interval.high <= 1 && interval.contains(share))
                #expect(narrower.width < interval.width)
            }
        }
    }

    @Test func areaUnderTheCurveIsTheChanceOfTheHigherScore() throws {
        var generator = ValidationSeed.generator(#function)
        for _ in 0..<200 {
            let count = 2 + generator.index(below: 40)
            let scores = Self.values(count, &generator)
            let truth = Self.labels(count, 2, &generator).map { $0 == 1 }
            guard let curve = ReceiverCurve.of(truth: truth, scores: scores).value else { continue }
            var points = 0.0
            for (isPositive, score) in zip(truth, scores) where isPositive {
                for (isOther, other) in zip(truth, scores) where !isOther {
                    points += score > other ? 1 : (score == other ? 0.5 : 0)
                }
            }
            let pairs = Double(curve.positiveCount * curve.negativeCount)
            #expect(isClose(curve.area, points / pairs, within: 1e-12))
            // Corners draw the same line.
            let corners = curve.corners
            let cornerArea = zip(corners, corners.dropFirst()).reduce(0) { area, pair in
                area + (pair.1.falsePositiveRate - pair.0.falsePositiveRate)
                    * (pair.0.truePositiveRate + pair.1.truePositiveRate) / 2
            }
            #expect(isClose(cornerArea, curve.area, within: 1e-12))
        }
    }

    @Test func oneSeedGivesOneBootstrapAndUnitsStayTogether() throws {
        var generator = ValidationSeed.generator(#function)
        let groups = (0..<60).map { _ in generator.index(below: 12) }
        let values = Self.values(60, &generator)
        let units = ResamplingUnits(groups: groups.map(Optional.some))
        func mean(_ rows: [Int]) -> Estimate<Double> {
            .value(rows.reduce(0) { $0 + values[$1] } / Double(rows.count))
        }
        let bootstrap = Bootstrap(resampleCount: 300, seed: 5)
        let first = bootstrap.interval(of: units, figure: mean)
        #expect(bootstrap.interval(of: units, figure: mean) == first)
        #expect(Bootstrap(resampleCount: 300, seed: 6).interval(of: units, figure: mean) != first)
        _ = bootstrap.interval(of: units) { rows in
            // Every group is drawn whole: each of its rows as often as its first.
            var drawn: [Int: Int] = [:]
            for row in rows { drawn[row, default: 0] += 1 }
            for unit in units.rows {
                #expect(Set(unit.map { drawn[$0, default: 0] }).count == 1)
            }
            return mean(rows)
        }
    }

    @Test func halvesShareNoGroupAndCoverEverything() {
        var generator = ValidationSeed.generator(#function)
        for _ in 0..<100 {
            let groups = Self.labels(1 + generator.index(below: 50), 9, &generator)
            let split = HalfSplit(ResamplingUnits(groups: groups.map(Optional.some)), seed: generator.next())
            #expect((split.fitting + split.reporting).sorted() == Array(groups.indices))
            #expect(Set(split.fitting.map { groups[$0] }).isDisjoint(with: split.reporting.map { groups[$0] }))
        }
    }

    /// An interval of 95 % misses one time in twenty; of 40 values a little more. Beyond 26 of 200 is a chance in ten thousand.
    @Test func bootstrapIntervalsMissAsOftenAsTheySay() {
        var generator = ValidationSeed.generator(#function)
        var missedCount = 0
        for _ in 0..<200 {
            let values = (0..<40).map { _ in NormalDistribution.quantile(max(1e-9, generator.unit())) }
            let outcome = Bootstrap(resampleCount: 400, seed: generator.next()).interval(unitCount: 40) { units in
                .value(units.reduce(0) { $0 + values[$1] } / 40)
            }
            if outcome.value?.interval.contains(0) == false { missedCount += 1 }
        }
        #expect(missedCount <= 26, "\(missedCount) of 200")
        #expect(missedCount >= 1)
    }
}
