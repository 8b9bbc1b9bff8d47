import RewardKernel

extension Grader {
    /// Graders of one multi grader: a reward has no more components.
    private static let graderCountMax = 32
    private static let messageCountMax = 64
    private static let labelCountMax = 256

    /// Reads a grader's JSON. Keys that are none of its type's are refused: a misspelt one must not be ignored.
    package init(_ json: JSONValue) throws(GraderError) {
        try self.init(json, at: "", isInside: false)
    }

    private init(_ json: JSONValue, at place: String, isInside: Bool) throws(GraderError) {
        let reader = try GraderReader(json, at: place)
        let type = try reader.string("type")
        let name = try reader.optionalString("name") ?? type
        switch type {
        case "string_check":
            let word = try reader.string("operation")
            guard let operation = StringOperation(rawValue: word) else {
                throw GraderError(reader.place("operation"), "\(Quoting.quoted(word)) is none of eq, ne, like, ilike")
            }
            measure = .stringCheck(
                operation: operation, input: try reader.template("input"), reference: try reader.template("reference"))
            try reader.finish(["type", "name", "input", "reference", "operation"])
        case "text_similarity":
            measure = .textSimilarity(
                metric: try reader.string("evaluation_metric"), input: try reader.template("input"),
                reference: try reader.template("reference"))
            try reader.finish(["type", "name", "input", "reference", "evaluation_metric"])
        case "score_model":
            measure = .model(try Self.scoreModel(reader))
        case "label_model":
            guard isInside else {
                throw GraderError(
                    reader.place("type"), "a label_model stands inside a multi grader: it is no grade by itself")
            }
            measure = .model(try Self.labelModel(reader))
        case "multi":
            guard !isInside else { throw GraderError(reader.place("type"), "a multi grader holds no other one") }
            measure = try Self.multi(json, reader)
        case "python":
            throw GraderError(
                reader.place("type"),
                "python graders are not run: a configuration brings no code. Say it with string_check, text_similarity "
                    + "or score_model, or with the components of docs/components.md; what only code can tell belongs "
                    + "beside Plaudit, in the trainer's own reward function")
        default:
            throw GraderError(
                reader.place("type"),
                "\(Quoting.quoted(type)) is none of string_check, text_similarity, score_model, label_model, multi")
        }
        self.name = name
    }

    private static func scoreModel(_ reader: GraderReader) throws(GraderError) -> ModelGrader {
        var range = 0.0...1.0
        if let value = reader.optional("range") {
            guard case .array(let ends) = value, ends.count == 2, let low = ends[0].number, let high = ends[1].number,
                low < high
            else { throw GraderError(reader.place("range"), "expected two numbers, the lower first") }
            range = low...high
        }
        let grader = ModelGrader(
            model: try reader.string("model"), messages: try messages(reader), question: .score(range))
        // How a judge samples stands with the judge.
        try reader.finish(["type", "name", "model", "input", "range", "sampling_params"])
        return grader
    }

    private static func labelModel(_ reader: GraderReader) throws(GraderError) -> ModelGrader {
        let labels = try reader.strings("labels", countMax: labelCountMax)
        let passing = try reader.strings("passing_labels", countMax: labelCountMax)
        if let unknown = passing.first(where: { !labels.contains($0) }) {
            throw GraderError(reader.place("passing_labels"), "\(Quoting.quoted(unknown)) is none of the labels")
        }
        let grader = ModelGrader(
            model: try reader.string("model"), messages: try messages(reader),
            question: .label(of: labels, passing: passing))
        try reader.finish(["type", "name", "model", "input", "labels", "passing_labels", "sampling_params"])
        return grader
    }

    private static func messages(_ reader: GraderReader) throws(GraderError) -> [ModelGrader.Message] {
        guard case .array(let elements)? = reader.optional("input"), !elements.isEmpty,
            elements.count <= messageCountMax
        else { throw GraderError(reader.place("input"), "expected 1 to \(messageCountMax) messages") }
        var messages: [ModelGrader.Message] = []
        for (index, element) in elements.enumerated() {
            let message = try GraderReader(element, at: "\(reader.place("input"))[\(index)]")
            let role = try message.string("role")
            guard ["system", "developer", "user", "assistant"].contains(role) else {
                throw GraderError(
                    message.place("role"), "\(Quoting.quoted(role)) is none of system, developer, user, assistant")
            }
            messages.append(ModelGrader.Message(role: role, content: try message.content()))
            try message.finish(["role", "content", "type"])
        }
        return messages
    }

    /// `graders` is a mapping from variables to graders, or, as OpenAI's reference has it, a list of graders with names; one
    /// grader alone stands for a list of one.
    private static func multi(_ json: JSONValue, _ reader: GraderReader) throws(GraderError) -> Measure {
        let place = reader.place("graders")
        var variables: [Variable] = []
        func add(_ name: String, _ json: JSONValue, at place: String) throws(GraderError) {
            guard name.utf8.first?.isNameStart == true,
                name.utf8.allSatisfy({ $0.isNameStart || ($0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9")) })
            else {
                throw GraderError(
                    place, "\(Quoting.quoted(name)) is no variable of a formula: letters, digits and _, no digit first",
                    kind: .formula)
            }
            guard !variables.contains(where: { $0.name == name }) else {
                throw GraderError(place, "\(name) stands for two graders", kind: .formula)
            }
            variables.append(Variable(name: name, grader: try Grader(json, at: place, isInside: true)))
        }
        switch reader.optional("graders") {
        case .array(let elements)?:
            for (index, element) in elements.prefix(graderCountMax + 1).enumerated() {
                let place = "\(place)[\(index)]"
                try add(try GraderReader(element, at: place).string("name"), element, at: place)
            }
        case .object(let members)? where reader.optional("graders")?["type"] == nil:
            for member in members.prefix(graderCountMax + 1) {
                try add(member.name, member.value, at: "\(place).\(Quoting.shortened(member.name))")
            }
        case .object? where reader.optional("graders") != nil:
            let only = reader.optional("graders") ?? .null
            try add(try GraderReader(only, at: place).string("name"), only, at: place)
        default: throw GraderError(place, "expected a mapping or a list of graders")
        }
        guard (1...graderCountMax).contains(variables.count) else {
            throw GraderError(place, "a multi grader has 1 to \(graderCountMax) graders")
        }
        let formula = try reader.string("calculate_output")
        try reader.finish(["type", "name", "graders", "calculate_output"])
        return .multi(variables, formula: formula)
    }
}

/// Reads one object of a grader.
private struct GraderReader {
    private let members: [JSONValue.Member]
    private let path: String

    init(_ json: JSONValue, at place: String) throws(GraderError) {
        guard case .object(let members) = json else { throw GraderError(place, "expected an object") }
        self.members = members
        path = place
    }

    func place(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    /// Null stands for a key that is left out.
    func optional(_ key: String) -> JSONValue? {
        members.last { $0.name == key && $0.value != .null }?.value
    }

    func optionalString(_ key: String) throws(GraderError) -> String? {
        guard let value = optional(key) else { return nil }
        guard case .string(let text) = value else { throw GraderError(place(key), "expected a text") }
        return text
    }

    func string(_ key: String) throws(GraderError) -> String {
        guard let text = try optionalString(key) else { throw GraderError(place(key), "is missing") }
        return text
    }

    func strings(_ key: String, countMax: Int) throws(GraderError) -> [String] {
        guard case .array(let elements)? = optional(key), (1...countMax).contains(elements.count) else {
            throw GraderError(place(key), "expected a list of 1 to \(countMax) texts")
        }
        var texts: [String] = []
        for element in elements {
            guard case .string(let text) = element, !text.isEmpty else {
                throw GraderError(place(key), "expected texts that are not empty")
            }
            texts.append(text)
        }
        return texts
    }

    func template(_ key: String) throws(GraderError) -> GraderTemplate {
        try GraderTemplate(parsing: try string(key), at: place(key))
    }

    /// A message's content: a text, one part with a text, or a list of such parts.
    func content() throws(GraderError) -> GraderTemplate {
        let place = place("content")
        let parts: [JSONValue] =
            switch optional("content") {
            case .array(let parts)?: parts
            case let part?: [part]
            case nil: throw GraderError(place, "is missing")
            }
        var text = ""
        for part in parts {
            switch (part, part["text"]) {
            case (.string(let piece), _), (_, .string(let piece)?): text += piece
            default: throw GraderError(place, "only texts are shown to a judge")
            }
        }
        let template = try GraderTemplate(parsing: text, at: place)
        guard !template.readsCompletionFields else {
            throw GraderError(
                place, "a judge is shown the whole answer, not a value in it: write {{sample.output_text}}",
                kind: .invalidVariable)
        }
        return template
    }

    func finish(_ known: [String]) throws(GraderError) {
        guard let unknown = members.first(where: { !known.contains($0.name) }) else { return }
        let near = NearestName.nearest(to: unknown.name, in: known).map { "; did you mean `\($0)`?" } ?? ""
        throw GraderError(place(Quoting.shortened(unknown.name)), "unknown key\(near)")
    }
}

extension JSONValue {
    fileprivate var number: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .unsigned(let value): Double(value)
        case .number(let value): value.isFinite ? value : nil
        default: nil
        }
    }
}
