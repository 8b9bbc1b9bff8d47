/// How component scores become one reward.
package enum Aggregate: String, CaseIterable, Sendable, BitwiseCopyable {
    case weightedMean = "weighted_mean"
    case weightedSum = "weighted_sum"
    case product
    case minimum
    case formula
}

/// What stands in for a value that could not be had.
package enum NeutralPolicy: Sendable, Equatable, BitwiseCopyable {
    /// Leave the missing component out and renormalise the weights of the others.
    case renormalise
    /// This value, for the missing component.
    case fixed(Double)
    /// The mean of the rollouts of the same group that have a reward (needs `group_ids`).
    case groupMean
    /// No stand-in: the status says that there is no reward.
    case null
}

/// A gate: when the component's score is below `below`, it alone decides and the aggregate becomes `reward`.
package struct GateSettings: Sendable, Equatable {
    package var below: Double
    package var reward: Double

    package init(below: Double, reward: Double) {
        self.below = below
        self.reward = reward
    }
}

/// One component of a reward as the configuration says it.
package struct RewardComponentSettings: Sendable {
    package var name: String
    /// The share in the aggregate; 0 makes the component a metric: reported, never counted.
    package var weight: Double = 1
    /// Multiplies the score before it is clamped and weighted.
    package var scale: Double = 1
    /// Bounds of the scaled score.
    package var clamp: ClosedRange<Double>?
    package var gate: GateSettings?
    package var component: ComponentSettings

    package init(name: String, component: ComponentSettings) {
        self.name = name
        self.component = component
    }
}

/// The settings of a component, by type: the one list of component types.
package enum ComponentSettings: Sendable {
    case instructionCheck(InstructionCheckSettings)
    case jsonFormat(JSONFormatSettings)
    case lengthPenalty(LengthPenaltySettings)
    case overlongPenalty(OverlongPenaltySettings)
    case languageConsistency(LanguageConsistencySettings)
    case safetyFilter(SafetyFilterSettings)
    case stringCheck(StringCheckSettings)
    case regexMatch(RegexMatchSettings)
    case numericMatch(NumericMatchSettings)
    case thinkFormat(ThinkFormatSettings)
    case tagCount(TagCountSettings)
    /// `judge` and `preference`.
    case judged(JudgedSettings)
}

/// One reward as the configuration says it: what a `score` request names.
package struct RewardSettings: Sendable {
    package var name: String
    package var aggregate: Aggregate = .weightedMean
    /// The formula's text, when `aggregate` is `.formula`; its variables are component names.
    package var formula: String?
    /// The aggregate is clamped to it.
    package var range: ClosedRange<Double> = 0...1
    package var neutral: NeutralPolicy = .renormalise
    /// Which OpenAI grader the reward was made from: the SHA-256 of its canonical JSON, in hexadecimal. Empty for none.
    package var graderDigest = ""
    /// In configured order, which is the order of every reply.
    package var components: [RewardComponentSettings]

    package init(name: String, components: [RewardComponentSettings]) {
        self.name = name
        self.components = components
    }
}
