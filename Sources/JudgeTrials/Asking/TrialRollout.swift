import RewardJudge
import RewardKernel
import RewardReport

/// A rollout of a file, as judges are shown it.
package struct TrialRollout: Sendable, Equatable {
    /// From 1; empty lines do not count.
    package let row: Int
    package let shown: JudgedRollout
    /// What it is compared within: its group, else its prompt.
    package let group: String
    /// For reports: its identifier, else its row.
    package let name: String

    package init(row: Int, shown: JudgedRollout, group: String, name: String) {
        self.row = row
        self.shown = shown
        self.group = group
        self.name = name
    }

    /// The first rows of a file.
    /// - Parameters:
    ///   - countMax: Nil for all.
    ///   - settings: Which fields the question shows.
    package static func list(_ file: RolloutFile, countMax: Int?, _ settings: JudgedSettings) -> [TrialRollout] {
        file.records.prefix(countMax ?? .max).enumerated().map { index, record in
            TrialRollout(row: index + 1, record, settings)
        }
    }

    init(row: Int, _ record: RolloutRecord, _ settings: JudgedSettings) {
        var fields: [String: String] = [:]
        for name in settings.fields {
            fields[name] = record.fields.last { $0.name == name }?.value.operandText
        }
        self.row = row
        shown = JudgedRollout(
            row: row - 1, completion: record.completion, prompt: record.prompt?.promptTranscript,
            referenceAnswer: record.referenceAnswer?.operandText, fields: fields)
        let own = "row \(row)"
        group = record.groupIdentifier.map { "group " + $0.compactText } ?? shown.prompt.map { "prompt " + $0 } ?? own
        name = record.identifier?.operandText ?? own
    }
}

extension JSONValue {
    /// A text, number or boolean as the sidecar shows it to judges; nil for what it does not.
    package var operandText: String? {
        switch self {
        case .string(let text): text
        case .integer(let value): String(value)
        case .unsigned(let value): String(value)
        case .number(let value): String(value)
        case .bool(let value): value ? "true" : "false"
        case .null, .array, .object: nil
        }
    }

    /// A prompt as the sidecar shows it: a text as it is, messages as a transcript, the text alone where there is only one.
    var promptTranscript: String? {
        guard case .array(let messages) = self else { return operandText }
        guard messages.count > 1 else { return messages.first?["content"]?.contentText }
        return messages.map { message in
            "\(message["role"]?.operandText ?? "user"): \(message["content"]?.contentText ?? "")"
        }.joined(separator: "\n\n")
    }

    /// A string, or the first text part of a list of parts.
    private var contentText: String? {
        guard case .array(let parts) = self else { return operandText }
        return parts.lazy.compactMap { part -> String? in
            if case .string(let text)? = part["text"] { text } else { nil }
        }.first
    }
}
