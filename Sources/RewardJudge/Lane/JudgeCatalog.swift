internal import RewardMemory

/// Everything that a configuration says of judges: who they are and what they are asked. Immutable.
package struct JudgeCatalog: Sendable {
    package let judges: [JudgeSettings]
    /// What components ask, by the index that `JudgedSettings.task` names.
    package let tasks: [JudgeTask]
    package let lane: LaneSettings

    package init(judges: [JudgeSettings], tasks: [JudgeTask], lane: LaneSettings = LaneSettings()) {
        self.judges = judges
        self.tasks = tasks
        self.lane = lane
    }
}

/// A judge: a model, at one endpoint or at several that answer alike.
package struct JudgeSettings: Sendable, Equatable {
    package var name: String
    /// At least one.
    package var endpoints: [Endpoint]
    /// How it is asked where the task does not say.
    package var temperature: Double?
    package var seed: Int?

    package init(name: String, endpoints: [Endpoint], temperature: Double? = nil, seed: Int? = 1) {
        self.name = name
        self.endpoints = endpoints
        self.temperature = temperature
        self.seed = seed
    }

    package struct Endpoint: Sendable, Equatable {
        package var endpoint: JudgeEndpoint
        package var limits: EndpointLimits
        /// Its share of the calls where all are free, against the judge's other endpoints.
        package var weight: Double

        package init(endpoint: JudgeEndpoint, limits: EndpointLimits = EndpointLimits(), weight: Double = 1) {
            self.endpoint = endpoint
            self.limits = limits
            self.weight = weight
        }
    }
}

/// What one component asks of judges.
package struct JudgeTask: Sendable {
    /// The component it belongs to, `reward.component`.
    package var name: String
    package var question: Question
    /// Indices of judges in the catalogue: one, or a panel of which each votes.
    package var judges: [Int]
    /// Votes of a panel that make a verdict. A judge that failed is a missing vote.
    package var quorum: Int
    /// A cheaper judge that is asked first; nil to ask `judges` at once.
    package var light: Light?
    /// Answers of each judge to each question; the majority counts.
    package var sampleCount: Int
    package var tokenCountMax: Int
    /// A second rubric that the same judges are asked about the same rollouts, and that counts nowhere; nil for none.
    package var shadow: RubricQuestion?

    package enum Question: Sendable {
        case rubric(RubricQuestion)
        case preference(PreferenceQuestion)
    }

    package init(
        name: String, question: Question, judges: [Int], quorum: Int = 1, light: Light? = nil, sampleCount: Int = 1,
        tokenCountMax: Int = 256, shadow: RubricQuestion? = nil
    ) {
        self.name = name
        self.shadow = shadow
        self.question = question
        self.judges = judges
        self.quorum = quorum
        self.light = light
        self.sampleCount = sampleCount
        self.tokenCountMax = tokenCountMax
    }

    /// When a light judge's word is not enough.
    package struct Light: Sendable, Equatable {
        package var judge: Int
        /// A verdict with less confidence is asked again of the task's judges.
        package var confidence: Double
        /// The share of rollouts that may be asked again; the light judge's word stands for the rest.
        package var shareMax: Double

        package init(judge: Int, confidence: Double = 0.75, shareMax: Double = 0.3) {
            self.judge = judge
            self.confidence = confidence
            self.shareMax = shareMax
        }
    }
}

/// A rubric, worded for both tiers. An object, because every step of a call hands it on: as a struct of some forty texts and
/// arrays, each of those was counted each time.
package final class RubricQuestion: Sendable {
    package let rubric: Rubric
    package let light: RubricPrompt
    package let heavy: RubricPrompt
    /// A criterion counts by its probability where one is known.
    package let isSoft: Bool

    /// - Parameter fieldNames: fields of rollouts that the rubric's template may name.
    package init(rubric: Rubric, fieldNames: [String], isSoft: Bool = false) throws(RubricError) {
        self.rubric = rubric
        light = try RubricPrompt(rubric: rubric, tier: .light, fieldNames: fieldNames)
        heavy = try RubricPrompt(rubric: rubric, tier: .heavy, fieldNames: fieldNames)
        self.isSoft = isSoft
    }
}

/// What makes one completion better than another, and how a group is compared.
package struct PreferenceQuestion: Sendable {
    package let prompt: ComparisonPrompt
    package let design: Design

    package enum Design: String, Sendable, CaseIterable {
        /// Pairs in both orders: all of them up to four completions, a ring of four neighbours above.
        case pairs
        /// Rounds of pairs of equal standing, where the deadline leaves the time.
        case swiss
        /// One call for up to eight completions.
        case group
    }

    package init(criteria: String, design: Design = .pairs) throws(RubricError) {
        prompt = try ComparisonPrompt(tier: .heavy, criteria: criteria)
        self.design = design
    }
}

/// How the judge lane runs, whatever it is asked.
package struct LaneSettings: Sendable, Equatable {
    package var pool: PoolSettings
    package var cache: CacheSettings?
    /// Questions that wait for their answers, over all requests; a request that would exceed it is not taken.
    package var questionCountMax: Int
    /// Content characters of a completion below which no judge is asked: it fails.
    package var contentCountMin: Int
    /// How long judges may take over a request that names no deadline of its own.
    package var deadlineMilliseconds: UInt64
    var deadlineNanoseconds: UInt64 { deadlineMilliseconds * 1_000_000 }
    /// The share of rubric questions beside which a completion that is known to be bad is asked about, from 0 to 1.
    package var canaryShare: Double
    /// More canaries of late that passed are an alarm: their share, from 0 to 1.
    package var canaryPassedShareMax = 0.05
    /// Less agreement of late between a rubric and its shadow is an alarm: the share of equal verdicts, from 0 to 1.
    package var shadowAgreementMin = 0.8
    /// How long a call is held at most, for others to go along with it; 0 holds nothing.
    package var batchWindowNanoseconds: UInt64
    /// Whether completions are kept from talking to rubric judges: by the gate, the borders with their nonce, the reminder behind
    /// them. No configuration turns that off; a trial does, to measure what the guard is worth.
    package var isGuarded = true

    package init(
        pool: PoolSettings = PoolSettings(), cache: CacheSettings? = CacheSettings(), questionCountMax: Int = 131_072,
        contentCountMin: Int = 1, deadlineMilliseconds: UInt64 = Limits.judgeDeadlineMilliseconds,
        canaryShare: Double = 0.01, batchWindowNanoseconds: UInt64 = 2_000_000
    ) {
        self.pool = pool
        self.cache = cache
        self.questionCountMax = questionCountMax
        self.contentCountMin = contentCountMin
        self.deadlineMilliseconds = deadlineMilliseconds
        self.canaryShare = canaryShare
        self.batchWindowNanoseconds = batchWindowNanoseconds
    }

    /// The cache of verdicts; in memory.
    package struct CacheSettings: Sendable, Equatable {
        package var entryCountMax: Int
        package var lifeSeconds: Int

        package init(entryCountMax: Int = 100_000, lifeSeconds: Int = 7 * 24 * 3_600) {
            self.entryCountMax = entryCountMax
            self.lifeSeconds = lifeSeconds
        }
    }
}
