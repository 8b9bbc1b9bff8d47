package import RewardMemory

/// What an `instruction_check` gives for several instructions: IFEval's two levels.
package enum InstructionLevel: String, CaseIterable, Sendable, BitwiseCopyable {
    /// The share of the instructions that are followed.
    case instruction
    /// 1 when all are followed, else 0.
    case prompt
}

/// Where an `instruction_check` takes its instructions.
package enum InstructionSource: Sendable {
    /// The same for every rollout: a JSON array of instructions.
    case fixed(JSONValue)
    /// JSON text that each rollout brings.
    case rollout(OperandSettings)
}

/// Settings of `instruction_check`.
package struct InstructionCheckSettings: Sendable {
    package var instructions: InstructionSource
    package var level: InstructionLevel

    package init(
        instructions: InstructionSource = .rollout(.referenceAnswer), level: InstructionLevel = .instruction
    ) {
        self.instructions = instructions
        self.level = level
    }
}

/// `instruction_check`: whether the completion follows verifiable instructions, as IFEval's `strict` verdicts say.
///
///     score = (instructions followed) / (instructions)          level: instruction
///     score = 1 when all are followed, else 0                   level: prompt
///
/// Instructions are JSON: an array of objects with `id` and the arguments beside it or under `kwargs`, or one object with the
/// lists `instruction_id` (or `instruction_id_list`) and `kwargs`, as the published data sets have them.
package struct InstructionCheckPlan: BitwiseCopyable {
    private enum Source: BitwiseCopyable {
        case fixed(InstructionList)
        case rollout(OperandSource)
    }

    /// What a finding is about: its code.
    private enum Code {
        static let checked: UInt8 = 0
        static let missing: UInt8 = 1
        static let notJSON: UInt8 = 2
        static let unusable: UInt8 = 3
        static let untold: UInt8 = 4
    }

    private let source: Source
    private let level: InstructionLevel
    private let catalogue: LanguageCatalogue

    // Allocates: while a plan is compiled.
    package init(_ settings: InstructionCheckSettings, _ builder: PlanBuilder) throws(PlanError) {
        switch settings.instructions {
        case .fixed(let value):
            var words = JSONTapeBuilder()
            let root = words.append(value)
            let tape = words.makeTape(in: builder.storage)
            var list = InstructionList(tape, at: root)
            var count = 0
            while let entry = list.next() {
                guard entry.kind != nil else {
                    throw PlanError(
                        key: ["instructions"],
                        "instruction \(count + 1) is not known, or lacks an argument: see instruction_check.md")
                }
                count += 1
            }
            guard list.isReadable, count > 0, count <= Limits.instructionCountMax else {
                throw PlanError(key: ["instructions"], "between 1 and \(Limits.instructionCountMax) instructions")
            }
            source = .fixed(InstructionList(tape, at: root))
        case .rollout(let operand):
            source = .rollout(try operand.compile(into: builder, key: ["instructions"]))
            builder.requirements.instructions.parsesInstructions = true
        }
        level = settings.level
        catalogue = LanguageCatalogue(storage: builder.storage)
        builder.requirements.instructions.isNeeded = true
        builder.requirements.language.isNeeded = true
        builder.requirements.json.usesParser = true
    }

    @_noAllocation
    package func score(_ rollout: Rollout, _ scratch: inout KernelScratch) -> ComponentOutcome {
        let instructions: InstructionList
        switch source {
        case .fixed(let compiled): instructions = compiled
        case .rollout(let operand):
            let value = operand.value(in: rollout)
            if case .absent = value { return ComponentOutcome(without: .missingInput, finding: Finding(Code.missing)) }
            guard case .text(let text) = value, let parsed = scratch.instructions.parse(text) else {
                return ComponentOutcome(without: .badReference, finding: Finding(Code.notJSON))
            }
            instructions = InstructionList(parsed, at: JSONTape.root)
        }
        guard let folded = scratch.instructions.fold(rollout.completion) else {
            return ComponentOutcome(without: .oversize)
        }
        return score(InstructionText(rollout.completion, folded: folded), instructions, &scratch)
    }

    @_noAllocation
    private func score(
        _ text: InstructionText, _ instructions: InstructionList, _ scratch: inout KernelScratch
    ) -> ComponentOutcome {
        var list = instructions
        var toldCount = 0
        var followedCount = 0
        var offender = 0
        var offendingKind: UInt8 = 0
        var position = 0
        while let entry = list.next() {
            position &+= 1
            guard let kind = entry.kind, position <= Limits.instructionCountMax else {
                return ComponentOutcome(
                    without: .badReference, finding: Finding(Code.unusable, first: Double(position)))
            }
            guard let isFollowed = text.follows(kind, entry.arguments, catalogue, &scratch) else { continue }
            toldCount &+= 1
            if isFollowed {
                followedCount &+= 1
            } else if offender == 0 {
                offender = position
                offendingKind = kind.code
            }
        }
        guard list.isReadable, position > 0 else {
            return ComponentOutcome(without: .badReference, finding: Finding(Code.notJSON))
        }
        guard toldCount > 0 else { return ComponentOutcome(without: .abstained, finding: Finding(Code.untold)) }
        let score =
            switch level {
            case .instruction: Double(followedCount) / Double(toldCount)
            case .prompt: followedCount == toldCount ? 1.0 : 0.0
            }
        let finding = Finding(
            Code.checked, first: Double(followedCount), second: Double(toldCount), spanStart: offender,
            spanCount: Int(offendingKind))
        return ComponentOutcome(score: score, finding: finding)
    }

    /// One sentence for people: how many instructions are followed, and the first that is not.
    @_noAllocation
    package func explain(_ outcome: ComponentOutcome, into text: inout RigidBytes) {
        let finding = outcome.finding
        switch finding.code {
        case Code.missing: text.append("this rollout brings no instructions")
        case Code.notJSON: text.append("the instructions are not a JSON list of instructions")
        case Code.unusable:
            text.append("instruction ")
            text.append(number: finding.first)
            text.append(" is not known, or lacks an argument")
        case Code.untold: text.append("the completion's language, which is asked for, cannot be told")
        default:
            text.append(number: finding.first)
            text.append(" of ")
            text.append(number: finding.second)
            text.append(" instructions are followed")
            guard finding.spanStart > 0,
                let kind = InstructionKind(code: UInt8(truncatingIfNeeded: finding.spanCount))
            else { return }
            text.append("; not number ")
            text.append(decimal: Int(finding.spanStart))
            text.append(", ")
            text.append(kind.name)
        }
    }
}
