import RewardConfig
import RewardValidation

/// Labels beside verdicts: what a calibration is made of.
package struct CalibrationInput: Sendable {
    package struct Part: Sendable {
        package let subject: CalibrationSubject
        package let items: [LabelledItem]
        package let verdicts: SubjectCalibration.VerdictCounts
        package let people: PanelAgreement
        /// Rollouts of which people said both, equally often.
        package let tiedCount: Int
        /// Labelled rollouts without a verdict, by reason.
        package let unjudged: [String: Int]
    }

    package let parts: [Part]
    package let rolloutCount: Int
    package let labelCount: Int
    /// Labels of rollouts that are not there.
    package let strayLabelCount: Int
    /// Rollouts that were scored again later; the last counts.
    package let supersededCount: Int

    /// - Parameters:
    ///   - segment: The field that the report is divided by.
    ///   - threshold: A value of at least this is a pass.
    package init(
        rollouts: [ScoredRollout], labels: [GivenLabel], segment: String? = nil, threshold: Double = 0.5
    ) throws(InputFileError) {
        rolloutCount = rollouts.count
        labelCount = labels.count
        let names = SubjectNames(rollouts)
        var byIdentifier: [String: Int] = [:]
        var byLine: [Int: Int] = [:]
        var supersededCount = 0
        for (row, rollout) in rollouts.enumerated() {
            if let identifier = rollout.identifier {
                if byIdentifier.updateValue(row, forKey: identifier) != nil { supersededCount += 1 }
            }
            if let line = rollout.line { byLine[line] = row }
        }
        self.supersededCount = supersededCount
        var said: [CalibrationSubject: [Int: [GivenLabel]]] = [:]
        var strayCount = 0
        for label in labels {
            let subject = try names.subject(of: label)
            let named = label.identifier.flatMap { byIdentifier[$0] } ?? label.line.flatMap { byLine[$0] }
            guard let row = label.row ?? named else {
                strayCount += 1
                continue
            }
            said[subject, default: [:]][row, default: []].append(label)
        }
        strayLabelCount = strayCount
        parts = said.sorted { $0.key < $1.key }.map { subject, labels in
            Self.part(subject, labels, rollouts, segment, threshold)
        }
    }

    private static func part(
        _ subject: CalibrationSubject, _ labels: [Int: [GivenLabel]], _ rollouts: [ScoredRollout],
        _ segment: String?, _ threshold: Double
    ) -> Part {
        let isBoolean = labels.values.joined().allSatisfy { $0.value == 0 || $0.value == 1 }
        let isWeighted = labels.values.joined().allSatisfy { $0.weight != nil }
        var items: [LabelledItem] = []
        var tiedCount = 0
        var unjudged: [String: Int] = [:]
        for (row, given) in labels.sorted(by: { $0.key < $1.key }) {
            guard let human = consensus(given, isBoolean: isBoolean) else {
                tiedCount += 1
                continue
            }
            let rollout = rollouts[row]
            switch subject.verdict(of: rollout) {
            case .scored(let score, let isMet):
                items.append(
                    LabelledItem(
                        human: human, score: score, isPassed: isMet ?? (score >= threshold), group: rollout.group,
                        segment: segment.flatMap { rollout.segment($0) }, length: rollout.length,
                        weight: isWeighted ? given.last?.weight ?? 1 : 1))
            case .parseFailed: unjudged["parse failed", default: 0] += 1
            case .none(let reason): unjudged[reason, default: 0] += 1
            case .absent: unjudged["no such component", default: 0] += 1
            }
        }
        return Part(
            subject: subject, items: items, verdicts: verdicts(subject, rollouts),
            people: PanelAgreement(
                labels.flatMap { row, given in
                    given.map { (rater: $0.labeler, item: row, isPassed: $0.value >= threshold) }
                }),
            tiedCount: tiedCount, unjudged: unjudged)
    }

    private static func verdicts(
        _ subject: CalibrationSubject, _ rollouts: [ScoredRollout]
    ) -> SubjectCalibration.VerdictCounts {
        var counts = SubjectCalibration.VerdictCounts()
        for rollout in rollouts {
            switch subject.verdict(of: rollout) {
            case .scored: counts.scoredCount += 1
            case .parseFailed: counts.parseFailedCount += 1
            case .none: counts.otherCount += 1
            case .absent: break
            }
        }
        return counts
    }

    /// The majority of yes and no, or the mean of grades; of one labeler the last word. Nil for a tie.
    private static func consensus(_ labels: [GivenLabel], isBoolean: Bool) -> Double? {
        var last: [String: Double] = [:]
        for label in labels { last[label.labeler] = label.value }
        let mean = last.sorted { $0.key < $1.key }.reduce(0) { $0 + $1.value / Double(last.count) }
        guard isBoolean else { return mean }
        let passCount = last.values.count { $0 == 1 }
        guard 2 * passCount != last.count else { return nil }
        return 2 * passCount > last.count ? 1 : 0
    }
}

/// The names that labels may use, as the rollouts have them.
private struct SubjectNames {
    private var components: [String] = []
    private var criteria: [String: [String]] = [:]

    init(_ rollouts: [ScoredRollout]) {
        var known: Set<String> = []
        var knownCriteria: Set<[String]> = []
        for component in rollouts.lazy.flatMap(\.components) {
            if known.insert(component.name).inserted { components.append(component.name) }
            for finding in component.findings where knownCriteria.insert([component.name, finding.name]).inserted {
                criteria[component.name, default: []].append(finding.name)
            }
        }
    }

    func subject(of label: GivenLabel) throws(InputFileError) -> CalibrationSubject {
        if let component = label.component, !components.contains(component) {
            throw unknown("component", component, components, label)
        }
        guard let criterion = label.criterion else {
            return label.component.map { .component($0) } ?? .reward
        }
        let places = label.component.map { [$0] } ?? components
        let holders = places.filter { criteria[$0, default: []].contains(criterion) }
        if holders.count == 1 { return .criterion(component: holders[0], name: criterion) }
        if holders.isEmpty {
            let known = places.flatMap { criteria[$0, default: []] }
            guard !known.isEmpty else {
                throw error(
                    "`criterion`: the scores have no verdicts of criteria; take them from a store or `plaudit store export`",
                    label)
            }
            throw unknown("criterion", criterion, known, label)
        }
        throw error(
            "`criterion`: \(Quoting.quoted(criterion)) is one of \(holders.joined(separator: " and of ")); "
                + "say `component` too", label)
    }

    private func unknown(
        _ key: String, _ name: String, _ names: [String], _ label: GivenLabel
    ) -> InputFileError {
        let suggestion = NearestName.suggestion(for: name, in: names, listed: "there are")
        return error(
            "`\(key)`: \(Quoting.quoted(name)) is not in the scores" + (suggestion.map { "; \($0)" } ?? ""), label)
    }

    private func error(_ message: String, _ label: GivenLabel) -> InputFileError {
        label.place?.error(message)
            ?? InputFileError(file: "the store's label of \(label.identifier ?? "a rollout")", line: 0, message)
    }
}
