import RewardKernel

/// What people said of rollouts, one statement a label.
package struct GivenLabel: Sendable, Equatable {
    /// Where it stands, for messages; nil for a label of a store.
    package let place: RecordFile.Record?
    /// Which of the rollouts it is of, for a label that came with it.
    package let row: Int?
    /// The rollout's, or its line in the file that was scored.
    package let identifier: String?
    package let line: Int?
    package let component: String?
    package let criterion: String?
    /// From 0 to 1.
    package let value: Double
    package let labeler: String
    /// How many rollouts this one stands for, where they were not drawn with equal chances.
    package let weight: Double?

    package init(
        place: RecordFile.Record? = nil, row: Int? = nil, identifier: String? = nil, line: Int? = nil,
        component: String? = nil, criterion: String? = nil, value: Double, labeler: String = "", weight: Double? = nil
    ) {
        self.place = place
        self.row = row
        self.identifier = identifier
        self.line = line
        self.component = component
        self.criterion = criterion
        self.value = value
        self.labeler = labeler
        self.weight = weight
    }
}

/// A file of labels.
///
/// A record names its rollout by `id`, or by `line` in the file that was scored, and says `value` (`ground_truth` is taken too) of
/// the reward, of `component`, or of `criterion`; or several at once in `criteria`, an object of names and values. `labeler`
/// and `weight` may be there.
package struct LabelFile: Sendable {
    package let labels: [GivenLabel]

    /// - Parameter scale: The values that stand for 0 and 1.
    package init(_ file: RecordFile, scale: ClosedRange<Double> = 0...1) throws(InputFileError) {
        var labels: [GivenLabel] = []
        for record in file.records { labels += try Self.labels(record, scale) }
        self.labels = labels
    }

    private static func labels(
        _ record: RecordFile.Record, _ scale: ClosedRange<Double>
    ) throws(InputFileError) -> [GivenLabel] {
        let identifier = try record.name("id")
        let line = try record.number("line").map { Int($0) }
        guard identifier != nil || line != nil else { throw record.missing("id") }
        let component = try record.text("component")
        let weight = try record.number("weight")
        if let weight, weight <= 0 { throw record.error("`weight`: expected more than 0, found \(weight)") }
        func label(_ criterion: String?, _ value: Double, _ key: String) throws(InputFileError) -> GivenLabel {
            guard scale.contains(value) else {
                let range = "\(plain(scale.lowerBound)) to \(plain(scale.upperBound))"
                throw record.error(
                    "`\(key)`: expected \(range), found \(plain(value)); say --scale LOW:HIGH when people used another")
            }
            return GivenLabel(
                place: record, identifier: identifier, line: line, component: component, criterion: criterion,
                value: (value - scale.lowerBound) / (scale.upperBound - scale.lowerBound),
                labeler: try record.name("labeler") ?? "", weight: weight)
        }
        if let criteria = record.optional("criteria") {
            guard case .object(let members) = criteria else {
                throw record.error("`criteria`: expected an object, found \(criteria.kindName)")
            }
            var labels: [GivenLabel] = []
            // Null is a criterion that the person has not answered.
            for member in members where member.value != .null {
                guard let value = member.value.decided else {
                    throw record.error(
                        "`criteria.\(member.name)`: expected a number or a boolean, found \(member.value.kindName)")
                }
                labels.append(try label(member.name, value, "criteria.\(member.name)"))
            }
            return labels
        }
        for key in ["value", "ground_truth"] {
            if let value = try record.number(key) { return [try label(try record.text("criterion"), value, key)] }
        }
        throw record.missing("value")
    }

    private static func plain(_ value: Double) -> String {
        Int(exactly: value).map(String.init) ?? "\(value)"
    }
}

extension ScoredRollout {
    /// The labels that came with it, as the rollout at this place.
    package func givenLabels(row: Int) -> [GivenLabel] {
        labels.map {
            GivenLabel(
                row: row, identifier: identifier, line: line, component: $0.component, criterion: $0.criterion,
                value: $0.value,
                labeler: $0.labeler, weight: $0.weight)
        }
    }
}
