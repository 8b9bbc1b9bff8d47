internal import CLinux
package import RewardMemory

/// Settings of `cosine_length`.
package struct CosineLengthSettings: Sendable {
    /// The length from which on it makes no further difference.
    package var maxLength: Int
    package var measure = LengthSettings(.tokens)
    /// What tells a correct completion: one that has at least 1 there.
    package var correctness: ComponentSettings = .numericMatch(NumericMatchSettings())
    /// Scores of correct completions: the longest has the lower, an empty one the upper.
    package var correct: ClosedRange<Double> = 0.5...1
    /// Scores of wrong completions: an empty one has the lower, the longest the upper.
    package var wrong: ClosedRange<Double> = -1 ... -0.5

    package init(maxLength: Int) {
        self.maxLength = maxLength
    }
}

/// `cosine_length`: rewards correct completions for being short, and wrong ones for being long.
///
///     p = min(length / max_length, 1)
///     score = far + 0.5 * (near - far) * (1 + cos(pi * p))
///
/// with the end `near` that an empty completion has and the end `far` that the longest has. TRL's
/// `get_cosine_scaled_reward` (arXiv 2502.03373).
package struct CosineLengthPlan: BitwiseCopyable {
    private let correctness: ComponentPlan
    private let measure: LengthMeasure
    private let maxLength: Double
    private let correctLow: Double
    private let correctHigh: Double
    private let wrongLow: Double
    private let wrongHigh: Double

    /// In `Finding.code`: the completion is correct.
    private static var codeOfCorrect: UInt8 { @_noAllocation get { 1 } }

    // Allocates: while a plan is compiled.
    package init(_ settings: CosineLengthSettings, _ builder: PlanBuilder) throws(PlanError) {
        guard settings.maxLength > 0 else {
            throw PlanError(key: ["max_length"], "the greatest length is above 0")
        }
        switch settings.correctness {
        case .cosineLength, .judged:
            throw PlanError(
                key: ["correctness", "type"],
                "correctness is told by a component that looks at the answer")
        default: break
        }
        do {
            correctness = try ComponentPlan.compile(settings.correctness, into: builder)
        } catch {
            throw PlanError(key: ["correctness"] + error.key, error.message)
        }
        measure = try LengthMeasure(settings.measure, builder)
        maxLength = Double(settings.maxLength)
        correctLow = settings.correct.lowerBound
        correctHigh = settings.correct.upperBound
        wrongLow = settings.wrong.lowerBound
        wrongHigh = settings.wrong.upperBound
    }

    @_noAllocation
    package func score(_ rollout: Rollout, _ scratch: inout KernelScratch) -> ComponentOutcome {
        let measured = measure.length(of: rollout, &scratch)
        guard measured.status == .scored else { return ComponentOutcome(without: measured.status) }
        let length = Double(measured.length)
        let judgement = correctness.score(rollout, &scratch)
        guard judgement.status == .scored else { return ComponentOutcome(without: judgement.status) }
        let isCorrect = judgement.score >= 1
        let far = isCorrect ? correctLow : wrongHigh
        let near = isCorrect ? correctHigh : wrongLow
        let progress = length < maxLength ? length / maxLength : 1
        let score = far + 0.5 * (near - far) * (1 + plaudit_cos(progress * Double.pi))
        return ComponentOutcome(score: score, finding: Finding(isCorrect ? Self.codeOfCorrect : 0, first: length))
    }

    /// One sentence for people: whether the completion is correct, and how long.
    @_noAllocation
    package func explain(_ outcome: ComponentOutcome, into text: inout RigidBytes) {
        guard outcome.status == .scored else {
            text.append("no token_counts for this rollout, or nothing to tell whether it is correct")
            return
        }
        text.append(outcome.finding.code == Self.codeOfCorrect ? "correct, with " : "wrong, with ")
        text.append(number: outcome.finding.first)
        text.append(" of ")
        text.append(number: maxLength)
        measure.appendUnit(to: &text)
    }
}
