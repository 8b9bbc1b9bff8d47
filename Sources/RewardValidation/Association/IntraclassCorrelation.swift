/// Intraclass correlations: which share of the spread of ratings is the items' own (Shrout and Fleiss 1979, McGraw and Wong
/// 1996; the names and intervals of pingouin's `intraclass_corr`).
///
/// Repeats of one judge are `oneWay`, for the first repeat has nothing to do with another's first. Judges that stand for any
/// judge are `agreement`; when only the order of the items matters and not that one judge is sterner, `consistency`.
package struct IntraclassCorrelation: Sendable, Hashable {
    package enum Form: String, Sendable, CaseIterable {
        /// ICC(1,1) and ICC(1,k): raters are not told apart.
        case oneWay = "1"
        /// ICC(A,1) and ICC(A,k): raters are a random choice, and their severity counts as disagreement.
        case agreement = "A"
        /// ICC(C,1) and ICC(C,k): severity does not count.
        case consistency = "C"
    }

    /// Of a single rating, or of the mean of all.
    package enum Unit: String, Sendable, CaseIterable {
        case single = "1"
        case mean = "k"
    }

    package let form: Form
    package let unit: Unit
    package let value: Double
    package let fRatio: Double
    package let interval: Interval
    /// Of no difference between the items at all.
    package let pValue: Double

    package var name: String { "ICC(\(form.rawValue),\(unit.rawValue))" }

    /// - Parameter ratings: One row an item, one column a rater. Undefined with fewer than two of either, and without any spread
    ///   that the form divides by.
    package static func of(
        _ form: Form, _ unit: Unit, ratings: [[Double]], level: Double = 0.95
    ) -> Estimate<IntraclassCorrelation> {
        Estimate { () throws(Undefined) in
            let squares = try MeanSquares(ratings)
            return try squares.correlation(form, unit, level)
        }
    }
}

/// The analysis of variance of a table of ratings.
private struct MeanSquares {
    let n: Double
    let k: Double
    let items: Double
    let raters: Double
    /// What items and raters leave, and what items alone leave.
    let rest: Double
    let within: Double

    init(_ ratings: [[Double]]) throws(Undefined) {
        guard ratings.count >= 2 else { throw .tooFew(needed: 2, found: ratings.count) }
        let raterCount = ratings[0].count
        guard ratings.allSatisfy({ $0.count == raterCount }) else { throw .unequalRaterCounts }
        guard raterCount >= 2 else { throw .tooFew(needed: 2, found: raterCount) }
        guard ratings.joined().allSatisfy(\.isFinite) else { throw .outOfRange }
        n = Double(ratings.count)
        k = Double(raterCount)
        let mean = ratings.joined().reduce(0, +) / (n * k)
        let itemMeans = ratings.map { $0.reduce(0, +) / Double($0.count) }
        let raterMeans = (0..<raterCount).map { rater in
            ratings.reduce(0) { $0 + $1[rater] } / Double(ratings.count)
        }
        let itemSquares = Double(raterCount) * itemMeans.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        let raterSquares = Double(ratings.count) * raterMeans.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        var withinSquares = 0.0
        var restSquares = 0.0
        for (row, itemMean) in zip(ratings, itemMeans) {
            for (value, raterMean) in zip(row, raterMeans) {
                withinSquares += (value - itemMean) * (value - itemMean)
                let deviation = value - itemMean - raterMean + mean
                restSquares += deviation * deviation
            }
        }
        items = itemSquares / (n - 1)
        raters = raterSquares / (k - 1)
        within = withinSquares / (n * (k - 1))
        rest = restSquares / ((n - 1) * (k - 1))
    }

    func correlation(
        _ form: IntraclassCorrelation.Form, _ unit: IntraclassCorrelation.Unit, _ level: Double
    ) throws(Undefined) -> IntraclassCorrelation {
        let error = form == .oneWay ? within : rest
        let errorDegrees = form == .oneWay ? n * (k - 1) : (n - 1) * (k - 1)
        let severity = form == .agreement ? k * (raters - rest) / n : 0
        let spread = items + (k - 1) * error + severity
        guard spread > 0 else { throw .constant }
        let single = (items - error) / spread
        let ratio = items / error
        // Without any error the ratio is infinite, and so are the ends of the interval: it is the value itself.
        let ends =
            error > 0
            ? form == .agreement
                ? agreementEnds(single, level) : ratioEnds(ratio, errorDegrees, level)
            : (single, single)
        func stepUp(_ value: Double) -> Double { k * value / (1 + (k - 1) * value) }
        let isSingle = unit == .single
        let interval = Interval(
            low: isSingle ? ends.0 : stepUp(ends.0), high: isSingle ? ends.1 : stepUp(ends.1), level: level,
            method: .fRatio)
        return IntraclassCorrelation(
            form: form, unit: unit, value: isSingle ? single : stepUp(single), fRatio: ratio, interval: interval,
            pValue: error > 0 ? FDistribution.upperTail(ratio, n - 1, errorDegrees) : 0)
    }

    private func ratioEnds(_ ratio: Double, _ errorDegrees: Double, _ level: Double) -> (Double, Double) {
        let probability = (1 + level) / 2
        let low = ratio / FDistribution.quantile(probability, n - 1, errorDegrees)
        let high = ratio * FDistribution.quantile(probability, errorDegrees, n - 1)
        return ((low - 1) / (low + k - 1), (high - 1) / (high + k - 1))
    }

    /// McGraw and Wong, table 7, with Satterthwaite's degrees of freedom.
    private func agreementEnds(_ single: Double, _ level: Double) -> (Double, Double) {
        let probability = (1 + level) / 2
        let share = n * (1 + (k - 1) * single) - k * single
        let raterRatio = k * single * raters / rest
        let degrees =
            (n - 1) * (k - 1) * (raterRatio + share) * (raterRatio + share)
            / ((n - 1) * raterRatio * raterRatio + share * share)
        guard degrees > 0, degrees.isFinite else { return (single, single) }
        let upper = FDistribution.quantile(probability, n - 1, degrees)
        let lower = FDistribution.quantile(probability, degrees, n - 1)
        let base = k * raters + (k * n - k - n) * rest
        return (
            n * (items - upper * rest) / (upper * base + n * items),
            n * (lower * items - rest) / (base + n * lower * items)
        )
    }
}
