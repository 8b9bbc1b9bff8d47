package import RewardMemory

/// Settings of `numeric_match`.
package struct NumericMatchSettings: Sendable {
    /// The answer is the first number behind the last of these texts; nil for the usual markers.
    package var marker: String?
    /// How far the answer may lie from the reference.
    package var tolerance: Double = 0
    /// The same, as a share of the reference's magnitude.
    package var relativeTolerance: Double = 0
    package var reference: OperandSettings = .referenceAnswer
    /// What stands before the decimal places, in the completion and in a reference that is a text.
    package var decimalMark: DecimalMark = .point

    package init() {}
}

/// `numeric_match`: 1 when the completion's answer is the reference as a number, else 0.
///
/// The answer is the number behind the last `####`, `\boxed{`, `Answer:` or `A:`, else the last number of the text.
/// Numbers are compared exactly, whatever their length, as decimals or as ratios; with a tolerance also as doubles:
///
///     score = 1   for answer = reference, |answer - reference| <= tolerance
///                 or |answer - reference| <= relative_tolerance * |reference|
///     score = 0   otherwise, and when the completion has no answer: that is a wrong answer, not a failure
package struct NumericMatchPlan: BitwiseCopyable {
    private let marker: ByteView?
    private let tolerance: Double
    private let relativeTolerance: Double
    private let reference: OperandSource
    private let decimalMark: DecimalMark

    /// How the answer stands to the reference; the finding's code holds it above the answer's kind.
    private enum Relation {
        static let differs: UInt8 = 0x00
        static let equal: UInt8 = 0x10
        static let near: UInt8 = 0x20
    }

    // Allocates: while a plan is compiled.
    package init(_ settings: NumericMatchSettings, _ builder: PlanBuilder) throws(PlanError) {
        if let marker = settings.marker {
            guard !marker.isEmpty, marker.utf8.count <= Limits.nameByteCountMax else {
                throw PlanError(key: ["marker"], "a marker has 1 to \(Limits.nameByteCountMax) bytes")
            }
            self.marker = builder.storage.makeText(marker.utf8)
        } else {
            marker = nil
        }
        guard settings.tolerance >= 0, settings.tolerance.isFinite else {
            throw PlanError(key: ["tolerance"], "a tolerance is a number and not negative")
        }
        guard settings.relativeTolerance >= 0, settings.relativeTolerance.isFinite else {
            throw PlanError(key: ["relative_tolerance"], "a tolerance is a number and not negative")
        }
        tolerance = settings.tolerance
        relativeTolerance = settings.relativeTolerance
        reference = try settings.reference.compile(into: builder, key: ["reference"])
        decimalMark = settings.decimalMark
        if case .literal(let text) = reference {
            guard AnswerFinder(text, decimalMark: decimalMark).reference().number != nil else {
                throw PlanError(key: ["reference"], "the reference is not a number")
            }
        }
    }

    @_noAllocation
    package func score(_ rollout: Rollout) -> ComponentOutcome {
        let wanted: Quantity
        switch reference.value(in: rollout) {
        case .absent: return ComponentOutcome(without: .missingInput)
        case .boolean: return ComponentOutcome(without: .badReference)
        case .integer(let integer): wanted = Quantity(integer)
        case .number(let double):
            guard double.isFinite else { return ComponentOutcome(without: .badReference) }
            wanted = Quantity(double)
        case .text(let text):
            guard let number = AnswerFinder(text, decimalMark: decimalMark).reference().number,
                !number.quantity.isUndefined
            else { return ComponentOutcome(without: .badReference) }
            wanted = number.quantity
        }
        let finder = AnswerFinder(rollout.completion, decimalMark: decimalMark)
        let answer: FoundAnswer
        if let marker { answer = finder.answer(after: marker) } else { answer = finder.answer() }
        guard let number = answer.number else {
            return ComponentOutcome(score: 0, finding: Finding(answer.kind.code, second: wanted.doubleValue))
        }
        var relation = Relation.differs
        if number.quantity.equals(wanted) {
            relation = Relation.equal
        } else if (tolerance > 0 || relativeTolerance > 0)
            && number.quantity.lies(within: tolerance, orRelatively: relativeTolerance, of: wanted)
        {
            relation = Relation.near
        }
        let finding = Finding(
            answer.kind.code | relation, first: number.quantity.doubleValue, second: wanted.doubleValue,
            spanStart: number.start, spanCount: number.end &- number.start)
        return ComponentOutcome(score: relation == Relation.differs ? 0 : 1, finding: finding)
    }

    /// One sentence for people: which number was taken for the answer, from where, and how it stands to the reference.
    @_noAllocation
    package func explain(_ outcome: ComponentOutcome, rollout: Rollout, into text: inout RigidBytes) {
        guard outcome.status == .scored else {
            let isMissing = outcome.status == .missingInput
            text.append(isMissing ? "this rollout brings no reference" : "the reference is not one number")
            return
        }
        let finding = outcome.finding
        let kind = finding.code & 0x0F
        if kind == AnswerKind.none.code {
            text.append("no number found")
            return
        } else if kind == AnswerKind.otherBox.code {
            text.append("the last \\boxed{} does not hold one number")
            return
        } else if kind == AnswerKind.afterHashes.code {
            text.append("the number after ####, ")
        } else if kind == AnswerKind.inBox.code {
            text.append("the number in \\boxed{}, ")
        } else if kind == AnswerKind.afterAnswer.code {
            text.append("the number after the answer's colon, ")
        } else if kind == AnswerKind.afterMarker.code {
            text.append("the number after the marker, ")
        } else {
            text.append("the last number, ")
        }
        let start = Int(finding.spanStart)
        let end = start + Int(finding.spanCount)
        if end <= rollout.completion.count, end - start <= 64 {
            text.append(rollout.completion.slice(start, end))
        } else {
            text.append(number: finding.first)
        }
        switch finding.code & 0xF0 {
        case Relation.equal: text.append(", equals the reference ")
        case Relation.near: text.append(", lies within the tolerance of the reference ")
        default: text.append(", differs from the reference ")
        }
        text.append(number: finding.second, placesMax: 6)
    }
}
