import RewardValidation

/// A judge held against people: what `plaudit calibrate` shows.
package struct CalibrationReport: Sendable {
    package struct Entry: Sendable {
        package let part: CalibrationInput.Part
        package let calibration: SubjectCalibration
    }

    package let entries: [Entry]
    package let input: CalibrationInput
    package let settings: CalibrationSettings
    /// The file of the labels and that of the scores.
    package let labelSource: String
    package let scoreSource: String
    /// The field that it is divided by.
    package let segmentField: String?

    /// - Parameter progress: Called with how many subjects are done.
    package init(
        _ input: CalibrationInput, _ settings: CalibrationSettings, labelSource: String, scoreSource: String,
        segmentField: String?, progress: (Int) -> Void = { _ in }
    ) {
        self.input = input
        self.settings = settings
        self.labelSource = labelSource
        self.scoreSource = scoreSource
        self.segmentField = segmentField
        var entries: [Entry] = []
        for part in input.parts {
            entries.append(
                Entry(
                    part: part,
                    calibration: SubjectCalibration(
                        name: part.subject.name, items: part.items, verdicts: part.verdicts, settings)))
            progress(entries.count)
        }
        self.entries = entries
    }

    /// Whether every gate of every subject passed; a gate that is open has not.
    package var passesGates: Bool {
        !entries.isEmpty && entries.allSatisfy { $0.calibration.gates.allSatisfy { $0.outcome == .passed } }
    }

    package var hasFailedGate: Bool {
        entries.contains { $0.calibration.gates.contains { $0.outcome == .failed } }
    }
}

extension ValidationGate.Outcome {
    package var word: String {
        switch self {
        case .passed: "passed"
        case .failed: "failed"
        case .open: "open"
        }
    }

    package var reason: String? {
        if case .open(let reason) = self { reason } else { nil }
    }
}
