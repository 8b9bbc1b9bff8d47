package import RewardMemory

/// How `string_check` compares, in OpenAI's names.
package enum StringOperation: String, CaseIterable, Sendable, BitwiseCopyable {
    /// The input, by default the completion, is the reference.
    case eq
    /// The input is not the reference.
    case ne
    /// The input contains the reference.
    case like
    /// The same, whatever the case of either.
    case ilike
}

/// Settings of `string_check`.
package struct StringCheckSettings: Sendable {
    package var operation: StringOperation = .eq
    /// What is compared.
    package var input: TextOperandSettings = .completion
    package var reference: TextOperandSettings = .referenceAnswer
    /// Leave white space at both ends of the input and of the reference out.
    package var trim = false

    package init(
        operation: StringOperation = .eq, input: TextOperandSettings = .completion,
        reference: TextOperandSettings = .referenceAnswer, trim: Bool = false
    ) {
        self.operation = operation
        self.input = input
        self.reference = reference
        self.trim = trim
    }
}

/// `string_check`: 1 when the comparison holds, else 0.
///
/// Texts are compared byte for byte, so without Unicode normalisation: a letter with a combining accent is not the
/// composed letter. `ilike` folds the case of both by Unicode's full case folding, as Python's `str.casefold` does. A
/// reference that is no text is compared by its canonical text, see `FoldScratch.text(of:)`.
package struct StringCheckPlan: BitwiseCopyable {
    private let operation: StringOperation
    private let input: TextOperand
    private let reference: TextOperand
    private let trim: Bool

    // Allocates: while a plan is compiled.
    package init(_ settings: StringCheckSettings, _ builder: PlanBuilder) throws(PlanError) {
        operation = settings.operation
        input = try settings.input.compile(into: builder, key: ["input"])
        reference = try settings.reference.compile(into: builder, key: ["reference"])
        trim = settings.trim
        if operation == .ilike { builder.requirements.fold.isFoldNeeded = true }
    }

    @_noAllocation
    package func score(
        _ rollout: Rollout, _ scratch: inout FoldScratch, _ json: inout JSONScratch
    ) -> ComponentOutcome {
        scratch.beginTexts()
        let referenceText = scratch.text(of: reference, in: rollout, &json)
        guard case .text(var wanted) = referenceText else { return outcome(without: referenceText) }
        let inputText = scratch.text(of: input, in: rollout, &json)
        guard case .text(var compared) = inputText else { return outcome(without: inputText) }
        if trim {
            wanted = TextTrim.trimmed(wanted)
            compared = TextTrim.trimmed(compared)
        }
        switch operation {
        case .eq: return outcome(compared.equals(wanted))
        case .ne: return outcome(!compared.equals(wanted))
        case .like: return outcome(compared.firstIndex(of: wanted) >= 0)
        case .ilike:
            guard let isContained = scratch.foldedContains(compared, wanted) else {
                return ComponentOutcome(without: .limitReached)
            }
            return outcome(isContained)
        }
    }

    @_noAllocation
    private func outcome(without text: OperandText) -> ComponentOutcome {
        if case .lacking = text { return ComponentOutcome(score: 0, finding: Finding(2)) }
        return ComponentOutcome(without: text.status)
    }

    @_noAllocation
    private func outcome(_ holds: Bool) -> ComponentOutcome {
        ComponentOutcome(score: holds ? 1 : 0, finding: Finding(holds ? 1 : 0))
    }

    /// One sentence for people: what was compared, and how it came out.
    @_noAllocation
    package func explain(_ outcome: ComponentOutcome, into text: inout RigidBytes) {
        guard outcome.status == .scored else {
            switch outcome.status {
            case .missingInput: text.append("this rollout brings no reference")
            case .limitReached:
                text.append("the texts are too long to be joined or compared whatever their case, or the JSON too deep")
            default: text.append("the reference is not a finite number")
            }
            return
        }
        guard outcome.finding.code != 2 else {
            text.append("the completion has no JSON with that value")
            return
        }
        let holds = outcome.finding.code == 1
        switch operation {
        case .eq: text.append(holds ? "equals the reference" : "differs from the reference")
        case .ne: text.append(holds ? "differs from the reference, as wanted" : "equals the reference")
        case .like: text.append(holds ? "contains the reference" : "does not contain the reference")
        case .ilike:
            text.append(holds ? "contains the reference" : "does not contain the reference")
            text.append(", whatever the case")
        }
    }
}
