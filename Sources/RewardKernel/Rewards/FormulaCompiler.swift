internal import RewardMemory

/// Reads a formula's text by recursive descent and writes the steps of its stack machine; runs while a configuration
/// loads.
// Allocates: while a configuration is compiled.
internal struct FormulaCompiler {
    private static let functions: [String: FormulaPlan.Operation] = [
        "min": .minimum, "max": .maximum, "abs": .absolute, "floor": .floor, "ceil": .ceiling, "exp": .exponential,
        "sqrt": .squareRoot, "log": .logarithm,
    ]
    /// Depth of the machine's stack, and of the text's nesting while it is read; `FormulaPlan.evaluate` has as many
    /// places.
    private static let depthMax = Limits.formulaDepthMax

    private let text: [UInt8]
    private let names: [String]
    private var index = 0
    private var steps: [FormulaPlan.Step] = []
    /// Values on the stack behind the steps written so far.
    private var depth = 0
    private var nesting = 0

    init(_ text: String, names: [String]) {
        precondition(Limits.formulaDepthMax <= 32, "the stack of FormulaPlan.evaluate holds the deepest formula")
        self.text = Array(text.utf8)
        self.names = names
    }

    mutating func compile() throws(PlanError) -> [FormulaPlan.Step] {
        skipSpace()
        guard index < text.count else { throw error("the formula is empty", at: 0) }
        try sum()
        guard index == text.count else { throw error("expected an operator", at: index) }
        return steps
    }

    // MARK: Grammar

    private mutating func sum() throws(PlanError) {
        try product()
        while let sign = takeOne(of: "+-") {
            try product()
            try write(sign == UInt8(ascii: "+") ? .add : .subtract)
        }
    }

    private mutating func product() throws(PlanError) {
        try unary()
        while let sign = takeOne(of: "*/") {
            if index < text.count, sign == UInt8(ascii: "*"), text[index] == sign {
                throw error("a power is written ^", at: index - 1)
            }
            try unary()
            try write(sign == UInt8(ascii: "*") ? .multiply : .divide)
        }
    }

    private mutating func unary() throws(PlanError) {
        try nest()
        defer { nesting -= 1 }
        if let sign = takeOne(of: "+-") {
            try unary()
            if sign == UInt8(ascii: "-") { try write(.negate) }
        } else {
            try power()
        }
    }

    private mutating func power() throws(PlanError) {
        try primary()
        if takeOne(of: "^") != nil {
            try unary()
            try write(.power)
        }
    }

    private mutating func primary() throws(PlanError) {
        skipSpace()
        guard index < text.count else { throw error("the formula ends where a value should stand", at: index) }
        let byte = text[index]
        if takeOne(of: "(") != nil {
            try sum()
            try expect(")")
        } else if isDigit(byte) || byte == UInt8(ascii: ".") {
            try number()
        } else if isNameStart(byte) {
            try nameOrCall()
        } else {
            throw error("expected a number, a name or a parenthesis", at: index)
        }
    }

    private mutating func number() throws(PlanError) {
        let start = index
        while index < text.count, isDigit(text[index]) || text[index] == UInt8(ascii: ".") { index += 1 }
        if index < text.count, text[index] | 0x20 == UInt8(ascii: "e") {
            var end = index + 1
            if end < text.count, text[end] == UInt8(ascii: "+") || text[end] == UInt8(ascii: "-") { end += 1 }
            if end < text.count, isDigit(text[end]) {
                index = end
                while index < text.count, isDigit(text[index]) { index += 1 }
            }
        }
        let written = String(decoding: text[start..<index], as: UTF8.self)
        guard let value = Double(written), value.isFinite else {
            throw error("\(written) is not a number", at: start)
        }
        skipSpace()
        try write(.number, number: value)
    }

    private mutating func nameOrCall() throws(PlanError) {
        let start = index
        while index < text.count, isNameStart(text[index]) || isDigit(text[index]) { index += 1 }
        let name = String(decoding: text[start..<index], as: UTF8.self)
        // A component called like a function stays reachable: only a parenthesis makes a call.
        if takeOne(of: "(") != nil {
            try call(name, at: start)
        } else if let component = names.firstIndex(of: name) {
            try write(.variable, variable: component)
        } else if Self.functions[name] != nil {
            throw error("the function \(name) wants its arguments in parentheses", at: start)
        } else {
            throw error("no component is called \(name)\(suggestion(for: name, among: names))", at: start)
        }
    }

    private mutating func call(_ name: String, at start: Int) throws(PlanError) {
        guard let operation = Self.functions[name] else {
            throw error(
                "no function is called \(name)\(suggestion(for: name, among: Self.functions.keys.sorted()))", at: start)
        }
        let isVariadic = operation == .minimum || operation == .maximum
        try sum()
        var argumentCount = 1
        while takeOne(of: ",") != nil {
            guard isVariadic else { throw error("\(name) takes one argument", at: start) }
            try sum()
            try write(operation)
            argumentCount += 1
        }
        guard !isVariadic || argumentCount >= 2 else { throw error("\(name) takes two or more arguments", at: start) }
        try expect(")")
        if !isVariadic { try write(operation) }
    }

    // MARK: Output

    private mutating func write(
        _ operation: FormulaPlan.Operation, number: Double = 0, variable: Int = 0
    ) throws(PlanError) {
        guard steps.count < Limits.formulaStepCountMax else {
            throw error("a formula has at most \(Limits.formulaStepCountMax) steps", at: index)
        }
        switch operation {
        case .number, .variable: depth += 1
        case .add, .subtract, .multiply, .divide, .power, .minimum, .maximum: depth -= 1
        case .negate, .absolute, .floor, .ceiling, .exponential, .squareRoot, .logarithm: break
        }
        guard depth <= Self.depthMax else {
            throw error("a formula holds at most \(Self.depthMax) values at once", at: index)
        }
        steps.append(FormulaPlan.Step(operation: operation, variable: Int32(variable), number: number))
    }

    /// Bounds the recursion of the reader itself: signs and parentheses nest without a value on the stack.
    private mutating func nest() throws(PlanError) {
        nesting += 1
        guard nesting <= Self.depthMax else {
            throw error("a formula nests at most \(Self.depthMax) deep", at: index)
        }
    }

    // MARK: Text

    private mutating func skipSpace() {
        while index < text.count, text[index] == 0x20 || (text[index] >= 0x09 && text[index] <= 0x0D) { index += 1 }
    }

    /// Takes the next character when it is one of `characters`, with the white space around it.
    private mutating func takeOne(of characters: StaticString) -> UInt8? {
        skipSpace()
        guard index < text.count, ByteView(characters).firstIndex(of: text[index]) >= 0 else { return nil }
        let byte = text[index]
        index += 1
        skipSpace()
        return byte
    }

    private mutating func expect(_ character: StaticString) throws(PlanError) {
        guard takeOne(of: character) != nil else { throw error("expected \(character)", at: index) }
    }

    private func isDigit(_ byte: UInt8) -> Bool {
        byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
    }

    /// Letters, underscores and everything beyond ASCII: component names are words of any language.
    private func isNameStart(_ byte: UInt8) -> Bool {
        (byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z")) || byte == UInt8(ascii: "_")
            || byte >= 0x80
    }

    private func error(_ message: String, at offset: Int) -> PlanError {
        PlanError(key: ["formula"], "\(message), at offset \(offset) of the formula")
    }

    private func suggestion(for name: String, among known: [String]) -> String {
        guard let nearest = NearestName.of(name, among: known) else { return "" }
        return "; the nearest is \(nearest)"
    }
}
