import Foundation

/// How good scores from 0 to 1 are as probabilities of the positive class.
package enum ProbabilityScores {
    /// Brier's score (1950), the mean squared error: 0 is perfect, 0.25 what 0.5 for everything gives.
    package static func brier(truth: [Bool], probabilities: [Double]) -> Estimate<Double> {
        Estimate { () throws(Undefined) in
            try check(truth, probabilities)
            let sum = zip(truth, probabilities).reduce(0) { sum, item in
                let error = item.1 - (item.0 ? 1 : 0)
                return sum + error * error
            }
            return sum / Double(truth.count)
        }
    }

    /// The mean negative logarithm of what was given to the class that it was; probabilities are kept 2^-52 away from 0 and 1, as
    /// scikit-learn has it, so that one certain mistake does not make it infinite.
    package static func logLoss(truth: [Bool], probabilities: [Double]) -> Estimate<Double> {
        Estimate { () throws(Undefined) in
            try check(truth, probabilities)
            let edge = Double.ulpOfOne
            let sum = zip(truth, probabilities).reduce(0) { sum, item in
                let probability = min(max(item.1, edge), 1 - edge)
                return sum - (item.0 ? log(probability) : log1p(-probability))
            }
            return sum / Double(truth.count)
        }
    }

    /// Average precision: `sum((R_n - R_(n-1)) P_n)` over descending thresholds, without interpolation.
    package static func averagePrecision(truth: [Bool], scores: [Double]) -> Estimate<Double> {
        Estimate { () throws(Undefined) in
            precondition(truth.count == scores.count, "there is a score for every item")
            guard scores.allSatisfy(\.isFinite) else { throw .outOfRange }
            let positiveCount = truth.count { $0 }
            guard positiveCount > 0 else { throw .absentClass("positive item") }
            let order = scores.indices.sorted { scores[$0] > scores[$1] }
            var sum = 0.0
            var (hitCount, countedHits) = (0, 0)
            for (place, item) in order.enumerated() {
                if truth[item] { hitCount += 1 }
                if place + 1 < order.count, scores[order[place + 1]] == scores[item] { continue }
                sum += Double(hitCount - countedHits) / Double(positiveCount) * Double(hitCount) / Double(place + 1)
                countedHits = hitCount
            }
            return sum
        }
    }

    private static func check(_ truth: [Bool], _ probabilities: [Double]) throws(Undefined) {
        precondition(truth.count == probabilities.count, "there is a probability for every item")
        guard !truth.isEmpty else { throw .tooFew(needed: 1, found: 0) }
        guard probabilities.allSatisfy({ (0...1).contains($0) }) else { throw .outOfRange }
    }
}
