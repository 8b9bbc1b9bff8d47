/// A text with places for values: `{{prompt}}`, `{{completion}}`, `{{reference_answer}}` and the names of fields.
///
/// The template is taken apart once, when it is loaded; values are put in as they are and never looked at for further
/// places, so that a completion which holds `{{reference_answer}}` shows just that.
package struct PromptTemplate: Sendable, Hashable {
    private enum Part: Sendable, Hashable {
        case text(String)
        case value(String)
    }

    package static let completionName = "completion"
    package static let promptName = "prompt"
    package static let referenceAnswerName = "reference_answer"
    package static let builtInNames = [completionName, promptName, referenceAnswerName]

    private let parts: [Part]

    /// The names that it uses, each once.
    package let names: Set<String>

    /// Takes apart `text`, which may use `knownNames`, or any name when they are nil. Fails, with the key `template`, on any
    /// other name.
    package init(parsing text: String, knownNames: [String]?) throws(RubricError) {
        guard text.utf8.count <= JudgementLimits.templateByteCountMax else {
            throw RubricError("template", "the template has more than \(JudgementLimits.templateByteCountMax) bytes")
        }
        var parts: [Part] = []
        var names: Set<String> = []
        let bytes = ReplyText(text)
        var index = 0
        while let open = bytes.firstIndex(of: "{{", from: index) {
            guard let close = bytes.firstIndex(of: "}}", from: open + 2) else {
                throw RubricError("template", "{{ at byte \(open) is not closed")
            }
            let name = ReplyText(bytes.bytes[(open + 2)..<close]).trimmed.string
            if let knownNames, !knownNames.contains(name) {
                throw RubricError(
                    "template",
                    "{{\(name.prefix(64))}} is not known; known are \(knownNames.joined(separator: ", "))")
            }
            parts.append(.text(ReplyText(bytes.bytes[index..<open]).string))
            parts.append(.value(name))
            names.insert(name)
            index = close + 2
        }
        parts.append(.text(ReplyText(bytes.bytes[index...]).string))
        self.parts = parts
        self.names = names
    }

    /// The text with the values in place; fails when one is missing.
    package func fill(_ value: (String) -> String?) throws(PromptFault) -> String {
        var text = ""
        for part in parts {
            switch part {
            case .text(let literal): text += literal
            case .value(let name):
                guard let value = value(name) else { throw .missingValue(name) }
                text += value
            }
            guard text.utf8.count <= JudgementLimits.callByteCountMax else {
                throw .tooLong(byteCount: text.utf8.count)
            }
        }
        return text
    }
}
