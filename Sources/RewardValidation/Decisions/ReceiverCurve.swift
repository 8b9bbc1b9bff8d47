/// The receiver operating characteristic of scores: what every threshold would let through, of both classes (scikit-learn
/// `roc_curve`, `roc_auc_score`).
///
/// An item is taken for positive when its score is at least the threshold. The first point stands for a threshold above every
/// score, where nothing is.
package struct ReceiverCurve: Sendable, Hashable {
    package struct Point: Sendable, Hashable {
        /// Infinite in the first point.
        package var threshold: Double
        package var falsePositiveRate: Double
        package var truePositiveRate: Double

        /// Youden's J: how much better than chance, from -1 to 1.
        package var youden: Double { truePositiveRate - falsePositiveRate }
    }

    /// By descending threshold, one for each score that occurs.
    package let points: [Point]
    package let positiveCount: Int
    package let negativeCount: Int

    /// Undefined without both classes.
    package static func of(truth: [Bool], scores: [Double]) -> Estimate<ReceiverCurve> {
        Estimate { () throws(Undefined) in try ReceiverCurve(truth, scores) }
    }

    private init(_ truth: [Bool], _ scores: [Double]) throws(Undefined) {
        precondition(truth.count == scores.count, "there is a score for every item")
        guard scores.allSatisfy(\.isFinite) else { throw .outOfRange }
        let positiveCount = truth.count { $0 }
        let negativeCount = truth.count - positiveCount
        guard positiveCount > 0 else { throw .absentClass("positive item") }
        guard negativeCount > 0 else { throw .absentClass("negative item") }
        self.positiveCount = positiveCount
        self.negativeCount = negativeCount
        let order = scores.indices.sorted { scores[$0] > scores[$1] }
        var points = [Point(threshold: .infinity, falsePositiveRate: 0, truePositiveRate: 0)]
        var (taken, missed) = (0, 0)
        for (place, item) in order.enumerated() {
            if truth[item] { taken += 1 } else { missed += 1 }
            // Equal scores are let through together.
            if place + 1 < order.count, scores[order[place + 1]] == scores[item] { continue }
            points.append(
                Point(
                    threshold: scores[item], falsePositiveRate: Double(missed) / Double(negativeCount),
                    truePositiveRate: Double(taken) / Double(positiveCount)))
        }
        self.points = points
    }

    /// Without the points that lie on the line between their neighbours (`drop_intermediate`).
    package var corners: [Point] {
        guard points.count > 3 else { return points }
        func count(_ rate: Double, _ total: Int) -> Int { Int((rate * Double(total)).rounded()) }
        let tallies = points.map {
            (count($0.falsePositiveRate, negativeCount), count($0.truePositiveRate, positiveCount))
        }
        return points.indices.filter { place in
            // The point above all scores came later to that convention and is no neighbour.
            guard place > 1, place + 1 < points.count else { return true }
            let (before, here, after) = (tallies[place - 1], tallies[place], tallies[place + 1])
            return after.0 - here.0 != here.0 - before.0 || after.1 - here.1 != here.1 - before.1
        }.map { points[$0] }
    }

    /// The area under it: the chance that a positive item has the higher score of two, ties counting half.
    package var area: Double {
        zip(points, points.dropFirst()).reduce(0) { area, pair in
            let (left, right) = pair
            return area + (right.falsePositiveRate - left.falsePositiveRate)
                * (left.truePositiveRate + right.truePositiveRate) / 2
        }
    }

    /// The point with the greatest J, of equal ones that with the higher threshold. Undefined where none is better than a
    /// threshold above all scores.
    package var bestPoint: Estimate<Point> {
        var best = points[0]
        // A difference that only rounding makes is a tie.
        for point in points.dropFirst() where point.youden > best.youden + 1e-12 { best = point }
        return best.threshold.isFinite ? .value(best) : .undefined(.noThreshold)
    }
}
