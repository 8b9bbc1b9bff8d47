/// The bounds of what a configuration says of judges.
enum JudgeLaneLimits {
    /// Judges and rubrics of one configuration.
    static let judgeCountMax = 64
    static let rubricCountMax = 256
    /// Judges of one panel: every further vote costs a call and changes less.
    static let panelSizeMax = 9
    /// Answers of one judge to one question.
    static let sampleCountMax = 16
    /// Tokens of one answer: room for models that think at length first.
    static let answerTokenCounts = 16...100_000
    /// Tokens that a verdict with its reason takes, on a criterion or a completion: a reason has 300 characters.
    static let verdictTokenCount = 96
    /// Tokens of an answer when nothing is said, at least.
    static let answerTokenCountDefault = 256

    /// Calls and tokens that a limit can name; above them a limit limits nothing.
    static let requestsPerMinuteMax = 10_000_000
    static let tokensPerMinuteMax = 1_000_000_000_000
    static let tokensPerDayMax = 1_000_000_000_000_000
    /// Currency units of a day; a thousand of them in billionths still fit.
    static let costPerDayMax = 1_000_000.0

    /// Seconds of a deadline or a timeout.
    static let seconds = 0.1...3_600
    static let attemptCountMax = 10
    /// Of the window that gathers calls; beyond it whoever waits would notice.
    static let batchWindowMillisecondsMax = 100.0
    static let cacheEntryCountMax = 10_000_000
    static let cacheDays = 0.001...365.0
    /// Characters that a completion can be asked to have.
    static let contentCountMax = 10_000

    /// Bytes of a file with a secret: tokens have hundreds.
    static let secretFileByteCountMax = 16 << 10
}
