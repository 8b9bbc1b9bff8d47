import ReportPages
import RewardValidation

extension ReviewAgreement {
    /// Agreement and kappa side by side: where nearly everything is in one class, agreement alone says little.
    ///
    /// - Parameter isNarrow: Without the shares of `met`, for a column at the side.
    static func table(_ caption: String, _ rows: [(name: String, pair: Pair)], isNarrow: Bool = false) -> Table {
        let shares: [Table.Column] = [.init("met, first", .number), .init("met, second", .number)]
        var table = Table(
            caption: caption,
            columns: [
                "between", .init(isNarrow ? "answers" : "answers of both", .number), .init("agreement", .number),
                .init("Cohen's kappa", .number),
            ] + (isNarrow ? [] : shares))
        for (name, pair) in rows {
            let count = pair.table.count
            let shares = [
                metShare(pair.table.firstTotals, pair, count), metShare(pair.table.secondTotals, pair, count),
            ]
            table.add(
                [
                    Cell(name), .count(count), cell(pair.table.agreement.value) { .percent($0, fractionDigits: 0) },
                    cell(pair.kappa) { .number($0, fractionDigits: 2) },
                ] + (isNarrow ? [] : shares))
        }
        return table
    }

    private static func metShare(_ totals: [Int], _ pair: Pair, _ count: Int) -> Cell {
        guard count > 0, let place = pair.table.categories.firstIndex(of: 1) else { return count > 0 ? "0 %" : .none }
        return .percent(Double(totals[place]) / Double(count), fractionDigits: 0)
    }

    private static func cell(_ estimate: Estimate<Double>, _ make: (Double) -> Cell) -> Cell {
        switch estimate {
        case .value(let value): make(value)
        case .undefined(let reason): .undefined(reason.text)
        }
    }

    func overview(_ pairs: [Pair], isNarrow: Bool = false) -> Table {
        Self.table(
            "Agreement so far, over all questions", pairs.map { ("\($0.first) and \($0.second)", $0) },
            isNarrow: isNarrow)
    }
}
