/// Reads one value as what it should be. Every reading reports what is wrong and then gives nil, so that a decoder goes
/// on to the next key and one check shows all there is to mend.
struct NodeReader {
    let node: ConfigurationNode
    /// Where the key stands, or the value itself when it is an element of a list.
    let keyMark: SourceMark
    let path: ConfigurationPath
    let context: DecodingContext

    init(_ node: ConfigurationNode, keyMark: SourceMark, path: ConfigurationPath, context: DecodingContext) {
        self.node = node
        self.keyMark = keyMark
        self.path = path
        self.context = context
        context.note(path, key: keyMark, value: mark)
    }

    /// Where the value stands. A list or a mapping in block style begins with its first element on a later line; what is
    /// wrong with it as a whole is wrong where it is named.
    private var mark: SourceMark {
        if scalar == nil && node.mark.line != keyMark.line { keyMark } else { node.mark }
    }
}

// MARK: - Errors

extension NodeReader {
    /// Reports an error of the value.
    func report(_ message: String, suggestion: String? = nil) {
        report(at: mark, message, suggestion)
    }

    /// Reports an error of the key.
    func reportKey(_ message: String, suggestion: String? = nil) {
        report(at: keyMark, message, suggestion)
    }

    private func report(at mark: SourceMark, _ message: String, _ suggestion: String?) {
        context.report(
            ConfigurationError(
                file: context.file, mark: mark, keyPath: path.description, message, suggestion: suggestion))
    }

    /// Warns of a value below this one. The kernel's paths start at the component, so they repeat this value's own key.
    func warn(at steps: [String], _ message: String) {
        let below = steps.first == path.steps.last ? steps.dropFirst() : steps[...]
        context.warn(context.sourceMap.error(at: path.steps + below, file: context.file, message))
    }

    func reportUnexpected(_ expected: String, suggestion: String? = nil) {
        report("expected \(expected), found \(node.summary)", suggestion: suggestion)
    }
}

// MARK: - Shapes

extension NodeReader {
    var isNull: Bool { node.isNull }

    var isMapping: Bool {
        if case .mapping = node.content { true } else { false }
    }

    var isSequence: Bool {
        if case .sequence = node.content { true } else { false }
    }

    /// The scalar as it is spelt; nil, with nothing reported, for lists and mappings.
    var scalar: Scalar? {
        if case .scalar(let scalar) = node.content { scalar } else { nil }
    }

    func mapping(_ expected: String = "a mapping", suggestion: String? = nil) -> MappingReader? {
        guard case .mapping(let entries) = node.content else {
            reportUnexpected(expected, suggestion: suggestion)
            return nil
        }
        return MappingReader(entries, path: path, mark: keyMark, context: context)
    }

    /// The elements of a list.
    func sequence(_ expected: String = "a list", countMax: Int = .max) -> [NodeReader]? {
        guard case .sequence(let elements) = node.content else {
            reportUnexpected(expected)
            return nil
        }
        guard elements.count <= countMax else {
            report("has \(elements.count) elements; at most \(countMax) are allowed")
            return nil
        }
        return elements.enumerated().map { index, element in
            NodeReader(element, keyMark: element.mark, path: path.appending(index: index), context: context)
        }
    }

    /// The elements of a list of texts; a single text stands for a list of one.
    func strings(_ expected: String = "a list of texts", countMax: Int = .max) -> [String]? {
        if let scalar, scalar.kind == .string { return [scalar.text] }
        guard let elements = sequence(expected, countMax: countMax) else { return nil }
        let texts = elements.map { $0.string() }
        return texts.contains { $0 == nil } ? nil : texts.compactMap(\.self)
    }
}

// MARK: - Scalars

extension NodeReader {
    /// A finite number.
    func number(_ expected: String = "a number") -> Double? {
        guard let scalar, case .number(let value) = scalar.kind else {
            reportUnexpected(expected, suggestion: numberSuggestion)
            return nil
        }
        guard value.isFinite else {
            report("expected a finite number, found \(Quoting.shortened(scalar.text))")
            return nil
        }
        return value
    }

    /// A finite number inside bounds, both included.
    func number(in bounds: ClosedRange<Double>) -> Double? {
        guard let value = number() else { return nil }
        guard bounds.contains(value) else {
            reportOutside(value, low: bounds.lowerBound, high: bounds.upperBound)
            return nil
        }
        return value
    }

    /// A finite number of at least a bound.
    func number(atLeast low: Double) -> Double? {
        number(in: low...Double.greatestFiniteMagnitude)
    }

    /// A whole number inside bounds, both included.
    func integer(in bounds: ClosedRange<Int>) -> Int? {
        guard let value = number("a whole number") else { return nil }
        guard let whole = Int(exactly: value) else {
            reportUnexpected("a whole number")
            return nil
        }
        guard bounds.contains(whole) else {
            reportOutside(value, low: Double(bounds.lowerBound), high: Double(bounds.upperBound))
            return nil
        }
        return whole
    }

    func boolean() -> Bool? {
        guard let scalar, case .boolean(let value) = scalar.kind else {
            reportUnexpected("true or false", suggestion: booleanSuggestion)
            return nil
        }
        return value
    }

    /// A text. A number or a boolean is not taken for one: whether `1.0` means "1.0" or "1" is not for us to guess.
    func string(_ expected: String = "a text") -> String? {
        guard let scalar, scalar.kind == .string else {
            reportUnexpected(expected, suggestion: scalar.map { "quote it: \(Quoting.quoted($0.text))" })
            return nil
        }
        return scalar.text
    }

    /// A text that is not empty.
    func nonEmptyString(_ expected: String = "a text") -> String? {
        guard let text = string(expected) else { return nil }
        guard !text.isEmpty else {
            report("expected \(expected), found an empty one")
            return nil
        }
        return text
    }

    /// One word of a closed list.
    func choice<Choice: RawRepresentable<String> & CaseIterable>(_: Choice.Type = Choice.self) -> Choice? {
        let words = Choice.allCases.map(\.rawValue)
        guard let scalar, let choice = Choice(rawValue: scalar.text) else {
            reportUnexpected(
                words.count == 1 ? "`\(words[0])`" : "one of \(words.joined(separator: ", "))",
                suggestion: scalar.flatMap { NearestName.nearest(to: $0.text.lowercased(), in: words) }
                    .map { "did you mean `\($0)`?" })
            return nil
        }
        return choice
    }

    /// A range written as a list of two numbers, the lower first.
    func range(isPointAllowed: Bool = true) -> ClosedRange<Double>? {
        guard case .sequence(let elements) = node.content, elements.count == 2 else {
            reportUnexpected("a list of two numbers, [low, high]")
            return nil
        }
        guard let ends = sequence()?.map({ $0.number() }), let low = ends[0], let high = ends[1] else { return nil }
        guard isPointAllowed ? low <= high : low < high else {
            report(
                "the lower end comes first",
                suggestion: low > high ? "write [\(Self.text(of: high)), \(Self.text(of: low))]" : nil)
            return nil
        }
        return low...high
    }

    private func reportOutside(_ value: Double, low: Double, high: Double) {
        let bounds =
            if high >= Double.greatestFiniteMagnitude || high >= Double(Int.max) {
                "at least \(Self.text(of: low))"
            } else {
                "between \(Self.text(of: low)) and \(Self.text(of: high))"
            }
        report("\(Self.text(of: value)) is out of range; it is \(bounds)")
    }

    private var numberSuggestion: String? {
        guard let scalar, scalar.kind == .string else { return nil }
        let isNumberWhenPlain =
            if case .number = Scalar(scalar.text, isPlain: true).kind { true } else { false }
        if isNumberWhenPlain { return "write it without quotes" }
        let bare = scalar.text.filter { $0 != "_" && $0 != "," && $0 != " " }
        if case .number = Scalar(bare, isPlain: true).kind { return "write \(bare)" }
        return nil
    }

    private var booleanSuggestion: String? {
        switch scalar?.text.lowercased() {
        case "yes", "on", "1", "y", "t", "true": "write true"
        case "no", "off", "0", "n", "f", "false": "write false"
        default: nil
        }
    }

    /// A number as people write it: no ".0" behind whole ones.
    static func text(of value: Double) -> String {
        Int(exactly: value).map(String.init) ?? "\(value)"
    }
}
