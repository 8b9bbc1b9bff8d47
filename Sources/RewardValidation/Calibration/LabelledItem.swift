/// What a person said of something beside what a judge said of it.
package struct LabelledItem: Sendable, Hashable {
    /// From 0 to 1; 0 or 1 where the person had two choices.
    package var human: Double
    /// The judge's, from 0 to 1: a score, or the probability of "met".
    package var score: Double
    /// Whether the judge passed it.
    package var isPassed: Bool
    /// The prompt group; nil for an item by itself.
    package var group: String?
    /// The value of the field that the report is divided by.
    package var segment: String?
    /// Of the completion, in bytes; nil where it is not known.
    package var length: Double?
    /// How many items of the population it stands for, where items were not drawn with equal chances.
    package var weight: Double

    package init(
        human: Double, score: Double, isPassed: Bool, group: String? = nil, segment: String? = nil,
        length: Double? = nil, weight: Double = 1
    ) {
        self.human = human
        self.score = score
        self.isPassed = isPassed
        self.group = group
        self.segment = segment
        self.length = length
        self.weight = weight
    }
}

/// What a calibration is made by.
package struct CalibrationSettings: Sendable, Hashable {
    /// A human value of at least this is a pass, and a score where the judge names no verdict.
    package var threshold = 0.5
    package var level = 0.95
    package var seed: UInt64 = 0
    package var resampleCount = 9_999
    /// The width of kappa's interval that is wanted.
    package var width = 0.2
    /// What the gates ask for.
    package var kappaMin = 0.6
    package var kappaLowMin = 0.4
    package var labelCountMin = 100
    package var classCountMin = 30
    package var lengthCorrelationMax = 0.3
    package var parseFailureShareMax = 0.01

    package init() {}

    package var bootstrap: Bootstrap {
        Bootstrap(resampleCount: resampleCount, seed: seed, level: level)
    }
}
