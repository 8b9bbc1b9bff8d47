/// How far a judge and people agree on what passes: the raw share, kappa and the balance of the classes, always together, for each
/// alone misleads. A judge that passes everything agrees on 91 of 100 items where people pass 91, with a kappa of 0.
package struct PassAgreement: Sendable, Hashable {
    /// Rows are the people's, columns the judge's: 0 a fail, 1 a pass.
    package let table: ConfusionTable<Int>
    package let kappa: CohenKappa
    /// Of kappa, over prompt groups.
    package let bootstrap: Estimate<Bootstrap.Outcome>
    /// With every item counted as often as it stands for others; nil where all weights are alike.
    package let weighted: Weighted?
    package let groupCount: Int

    package struct Weighted: Sendable, Hashable {
        package let agreement: Double
        package let kappa: Estimate<Double>
        package let bootstrap: Estimate<Bootstrap.Outcome>
        package let humanPassShare: Double
        package let judgePassShare: Double
    }

    package init(_ items: [LabelledItem], _ settings: CalibrationSettings) {
        let people = items.map { $0.human >= settings.threshold ? 1 : 0 }
        let judge = items.map { $0.isPassed ? 1 : 0 }
        let units = ResamplingUnits(groups: items.map(\.group))
        table = ConfusionTable(people, judge, categories: [0, 1])
        kappa = CohenKappa(table)
        groupCount = units.count
        func cells(_ weight: (LabelledItem) -> Double) -> [Cells] {
            units.rows.map { rows in
                rows.reduce(into: Cells()) { $0.add(people[$1] == 1, judge[$1] == 1, weight(items[$1])) }
            }
        }
        bootstrap = PassAgreement.bootstrap(cells { _ in 1 }, settings)
        guard items.contains(where: { $0.weight != items[0].weight }) else {
            weighted = nil
            return
        }
        let byUnit = cells(\.weight)
        let all = byUnit.reduce(into: Cells()) { $0.add($1) }
        weighted = Weighted(
            agreement: (all.both + all.neither) / all.total, kappa: all.kappa,
            bootstrap: PassAgreement.bootstrap(byUnit, settings),
            humanPassShare: (all.both + all.onlyHuman) / all.total,
            judgePassShare: (all.both + all.onlyJudge) / all.total)
    }

    package var count: Int { table.count }
    package var humanPasses: Proportion { Proportion(table.firstTotals[1], of: table.count) }
    package var judgePasses: Proportion { Proportion(table.secondTotals[1], of: table.count) }
    /// Of the class that people used less.
    package var smallerClassCount: Int { table.firstTotals.min() ?? 0 }

    private static func bootstrap(
        _ units: [Cells], _ settings: CalibrationSettings
    ) -> Estimate<Bootstrap.Outcome> {
        settings.bootstrap.interval(unitCount: units.count) { drawn in
            var cells = Cells()
            for unit in drawn { cells.add(units[unit]) }
            return cells.kappa
        }
    }

    /// A table of two classes that is quick to add up.
    private struct Cells {
        var both = 0.0
        var onlyHuman = 0.0
        var onlyJudge = 0.0
        var neither = 0.0

        var total: Double { both + onlyHuman + onlyJudge + neither }
        var kappa: Estimate<Double> {
            CohenKappa.value(both: both, onlyFirst: onlyHuman, onlySecond: onlyJudge, neither: neither)
        }

        mutating func add(_ isHuman: Bool, _ isJudge: Bool, _ weight: Double) {
            switch (isHuman, isJudge) {
            case (true, true): both += weight
            case (true, false): onlyHuman += weight
            case (false, true): onlyJudge += weight
            case (false, false): neither += weight
            }
        }

        mutating func add(_ other: Cells) {
            both += other.both
            onlyHuman += other.onlyHuman
            onlyJudge += other.onlyJudge
            neither += other.neither
        }
    }
}
