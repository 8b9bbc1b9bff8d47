package import RewardMemory

/// Whose rules `math_equivalence` follows instead of its own.
package enum MathCompatibility: String, CaseIterable, Sendable, BitwiseCopyable {
    /// verl's `gsm8k` with `method="strict"`.
    case verlGSM8KStrict = "verl_gsm8k_strict"
    /// verl's `gsm8k` with `method="flexible"`.
    case verlGSM8KFlexible = "verl_gsm8k_flexible"
    /// verl's `math_dapo`.
    case verlMathDAPO = "verl_math_dapo"
}

/// Settings of `math_equivalence`.
package struct MathEquivalenceSettings: Sendable {
    package var reference: OperandSettings = .referenceAnswer
    /// The answer is looked for behind the last of these texts, and without one there is none.
    package var after: String?
    /// A decimal with so many places or more stands for every number that rounds to it.
    package var decimalPlaces = 6
    /// Nil for the component's own rules.
    package var compatibility: MathCompatibility?

    package init() {}
}

/// `math_equivalence`: 1 when the completion's answer is the reference as mathematics, else 0.
///
///     score = 1   the two are written the same, or both are read and say the same
///     score = 0   otherwise, and when the completion has no answer: that is a wrong answer, not a failure
///
/// Expressions are compared by value: rational ones exactly, by their residues modulo 2^61 - 1, others as complex doubles
/// within their rounding errors; variables take three fixed values. Tuples and intervals are compared in order, lists and
/// sets without, equations and inequalities up to a factor, texts whatever their case.
package struct MathEquivalencePlan: BitwiseCopyable {
    private let reference: OperandSource
    private let after: ByteView?
    private let decimalPlaces: Int
    private let compatibility: MathCompatibility?

    /// A finding's code: the place of the answer, and whether it is the reference.
    private enum Relation {
        static let equal: UInt8 = 0x10
        static let isVerls: UInt8 = 0x20
    }

    // Allocates: while a plan is compiled.
    package init(_ settings: MathEquivalenceSettings, _ builder: PlanBuilder) throws(PlanError) {
        if let after = settings.after {
            guard !after.isEmpty, after.utf8.count <= Limits.nameByteCountMax else {
                throw PlanError(key: ["after"], "this text has 1 to \(Limits.nameByteCountMax) bytes")
            }
            self.after = builder.storage.makeText(after.utf8)
        } else {
            after = nil
        }
        guard (1...15).contains(settings.decimalPlaces) else {
            throw PlanError(key: ["decimal_places"], "a whole number from 1 to 15")
        }
        decimalPlaces = settings.decimalPlaces
        compatibility = settings.compatibility
        reference = try settings.reference.compile(into: builder, key: ["reference"])
        builder.requirements.math.isNeeded = true
        if compatibility == nil, case .literal(let text) = reference {
            var requirements = MathScratch.Requirements()
            requirements.isNeeded = true
            var scratch = MathScratch(requirements)
            if case .none = scratch.readReference(text).place {
                throw PlanError(key: ["reference"], "the reference is no mathematics and no single word")
            }
        }
    }

    @_noAllocation
    package func score(
        _ rollout: Rollout, _ scratch: inout MathScratch, _ fold: inout FoldScratch
    ) -> ComponentOutcome {
        let value = reference.value(in: rollout)
        switch value {
        case .absent: return ComponentOutcome(without: .missingInput)
        case .boolean: return ComponentOutcome(without: .badReference)
        case .text, .integer, .number: break
        }
        guard let wantedText = fold.text(of: value) else { return ComponentOutcome(without: .badReference) }
        var completion = rollout.completion
        var offset = 0
        if let after {
            let start = completion.lastIndex(of: after)
            guard start >= 0 else { return ComponentOutcome(score: 0) }
            offset = start &+ after.count
            completion = completion.slice(offset, completion.count)
        }
        if let compatibility { return score(completion, offset, wantedText, compatibility, &scratch) }
        let wanted = scratch.readReference(wantedText)
        switch wanted.place {
        case .none: return ComponentOutcome(without: .badReference)
        case .box, .marker, .whole, .formula, .number: break
        }
        let given = scratch.readAnswer(completion)
        let isEqual = scratch.equal(wanted, given, decimalPlaces: decimalPlaces)
        let finding = Finding(
            given.place.code | (isEqual ? Relation.equal : 0), spanStart: offset &+ given.span.start,
            spanCount: given.span.end &- given.span.start)
        return ComponentOutcome(score: isEqual ? 1 : 0, finding: finding)
    }

    /// verl's own rules, to the letter.
    @_noAllocation
    private func score(
        _ completion: ByteView, _ offset: Int, _ wanted: ByteView, _ compatibility: MathCompatibility,
        _ scratch: inout MathScratch
    ) -> ComponentOutcome {
        let place: MathPlace
        let isEqual: Bool
        switch compatibility {
        case .verlGSM8KStrict:
            let answer = VerlGSM8K(completion).strictAnswer()
            place = answer.isEmpty ? .none : .marker
            isEqual = !answer.isEmpty && VerlGSM8K.equals(answer, withoutCommas: true, wanted)
        case .verlGSM8KFlexible:
            let answer = VerlGSM8K(completion).flexibleAnswer()
            place = answer.isEmpty ? .none : .number
            isEqual = !answer.isEmpty && VerlGSM8K.equals(answer, withoutCommas: false, wanted)
        case .verlMathDAPO:
            guard let verdict = scratch.isCorrectByMathDAPO(completion, wanted) else {
                return ComponentOutcome(without: .badReference)
            }
            place = verdict.place
            isEqual = verdict.isEqual
        }
        let code = place.code | Relation.isVerls | (isEqual ? Relation.equal : 0)
        return ComponentOutcome(score: isEqual ? 1 : 0, finding: Finding(code))
    }

    /// One sentence for people: what was taken for the answer, from where, and how it stands to the reference.
    @_noAllocation
    package func explain(_ outcome: ComponentOutcome, rollout: Rollout, into text: inout RigidBytes) {
        guard outcome.status == .scored else {
            let isMissing = outcome.status == .missingInput
            text.append(isMissing ? "this rollout brings no reference" : "the reference is no mathematics and no word")
            return
        }
        let finding = outcome.finding
        switch MathPlace(code: finding.code & 0x0F) {
        case .none:
            text.append("no answer found")
            return
        case .box: text.append("the answer in \\boxed{}, ")
        case .marker: text.append("the answer behind its marker, ")
        case .whole: text.append("the whole completion, ")
        case .formula: text.append("the last formula, ")
        case .number: text.append("the last number, ")
        }
        if finding.code & Relation.isVerls != 0 {
            text.append("read by verl's rules")
            text.append(finding.code & Relation.equal != 0 ? ", equals the reference" : ", differs from the reference")
            return
        }
        let start = Int(finding.spanStart)
        let end = start + Int(finding.spanCount)
        if end <= rollout.completion.count, end - start <= 64 {
            text.append(rollout.completion.slice(start, end))
        } else {
            text.append("longer than is shown here")
        }
        text.append(finding.code & Relation.equal != 0 ? ", equals the reference" : ", differs from the reference")
    }
}
