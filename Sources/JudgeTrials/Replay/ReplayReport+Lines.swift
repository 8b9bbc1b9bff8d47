import RewardValidation
import TerminalText

extension ReplayReport {
    /// Rows that are shown of what changed.
    static let rowCountMax = 20

    /// For a terminal.
    package func lines(style: TerminalStyle) -> [String] {
        var lines = [
            style(.heading, facts.reward) + " of \(facts.store), by \(facts.configurationFile)",
            "\(Figures.count(facts.rolloutCount)) rollouts; \(ShareText.usage(usage)); \(ShareText.duration(facts.seconds))",
        ]
        if let leftOut = facts.leftOut { lines.append(style(.warning, "left out: ") + leftOut) }
        lines += [""] + changeTable.lines(style: style)
        if !addedComponents.isEmpty { lines.append("new components: " + addedComponents.joined(separator: ", ")) }
        if !removedComponents.isEmpty { lines.append("no longer: " + removedComponents.joined(separator: ", ")) }
        lines += [
            "",
            "passing at \(threshold): \(ShareText.of(reward.passedBefore)) before, \(ShareText.of(reward.passedAfter)) after; "
                + "\(reward.mcNemar.onlySecondCount) newly, \(reward.mcNemar.onlyFirstCount) no longer "
                + "(McNemar p = \(Figures.decimal(reward.mcNemar.pValue, fractionDigits: 4)))",
        ]
        let moved = statuses.filter { $0.before != $0.after }
        lines += moved.map { "status \($0.before) to \($0.after): \(Figures.count($0.count))" }
        guard !changed.isEmpty else { return lines + ["no reward changed"] }
        lines += ["", "the largest of \(Figures.count(changed.count)) changes"]
        var table = TextTable([.init("rollout"), .init("before", .right), .init("after", .right), .init("completion")])
        for row in changed.prefix(Self.rowCountMax) {
            table.add([
                .init(row.name, .name), .init(Self.text(row.before)), .init(Self.text(row.after)),
                .init(row.completion.replacing("\n", with: " ")),
            ])
        }
        return lines + table.lines(style: style)
    }

    private var changeTable: TextTable {
        var table = TextTable([
            .init("figure"), .init("rollouts", .right), .init("before", .right), .init("after", .right),
            .init("difference", .right), .init("95 % interval"), .init("changed", .right), .init("higher", .right),
            .init("Spearman", .right),
        ])
        for (name, change) in [("reward", reward)] + components.map({ ($0.name, $0.change) }) {
            table.add([
                .init(name, .name), .init(Figures.count(change.count)), .init(short(change.meanBefore)),
                .init(short(change.meanAfter)), .init(short(change.meanDifference)), .init(Self.text(change.interval)),
                .init(Figures.count(change.changedCount)), .init(Figures.count(change.higherCount)),
                .init(short(change.spearman)),
            ])
        }
        return table
    }

    func short(_ estimate: Estimate<Double>) -> String {
        estimate.value.map { Figures.decimal($0, fractionDigits: 4) } ?? "undefined"
    }

    static func text(_ outcome: StoredOutcome) -> String {
        outcome.reward.map { Figures.decimal($0, fractionDigits: 4) } ?? outcome.status
    }

    static func text(_ interval: Estimate<Interval>) -> String {
        switch interval {
        case .value(let interval):
            "\(Figures.decimal(interval.low, fractionDigits: 4)) to \(Figures.decimal(interval.high, fractionDigits: 4))"
        case .undefined(let reason): reason.text
        }
    }
}
