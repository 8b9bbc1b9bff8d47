/// How far people agree with each other: a judge that agrees with them as much as they do cannot be asked for more.
package struct PanelAgreement: Sendable, Hashable {
    package let raterCount: Int
    /// Items that two people or more have labelled.
    package let sharedItemCount: Int
    /// Pairs of labels of one item, and those that are equal.
    package let agreement: Proportion
    /// Nominal for passes.
    package let alpha: Estimate<Double>

    /// - Parameter labels: By rater and item: whether it passes.
    package init<Item: Hashable & Comparable>(_ labels: [(rater: String, item: Item, isPassed: Bool)]) {
        let raters = Set(labels.map(\.rater)).sorted()
        raterCount = raters.count
        var columns: [Item: [String: Bool]] = [:]
        // Who changes their mind is taken at their last word.
        for label in labels { columns[label.item, default: [:]][label.rater] = label.isPassed }
        let shared = columns.filter { $0.value.count >= 2 }.sorted { $0.key < $1.key }.map(\.value)
        sharedItemCount = shared.count
        var (pairCount, equalCount) = (0, 0)
        for column in shared {
            let passCount = column.values.count { $0 }
            let failCount = column.count - passCount
            pairCount += column.count * (column.count - 1) / 2
            equalCount += passCount * (passCount - 1) / 2 + failCount * (failCount - 1) / 2
        }
        agreement = Proportion(equalCount, of: pairCount)
        alpha = KrippendorffAlpha.value(
            ratings: raters.map { rater in shared.map { $0[rater].map { $0 ? 1 : 0 } } }, level: .nominal)
    }
}
