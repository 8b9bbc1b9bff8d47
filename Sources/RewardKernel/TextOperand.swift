package import RewardMemory

/// A text that is put together for each rollout: literals, the completion or what stands in its JSON, the reference answer,
/// fields. As a configuration says it.
package struct TextOperandSettings: Sendable, Equatable {
    package enum Part: Sendable, Equatable {
        case completion
        /// A member of the completion's JSON, by the names on the way there.
        case completionField([String])
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
            case .completionField(let names):
                compiled.append(.completionField(CompletionField(names, in: builder.storage)))
                builder.requirements.json.usesParser = true
                builder.requirements.fold.isJoiningNeeded = true
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
        case completionField(CompletionField)
        case operand(OperandSource)
    }

    package let parts: FixedTable<Part>

    /// What it is when it is one value as it is, so that nothing has to be written: what the parser of the completion's JSON has
    /// does not stay.
    @_noAllocation
    func whole(in rollout: Rollout) -> FieldValue {
        guard parts.count == 1 else { return .absent }
        switch parts[0] {
        case .completion: return .text(rollout.completion)
        case .completionField: return .absent
        case .operand(let source): return source.value(in: rollout)
        }
    }
}

/// What became of a text operand in a rollout.
package enum OperandText: BitwiseCopyable {
    case text(ByteView)
    /// The completion has no JSON with such a value: the policy's own failing, and so a score of 0.
    case lacking
    /// The status of a component that cannot do without it.
    case none(Status)

    var status: Status {
        @_noAllocation get {
            if case .none(let status) = self { return status }
            return .scored
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
    package mutating func text(
        of operand: TextOperand, in rollout: Rollout, _ json: inout JSONScratch
    ) -> OperandText {
        if case .text(let text) = operand.whole(in: rollout) { return .text(text) }
        let start = joined.count
        for index in 0..<operand.parts.count {
            let value: FieldValue
            switch operand.parts[index] {
            case .completion: value = .text(rollout.completion)
            case .completionField(let field):
                let found = JSONExtraction.whole.find(in: rollout.completion, &json)
                // Beyond a limit it may hold the value all the same.
                if found.fault.isLimit { return .none(.limitReached) }
                guard found.isFound else { return .lacking }
                value = field.value(in: found.tape)
                if case .absent = value { return .lacking }
            case .operand(let source): value = source.value(in: rollout)
            }
            if case .absent = value { return .none(.missingInput) }
            guard let text = text(of: value) else { return .none(.badReference) }
            guard joined.append(text) else { return .none(.limitReached) }
        }
        return .text(joined.view.slice(start, joined.count))
    }
}
