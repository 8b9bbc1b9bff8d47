package import RewardMemory

/// A text that is put together for each rollout: literals, the completion, the reference answer, fields. As a
/// configuration says it.
package struct TextOperandSettings: Sendable, Equatable {
    package enum Part: Sendable, Equatable {
        case completion
        case operand(OperandSettings)
    }

    package let parts: [Part]

    package init(_ parts: [Part]) {
        self.parts = parts
    }

    package static let completion = TextOperandSettings([.completion])
    package static let referenceAnswer = TextOperandSettings([.operand(.referenceAnswer)])

    // Allocates: while a configuration is read.
    package static func operand(_ operand: OperandSettings) -> TextOperandSettings { .init([.operand(operand)]) }
    // Allocates: while a configuration is read.
    package static func literal(_ text: String) -> TextOperandSettings { .init([.operand(.literal(text))]) }
    // Allocates: while a configuration is read.
    package static func field(_ name: String) -> TextOperandSettings { .init([.operand(.field(name))]) }

    // Allocates: while a plan is compiled.
    package func compile(into builder: PlanBuilder, key: [String]) throws(PlanError) -> TextOperand {
        var compiled: [TextOperand.Part] = []
        for part in parts {
            switch part {
            case .completion: compiled.append(.completion)
            case .operand(let operand): compiled.append(.operand(try operand.compile(into: builder, key: key)))
            }
        }
        if compiled.count != 1 { builder.requirements.fold.isJoiningNeeded = true }
        return TextOperand(parts: builder.storage.makeTable(compiled))
    }
}

/// The same, compiled.
package struct TextOperand: BitwiseCopyable {
    package enum Part: BitwiseCopyable {
        case completion
        case operand(OperandSource)
    }

    package let parts: FixedTable<Part>

    /// Whether it is one value as it is, so that nothing has to be written.
    var isWhole: Bool {
        @_noAllocation get { parts.count == 1 }
    }
}

/// What became of a text operand in a rollout.
package enum OperandText: BitwiseCopyable {
    case text(ByteView)
    /// The status of a component that cannot do without it.
    case none(Status)

    var status: Status {
        @_noAllocation get {
            if case .none(let status) = self { return status }
            return .scored
        }
    }
}

extension TextOperand.Part {
    /// The value that this part puts in.
    @_noAllocation
    func value(in rollout: Rollout) -> FieldValue {
        switch self {
        case .completion: .text(rollout.completion)
        case .operand(let source): source.value(in: rollout)
        }
    }
}

extension FoldScratch {
    /// Begins the texts of a rollout: those of the one before are gone.
    @_noAllocation
    package mutating func beginTexts() {
        joined.removeAll()
    }

    /// An operand's text. What is put together, and a number's text, is valid until `beginTexts`.
    @_noAllocation
    package mutating func text(of operand: TextOperand, in rollout: Rollout) -> OperandText {
        if operand.isWhole {
            let value = operand.parts[0].value(in: rollout)
            if case .text(let text) = value { return .text(text) }
        }
        let start = joined.count
        for index in 0..<operand.parts.count {
            let value = operand.parts[index].value(in: rollout)
            if case .absent = value { return .none(.missingInput) }
            guard let text = text(of: value) else { return .none(.badReference) }
            guard joined.append(text) else { return .none(.limitReached) }
        }
        return .text(joined.view.slice(start, joined.count))
    }
}
