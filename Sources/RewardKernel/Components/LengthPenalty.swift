package import RewardMemory

/// Settings of `length_penalty`.
package struct LengthPenaltySettings: Sendable {
    package var measure = LengthSettings(.words)
    /// The lengths that score 1, both ends included.
    package var target: ClosedRange<Double>
    /// How far below the target the score reaches 0; 0 makes a step.
    package var toleranceBelow: Double
    /// How far above the target the score reaches 0; 0 makes a step.
    package var toleranceAbove: Double

    package init(
        _ measure: LengthSettings = LengthSettings(.words), target: ClosedRange<Double>, toleranceBelow: Double,
        toleranceAbove: Double
    ) {
        self.measure = measure
        self.target = target
        self.toleranceBelow = toleranceBelow
        self.toleranceAbove = toleranceAbove
    }
}

/// `length_penalty`: 1 inside the target, falling linearly to 0 over the tolerance on either side.
///
///     score = 1                                  for low <= n <= high
///     score = max(0, 1 - (low - n) / below)      for n < low
///     score = max(0, 1 - (n - high) / above)     for n > high
package struct LengthPenaltyPlan: BitwiseCopyable {
    private let measure: LengthMeasure
    private let low: Double
    private let high: Double
    private let below: Double
    private let above: Double

    // Allocates: while a plan is compiled.
    package init(_ settings: LengthPenaltySettings, _ builder: PlanBuilder) throws(PlanError) {
        guard settings.target.lowerBound >= 0 else {
            throw PlanError(key: ["target"], "a length is not negative")
        }
        guard settings.toleranceBelow >= 0, settings.toleranceAbove >= 0 else {
            throw PlanError(key: ["tolerance"], "a tolerance is not negative")
        }
        measure = try LengthMeasure(settings.measure, builder)
        low = settings.target.lowerBound
        high = settings.target.upperBound
        below = settings.toleranceBelow
        above = settings.toleranceAbove
    }

    @_noAllocation
    package func score(_ rollout: Rollout, _ scratch: inout KernelScratch) -> ComponentOutcome {
        let measured = measure.length(of: rollout, &scratch)
        guard measured.status == .scored else { return ComponentOutcome(without: measured.status) }
        let length = Double(measured.length)
        let distance = length < low ? low - length : (length > high ? length - high : 0)
        let tolerance = length < low ? below : above
        let score = distance == 0 ? 1 : (distance < tolerance ? 1 - distance / tolerance : 0)
        let side: UInt8 = length < low ? 1 : (length > high ? 2 : 0)
        return ComponentOutcome(score: score, finding: Finding(side, first: length))
    }

    /// One sentence for people: what was counted and how it stands to the target.
    @_noAllocation
    package func explain(_ outcome: ComponentOutcome, into text: inout RigidBytes) {
        guard outcome.status == .scored else {
            return LengthMeasure.explain(outcome.status, into: &text)
        }
        text.append(number: outcome.finding.first)
        measure.appendUnit(to: &text)
        switch outcome.finding.code {
        case 1: text.append(", below the target ")
        case 2: text.append(", above the target ")
        default: text.append(", inside the target ")
        }
        text.append(number: low)
        text.append("...")
        text.append(number: high)
    }
}
