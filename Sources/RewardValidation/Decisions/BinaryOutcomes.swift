/// How decisions between two classes came out: the figures of scikit-learn, except that what divides by zero is undefined here and
/// not 0.
///
/// Which class is the positive one must be said, since precision, recall and F1 are about that class alone.
package struct BinaryOutcomes: Sendable, Hashable {
    /// The positive class, for messages: "met", "pass".
    package let positive: String
    package private(set) var truePositiveCount = 0
    package private(set) var falsePositiveCount = 0
    package private(set) var trueNegativeCount = 0
    package private(set) var falseNegativeCount = 0

    /// - Parameters:
    ///   - truth: Whether each item is of the positive class.
    ///   - decisions: Whether it was taken for one.
    package init(truth: [Bool], decisions: [Bool], positive: String) {
        precondition(truth.count == decisions.count, "there is a decision for every item")
        self.positive = positive
        for (isPositive, isTaken) in zip(truth, decisions) {
            switch (isPositive, isTaken) {
            case (true, true): truePositiveCount += 1
            case (true, false): falseNegativeCount += 1
            case (false, true): falsePositiveCount += 1
            case (false, false): trueNegativeCount += 1
            }
        }
    }

    package var count: Int { truePositiveCount + falsePositiveCount + trueNegativeCount + falseNegativeCount }
    package var positiveCount: Int { truePositiveCount + falseNegativeCount }
    package var negativeCount: Int { trueNegativeCount + falsePositiveCount }

    package var accuracy: Proportion { Proportion(truePositiveCount + trueNegativeCount, of: count) }

    /// Of what was taken for positive, the share that is.
    package var precision: Estimate<Double> {
        share(truePositiveCount, of: truePositiveCount + falsePositiveCount, else: "item taken for \(positive)")
    }

    /// Of what is positive, the share that was taken for it; the true positive rate.
    package var recall: Estimate<Double> { share(truePositiveCount, of: positiveCount, else: "\(positive) item") }

    /// Of what is negative, the share that was taken for negative.
    package var specificity: Estimate<Double> {
        share(trueNegativeCount, of: negativeCount, else: "item that is not \(positive)")
    }

    /// Of what is negative, the share that was taken for positive: what a policy that is trained on the decisions finds.
    package var falsePositiveRate: Estimate<Double> {
        share(falsePositiveCount, of: negativeCount, else: "item that is not \(positive)")
    }

    /// `2 TP / (2 TP + FP + FN)`.
    package var f1: Estimate<Double> {
        share(
            2 * truePositiveCount, of: 2 * truePositiveCount + falsePositiveCount + falseNegativeCount,
            else: "\(positive) item on either side")
    }

    /// The mean of recall and specificity: what a decision is worth when both classes count alike.
    package var balancedAccuracy: Estimate<Double> {
        recall.flatMap { recall in specificity.map { (recall + $0) / 2 } }
    }

    /// Matthews' correlation coefficient, from -1 to 1: Pearson's of truth and decision.
    package var matthewsCorrelation: Estimate<Double> {
        let (tp, fp) = (Double(truePositiveCount), Double(falsePositiveCount))
        let (tn, fn) = (Double(trueNegativeCount), Double(falseNegativeCount))
        let scale = (tp + fp).squareRoot() * (tp + fn).squareRoot() * (tn + fp).squareRoot() * (tn + fn).squareRoot()
        return scale > 0 ? .value((tp * tn - fp * fn) / scale) : .undefined(.constant)
    }

    private func share(_ part: Int, of whole: Int, else absent: String) -> Estimate<Double> {
        whole > 0 ? .value(Double(part) / Double(whole)) : .undefined(.absentClass(absent))
    }
}
