package import RewardMemory

/// Settings of `overlong_penalty`.
package struct OverlongPenaltySettings: Sendable {
    /// The length from which on the full penalty applies, DAPO's L_max.
    package var maxLength: Int
    /// How far before `maxLength` the penalty sets in, DAPO's L_cache; 0 makes a step just above `maxLength`.
    package var buffer: Int
    package var measure: LengthSettings

    package init(maxLength: Int, buffer: Int, _ measure: LengthSettings = LengthSettings(.tokens)) {
        self.maxLength = maxLength
        self.buffer = buffer
        self.measure = measure
    }
}

/// `overlong_penalty`: DAPO's soft punishment of long completions (arXiv 2503.14476, equation 13), a score in -1...0.
///
///     score = 0                                        for n <= max - buffer
///     score = ((max - buffer) - n) / buffer            for max - buffer < n <= max
///     score = -1                                       for n > max
///
/// Bit for bit TRL's `get_soft_overlong_punishment`. Whether the trainer cut the completion does not matter, as it does
/// not in TRL: one that was cut at `max` is `max` long and has the full penalty already.
package struct OverlongPenaltyPlan: BitwiseCopyable {
    private let maxLength: Int
    private let buffer: Int
    private let measure: LengthMeasure

    // Allocates: while a plan is compiled.
    package init(_ settings: OverlongPenaltySettings, _ builder: PlanBuilder) throws(PlanError) {
        guard settings.maxLength > 0 else {
            throw PlanError(key: ["max_length"], "the greatest length is above 0")
        }
        guard settings.buffer >= 0, settings.buffer <= settings.maxLength else {
            throw PlanError(key: ["buffer"], "the buffer lies between 0 and max_length (\(settings.maxLength))")
        }
        maxLength = settings.maxLength
        buffer = settings.buffer
        measure = try LengthMeasure(settings.measure, builder)
    }

    @_noAllocation
    package func score(_ rollout: Rollout, _ scratch: inout KernelScratch) -> ComponentOutcome {
        let measured = measure.length(of: rollout, &scratch)
        guard measured.status == .scored else { return ComponentOutcome(without: measured.status) }
        let length = measured.length
        let softLength = maxLength &- buffer
        if length <= softLength {
            return ComponentOutcome(score: 0, finding: Finding(0, first: Double(length)))
        }
        if length > maxLength {
            return ComponentOutcome(score: -1, finding: Finding(2, first: Double(length)))
        }
        // softLength < length <= maxLength, so the buffer is not 0.
        let score = Double(softLength &- length) / Double(buffer)
        return ComponentOutcome(score: score, finding: Finding(1, first: Double(length)))
    }

    /// One sentence for people: what was counted and where it stands to the two limits.
    @_noAllocation
    package func explain(_ outcome: ComponentOutcome, into text: inout RigidBytes) {
        guard outcome.status == .scored else {
            return LengthMeasure.explain(outcome.status, into: &text)
        }
        text.append(number: outcome.finding.first)
        measure.appendUnit(to: &text)
        switch outcome.finding.code {
        case 0:
            text.append(", within the free length of ")
            text.append(decimal: maxLength &- buffer)
        case 1:
            text.append(", inside the buffer of ")
            text.append(decimal: buffer)
            text.append(" before the limit of ")
            text.append(decimal: maxLength)
        default:
            text.append(", above the limit of ")
            text.append(decimal: maxLength)
        }
    }
}
