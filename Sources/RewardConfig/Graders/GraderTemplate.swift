import RewardKernel

/// A text of a grader with places for values: `{{item.x}}` is a field of the data set, `{{sample.output_text}}` what the
/// policy wrote, `{{sample.output_json.x}}` a value in it. Values are put in as they are and never looked at for further places.
package struct GraderTemplate: Sendable, Equatable {
    package enum Part: Sendable, Equatable {
        case text(String)
        case completion
        /// The names of members on the way to a value in the completion's JSON.
        case completionField([String])
        /// A path below `item`, such as `answer` or `answer.value`.
        case item(String)
    }

    package let parts: [Part]

    package init(parsing text: String, at place: String) throws(GraderError) {
        var parts: [Part] = []
        var rest = text[...]
        while let open = rest.firstRange(of: "{{") {
            guard let close = rest[open.upperBound...].firstRange(of: "}}") else {
                throw GraderError(place, "{{ is not closed", kind: .invalidVariable)
            }
            if open.lowerBound > rest.startIndex { parts.append(.text(String(rest[..<open.lowerBound]))) }
            let name = rest[open.upperBound..<close.lowerBound].split(whereSeparator: \.isWhitespace)
            parts.append(try Self.part(name.joined(separator: " "), at: place))
            rest = rest[close.upperBound...]
        }
        if !rest.isEmpty || parts.isEmpty { parts.append(.text(String(rest))) }
        self.parts = parts
    }

    private static func part(_ name: String, at place: String) throws(GraderError) -> Part {
        let shown = Quoting.quoted("{{\(name)}}")
        if name == "sample.output_text" { return .completion }
        if name.hasPrefix("sample.output_json.") {
            let names = name.split(separator: ".", omittingEmptySubsequences: false).dropFirst(2).map(String.init)
            guard names.allSatisfy({ !$0.isEmpty }) else {
                throw GraderError(place, "\(shown): a name is missing between the points", kind: .invalidVariable)
            }
            return .completionField(names)
        }
        if name.hasPrefix("sample.") {
            throw GraderError(
                place, "\(shown) is not read by this version; of `sample` there are output_text and output_json.NAME",
                kind: .invalidVariable)
        }
        guard name.hasPrefix("item.") else {
            throw GraderError(
                place, "\(shown) names nothing: values stand in `item` and `sample`", kind: .invalidVariable)
        }
        let path = String(name.dropFirst(5))
        let steps = path.split(separator: ".", omittingEmptySubsequences: false)
        guard steps.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { $0.isNameStart || $0.isNameContinuation } }) else {
            throw GraderError(
                place, "\(shown): a field has letters, digits, `_` and `-` (ASCII), and `.` between levels",
                kind: .invalidVariable)
        }
        return .item(path)
    }
}

extension GraderTemplate {
    static let referenceAnswerPath = "reference_answer"
    static let promptPath = "prompt"

    /// As `string_check` compares it.
    func operand(at place: String) throws(GraderError) -> TextOperandSettings {
        var operands: [TextOperandSettings.Part] = []
        for part in parts {
            switch part {
            case .text(let text): operands.append(.operand(.literal(text)))
            case .completion: operands.append(.completion)
            case .completionField(let names): operands.append(.completionField(names))
            case .item(Self.referenceAnswerPath): operands.append(.operand(.referenceAnswer))
            case .item(Self.promptPath):
                throw GraderError(
                    place, "{{item.prompt}} is the prompt, which only graders that ask a model can show",
                    kind: .invalidVariable)
            case .item(let path): operands.append(.operand(.field(path)))
            }
        }
        return TextOperandSettings(operands)
    }

    /// As the template of a rubric shows it; see `PromptTemplate`.
    var rubricText: String {
        parts.map { part in
            switch part {
            case .text(let text): text
            // A model grader has no places of the second kind: `GraderReading.content` refuses them.
            case .completion, .completionField: "{{completion}}"
            case .item(let path): "{{\(path)}}"
            }
        }.joined()
    }

    /// Whether it reads the completion as JSON.
    package var readsCompletionFields: Bool {
        parts.contains { part in
            if case .completionField = part { true } else { false }
        }
    }

    var showsValues: Bool {
        parts.contains { part in
            if case .text = part { false } else { true }
        }
    }

    /// The paths below `item` that are neither the prompt nor the reference answer.
    var fields: [String] {
        parts.compactMap { part in
            guard case .item(let path) = part else { return nil }
            return [Self.referenceAnswerPath, Self.promptPath].contains(path) ? nil : path
        }
    }

    func shows(item path: String) -> Bool { parts.contains(.item(path)) }
}
