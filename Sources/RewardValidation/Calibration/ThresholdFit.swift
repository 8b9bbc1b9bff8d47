/// A threshold that was chosen on one half of the labels, and what it is worth on the other: on the half that chose it every
/// threshold looks better than it is.
package struct ThresholdFit: Sendable, Hashable {
    /// Youden's best of the fitting half.
    package let threshold: Double
    package let fittingCount: Int
    package let reportingCount: Int
    /// Of the half that chose it.
    package let fittedKappa: Estimate<Double>
    /// Of the other half, by this threshold and by the judge's own decisions.
    package let reportedKappa: Estimate<Double>
    package let presentKappa: Estimate<Double>
    /// Of the other half, over prompt groups.
    package let bootstrap: Estimate<Bootstrap.Outcome>

    /// Undefined where a half lacks a class or no threshold separates them.
    package static func of(
        _ items: [LabelledItem], _ settings: CalibrationSettings
    ) -> Estimate<ThresholdFit> {
        Estimate { () throws(Undefined) in
            let split = HalfSplit(ResamplingUnits(groups: items.map(\.group)), seed: settings.seed)
            let fitting = split.fitting.map { items[$0] }
            let reporting = split.reporting.map { items[$0] }
            let curve = try ReceiverCurve.of(
                truth: fitting.map { $0.human >= settings.threshold }, scores: fitting.map(\.score)
            ).get()
            let threshold = try curve.bestPoint.get().threshold
            func moved(_ items: [LabelledItem]) -> [LabelledItem] {
                items.map { item in
                    var item = item
                    item.isPassed = item.score >= threshold
                    return item
                }
            }
            let agreement = PassAgreement(moved(reporting), settings)
            return ThresholdFit(
                threshold: threshold, fittingCount: fitting.count, reportingCount: reporting.count,
                fittedKappa: kappa(moved(fitting), settings), reportedKappa: agreement.kappa.value,
                presentKappa: kappa(reporting, settings), bootstrap: agreement.bootstrap)
        }
    }

    private static func kappa(_ items: [LabelledItem], _ settings: CalibrationSettings) -> Estimate<Double> {
        CohenKappa(
            ConfusionTable(
                items.map { $0.human >= settings.threshold ? 1 : 0 }, items.map { $0.isPassed ? 1 : 0 },
                categories: [0, 1])
        ).value
    }
}
